import { AlertCase, answered, app, call, cart, certificate, counts, days, deployment, everyJob, failed, flagged, ok, probe, proxyCertificate, scaledTo, Series, statefulSet, stays, threeBuckets, toCart } from "./series";

/*
 * Stated series for every rule, and what the rule makes of them.
 */

/** What a recording rule makes at minute 30. */
export interface RecordingCase {
  readonly record: string;
  readonly series: Series;
  readonly gives: readonly { readonly labels: string; readonly value: number }[];
}

export const recordingCases: readonly RecordingCase[] = [
  {
    record: "namespace_app_version:istio_requests:rate5m",
    series: {
      [app("v1", ok)]: counts(54),
      [app("v1", failed)]: counts(6),
      // What the caller's proxy says of the same requests, and what pods of a chart take in, doesn't count.
      [`istio_requests_total{reporter="source",namespace="web",app="web",version="v1",destination_app="cart",response_code="200"}`]: counts(60),
      [`istio_requests_total{reporter="destination",namespace="oauth2-proxy",app_kubernetes_io_name="oauth2-proxy",response_code="200"}`]: counts(60),
    },
    gives: [{ labels: cart("v1"), value: 1 }],
  },
  {
    record: "namespace_app_version:istio_request_errors:rate5m",
    series: {
      [app("v1", ok)]: counts(60),
      [app("v2", ok)]: counts(54),
      [app("v2", failed)]: counts(6),
      // gRPC answers 200 and says in its own status that the server failed, each time in another way.
      ...Object.fromEntries([2, 4, 13, 14, 15].map((status) => [app("v3", `${ok},grpc_response_status="${status}"`), counts(status)])),
      // The caller is to blame for these, as for asking for what isn't there; or nobody is, as for 0.
      ...Object.fromEntries([0, 1, 3, 5, 7, 8, 11, 12, 16].map((status) => [app("v3", `${ok},grpc_response_status="${status}"`), counts(60)])),
    },
    gives: [
      { labels: cart("v1"), value: 0 },
      { labels: cart("v2"), value: 0.1 },
      { labels: cart("v3"), value: 0.8 },
    ],
  },
  {
    record: "namespace_app_version:istio_request_errors:ratio_rate5m",
    series: { [app("v1", ok)]: counts(60), [app("v2", ok)]: counts(45), [app("v2", failed)]: counts(15), [app("v3", ok)]: stays(7) },
    gives: [
      { labels: cart("v1"), value: 0 },
      { labels: cart("v2"), value: 0.25 },
    ],
  },
  {
    record: "namespace_app_version:istio_request_errors_of_others:ratio_rate5m",
    series: {
      [app("v1", ok)]: counts(60),
      [app("v2", ok)]: counts(45),
      [app("v2", failed)]: counts(15),
      [`istio_requests_total{reporter="destination",namespace="shop",app="alone",version="v1",response_code="500"}`]: counts(60),
    },
    gives: [
      { labels: cart("v1"), value: 0.25 },
      { labels: cart("v2"), value: 0 },
    ],
  },
  { record: "namespace_app_version:istio_request_duration_milliseconds:p50_rate5m", series: threeBuckets, gives: [{ labels: cart("v1"), value: 10 }] },
  { record: "namespace_app_version:istio_request_duration_milliseconds:p95_rate5m", series: threeBuckets, gives: [{ labels: cart("v1"), value: 90 }] },
  { record: "namespace_app_version:istio_request_duration_milliseconds:p99_rate5m", series: threeBuckets, gives: [{ labels: cart("v1"), value: 98 }] },
  { record: "namespace_app_version:kube_horizontalpodautoscaler_replicas:ratio", series: scaledTo(stays(3)), gives: [{ labels: cart("v1"), value: 0.75 }] },
  {
    record: "destination_service:gateway_requests:rate5m",
    series: { [toCart(ok)]: counts(54), [toCart(failed)]: counts(6), [probe]: counts(60), [`istio_requests_total{reporter="source",source_workload="web",destination_service_name="cart"}`]: counts(60) },
    gives: [{ labels: `{destination_service_name="cart", destination_service_namespace="shop"}`, value: 1 }],
  },
  {
    record: "destination_service:gateway_request_errors:ratio_rate5m",
    series: { [toCart(ok)]: counts(54), [toCart(failed)]: counts(6) },
    gives: [{ labels: `{destination_service_name="cart", destination_service_namespace="shop"}`, value: 0.1 }],
  },
];

