/** Something that a server says against an object, and that is as it should be. */
export interface Known {
  /** The objects that it is said of, for a reader. */
  readonly about: string;
  /** The same for the tests, as `EnvoyFilter shop/limits`. */
  readonly of: RegExp;
  /** A part of what is said. */
  readonly says: string;
  readonly reason: string;
}

/** All that is said, and is meant. */
export const known: readonly Known[] = [
  {
    about: "each EnvoyFilter",
    of: /^EnvoyFilter /,
    says: "EnvoyFilter exposes internal implementation details",
    reason: "Istio warns so of each and every one, and has nothing else for rate limits",
  },
  {
    about: "each AuthorizationPolicy that asks for a sign-in or a token",
    of: /^AuthorizationPolicy .*(-sign-in|-jwt)$/,
    says: "will deny all traffic to TCP ports under its scope",
    reason: "that is meant: no port is left out while an app's port changes, and a rule of the policies sees to it that no pod with such a rule has a port that speaks no HTTP",
  },
  {
    about: "the DaemonSet istio-cni-node and its pods",
    of: /istio-cni\/istio-cni-node(-0)?$/,
    says: "container.apparmor.security.beta.kubernetes.io/install-cni",
    reason: "it says that the annotation is deprecated: the chart writes it, and has no value for it",
  },
  {
    about: "the namespace istio-system",
    of: /^Namespace istio-system$/,
    says: "istiod: allowPrivilegeEscalation",
    reason: "the pod is the lab's own, which runs istiod as a process",
  },
];

/** What of that was said in this run. */
const said = new Set<Known>();

/** True for what is as it should be. */
export function isKnown(of: string, says: string): boolean {
  const entry = known.find((one) => one.of.test(of) && says.includes(one.says));
  if (entry !== undefined) said.add(entry);
  return entry !== undefined;
}

/** What nobody has said in this run. */
export function unsaid(): readonly Known[] {
  return known.filter((entry) => !said.has(entry));
}

/** A pod that may do more than `restricted` allows is in one of these namespaces. */
export const levels: Readonly<Record<string, { readonly level: string; readonly reason: string }>> = {
  "istio-cni": { level: "privileged", reason: "the agent redirects the traffic of every pod of its node, from the node" },
};
