import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NetworkRule, Pods } from "./peers";

/** The annotation that says why an object allows what the platform denies by default. */
export const reasonAnnotation = "delivery-platform/reason";

/** The annotation that names the hosts outside which a network policy is for: the network itself sees addresses alone. */
export const hostsAnnotation = "delivery-platform/hosts";

/** What a network policy is called, which pods it is for, and what it allows them. */
export interface NetworkPolicyArgs {
  readonly name: string;
  readonly pods: Pods;
  /** Why: it becomes an annotation. */
  readonly reason: string;
  /** The hosts outside the cluster that it is for, where nothing else says so: an annotation. Default: none. */
  readonly hosts?: readonly string[];
  /** Who may call the pods. An empty list denies everyone; left out, the policy says nothing of callers. */
  readonly ingress?: readonly NetworkRule[];
  /** Whom the pods may call. An empty list denies everything; left out, the policy says nothing of what they call. */
  readonly egress?: readonly NetworkRule[];
}

/**
 * A network policy with the reason for it. Policies add up: what one of them allows is allowed.
 *
 * The ports are those of the container, for a Service's port is translated before a policy is asked. The proxy of an injected pod takes
 * connections over inside the pod, behind the policy.
 *
 * @example
 * networkPolicy("dns", { name: "dns", pods: { namespace: "echo" }, reason: "every pod finds others by name", egress: [{ peer: podsOf(clusterDns), ports: [53] }] }, options);
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicy(name: string, args: NetworkPolicyArgs, options: pulumi.CustomResourceOptions): k8s.networking.v1.NetworkPolicy {
  const { pods, hosts, ingress, egress } = args;
  const annotations = { [reasonAnnotation]: args.reason, ...(hosts && { [hostsAnnotation]: hosts.join(" ") }) };
  return new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: { name: args.name, namespace: pods.namespace, annotations },
      spec: {
        podSelector: pods.labels === undefined ? {} : { matchLabels: pods.labels },
        policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
        // The types alone deny: the API server doesn't keep an empty list, and would take the object for another each time it is applied.
        ...(ingress?.length && { ingress: ingress.map((rule) => ({ ...(rule.peer && { from: [rule.peer] }), ports: portsOf(rule) })) }),
        ...(egress?.length && { egress: egress.map((rule) => ({ ...(rule.peer && { to: [rule.peer] }), ports: portsOf(rule) })) }),
      },
    },
    options,
  );
}

function portsOf({ ports, protocols = ["TCP"] }: NetworkRule): k8s.types.input.networking.v1.NetworkPolicyPort[] {
  return ports.flatMap((port) => protocols.map((protocol) => ({ protocol, port })));
}
