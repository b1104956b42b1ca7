import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The cluster that a provider works in. */
export interface ProviderCluster {
  /** Secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** What stays the same for as long as this is the cluster. */
  readonly clusterId: string;
}

/** A Kubernetes provider for a cluster: the same for the program that makes it and for one that has it from a stack reference. */
export function clusterProvider(name: string, { kubeconfig, clusterId }: ProviderCluster, opts: pulumi.ResourceOptions): k8s.Provider {
  return new k8s.Provider(
    name,
    {
      kubeconfig,
      // No kubeconfig replaces what is inside: neither a changed one, nor one that an update leaves unknown. What a new cluster replaces is
      // for `ClusterTarget`: the engine can't delete what hangs on a provider that is replaced. https://github.com/pulumi/pulumi/issues/14650
      // https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#clusteridentifier_nodejs
      clusterIdentifier: clusterId,
      enableServerSideApply: true,
      // A changed Secret or ConfigMap is updated in its place. Otherwise it is deleted first and made anew, and a pod that starts in
      // between does not find it. What uses one restarts by a checksum among its own annotations.
      enableSecretMutable: true,
      enableConfigMapMutable: true,
    },
    opts,
  );
}
