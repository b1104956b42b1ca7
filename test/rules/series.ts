/*
 * What stated series are made of. They are written as promtool reads them: `0+6x40` is 0, 6, 12 …, a minute
 * apart. https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */

/** Series by their names, and their values. */
export type Series = Readonly<Record<string, string>>;

/** When an alert is raised, and when it isn't. */
export interface AlertCase {
  readonly alert: string;
  readonly title: string;
  /** In minutes. Default: 40. */
  readonly at?: number;
  readonly series: Series;
  /** The labels of what it is raised for, without its severity, each with what it says. Empty: it isn't raised. */
  readonly raised: readonly { readonly labels: Readonly<Record<string, string>>; readonly summary: string; readonly description: string }[];
}

const minutes = 60;

/** A counter that grows by so many a minute. */
export const counts = (perMinute: number): string => `0+${perMinute}x${minutes}`;
export const stays = (value: number): string => `${value}x${minutes}`;

export const app = (version: string, rest: string): string => `istio_requests_total{reporter="destination",namespace="shop",app="cart",version="${version}",pod="cart-${version}",${rest}}`;
export const ok = `response_code="200"`;
export const failed = `response_code="500"`;
export const cart = (version: string): string => `{app="cart", namespace="shop", version="${version}"}`;

export const durations = (le: string): string => `istio_request_duration_milliseconds_bucket{reporter="destination",namespace="shop",app="cart",version="v1",pod="cart-v1",le="${le}"}`;
// Of 20 requests a second, 10 take up to 10 ms, 5 more up to 50 ms, and 5 more up to 100 ms.
export const threeBuckets: Series = { [durations("10")]: counts(600), [durations("50")]: counts(900), [durations("100")]: counts(1200), [durations("+Inf")]: counts(1200) };

export const autoscaler = (metric: string, rest = ""): string => `${metric}{namespace="shop",horizontalpodautoscaler="cart-v1"${rest}}`;
export const scaledTo = (pods: string): Series => ({
  [autoscaler("kube_horizontalpodautoscaler_status_current_replicas")]: pods,
  [autoscaler("kube_horizontalpodautoscaler_spec_max_replicas")]: stays(4),
  [autoscaler("kube_horizontalpodautoscaler_labels", `,label_app="cart",label_version="v1"`)]: stays(1),
});

export const fromGateway = (rest: string): string => `istio_requests_total{reporter="source",source_workload="istio-ingress",source_workload_namespace="istio-ingress",${rest}}`;
export const toCart = (rest: string): string => fromGateway(`destination_service_name="cart",destination_service_namespace="shop",${rest}`);
export const probe = fromGateway(`destination_service_name="istio-ingress",destination_service_namespace="istio-ingress",${ok}`);

export const call = (rest: string, version = "v1"): string =>
  `istio_requests_total{reporter="source",source_workload="web",source_workload_namespace="shop",destination_service="cart.shop.svc.cluster.local",destination_version="${version}",${rest}}`;
export const answered = `response_code="200",response_flags="-"`;
/** A 503 of the proxy's own. */
export const flagged = (flags: string): string => `response_code="503",response_flags="${flags}"`;

/** The time of a sample, in seconds: promtool begins at 0. */
export const days = (count: number): number => count * 24 * 3600;
export const certificate = `certmanager_certificate_expiration_timestamp_seconds{namespace="istio-ingress",name="front-door-certificate",issuer_name="letsencrypt"`;
export const proxyCertificate = (resource: string): string => `istio_agent_cert_expiry_seconds{resource_name="${resource}",namespace="shop",pod="cart-v1"}`;

const clusterState = `job="cluster-state",instance="10.244.0.9:15020"`;

/** How many pods a StatefulSet should have, and how many are ready. */
export const statefulSet = (namespace: string, name: string, wanted: number, ready: number): Series => ({
  [`kube_statefulset_replicas{namespace="${namespace}",statefulset="${name}",${clusterState}}`]: stays(wanted),
  [`kube_statefulset_status_replicas_ready{namespace="${namespace}",statefulset="${name}",${clusterState}}`]: stays(ready),
});

/** The same of a Deployment. */
export const deployment = (namespace: string, name: string, wanted: number, ready: number | string): Series => ({
  [`kube_deployment_spec_replicas{namespace="${namespace}",deployment="${name}",${clusterState}}`]: stays(wanted),
  [`kube_deployment_status_replicas_ready{namespace="${namespace}",deployment="${name}",${clusterState}}`]: typeof ready === "number" ? stays(ready) : ready,
});
export const everyJob = (but?: string): Series =>
  Object.fromEntries(["mesh-pods", "cluster-state", "cert-manager", "istiod"].filter((job) => job !== but).map((job) => [`up{job="${job}",instance="10.244.0.9:15020",namespace="n",pod="p"}`, stays(1)]));
