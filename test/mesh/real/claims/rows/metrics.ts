import { Chapter, Claim, Expected } from "../claim";
import { http } from "../questions/http";
import { query } from "../questions/metrics";

const strict = "PeerAuthentication istio-system/default";
const allowance = "AuthorizationPolicy metered/metered-metrics";
const service = "Service metered/metered";
const prometheus = "prometheus-server-0";
const annotations = ["spec", "template", "metadata", "annotations"];

const up = (job: string, namespace: string): string => `up{job="${job}",namespace="${namespace}"}`;
const secure = "kubernetes-pods-istio-secure";

/** Prometheus is asked, which has read some time before. */
const read = (id: string, claims: string, promql: string, expected: Expected, restsOn: readonly string[], unbroken?: string): Claim => ({
  id: `metrics-${id}`,
  claims,
  question: query(promql),
  expected,
  restsOn,
  late: "Prometheus reads every two seconds",
  ...(unbroken !== undefined && { unbroken }),
});

const ownJob = "it rests on Prometheus' own configuration, and nothing here changes that";

const plain = (id: string, claims: string, from: string, pod: string, port: number): Claim => ({
  id: `metrics-${id}`,
  claims,
  question: http(`${from === prometheus ? "Prometheus" : from} → GET http://<pod of ${pod}>:${port}/metrics`, (world) => ({ from, url: `http://${world.place(`${pod}-v1-0`).address}:${port}/metrics` })),
  expected: { status: "closed" },
  restsOn: [strict],
});

/** How the platform's Prometheus reads a mesh that takes mutual TLS alone. */
export const metricsRows: Chapter = {
  title: "Metrics",
  claims: [
    read("proxies", "every proxy of the mesh is read by the job mesh-pods", `min(up{job="mesh-pods"})`, { series: 1, least: 1 }, [], ownJob),
    read("proxy", "what a proxy counts is read", `envoy_server_live{job="mesh-pods",namespace="merged"}`, { series: 1, least: 1 }, [], ownJob),
    read("merged", "an app's own metrics come with those of its proxy, with the pod's labels", `lab_asked_total{job="mesh-pods",namespace="merged",app="merged",version="v1",pod="merged-v1-0"}`, { series: 1, least: { least: 1, most: 1e9 } }, ["Deployment merged/merged-v1"]),
    read("secure", "an app that keeps its metrics to itself is read with the certificate that the agent wrote", up(secure, "metered"), { series: 1, least: 1 }, [strict, allowance, service]),
    read("secure-value", "and its metrics are there", `lab_asked_total{job="${secure}",namespace="metered",app="metered",pod="metered-v1-0"}`, { series: 1, least: { least: 1, most: 1e9 } }, [allowance, service]),
    read("once", "once, and not by its proxy besides", `lab_asked_total{namespace="metered",job!="${secure}"}`, { series: 0 }, ["Deployment metered/metered-v1"]),
    read("istiod", "istiod is read", up("istiod", "istio-system"), { series: 1, least: 1 }, [], ownJob),
    plain("plain", "the same without a certificate is cut off", prometheus, "metered", 9102),
    plain("plain-merged", "so is a plain question to an app's own port", prometheus, "merged", 8080),
    {
      id: "metrics-caller",
      claims: "a caller of the app may not ask for its metrics, even where no route leads it to the app's own port",
      question: http("front → GET http://metered.metered.svc.cluster.local:9102/metrics", { from: "front-v1-0", url: "http://metered.metered.svc.cluster.local:9102/metrics" }),
      expected: { status: 403 },
      restsOn: [allowance],
      given: { changes: [{ object: "VirtualService metered/metered" }] },
    },
  ],
  mutations: [
    { claims: ["metrics-merged"], what: "the pod says that it has no metrics", changes: [{ object: "Deployment merged/merged-v1", at: [...annotations, "prometheus.io/scrape"], value: "false" }], expected: { series: 0 } },
    { claims: ["metrics-once"], what: "the pod does not keep its proxy from reading them", changes: [{ object: "Deployment metered/metered-v1", at: [...annotations, "prometheus.istio.io/merge-metrics"] }], expected: { series: 1 } },
    { claims: ["metrics-secure"], what: "Prometheus is not let in", changes: [{ object: allowance }], expected: { series: 1, least: 0 } },
    { claims: ["metrics-secure-value"], what: "Prometheus is not let in, and knows nothing", changes: [{ object: allowance }], expected: { series: 0 } },
    { claims: ["metrics-secure"], what: "it is let in for another path", changes: [{ object: allowance, at: ["spec", "rules", 0, "to", 0, "operation", "paths"], value: ["/other"] }], expected: { series: 1, least: 0 } },
    { claims: ["metrics-secure"], what: "the port of the Service is not named as HTTP", changes: [{ object: service, at: ["spec", "ports", 1, "name"], value: "metrics" }], expected: { series: 1, least: 0 } },
    { claims: ["metrics-plain", "metrics-plain-merged"], what: "the mesh takes plain text as well", changes: [{ object: strict, at: ["spec", "mtls", "mode"], value: "PERMISSIVE" }], expected: { status: 403 } },
    { claims: ["metrics-caller"], what: "every account is let in", changes: [{ object: allowance, at: ["spec", "rules", 0, "from"] }], expected: { status: 200 } },
  ],
};
