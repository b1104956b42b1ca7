/** What a pod says to accept a tainted node, in the form of a pod's `tolerations`. */
export interface Toleration {
  readonly key: string;
  readonly operator: "Equal";
  readonly value: string;
  readonly effect: "NoSchedule";
}

/** On which node pool a workload runs: the parts of a pod's spec that decide it. */
export interface Placement {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

const poolLabel = "delivery-platform/pool";

/**
 * The platform's three node pools as a workload asks for them, and as the cluster labels and taints them.
 *
 * - `system`: what the cluster itself needs, and the mesh's control plane. AKS sets the label of its mode on every node.
 *   https://learn.microsoft.com/azure/aks/use-system-pools
 * - `user`: every other workload; not tainted, so that it also takes pods that ask for nothing.
 * - `ingress`: the ingress gateway alone.
 *
 * @example
 * spec: { nodeSelector: placements.ingress.nodeSelector, tolerations: [...placements.ingress.tolerations] }
 */
export const placements = {
  system: {
    nodeSelector: { "kubernetes.azure.com/mode": "system" },
    tolerations: [{ key: "CriticalAddonsOnly", operator: "Equal", value: "true", effect: "NoSchedule" }],
  },
  user: { nodeSelector: { [poolLabel]: "user" }, tolerations: [] },
  ingress: {
    nodeSelector: { [poolLabel]: "ingress" },
    tolerations: [{ key: poolLabel, operator: "Equal", value: "ingress", effect: "NoSchedule" }],
  },
} as const satisfies Record<string, Placement>;

/** The name of one of the platform's node pools. */
export type PoolName = keyof typeof placements;
