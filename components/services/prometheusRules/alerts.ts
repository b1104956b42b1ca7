import { podJobs } from "../prometheusJobs";
import { gatewayRequests, undelivered } from "./recordings";
import { Alert, RuleGroup } from "./rule";

const day = 24 * 3600;

/** Fifteen requests in five minutes: with fewer, one failure is a great share. */
const enough = "> 0.05";

/** An alert whose section in the docs is found by its name. */
function alert(name: string, severity: Alert["labels"]["severity"], rest: { readonly expr: string; readonly for: string; readonly summary: string; readonly description: string }): Alert {
  const { expr, summary, description } = rest;
  return { alert: name, expr, for: rest.for, labels: { severity }, annotations: { summary, description, runbook: `docs/components/alerts.md#${name.toLowerCase()}` } };
}

/** From which workload to which version; `unknown` is the version where there was no pod to choose. */
const byWay = "sum by (source_workload_namespace, source_workload, destination_service, destination_version)";

const traffic: RuleGroup = {
  name: "traffic",
  rules: [
    alert("GatewayErrors", "critical", {
      expr: `destination_service:gateway_request_errors:ratio_rate5m > 0.05 and destination_service:gateway_requests:rate5m ${enough}`,
      for: "5m",
      summary: "{{ $labels.destination_service_name }} fails for people outside",
      description: "{{ $value | humanizePercentage }} of the requests that the gateway brings to {{ $labels.destination_service_namespace }}/{{ $labels.destination_service_name }} end in a 5xx.",
    }),
    // The other side closed the connection, or there was none: so it looks when one side speaks mutual TLS and the other does not. By version,
    // since a canary has a small share of all. It looks back for less time than it waits, so that the seconds of a restart don't raise it.
    alert("MeshConnectionsFail", "critical", {
      expr: `${byWay} (rate(istio_requests_total{${undelivered}}[2m])) / ${byWay} (rate(istio_requests_total{reporter="source"}[2m])) > 0.1`,
      for: "3m",
      summary: "{{ $labels.source_workload }} can't connect to {{ $labels.destination_service }}",
      description:
        "{{ $value | humanizePercentage }} of the requests from {{ $labels.source_workload_namespace }}/{{ $labels.source_workload }} to version {{ $labels.destination_version }} of " +
        "{{ $labels.destination_service }} end in a 503 of the caller's own proxy: the connection was closed or never made, or there is no pod to make one to.",
    }),
    alert("CanaryFailing", "critical", {
      expr:
        `namespace_app_version:istio_request_errors:ratio_rate5m > 0.05 ` +
        `and namespace_app_version:istio_request_errors:ratio_rate5m > 2 * namespace_app_version:istio_request_errors_of_others:ratio_rate5m ` +
        `and namespace_app_version:istio_requests:rate5m ${enough}`,
      for: "5m",
      summary: "version {{ $labels.version }} of {{ $labels.app }} fails more than the others",
      description: "{{ $value | humanizePercentage }} of the requests to version {{ $labels.version }} of {{ $labels.namespace }}/{{ $labels.app }} fail, more than twice the share of its other versions.",
    }),
    alert("AppAtItsLimit", "warning", {
      expr: `namespace_app_version:kube_horizontalpodautoscaler_replicas:ratio >= 1`,
      for: "15m",
      summary: "{{ $labels.app }} {{ $labels.version }} has as many pods as it may",
      description: "Version {{ $labels.version }} of {{ $labels.namespace }}/{{ $labels.app }} has run with its greatest number of pods for 15 minutes: more requests make it slower.",
    }),
    // Each of Front Door's locations asks every 100 seconds. The route of its probe leads to the gateway's own Service.
    alert("FrontDoorDoesNotArrive", "critical", {
      expr: `(sum(rate(istio_requests_total{${gatewayRequests},destination_service_name="istio-ingress"}[10m])) or vector(0)) == 0`,
      for: "10m",
      summary: "no probe of Front Door reaches the gateway",
      description: "For 20 minutes no request for /probe has come in through the gateway. Front Door asks for it all the time, so that nobody else's request arrives either.",
    }),
  ],
};

