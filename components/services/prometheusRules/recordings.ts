import { Recording, RuleGroup } from "./rule";

const byVersion = "by (namespace, app, version)";

// The proxy in front of the app counts each request once, whoever calls; its series have the pod's own labels. Pods of charts have no label `app`.
const arrived = `reporter="destination",app!=""`;

// The codes of gRPC by which a server says that it, and not the caller, is to blame: these answers come with 200.
// https://grpc.io/docs/guides/status-codes/
const grpcFailures = "2|4|13|14|15";

const requests = "namespace_app_version:istio_requests:rate5m";
const errors = "namespace_app_version:istio_request_errors:rate5m";

function duration(name: string, quantile: number): Recording {
  return {
    record: `namespace_app_version:istio_request_duration_milliseconds:${name}_rate5m`,
    expr: `histogram_quantile(${quantile}, sum by (namespace, app, version, le) (rate(istio_request_duration_milliseconds_bucket{${arrived}}[5m])))`,
  };
}

/** A label's value under another name. */
const renamed = (expr: string, from: string, to: string): string => `label_replace(${expr}, "${to}", "$1", "${from}", "(.*)")`;

const autoscaled = "on (namespace, horizontalpodautoscaler)";
const usedReplicas = `kube_horizontalpodautoscaler_status_current_replicas / ${autoscaled} kube_horizontalpodautoscaler_spec_max_replicas`;
const labelled = `(${usedReplicas}) * ${autoscaled} group_left (label_app, label_version) kube_horizontalpodautoscaler_labels{label_app!=""}`;

/** What each version of an app does: how much, how well, how fast, and how near its limit. */
const goldenSignals: RuleGroup = {
  name: "golden-signals",
  rules: [
    { record: requests, expr: `sum ${byVersion} (rate(istio_requests_total{${arrived}}[5m]))` },
    {
      record: errors,
      // Without a failure there is no series to add up.
      expr:
        `sum ${byVersion} (rate(istio_requests_total{${arrived},response_code=~"5.."}[5m]) ` +
        `or rate(istio_requests_total{${arrived},grpc_response_status=~"${grpcFailures}"}[5m])) or 0 * ${requests}`,
    },
    { record: "namespace_app_version:istio_request_errors:ratio_rate5m", expr: `${errors} / (${requests} > 0)` },
    {
      // Of all the app's other versions together: what a canary is held against. There is none where a version is the only one with requests.
      record: "namespace_app_version:istio_request_errors_of_others:ratio_rate5m",
      expr:
        `(sum by (namespace, app) (${errors}) - on (namespace, app) group_right () ${errors}) ` +
        `/ ((sum by (namespace, app) (${requests}) - on (namespace, app) group_right () ${requests}) > 0)`,
    },
    duration("p50", 0.5),
    duration("p95", 0.95),
    duration("p99", 0.99),
    {
      record: "namespace_app_version:kube_horizontalpodautoscaler_replicas:ratio",
      expr: `sum ${byVersion} (${renamed(renamed(labelled, "label_app", "app"), "label_version", "version")})`,
    },
  ],
};

/**
 * Requests that the caller's own proxy answers with 503, since a connection was closed or couldn't be made (UF, UC, URX), or since there was no
 * pod to make one to (UH).
 * @source https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#response-flags
 */
export const undelivered = `reporter="source",response_code="503",response_flags=~"(.*,)?(UF|UC|URX|UH)(,.*)?"`;

const byService = "by (destination_service_namespace, destination_service_name)";

/** The gateway's own requests as it sees them: also those that reach no app. Front Door's probe goes to the gateway itself. */
export const gatewayRequests = `reporter="source",source_workload="istio-ingress",source_workload_namespace="istio-ingress"`;
const brought = `${gatewayRequests},destination_service_name!="istio-ingress"`;

const gateway: RuleGroup = {
  name: "gateway",
  rules: [
    { record: "destination_service:gateway_requests:rate5m", expr: `sum ${byService} (rate(istio_requests_total{${brought}}[5m]))` },
    {
      record: "destination_service:gateway_request_errors:ratio_rate5m",
      expr: `sum ${byService} (rate(istio_requests_total{${brought},response_code=~"5.."}[5m])) / (destination_service:gateway_requests:rate5m > 0)`,
    },
  ],
};

/** Every recorded series. */
export const recordings: readonly RuleGroup[] = [goldenSignals, gateway];
