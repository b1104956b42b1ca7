import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { isRecord } from "../../simulator/engine/values";
import { podSpecOf } from "../../simulator/kubernetes/objects";
import { eachOf, Policy, PolicyResource } from "../policy";
import { podTypes, types } from "../types";

const internalAnnotation = "service.beta.kubernetes.io/azure-load-balancer-internal";
/** Namespaces that every cluster has, and that are not the program's. */
const builtIn = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** What can be reached from where, in a cluster. */
export const kubernetesNetwork: readonly Policy[] = [
  {
    id: "load-balancer-internal",
    group: "network",
    level: "error",
    title: "A load balancer has a private address.",
    fix: `Set the annotation ${internalAnnotation} to "true", or bring requests in through the gateway.`,
    source: "https://learn.microsoft.com/azure/aks/internal-lb",
    check: eachOf([types.service], (service) => {
      const annotations = service.get("metadata.annotations");
      const known = annotations === undefined || (isRecord(annotations) && typeof annotations[internalAnnotation] !== "symbol");
      return service.is("spec.type", "LoadBalancer") && known && service.map("metadata.annotations")[internalAnnotation] !== "true" ? "The Service gets a public address, past Front Door and its firewall." : undefined;
    }),
  },
  {
    id: "node-port",
    group: "network",
    level: "error",
    title: "No Service opens a port of the nodes.",
    fix: "Take spec.type away, and bring requests in through the gateway.",
    source: "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
    check: eachOf([types.service], (service) => (service.is("spec.type", "NodePort") ? "The Service opens a port of every node, past the mesh's gateway." : undefined)),
  },
  {
    id: "namespace-default-deny",
    group: "network",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "In a namespace, nobody is reached and nobody calls unless a policy allows it.",
    fix: "Add a NetworkPolicy with an empty podSelector, both policyTypes and no rules.",
    source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic",
    check: eachOf([types.namespace], (namespace, stack) => {
      const name = objectName(namespace);
      const policies = stack.ofType(types.networkPolicy).filter((policy) => policy.provider === namespace.provider && [name, undefined].includes(namespaceOf(policy)));
      const missing = ["Ingress", "Egress"].filter((direction) => !policies.some((policy) => denies(policy, direction)));
      return builtIn.includes(name) || missing.length === 0 ? undefined : `No policy denies ${missing.map((direction) => direction.toLowerCase()).join(" and ")} in the namespace by default.`;
    }),
  },
  {
    id: "pod-host-network",
    group: "network",
    level: "error",
    title: "A pod has a network of its own.",
    fix: "Take hostNetwork away.",
    source: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
    check: eachOf(podTypes, (resource) => (podSpecOf(resource)?.is("hostNetwork", true) ? "Its pods use the node's network, where neither network policies nor the mesh see them." : undefined)),
  },
];

/**
 * Whether a policy closes all pods of its namespace in a direction but for the peers that it names: any policy that chooses a pod does. What
 * it says and is not known yet counts as said.
 */
function denies(policy: PolicyResource, direction: string): boolean {
  const selector = policy.get("spec.podSelector");
  const all = selector === undefined || !isRecord(selector) || Object.values(selector).every((part) => isRecord(part) && Object.keys(part).length === 0);
  const named = policy.texts("spec.policyTypes").includes(direction) || (policy.has("spec.policyTypes") && !Array.isArray(policy.get("spec.policyTypes")));
  const [rules, peers] = direction === "Ingress" ? ["spec.ingress", "from"] : ["spec.egress", "to"];
  const open = policy.items(rules).some((rule) => rule.lacks(peers) || (Array.isArray(rule.get(peers)) && rule.list(peers).length === 0));
  return all && !open && (named || (policy.lacks("spec.policyTypes") && direction === "Ingress"));
}
