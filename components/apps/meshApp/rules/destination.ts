import { ArgumentRule } from "../../../shared/argumentRule";
import { durationMs } from "../../../shared/duration";
import { defaultOutliers } from "../destination";
import { destinationRule, TrafficSettings, wholeNumbers } from "./trafficSettings";

const most = 2 ** 31 - 1;
const token = /^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/;

/** Rules about connections, pods that are left out, and sessions. */
export const destinationRules: readonly ArgumentRule<TrafficSettings>[] = [
  {
    id: "connections-none",
    source: `${destinationRule}#ConnectionPoolSettings`,
    check: ({ traffic: { connections } }) => (connections !== undefined && Object.values(connections).every((value) => value === undefined) ? [{ path: "connections", message: "limits nothing", allowed: "one limit at least", fix: "Add one, or leave out `connections`." }] : []),
  },
  {
    id: "connection-numbers",
    source: `${destinationRule}#ConnectionPoolSettings`,
    check: ({ traffic: { connections } }) => {
      const { max, maxPendingRequests, maxRequests, maxRequestsPerConnection } = connections ?? {};
      return wholeNumbers({ "connections.max": max, "connections.maxPendingRequests": maxPendingRequests, "connections.maxRequests": maxRequests, "connections.maxRequestsPerConnection": maxRequestsPerConnection }, 1, most);
    },
  },
  {
    id: "outlier-numbers",
    source: `${destinationRule}#OutlierDetection`,
    check: ({ traffic: { outliers } }) => [...wholeNumbers({ "outliers.consecutive5xx": outliers?.consecutive5xx }, 1, most), ...wholeNumbers({ "outliers.maxEjectedPercent": outliers?.maxEjectedPercent }, 1, 100)],
  },
  {
    id: "outliers-of-few-pods",
    source: "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/outlier_detection.proto",
    check: ({ app, traffic: { outliers } }) => {
      const percent = outliers && (outliers.maxEjectedPercent ?? defaultOutliers.maxEjectedPercent);
      if (percent === undefined || percent < 1) return [];
      return Object.entries(app.versions)
        .filter(([, { pods }]) => (pods * percent) / 100 < 1)
        .map(([version, { pods }]) => ({ path: "outliers.maxEjectedPercent", message: "is less than a pod, so that none would ever be left out", given: `${percent} % of the ${pods} of ${version}`, allowed: `${Math.ceil(100 / pods)} % at least`, fix: `Raise it, or replicas.min of ${version}.` }));
    },
  },
  {
    id: "affinity-kind",
    source: `${destinationRule}#LoadBalancerSettings-ConsistentHashLB`,
    check: ({ traffic: { affinity } }) => {
      const kinds = ["cookie", "header", "sourceIp"].filter((kind) => affinity !== undefined && kind in affinity);
      return kinds.length > 1 ? [{ path: "affinity", message: "goes by more than one thing", given: kinds.join(" and "), allowed: "cookie, header or sourceIp" }] : [];
    },
  },
  {
    id: "affinity-cookie",
    source: "https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1",
    check: ({ traffic: { affinity } }) =>
      affinity !== undefined && "cookie" in affinity && !token.test(affinity.cookie) ? [{ path: "affinity.cookie", message: "is not a cookie's name", given: JSON.stringify(affinity.cookie), allowed: "letters, digits, `-` and `_`" }] : [],
  },
  {
    id: "affinity-lifetime",
    source: `${destinationRule}#LoadBalancerSettings-ConsistentHashLB-HTTPCookie`,
    check: ({ traffic: { affinity } }) =>
      affinity !== undefined && "cookie" in affinity && !Number.isInteger((durationMs(affinity.lifetime) ?? NaN) / 1000)
        ? [{ path: "affinity.lifetime", message: "is not how long a cookie can last", given: JSON.stringify(affinity.lifetime), allowed: "whole seconds, as 1h or 90s; 0s for as long as the browser runs" }]
        : [],
  },
  {
    id: "affinity-header",
    source: "https://www.rfc-editor.org/rfc/rfc9110#section-5.1",
    check: ({ traffic: { affinity } }) => (affinity !== undefined && "header" in affinity && !token.test(affinity.header) ? [{ path: "affinity.header", message: "is not a header's name", given: JSON.stringify(affinity.header), allowed: "letters, digits and `-`" }] : []),
  },
  {
    id: "affinity-cookie-grpc",
    source: "https://grpc.io/docs/guides/metadata/",
    check: ({ app: { protocol }, traffic: { affinity } }) =>
      affinity !== undefined && "cookie" in affinity && protocol === "grpc" ? [{ path: "affinity.cookie", message: "can't work for gRPC, whose clients keep no cookies", given: affinity.cookie, allowed: "header or sourceIp", fix: "Go by a header that the clients send." }] : [],
  },
];
