import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nameWith } from "./nameWith";

/** The cluster that a component puts its objects into. */
export interface ClusterTarget {
  readonly provider: k8s.Provider;
  /**
   * The resource whose deletion takes everything inside with it. Where it is set, a destroy does not delete objects one by one in a
   * cluster that goes anyway, and a new cluster has them all made anew. A project that has the cluster from a stack reference leaves it out.
   */
  readonly deletedWith?: pulumi.Resource;
}

/** Options for an object inside a cluster: its parent, the cluster's provider, and what its deletion goes with. */
export function inCluster(parent: pulumi.Resource, { provider, deletedWith }: ClusterTarget, options: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
  // An object has the same inputs in a new cluster: without `replaceWith` the state would go on to say that it is there.
  return { parent, provider, ...(deletedWith && { deletedWith, replaceWith: [deletedWith] }), ...options };
}

/**
 * The name of an object inside a cluster whose own deletion must run wherever the cluster's does, and before it. It is replaced with the
 * cluster, and so is what has its name from its outputs; `outlivingCluster` are its options.
 */
export function nameInCluster({ deletedWith }: ClusterTarget, name: string): pulumi.Input<string> {
  return deletedWith ? nameWith(deletedWith, name) : name;
}

/** Options for such an object, from those for any other. */
export function outlivingCluster({ deletedWith, replaceWith, ...options }: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return options;
}