const certificates: RuleGroup = {
  name: "certificates",
  rules: [
    alert("CertificateNearExpiry", "critical", {
      expr: `max by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < ${10 * day}`,
      for: "1h",
      summary: "certificate {{ $labels.namespace }}/{{ $labels.name }} ends soon",
      description: "It ends in {{ $value | humanizeDuration }}. cert-manager should have renewed it when a third of its time was left.",
    }),
    alert("ProxyCertificateNearExpiry", "critical", {
      expr: `istio_agent_cert_expiry_seconds{resource_name="default"} < ${4 * 3600}`,
      for: "15m",
      summary: "the proxy of {{ $labels.namespace }}/{{ $labels.pod }} gets no new certificate",
      description: "Its certificate of the mesh ends in {{ $value | humanizeDuration }}. A proxy should have had the next one when half of the day was left.",
    }),
    alert("MeshRootNearExpiry", "warning", {
      expr: `min(citadel_server_root_cert_expiry_timestamp) - time() < ${30 * day}`,
      for: "1h",
      summary: "the root certificate of the mesh ends soon",
      description: "It ends in {{ $value | humanizeDuration }}. After that no proxy trusts another.",
    }),
  ],
};

const services: RuleGroup = {
  name: "services",
  rules: [
    alert("RedisDown", "critical", {
      expr: `kube_statefulset_replicas{statefulset=~"(.+-)?redis"} > kube_statefulset_status_replicas_ready{statefulset=~"(.+-)?redis"}`,
      for: "5m",
      summary: "{{ $labels.namespace }}/{{ $labels.statefulset }} is not ready",
      description: "Fewer than {{ $value }} pods of this Redis have been ready for 5 minutes. What keeps its data there does without.",
    }),
    alert("StatefulSetNotReady", "critical", {
      expr: `kube_statefulset_replicas{statefulset!~"(.+-)?redis"} > kube_statefulset_status_replicas_ready`,
      for: "10m",
      summary: "{{ $labels.namespace }}/{{ $labels.statefulset }} is not ready",
      description: "Fewer than {{ $value }} pods of the StatefulSet {{ $labels.namespace }}/{{ $labels.statefulset }} have been ready for 10 minutes.",
    }),
    // Also a version that no request reaches yet, and one whose requests nobody answers.
    alert("DeploymentNotReady", "warning", {
      expr: `kube_deployment_spec_replicas{namespace!="oauth2-proxy"} > kube_deployment_status_replicas_ready`,
      for: "10m",
      summary: "not every pod of {{ $labels.namespace }}/{{ $labels.deployment }} is ready",
      description: "Fewer than {{ $value }} pods of the Deployment {{ $labels.namespace }}/{{ $labels.deployment }} have been ready for 10 minutes. If none is, what has a share of its app's requests answers nobody.",
    }),
    alert("OAuth2ProxyNotReady", "critical", {
      expr: `kube_deployment_spec_replicas{namespace="oauth2-proxy",deployment="oauth2-proxy"} > kube_deployment_status_replicas_ready{namespace="oauth2-proxy",deployment="oauth2-proxy"}`,
      for: "5m",
      summary: "not every pod of oauth2-proxy is ready",
      description: "Fewer than {{ $value }} pods of oauth2-proxy are ready. Without any, each host behind the sign-in answers 403.",
    }),
  ],
};

/** What every environment has, so that nothing to read there means that the reading is broken. Apps read by the other way are optional. */
const alwaysThere = Object.keys(podJobs).filter((job) => job !== "kubernetes-pods-istio-secure");

const metrics: RuleGroup = {
  name: "metrics",
  rules: [
    alert("TargetDown", "warning", {
      expr: "up == 0",
      for: "10m",
      summary: "{{ $labels.job }} can't read {{ $labels.instance }}",
      description: "Prometheus has failed to read {{ $labels.instance }} (pod {{ $labels.namespace }}/{{ $labels.pod }}) for 10 minutes. Alerts about it stay silent.",
    }),
    alert("TargetsMissing", "critical", {
      expr: alwaysThere.map((job) => `absent(up{job="${job}"})`).join(" or "),
      for: "10m",
      summary: "{{ $labels.job }} finds nothing to read",
      description: "Job {{ $labels.job }} has had no target for 10 minutes. Alerts about what it reads stay silent.",
    }),
  ],
};

/** Every alert. */
export const alerts: readonly RuleGroup[] = [traffic, certificates, services, metrics];
