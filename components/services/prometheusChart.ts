import { ChartDeclaration } from "../shared/chart";
import { imageParts, ImageSource } from "../shared/images";
import { proxyMetricsPort } from "../shared/peers";
import { Placement, placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { Image, images } from "../shared/versions";

/** An image as the chart takes it: the registry is part of the repository. */
interface ChartImage {
  readonly repository: string;
  readonly tag: string;
}

interface Resources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** One step of a job's `relabel_configs`, as far as the platform uses them. */
interface Relabelling {
  readonly source_labels?: readonly string[];
  readonly action: "keep" | "drop" | "replace" | "labelmap";
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** A job that finds pods. Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */
interface PodJob {
  readonly kubernetes_sd_configs: readonly { readonly role: "pod" }[];
  readonly metrics_path: string;
  readonly relabel_configs: readonly Relabelling[];
}

/** Values of the `prometheus` chart, as the platform sets them. */
export interface PrometheusValues {
  readonly server: Placement & {
    readonly image: ChartImage;
    readonly global: { readonly scrape_interval: string };
    readonly retention: string;
    readonly retentionSize: string;
    readonly persistentVolume: { readonly enabled: true; readonly size: string };
    readonly podAnnotations: Readonly<Record<string, string>>;
    readonly enableServiceLinks: false;
    readonly securityContext: typeof restrictedPod;
    readonly containerSecurityContext: typeof restrictedContainer;
    readonly resources: Resources;
  };
  readonly configmapReload: {
    readonly prometheus: { readonly image: ChartImage; readonly containerSecurityContext: typeof restrictedContainer; readonly resources: Resources };
  };
  readonly scrapeConfigs: Readonly<Record<string, { readonly enabled: false } | PodJob>>;
  readonly alertmanager: { readonly enabled: false };
  readonly "kube-state-metrics": { readonly enabled: false };
  readonly "prometheus-node-exporter": { readonly enabled: false };
  readonly "prometheus-pushgateway": { readonly enabled: false };
}

/** The chart calls everything of the server `<release>-server`; the release is `prometheus`. */
export const serviceName = "prometheus-server";

/** The port on which the server listens; its Service has it as port 80. */
export const serverPort = 9090;

/** What the release makes. */
export const prometheusDeclaration = {
  services: { [serviceName]: { ports: { http: { port: 80, targetPort: serverPort } } } },
  workloads: {
    [serviceName]: {
      kind: "Deployment",
      podLabels: { "app.kubernetes.io/component": "server", "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" },
      serviceAccount: serviceName,
    },
  },
} as const satisfies ChartDeclaration;

/** The jobs that the chart has switched on: they are for nodes, Services and pods outside the mesh. */
const chartJobs = [
  "kubernetes-api-servers",
  "kubernetes-nodes",
  "kubernetes-nodes-cadvisor",
  "kubernetes-service-endpoints",
  "kubernetes-service-endpoints-slow",
  "kubernetes-services",
  "kubernetes-pods",
  "kubernetes-pods-slow",
  "prometheus-pushgateway",
];

const annotation = (name: string): string => `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;

/** The pods of the mesh: Istio's injector writes these annotations on each that doesn't ask to be left out. */
const meshPods: PodJob = {
  kubernetes_sd_configs: [{ role: "pod" }],
  metrics_path: "/stats/prometheus",
  relabel_configs: [
    { source_labels: [annotation("scrape"), annotation("port")], action: "keep", regex: `true;${proxyMetricsPort}` },
    { source_labels: ["__meta_kubernetes_pod_phase"], action: "drop", regex: "Pending|Succeeded|Failed" },
    // A pod is found once for each port of its containers; with one address for all of them it is one target.
    { source_labels: ["__meta_kubernetes_pod_ip"], action: "replace", regex: "(.+)", replacement: `$1:${proxyMetricsPort}`, target_label: "__address__" },
    { action: "labelmap", regex: "__meta_kubernetes_pod_label_(.+)" },
    { source_labels: ["__meta_kubernetes_namespace"], action: "replace", target_label: "namespace" },
    { source_labels: ["__meta_kubernetes_pod_name"], action: "replace", target_label: "pod" },
  ],
};

/** How much of the disk metrics may take: the rest is for what is being written and put together. */
const usableShare = 0.8;

/** The chart's values for a server with the given retention and disk. */
export function prometheusValues(args: { readonly images: ImageSource; readonly retentionDays: number; readonly sizeGi: number }): PrometheusValues {
  const off = { enabled: false } as const;
  return {
    server: {
      image: chartImage(images.prometheus, args.images),
      // A canary analysis wants fifty points of each series, which with the chart's minute would take the better part of an hour.
      global: { scrape_interval: "15s" },
      retention: `${args.retentionDays}d`,
      retentionSize: `${Math.floor(args.sizeGi * usableShare)}GB`,
      persistentVolume: { enabled: true, size: `${args.sizeGi}Gi` },
      // An empty list of ranges: what the pod calls goes past its proxy. What calls the pod still comes through it.
      // https://istio.io/latest/docs/reference/config/annotations/
      podAnnotations: { "traffic.sidecar.istio.io/includeOutboundIPRanges": "" },
      enableServiceLinks: false,
      securityContext: restrictedPod,
      containerSecurityContext: restrictedContainer,
      resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "2Gi" } },
      ...placements.user,
    },
    configmapReload: {
      prometheus: {
        image: chartImage(images.prometheusReloader, args.images),
        containerSecurityContext: restrictedContainer,
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
      },
    },
    scrapeConfigs: { ...Object.fromEntries(chartJobs.map((job) => [job, off])), "mesh-pods": meshPods },
    alertmanager: off,
    "kube-state-metrics": off,
    "prometheus-node-exporter": off,
    "prometheus-pushgateway": off,
  };
}

function chartImage(image: Image, source: ImageSource): ChartImage {
  const { registry, repository, tag } = imageParts(image, source);
  return { repository: `${registry}/${repository}`, tag };
}
