import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { certManager } from "../mesh/certManagerChart";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { HelmRelease } from "../shared/helmRelease";
import { ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { networkPolicy } from "../shared/networkPolicy";
import { injectedPods, istiod, outside, podsOf, prometheus, proxyMetricsPort } from "../shared/peers";
import { charts } from "../shared/versions";
import { prometheusDeclaration, PrometheusValues, prometheusValues, serverPort, serviceName } from "./prometheusChart";
import { clusterState } from "./prometheusJobs";

/** Arguments of `Prometheus`. */
export interface PrometheusArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** How long metrics are kept, in days: 1 to 365. They go earlier when the disk fills up. */
  readonly retentionDays: number;
  /** The size of its disk, in GiB: 8 to 4095. It can grow later, not shrink. */
  readonly sizeGi: number;
  /** What must be there before its pod: the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

const { namespace } = prometheus;
const workload = prometheusDeclaration.workloads[serviceName];

/**
 * Reads the metrics of every pod of the mesh, every 15 seconds, from the one plain port on which a proxy gives its own together with the
 * app's; that port stands outside mutual TLS. An app that keeps its metrics to itself is read with a certificate of the mesh instead, where
 * `allowScrape` lets it. Each series carries the pod's labels, its `namespace` and its `pod`.
 *
 * It also reads istiod, cert-manager and what the cluster thinks of its workloads, records what apps do per version, and raises alerts. It
 * shows them; it tells nobody.
 *
 * It is itself part of the mesh for those who ask it, so that a policy can say who may. What it calls doesn't go through its proxy: it
 * reads pods by their addresses, which the mesh doesn't know as hosts and would refuse.
 *
 * It is a single pod with a disk of the cluster's own class: while it moves to another node it reads nothing for a minute or two. It has
 * no disruption budget, which with one pod would block every node's upgrade.
 *
 * @example
 * const prometheus = new Prometheus("prometheus", { cluster, images: {}, retentionDays: 15, sizeGi: 32, ready: [istio] });
 * allowAccess("grafana-reads-metrics", { cluster, ...prometheus.called, callers: [grafana], http: [{ methods: ["GET"], paths: ["/api/v1/*"] }] }, { parent, dependsOn: [istio, prometheus.namespace] });
 * @throws ArgumentError when the retention or the size is out of range
 * @source https://istio.io/latest/docs/ops/integrations/prometheus/ and https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus
 */
export class Prometheus extends pulumi.ComponentResource {
  /** Where it answers inside the mesh, as `http://prometheus-server.prometheus.svc.cluster.local`. */
  readonly address: string = `http://${serviceName}.${namespace}.svc.cluster.local`;
  /** Its pods and their port, as `allowAccess` takes them. Nobody may call it by default: it also takes orders, as to load its configuration again. */
  readonly called = { namespace, selector: workload.podLabels, ports: [serverPort] } as const;
  /** Where it runs. */
  readonly namespace: k8s.core.v1.Namespace;

  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:services:Prometheus", name, {}, opts);
    const { cluster } = args;
    const { podLabels } = workload;

    this.namespace = createNamespace(
      `${name}-namespace`,
      { namespace, injected: true, outside: { podLabels, reason: "Prometheus asks the API server which pods there are" } },
      inCluster(this, cluster),
    );
    new HelmRelease<PrometheusValues>(
      `${name}-server`,
      { cluster, chart: charts.prometheus, releaseName: "prometheus", namespace: this.namespace.metadata.name, values: prometheusValues(args), declares: prometheusDeclaration },
      { parent: this, dependsOn: [...args.ready, this.namespace] },
    );
    const inNamespace = inCluster(this, cluster, { dependsOn: this.namespace });
    networkPolicy(
      `${name}-reads`,
      {
        name: "reads",
        pods: { namespace, labels: podLabels },
        reason: "Prometheus reads the metrics of every proxy and of the app behind it, of istiod and of cert-manager",
        egress: [
          { peer: injectedPods, ports: [proxyMetricsPort] },
          { peer: podsOf(istiod.pods), ports: [istiod.ports.metrics] },
          { peer: podsOf({ namespace: certManager.name, labels: certManager.controllerLabels }), ports: [certManager.metricsPort] },
        ],
      },
      inNamespace,
    );
    networkPolicy(
      `${name}-cluster-state`,
      { name: "cluster-state", pods: clusterState, reason: "kube-state-metrics asks the API server whether workloads are ready", egress: [outside] },
      inNamespace,
    );

    this.registerOutputs({ address: this.address, called: this.called, namespace: this.namespace });
  }
}

function problems({ retentionDays, sizeGi }: PrometheusArgs): Problem[] {
  const limits = [
    { path: "retentionDays", value: retentionDays, max: 365, min: 1, unit: "days" },
    // The disks of the cluster's own class are cached, which Azure does for those below 4 TiB alone.
    // https://learn.microsoft.com/azure/virtual-machines/disks-performance
    { path: "sizeGi", value: sizeGi, max: 4095, min: 8, unit: "GiB" },
  ];
  return limits
    .filter(({ value, min, max }) => !Number.isInteger(value) || value < min || value > max)
    .map(({ path, value, min, max, unit }) => ({ path, message: "is out of range", given: String(value), allowed: `a whole number from ${min} to ${max} ${unit}` }));
}
