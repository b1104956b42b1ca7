import { certManager } from "../mesh/certManagerChart";
import { istiod, Pods, prometheus, proxyMetricsPort } from "../shared/peers";

/** One step of a job's `relabel_configs`, as far as the platform uses them. */
interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly action: "keep" | "drop" | "replace" | "labelmap";
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** A job that finds pods. Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */
export interface PodJob {
  readonly kubernetes_sd_configs: readonly [{ readonly role: "pod"; readonly namespaces?: { readonly names: readonly string[] } }];
  readonly metrics_path: string;
  readonly scheme?: "https";
  readonly tls_config?: { readonly ca_file: string; readonly cert_file: string; readonly key_file: string; readonly insecure_skip_verify: boolean };
  readonly enable_http2?: boolean;
  readonly honor_labels?: boolean;
  readonly relabel_configs: readonly Relabelling[];
}

/** Where the server finds the certificate that its proxy keeps for it. */
export const certificatesPath = "/etc/istio-certs";

/** The pods of kube-state-metrics, which comes with the chart. */
export const clusterState: Required<Pods> = {
  namespace: prometheus.namespace,
  labels: { "app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "prometheus" },
};

const meta = (kind: "label" | "annotation", name: string): string => `__meta_kubernetes_pod_${kind}_${name.replace(/[^a-zA-Z0-9]/g, "_")}`;
const annotation = (name: string): string => meta("annotation", name);

/** Istio's injector writes it on each pod that it gives a proxy. */
const injected = annotation("sidecar.istio.io/status");
const asksForScrape = annotation("prometheus.io/scrape");
const merges = annotation("prometheus.istio.io/merge-metrics");

const whileItRuns: Relabelling = { source_labels: ["__meta_kubernetes_pod_phase"], action: "drop", regex: "Pending|Succeeded|Failed" };

// A pod is found once for each port of its containers; with one address for all of them it is one target.
const atPort = (port: number): Relabelling => ({ source_labels: ["__meta_kubernetes_pod_ip"], action: "replace", regex: "(.+)", replacement: `$1:${port}`, target_label: "__address__" });

const podAndNamespace: readonly Relabelling[] = [
  { source_labels: ["__meta_kubernetes_namespace"], action: "replace", target_label: "namespace" },
  { source_labels: ["__meta_kubernetes_pod_name"], action: "replace", target_label: "pod" },
];
const itsLabels: readonly Relabelling[] = [{ action: "labelmap", regex: "__meta_kubernetes_pod_label_(.+)" }, ...podAndNamespace];

/** A job for known pods, that speak of others' namespaces and pods: what they say goes before where they are. */
function jobFor(pods: Pods, port: number, path: string): PodJob {
  return {
    kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [pods.namespace] } }],
    metrics_path: path,
    honor_labels: true,
    relabel_configs: [
      ...Object.entries(pods.labels ?? {}).map(([label, value]): Relabelling => ({ source_labels: [meta("label", label)], action: "keep", regex: value })),
      whileItRuns,
      atPort(port),
      ...podAndNamespace,
    ],
  };
}

/**
 * What Prometheus reads. A proxy is read by `mesh-pods`, and with it the app behind it, which the proxy's agent asks in plain text inside the
 * pod. An app that says no to that is read by `kubernetes-pods-istio-secure` at its own port, with a certificate of the mesh; `mesh-pods` then
 * has the proxy's own metrics alone. So no series comes twice.
 * @source https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export const podJobs: Readonly<Record<string, PodJob>> = {
  "mesh-pods": {
    kubernetes_sd_configs: [{ role: "pod" }],
    metrics_path: "/stats/prometheus",
    relabel_configs: [
      { source_labels: [injected, asksForScrape], action: "keep", regex: ".+;true" },
      // It has a job of its own.
      { source_labels: [meta("label", "app.kubernetes.io/name")], action: "drop", regex: "kube-state-metrics" },
      whileItRuns,
      atPort(proxyMetricsPort),
      ...itsLabels,
    ],
  },
  "kubernetes-pods-istio-secure": {
    kubernetes_sd_configs: [{ role: "pod" }],
    metrics_path: "/metrics",
    scheme: "https",
    tls_config: {
      ca_file: `${certificatesPath}/root-cert.pem`,
      cert_file: `${certificatesPath}/cert-chain.pem`,
      key_file: `${certificatesPath}/key.pem`,
      // A certificate of the mesh names a service account, and no address. The other side checks ours.
      insecure_skip_verify: true,
    },
    // Without it, the handshake offered no protocol, and proxies closed the connection. https://github.com/prometheus/prometheus/issues/9068
    enable_http2: true,
    relabel_configs: [
      { source_labels: [injected, asksForScrape, merges, annotation("prometheus.io/port")], action: "keep", regex: ".+;true;false;[0-9]+" },
      whileItRuns,
      { source_labels: ["__meta_kubernetes_pod_ip", annotation("prometheus.io/port")], action: "replace", regex: "(.+);([0-9]+)", replacement: "$1:$2", target_label: "__address__" },
      { source_labels: [annotation("prometheus.io/path")], action: "replace", regex: "(.+)", target_label: "__metrics_path__" },
      ...itsLabels,
    ],
  },
  "cluster-state": jobFor(clusterState, proxyMetricsPort, "/stats/prometheus"),
  "cert-manager": jobFor({ namespace: certManager.name, labels: certManager.controllerLabels }, certManager.metricsPort, "/metrics"),
  istiod: jobFor(istiod.pods, istiod.ports.metrics, "/metrics"),
};
