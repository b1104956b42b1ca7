/** Something that a server warns of, and that is as it should be. */
interface Known {
  /** The object that it warns of, as `EnvoyFilter shop/limits`. */
  readonly of: RegExp;
  readonly says: RegExp;
  readonly reason: string;
}

const known: readonly Known[] = [
  {
    of: /^EnvoyFilter /,
    says: /EnvoyFilter exposes internal implementation details/,
    reason: "Istio warns so of each and every one, and has nothing else for rate limits",
  },
  {
    of: /^AuthorizationPolicy .*(-sign-in|-jwt)$/,
    says: /will deny all traffic to TCP ports under its scope/,
    reason: "that is meant: no port is left out while an app's port changes, and a rule of the policies sees to it that no pod with such a rule has a port that speaks no HTTP",
  },
  {
    of: /istio-cni\/istio-cni-node(-0)?$/,
    says: /container\.apparmor\.security\.beta\.kubernetes\.io\/install-cni.*deprecated/,
    reason: "the chart says it so, and has no value for it",
  },
  {
    of: /^Namespace istio-system$/,
    says: /istiod: allowPrivilegeEscalation/,
    reason: "the pod is the lab's own, which runs istiod as a process",
  },
];

/** True for what is as it should be. */
export function isKnown(of: string, says: string): boolean {
  return known.some((entry) => entry.of.test(of) && entry.says.test(says));
}

/** A pod that may do more than `restricted` allows is in one of these namespaces. */
export const levels: Readonly<Record<string, { readonly level: string; readonly reason: string }>> = {
  "istio-cni": { level: "privileged", reason: "the agent redirects the traffic of every pod of its node, from the node" },
};
