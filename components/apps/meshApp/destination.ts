import type { IDestinationRule } from "@kubernetes-models/istio/networking.istio.io/v1";
import { AppFacts } from "./facts";
import { AppConnections, AppOutliers, AppTraffic } from "./traffic";

type Spec = NonNullable<IDestinationRule["spec"]>;
type Policy = NonNullable<Spec["trafficPolicy"]>;

/** When a pod is left out, where nothing else is said. */
export const defaultOutliers = { consecutive5xx: 5, interval: "10s", ejectionTime: "30s", maxEjectedPercent: 50 } as const;

/**
 * How an app's pods are called: under the mesh's certificates, by version, with its limits.
 *
 * `tls` is said in full. Left out it would be the same; a block without a mode would switch TLS off and end in 503 from every pod. The versions
 * have no policy of their own, so that they take over all of this one.
 *
 * @source https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export function appDestination(app: AppFacts, { affinity, connections, outliers }: AppTraffic): Spec {
  return {
    host: app.address,
    exportTo: ["*"],
    trafficPolicy: {
      tls: { mode: "ISTIO_MUTUAL" },
      loadBalancer: balancerOf(affinity),
      ...(connections && { connectionPool: poolOf(connections) }),
      ...(outliers && { outlierDetection: outliersOf(outliers) }),
    },
    subsets: Object.keys(app.versions).map((version) => ({ name: version, labels: { version } })),
  };
}

function balancerOf(affinity: AppTraffic["affinity"]): NonNullable<Policy["loadBalancer"]> {
  if (affinity === undefined) return { simple: "LEAST_REQUEST" };
  if ("cookie" in affinity) return { consistentHash: { httpCookie: { name: affinity.cookie, path: "/", ttl: affinity.lifetime } } };
  if ("header" in affinity) return { consistentHash: { httpHeaderName: affinity.header } };
  return { consistentHash: { useSourceIp: true } };
}

function poolOf({ max, connectTimeout, maxPendingRequests, maxRequests, maxRequestsPerConnection }: AppConnections): NonNullable<Policy["connectionPool"]> {
  const tcp = { ...(max !== undefined && { maxConnections: max }), ...(connectTimeout !== undefined && { connectTimeout }) };
  // The first two names speak of one version of HTTP each; both are in force for either.
  const http = {
    ...(maxPendingRequests !== undefined && { http1MaxPendingRequests: maxPendingRequests }),
    ...(maxRequests !== undefined && { http2MaxRequests: maxRequests }),
    ...(maxRequestsPerConnection !== undefined && { maxRequestsPerConnection }),
  };
  return { ...(Object.keys(tcp).length > 0 && { tcp }), ...(Object.keys(http).length > 0 && { http }) };
}

/** Istio's own share is a tenth, which is no pod at all of fewer than ten. */
function outliersOf(outliers: AppOutliers): NonNullable<Policy["outlierDetection"]> {
  return {
    consecutive5xxErrors: outliers.consecutive5xx ?? defaultOutliers.consecutive5xx,
    interval: outliers.interval ?? defaultOutliers.interval,
    baseEjectionTime: outliers.ejectionTime ?? defaultOutliers.ejectionTime,
    maxEjectionPercent: outliers.maxEjectedPercent ?? defaultOutliers.maxEjectedPercent,
    // A version that is half left out keeps its rest: below a share, Envoy would call the bad pods again.
    minHealthPercent: 0,
  };
}