const callRaised = (version: string, share: string): AlertCase["raised"][number] => ({
  labels: { source_workload: "web", source_workload_namespace: "shop", destination_service: "cart.shop.svc.cluster.local", destination_version: version },
  summary: "web can't connect to cart.shop.svc.cluster.local",
  description: `${share} of the requests from shop/web to version ${version} of cart.shop.svc.cluster.local end in a 503 of the caller's own proxy: the connection was closed or never made, or there is no pod to make one to.`,
});

export const alertCases: readonly AlertCase[] = [
  {
    alert: "GatewayErrors",
    title: "is raised where a tenth of what the gateway brings in fails",
    series: { [toCart(ok)]: counts(54), [toCart(failed)]: counts(6) },
    raised: [
      {
        labels: { destination_service_name: "cart", destination_service_namespace: "shop" },
        summary: "cart fails for people outside",
        description: "10% of the requests that the gateway brings to shop/cart end in a 5xx.",
      },
    ],
  },
  { alert: "GatewayErrors", title: "isn't for one in thirty, nor for refusals", series: { [toCart(ok)]: counts(29), [toCart(failed)]: counts(1), [toCart(`response_code="403"`)]: counts(30) }, raised: [] },
  { alert: "GatewayErrors", title: "isn't for a few requests", series: { [toCart(failed)]: counts(1) }, raised: [] },
  { alert: "GatewayErrors", title: "isn't in the first minutes", at: 4, series: { [toCart(failed)]: counts(60) }, raised: [] },
  {
    alert: "MeshConnectionsFail",
    title: "is raised where the other side closes connections, as one does that wants a certificate of plain text",
    series: { [call(flagged("UC"))]: counts(20), [call(flagged("UF,URX"))]: counts(10), [call(answered)]: counts(30) },
    raised: [callRaised("v1", "50%")],
  },
  {
    alert: "MeshConnectionsFail",
    title: "is raised for a version without pods, however small its share of the requests is",
    series: { [call(flagged("UH"), "unknown")]: counts(3), [call(answered)]: counts(57) },
    raised: [callRaised("unknown", "100%")],
  },
  {
    alert: "MeshConnectionsFail",
    title: "is raised for a canary whose connections fail, and for it alone",
    series: { [call(flagged("UC"), "v2")]: counts(3), [call(answered)]: counts(57) },
    raised: [callRaised("v2", "100%")],
  },
  {
    alert: "MeshConnectionsFail",
    title: "isn't for a 503 of the app's own, nor for one of the other side's proxy",
    series: {
      [call(flagged("-"))]: counts(30),
      [call(answered)]: counts(30),
      [`istio_requests_total{reporter="destination",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",response_code="503",response_flags="UC"}`]: counts(60),
    },
    raised: [],
  },
  {
    alert: "MeshConnectionsFail",
    title: "isn't for one closed connection in twenty",
    series: { [call(flagged("UC"))]: counts(3), [call(answered)]: counts(57) },
    raised: [],
  },
  {
    alert: "CanaryFailing",
    title: "is raised for the version that fails, and for it alone",
    series: { [app("v1", ok)]: counts(540), [app("v2", ok)]: counts(45), [app("v2", failed)]: counts(15) },
    raised: [
      {
        labels: { namespace: "shop", app: "cart", version: "v2" },
        summary: "version v2 of cart fails more than the others",
        description: "25% of the requests to version v2 of shop/cart fail, more than twice the share of its other versions.",
      },
    ],
  },
  {
    alert: "CanaryFailing",
    title: "isn't where all versions fail alike",
    series: { [app("v1", ok)]: counts(45), [app("v1", failed)]: counts(15), [app("v2", ok)]: counts(45), [app("v2", failed)]: counts(15) },
    raised: [],
  },
  { alert: "CanaryFailing", title: "isn't where there is one version", series: { [app("v1", failed)]: counts(60) }, raised: [] },
  { alert: "CanaryFailing", title: "isn't for a few requests", series: { [app("v1", ok)]: counts(60), [app("v2", failed)]: counts(1) }, raised: [] },
  {
    alert: "AppAtItsLimit",
    title: "is raised where the autoscaler may add no pod",
    series: scaledTo(stays(4)),
    raised: [
      {
        labels: { namespace: "shop", app: "cart", version: "v1" },
        summary: "cart v1 has as many pods as it may",
        description: "Version v1 of shop/cart has run with its greatest number of pods for 15 minutes: more requests make it slower.",
      },
    ],
  },
  { alert: "AppAtItsLimit", title: "isn't where it may add one", series: scaledTo(stays(3)), raised: [] },
  {
    alert: "FrontDoorDoesNotArrive",
    title: "is raised where nobody has asked for the probe, though the gateway takes requests",
    series: { [toCart(ok)]: counts(60) },
    raised: [
      {
        labels: {},
        summary: "no probe of Front Door reaches the gateway",
        description: "For 20 minutes no request for /probe has come in through the gateway. Front Door asks for it all the time, so that nobody else's request arrives either.",
      },
    ],
  },
  { alert: "FrontDoorDoesNotArrive", title: "is raised where probes have stopped", series: { [probe]: "0+1x5 6x60" }, raised: [{ labels: {}, summary: "no probe of Front Door reaches the gateway", description: "For 20 minutes no request for /probe has come in through the gateway. Front Door asks for it all the time, so that nobody else's request arrives either." }] },
  { alert: "FrontDoorDoesNotArrive", title: "isn't where one arrives every five minutes", series: { [probe]: "0 0 0 0 0 1 1 1 1 1 2 2 2 2 2 3 3 3 3 3 4 4 4 4 4 5 5 5 5 5 6 6 6 6 6 7 7 7 7 7 8 8 8 8 8" }, raised: [] },
  {
    alert: "CertificateNearExpiry",
    title: "is raised nine days before the end, once for all pods of cert-manager",
    at: 90,
    series: { [`${certificate},pod="a"}`]: `${days(9)}x120`, [`${certificate},pod="b"}`]: `${days(9)}x120` },
    raised: [
      {
        labels: { namespace: "istio-ingress", name: "front-door-certificate" },
        summary: "certificate istio-ingress/front-door-certificate ends soon",
        description: "It ends in 8d 22h 30m 0s. cert-manager should have renewed it when a third of its time was left.",
      },
    ],
  },
  { alert: "CertificateNearExpiry", title: "isn't eleven days before", at: 90, series: { [`${certificate}}`]: `${days(11)}x120` }, raised: [] },
  {
    alert: "ProxyCertificateNearExpiry",
    title: "is raised three hours before the end",
    series: { [proxyCertificate("default")]: stays(10800) },
    raised: [
      {
        labels: { resource_name: "default", namespace: "shop", pod: "cart-v1" },
        summary: "the proxy of shop/cart-v1 gets no new certificate",
        description: "Its certificate of the mesh ends in 3h 0m 0s. A proxy should have had the next one when half of the day was left.",
      },
    ],
  },
  { alert: "ProxyCertificateNearExpiry", title: "isn't eleven hours before, when a new one is due", series: { [proxyCertificate("default")]: stays(39600) }, raised: [] },
  {
    alert: "MeshRootNearExpiry",
    title: "is raised 29 days before the end",
    at: 90,
    series: { [`citadel_server_root_cert_expiry_timestamp{pod="a"}`]: `${days(29)}x120`, [`citadel_server_root_cert_expiry_timestamp{pod="b"}`]: `${days(29)}x120` },
    raised: [{ labels: {}, summary: "the root certificate of the mesh ends soon", description: "It ends in 28d 22h 30m 0s. After that no proxy trusts another." }],
  },
  { alert: "MeshRootNearExpiry", title: "isn't 31 days before", at: 90, series: { [`citadel_server_root_cert_expiry_timestamp{pod="a"}`]: `${days(31)}x120` }, raised: [] },
  {
    alert: "RedisDown",
    title: "is raised where its pod isn't ready",
    series: statefulSet("kayenta", "kayenta-redis", 1, 0),
    raised: [
      {
        labels: { namespace: "kayenta", statefulset: "kayenta-redis", job: "cluster-state", instance: "10.244.0.9:15020" },
        summary: "kayenta/kayenta-redis is not ready",
        description: "Fewer than 1 pods of this Redis have been ready for 5 minutes. What keeps its data there does without.",
      },
    ],
  },
  { alert: "RedisDown", title: "isn't where it is ready", series: statefulSet("kayenta", "kayenta-redis", 1, 1), raised: [] },
  {
    alert: "StatefulSetNotReady",
    title: "is raised for a database whose pod isn't ready",
    series: statefulSet("shop", "mysql", 1, 0),
    raised: [
      {
        labels: { namespace: "shop", statefulset: "mysql", job: "cluster-state", instance: "10.244.0.9:15020" },
        summary: "shop/mysql is not ready",
        description: "Fewer than 1 pods of the StatefulSet shop/mysql have been ready for 10 minutes.",
      },
    ],
  },
  { alert: "StatefulSetNotReady", title: "isn't where it is ready", series: statefulSet("shop", "mysql", 1, 1), raised: [] },
  {
    alert: "DeploymentNotReady",
    title: "is raised for a canary none of whose pods is ready",
    series: { ...deployment("shop", "cart-v1", 3, 3), ...deployment("shop", "cart-v2", 1, 0) },
    raised: [
      {
        labels: { namespace: "shop", deployment: "cart-v2", job: "cluster-state", instance: "10.244.0.9:15020" },
        summary: "not every pod of shop/cart-v2 is ready",
        description: "Fewer than 1 pods of the Deployment shop/cart-v2 have been ready for 10 minutes. If none is, what has a share of its app's requests answers nobody.",
      },
    ],
  },
  { alert: "DeploymentNotReady", title: "isn't where all are", series: deployment("shop", "cart-v1", 3, 3), raised: [] },
  {
    alert: "OAuth2ProxyNotReady",
    title: "is raised where one of two pods isn't ready",
    series: deployment("oauth2-proxy", "oauth2-proxy", 2, 1),
    raised: [
      {
        labels: { namespace: "oauth2-proxy", deployment: "oauth2-proxy", job: "cluster-state", instance: "10.244.0.9:15020" },
        summary: "not every pod of oauth2-proxy is ready",
        description: "Fewer than 2 pods of oauth2-proxy are ready. Without any, each host behind the sign-in answers 403.",
      },
    ],
  },
  { alert: "OAuth2ProxyNotReady", title: "isn't where both are", series: deployment("oauth2-proxy", "oauth2-proxy", 2, 2), raised: [] },
  {
    alert: "TargetDown",
    title: "is raised for a pod that can't be read",
    series: { [`up{job="mesh-pods",instance="10.244.1.7:15020",namespace="shop",pod="cart"}`]: stays(0) },
    raised: [
      {
        labels: { job: "mesh-pods", instance: "10.244.1.7:15020", namespace: "shop", pod: "cart" },
        summary: "mesh-pods can't read 10.244.1.7:15020",
        description: "Prometheus has failed to read 10.244.1.7:15020 (pod shop/cart) for 10 minutes. Alerts about it stay silent.",
      },
    ],
  },
  { alert: "TargetDown", title: "isn't while all can be read", series: everyJob(), raised: [] },
  {
    alert: "TargetsMissing",
    title: "is raised for the job that finds nothing",
    series: everyJob("cluster-state"),
    raised: [{ labels: { job: "cluster-state" }, summary: "cluster-state finds nothing to read", description: "Job cluster-state has had no target for 10 minutes. Alerts about what it reads stay silent." }],
  },
  { alert: "TargetsMissing", title: "isn't where each finds something", series: everyJob(), raised: [] },
];
