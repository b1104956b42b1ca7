import { Chapter } from "../claim";
import { http } from "../questions/http";

const strict = "PeerAuthentication istio-system/default";
const access = "AuthorizationPolicy orders/orders-access";
const orders = "http://orders.orders.svc.cluster.local/orders/1";

/** What a pod takes: calls under a certificate of the mesh, and the kubelet's probes by its agent. */
export const strictMutualTls: Chapter = {
  title: "Strict mutual TLS",
  claims: [
    {
      id: "strict-sidecar",
      claims: "a call from one sidecar to another gets through, and the app's proxy knows who calls",
      question: http(`front → GET ${orders}`, { from: "front-v1-0", url: orders }),
      expected: { status: 200, caller: "spiffe://cluster.local/ns/front/sa/front" },
      restsOn: [strict, access],
    },
    {
      id: "strict-plain-service",
      claims: "a call in plain text from outside of the mesh is cut off",
      question: http(`a pod without a proxy → GET ${orders}`, { from: "legacy", url: orders }),
      expected: { status: "closed" },
      restsOn: [strict],
    },
    {
      id: "strict-plain-pod",
      claims: "so is one to the pod itself",
      question: http("a pod without a proxy → GET http://<pod of orders>:8080/orders/1", (world) => ({ from: "legacy", url: `http://${world.place("orders-v1-0").address}:8080/orders/1` })),
      expected: { status: "closed" },
      restsOn: [strict],
    },
    {
      id: "strict-no-certificate",
      claims: "so is one by TLS without a certificate of the mesh",
      question: http("a pod without a proxy → GET https://<pod of orders>:8080/orders/1", (world) => ({ from: "legacy", url: `https://${world.place("orders-v1-0").address}:8080/orders/1` })),
      expected: { status: "closed" },
      restsOn: [strict],
      unbroken: "were TLS not the proxy's, the app would get the handshake, and it speaks none",
    },
    {
      id: "probe-rewritten",
      claims: "the kubelet's probe passes: it goes to the agent, which asks the app",
      question: http("node → GET http://<pod of orders>:15020/app-health/orders/readyz", (world) => ({ from: "node", url: `http://${world.place("orders-v1-0").address}:15020/app-health/orders/readyz` })),
      expected: { status: 200 },
      restsOn: ["Deployment orders/orders-v1"],
    },
    {
      id: "probe-direct",
      claims: "a probe that were not rewritten would be cut off",
      question: http("node → GET http://<pod of orders>:8080/healthz", (world) => ({ from: "node", url: `http://${world.place("orders-v1-0").address}:8080/healthz` })),
      expected: { status: "closed" },
      restsOn: [strict],
    },
  ],
  mutations: [
    { claims: ["strict-plain-service", "probe-direct"], what: "the mesh takes plain text as well", changes: [{ object: strict, at: ["spec", "mtls", "mode"], value: "PERMISSIVE" }], expected: { status: 403 } },
    { claims: ["strict-plain-pod"], what: "nothing is said of mutual TLS", changes: [{ object: strict }], expected: { status: 403 } },
    { claims: ["probe-rewritten"], what: "the pod does not have its probes rewritten", changes: [{ object: "Deployment orders/orders-v1", at: ["spec", "template", "metadata", "annotations"], value: { "sidecar.istio.io/rewriteAppHTTPProbers": "false" } }], expected: { status: 400 } },
    { claims: ["strict-sidecar"], what: "orders allows nobody", changes: [{ object: access }], expected: { status: 403 } },
  ],
};
