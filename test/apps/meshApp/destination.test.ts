import * as assert from "node:assert/strict";
import { appDestination } from "../../../components/apps/meshApp/destination";
import { AppTraffic } from "../../../components/apps/meshApp/traffic";
import { facts } from "./facts";

const subsets = [{ name: "v1", labels: { version: "v1" } }, { name: "v2", labels: { version: "v2" } }];
const plain = { tls: { mode: "ISTIO_MUTUAL" }, loadBalancer: { simple: "LEAST_REQUEST" } };

describe("the DestinationRule of an app", () => {
  const rows: readonly [what: string, traffic: AppTraffic, policy: object][] = [
    ["speaks the mesh's TLS, to the pod with the least requests under way", {}, plain],
    [
      "limits connections and requests",
      { connections: { max: 100, maxPendingRequests: 10, maxRequests: 200, maxRequestsPerConnection: 1, connectTimeout: "5s" } },
      { ...plain, connectionPool: { tcp: { maxConnections: 100, connectTimeout: "5s" }, http: { http1MaxPendingRequests: 10, http2MaxRequests: 200, maxRequestsPerConnection: 1 } } },
    ],
    ["limits connections alone", { connections: { max: 1 } }, { ...plain, connectionPool: { tcp: { maxConnections: 1 } } }],
    ["limits requests alone", { connections: { maxRequests: 1 } }, { ...plain, connectionPool: { http: { http2MaxRequests: 1 } } }],
    [
      "leaves out pods that fail, up to half of them",
      { outliers: {} },
      { ...plain, outlierDetection: { consecutive5xxErrors: 5, interval: "10s", baseEjectionTime: "30s", maxEjectionPercent: 50, minHealthPercent: 0 } },
    ],
    [
      "leaves out pods as asked",
      { outliers: { consecutive5xx: 1, interval: "1s", ejectionTime: "3m", maxEjectedPercent: 100 } },
      { ...plain, outlierDetection: { consecutive5xxErrors: 1, interval: "1s", baseEjectionTime: "3m", maxEjectionPercent: 100, minHealthPercent: 0 } },
    ],
    ["keeps a client at a pod by a cookie", { affinity: { cookie: "session", lifetime: "1h" } }, { tls: plain.tls, loadBalancer: { consistentHash: { httpCookie: { name: "session", path: "/", ttl: "1h" } } } }],
    ["keeps a client at a pod by a header", { affinity: { header: "x-user" } }, { tls: plain.tls, loadBalancer: { consistentHash: { httpHeaderName: "x-user" } } }],
    ["keeps a client at a pod by its address", { affinity: { sourceIp: true } }, { tls: plain.tls, loadBalancer: { consistentHash: { useSourceIp: true } } }],
  ];
  for (const [what, traffic, trafficPolicy] of rows) {
    it(what, () => assert.deepEqual(appDestination(facts, traffic), { host: "message.guestbook.svc.cluster.local", exportTo: ["*"], trafficPolicy, subsets }));
  }
});
