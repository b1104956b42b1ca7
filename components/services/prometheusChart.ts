import { ChartDeclaration } from "../shared/chart";
import { imageParts, ImageParts, ImageSource } from "../shared/images";
import { Placement, placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { Image, images } from "../shared/versions";
import { certificatesPath, clusterState, PodJob, podJobs } from "./prometheusJobs";
import { alerts } from "./prometheusRules/alerts";
import { recordings } from "./prometheusRules/recordings";
import { RuleGroup } from "./prometheusRules/rule";

/** An image as the chart takes it: the registry is part of the repository. */
interface ChartImage {
  readonly repository: string;
  readonly tag: string;
}

interface Resources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
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
    readonly extraVolumes: readonly { readonly name: string; readonly emptyDir: { readonly medium: "Memory"; readonly sizeLimit: string } }[];
    readonly extraVolumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: true }[];
    readonly enableServiceLinks: false;
    readonly securityContext: typeof restrictedPod;
    readonly containerSecurityContext: typeof restrictedContainer;
    readonly resources: Resources;
  };
  readonly configmapReload: {
    readonly prometheus: { readonly image: ChartImage; readonly containerSecurityContext: typeof restrictedContainer; readonly resources: Resources };
  };
  readonly scrapeConfigs: Readonly<Record<string, { readonly enabled: false } | PodJob>>;
  readonly serverFiles: Readonly<Record<"recording_rules.yml" | "alerting_rules.yml", { readonly groups: readonly RuleGroup[] }>>;
  readonly alertmanager: { readonly enabled: false };
  readonly "kube-state-metrics": Placement & {
    readonly enabled: true;
    readonly image: ImageParts;
    readonly collectors: readonly string[];
    readonly metricLabelsAllowlist: readonly string[];
    readonly podAnnotations: Readonly<Record<string, string>>;
    readonly resources: Resources;
  };
  readonly "prometheus-node-exporter": { readonly enabled: false };
  readonly "prometheus-pushgateway": { readonly enabled: false };
}

/** The chart calls everything of the server `<release>-server`; the release is `prometheus`. */
export const serviceName = "prometheus-server";

/** The port on which the server listens; its Service has it as port 80. */
export const serverPort = 9090;

/** What the release makes. */
export const prometheusDeclaration = {
  services: {
    [serviceName]: { ports: { http: { port: 80, targetPort: serverPort } } },
    "prometheus-kube-state-metrics": { ports: { http: { port: 8080, targetPort: 8080 } } },
  },
  workloads: {
    [serviceName]: {
      kind: "Deployment",
      podLabels: { "app.kubernetes.io/component": "server", "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" },
      serviceAccount: serviceName,
    },
    "prometheus-kube-state-metrics": { kind: "Deployment", podLabels: clusterState.labels, serviceAccount: "prometheus-kube-state-metrics" },
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

/** The volume in which the server's proxy keeps its certificate for it. */
const certificates = "istio-certs";

/** Where the proxy writes it: the folder of its own that Istio's documentation names. */
const writtenTo = "/etc/istio-output-certs";

// An empty list of ranges: what the pod calls goes past its proxy. What calls the pod still comes through it.
// https://istio.io/latest/docs/reference/config/annotations/
const callsPastProxy = { "traffic.sidecar.istio.io/includeOutboundIPRanges": "" } as const;

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
      // The proxy writes its certificate where the server can read it, and again each time that it gets a new one. It makes the files
      // readable to other users, as which the server runs: https://github.com/istio/istio/pull/31531
      podAnnotations: {
        ...callsPastProxy,
        "proxy.istio.io/config": `proxyMetadata:\n  OUTPUT_CERTS: ${writtenTo}\n`,
        "sidecar.istio.io/userVolumeMount": JSON.stringify([{ name: certificates, mountPath: writtenTo }]),
      },
      extraVolumes: [{ name: certificates, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }],
      extraVolumeMounts: [{ name: certificates, mountPath: certificatesPath, readOnly: true }],
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
    scrapeConfigs: { ...Object.fromEntries(chartJobs.map((job) => [job, off])), ...podJobs },
    serverFiles: { "recording_rules.yml": { groups: recordings }, "alerting_rules.yml": { groups: alerts } },
    alertmanager: off,
    // What the cluster thinks of its workloads: whether they are ready. The chart lets it read the kinds that it is asked for, and no other.
    "kube-state-metrics": {
      enabled: true,
      image: imageParts(images.kubeStateMetrics, args.images),
      collectors: ["deployments", "horizontalpodautoscalers", "statefulsets"],
      // What an autoscaler's pods are called in the recorded series.
      metricLabelsAllowlist: ["horizontalpodautoscalers=[app,version]"],
      podAnnotations: { ...callsPastProxy, "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
      ...placements.user,
    },
    "prometheus-node-exporter": off,
    "prometheus-pushgateway": off,
  };
}

function chartImage(image: Image, source: ImageSource): ChartImage {
  const { registry, repository, tag } = imageParts(image, source);
  return { repository: `${registry}/${repository}`, tag };
}
