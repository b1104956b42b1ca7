import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ChartDeclaration } from "./chart";
import { ClusterTarget, inCluster } from "./cluster";
import { Chart } from "./versions";

/** Arguments of `HelmRelease`. */
export interface HelmReleaseArgs<Values extends object> {
  readonly cluster: ClusterTarget;
  readonly chart: Chart;
  /** The release's name in the cluster. Charts name their objects after it, so that it is fixed. */
  readonly releaseName: string;
  /** A namespace that exists: the release does not make it, so that whoever makes it decides its labels. */
  readonly namespace: pulumi.Input<string>;
  /** The values that differ from the chart's own. No secret: Helm stores them in the cluster as they are; name an existing Secret instead. */
  readonly values: Values;
  readonly declares: ChartDeclaration;
  /** How long to wait until everything the chart makes is ready, in minutes. Default: 10. */
  readonly timeoutMinutes?: number;
}

/**
 * One release of a Helm chart at an exact version. It is there when its pods are ready; a failed install or upgrade is rolled back, so that
 * the next update does not find a release stuck in between.
 *
 * @example
 * new HelmRelease("base", {
 *   cluster, chart: charts.istioBase, releaseName: "istio-base", namespace: "istio-system", values: {}, declares: { services: {}, workloads: {} },
 * });
 * @source https://www.pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release/
 */
export class HelmRelease<Values extends object> extends pulumi.ComponentResource {
  readonly releaseName: string;
  /** What the chart makes that others rely on. */
  readonly declares: ChartDeclaration;

  constructor(name: string, args: HelmReleaseArgs<Values>, opts: pulumi.ComponentResourceOptions = {}) {
    super("delivery-platform:shared:HelmRelease", name, {}, opts);
    this.releaseName = args.releaseName;
    this.declares = args.declares;

    new k8s.helm.v3.Release(
      name,
      {
        name: args.releaseName,
        namespace: args.namespace,
        createNamespace: false,
        chart: args.chart.address,
        version: args.chart.version,
        values: { ...args.values },
        atomic: true,
        cleanupOnFail: true,
        timeout: (args.timeoutMinutes ?? 10) * 60,
        maxHistory: 5,
      },
      // A component's own dependencies order its creation but are no edge of its children, which a destroy goes by.
      inCluster(this, args.cluster, { ...(opts.dependsOn !== undefined && { dependsOn: opts.dependsOn }) }),
    );

    this.registerOutputs({ releaseName: this.releaseName, declares: this.declares });
  }
}
