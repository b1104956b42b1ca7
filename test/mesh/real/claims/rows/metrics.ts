import { Chapter, Claim } from "../claim";
import { http } from "../questions/http";
import { query } from "../questions/metrics";

const strict = "PeerAuthentication istio-system/default";
const allowance = "AuthorizationPolicy metered/metered-metrics";
const service = "Service metered/metered";
const prometheus = "prometheus-server-0";
const annotations = ["spec", "template", "metadata", "annotations"];

const up = (job: string, namespace: string): string => `up{job="${job}",namespace="${namespace}"}`;
const secure = "kubernetes-pods-istio-secure";

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
    { id: "metrics-proxies", claims: "every proxy of the mesh is read by the job mesh-pods", question: query(`min(up{job="mesh-pods"})`), expected: { series: 1, least: 1 }, restsOn: ["Deployment merged/merged-v1"] },
    { id: "metrics-proxy", claims: "what a proxy counts is read", question: query(`envoy_server_live{job="mesh-pods",namespace="merged"}`), expected: { series: 1, least: 1 }, restsOn: ["Deployment merged/merged-v1"] },
    { id: "metrics-merged", claims: "an app's own metrics come with those of its proxy, with the pod's labels", question: query(`lab_asked_total{job="mesh-pods",namespace="merged",app="merged",version="v1",pod="merged-v1-0"}`), expected: { series: 1, least: { least: 1, most: 1e9 } }, restsOn: ["Deployment merged/merged-v1"] },
    { id: "metrics-secure", claims: "an app that keeps its metrics to itself is read with the certificate that the agent wrote", question: query(up(secure, "metered")), expected: { series: 1, least: 1 }, restsOn: [strict, allowance, service] },
    { id: "metrics-secure-value", claims: "and its metrics are there", question: query(`lab_asked_total{job="${secure}",namespace="metered",app="metered",pod="metered-v1-0"}`), expected: { series: 1, least: { least: 1, most: 1e9 } }, restsOn: [allowance, service] },
    { id: "metrics-once", claims: "once, and not by its proxy besides", question: query(`lab_asked_total{namespace="metered",job!="${secure}"}`), expected: { series: 0 }, restsOn: ["Deployment metered/metered-v1"] },
    { id: "metrics-istiod", claims: "istiod is read", question: query(up("istiod", "istio-system")), expected: { series: 1, least: 1 }, restsOn: ["Deployment istio-system/istiod"] },
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
    { claim: "metrics-merged", what: "the pod does not say that it has metrics", changes: [{ object: "Deployment merged/merged-v1", at: [...annotations, "prometheus.io/scrape"] }] },
    { claim: "metrics-once", what: "the pod does not keep its proxy from reading them", changes: [{ object: "Deployment metered/metered-v1", at: [...annotations, "prometheus.istio.io/merge-metrics"] }] },
    { claim: "metrics-secure", what: "Prometheus is not let in", changes: [{ object: allowance }] },
    { claim: "metrics-secure", what: "it is let in for another path", changes: [{ object: allowance, at: ["spec", "rules", 0, "to", 0, "operation", "paths"], value: ["/other"] }] },
    { claim: "metrics-secure", what: "the port of the Service is not named as HTTP", changes: [{ object: service, at: ["spec", "ports", 1, "name"], value: "metrics" }] },
    { claim: "metrics-plain", what: "the mesh takes plain text as well", changes: [{ object: strict, at: ["spec", "mtls", "mode"], value: "PERMISSIVE" }] },
    { claim: "metrics-caller", what: "every account is let in", changes: [{ object: allowance, at: ["spec", "rules", 0, "from"] }] },
  ],
};
