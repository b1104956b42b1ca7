import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The cluster that a component puts its objects into. */
export interface ClusterTarget {
  readonly provider: k8s.Provider;
  /**
   * The resource whose deletion takes everything inside with it. Where it is set, a destroy does not delete objects one by one in a
   * cluster that goes anyway. A project that has the cluster from a stack reference leaves it out.
   */
  readonly deletedWith?: pulumi.Resource;
}

/** Options for an object inside a cluster: its parent, the cluster's provider, and what its deletion goes with. */
export function inCluster(parent: pulumi.Resource, cluster: ClusterTarget, options: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
  return { parent, provider: cluster.provider, ...(cluster.deletedWith && { deletedWith: cluster.deletedWith }), ...options };
}
