import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { isRecord, UNKNOWN } from "../../simulator/engine/values";
import { podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { first } from "../../simulator/rules/rule";
import { eachOf, Policy, PolicyResource } from "../policy";
import { isMostOfInternet } from "../ranges";
import { hasReason } from "../reason";
import { chartTypes, podTypes, types } from "../types";

const pastFrontDoor = "gets a public address, past Front Door and its firewall.";
const onEveryNode = "opens a port of every node, past the mesh's gateway.";
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
    check: eachOf([types.service, ...chartTypes], (resource) => {
      if (resource.type === types.service) return resource.is("spec.type", "LoadBalancer") && !isInternal(resource.get("metadata.annotations")) ? `The Service ${pastFrontDoor}` : undefined;
      const path = serviceIn(resource.get("values"), "values", (service) => service.is("type", "LoadBalancer") && !isInternal(service.get("annotations")));
      return path && `The chart's Service at ${path} ${pastFrontDoor}`;
    }),
  },
  {
    id: "node-port",
    group: "network",
    level: "error",
    title: "No Service opens a port of the nodes.",
    fix: "Take spec.type away, and bring requests in through the gateway.",
    source: "https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport",
    check: eachOf([types.service, ...chartTypes], (resource) => {
      if (resource.type === types.service) return resource.is("spec.type", "NodePort") ? `The Service ${onEveryNode}` : undefined;
      const path = serviceIn(resource.get("values"), "values", (service) => service.is("type", "NodePort"));
      return path && `The chart's Service at ${path} ${onEveryNode}`;
    }),
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
      // One that is patched is another program's to close.
      if (namespace.isPatch || namespace.is("metadata.name", UNKNOWN)) return undefined;
      const policies = stack.ofType(types.networkPolicy).filter((policy) => policy.provider === namespace.provider && [name, undefined].includes(namespaceOf(policy)));
      const missing = ["Ingress", "Egress"].filter((direction) => !policies.some((policy) => denies(policy, direction)));
      return builtIn.includes(name) || missing.length === 0 ? undefined : `No policy denies ${missing.map((direction) => direction.toLowerCase()).join(" and ")} in the namespace by default.`;
    }),
  },
  {
    id: "network-policy-open",
    group: "network",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "A network policy names the peers that it is for, or says why it is for everybody.",
    fix: "Name the peers under from or to; where it is meant for every address, say why in the annotation delivery-platform/reason.",
    source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic",
    check: eachOf([types.networkPolicy], (policy) => {
      const open = hasReason(policy) ? undefined : Object.keys(rulesOf).find((direction) => isOpen(policy, direction));
      return open && `Its rules for ${open.toLowerCase()} are for every address: what denies by default denies nothing beside it.`;
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

/** Where a policy's rules for a direction are, and their peers. */
const rulesOf: Readonly<Record<string, readonly [rules: string, peers: string]>> = { Ingress: ["spec.ingress", "from"], Egress: ["spec.egress", "to"] };

/** Whether a policy lets everybody through in a direction: by a rule without peers, or one whose ranges have most addresses of the Internet. */
function isOpen(policy: PolicyResource, direction: string): boolean {
  const [rules, peers] = rulesOf[direction] ?? ["", ""];
  return policy.items(rules).some((rule) => {
    const none = rule.lacks(peers) || (Array.isArray(rule.get(peers)) && rule.list(peers).length === 0);
    return none || isMostOfInternet(rule.items(peers).flatMap((peer) => peer.text("ipBlock.cidr") ?? []));
  });
}

/** Whether annotations make a load balancer internal, or may do so when they are known. */
function isInternal(annotations: unknown): boolean {
  const value = isRecord(annotations) ? annotations[internalAnnotation] : annotations;
  return value === "true" || typeof value === "symbol";
}

/** The path of the first Service in a chart's values, at any depth, that is so. */
function serviceIn(values: unknown, path: string, is: (service: Reading) => boolean): string | undefined {
  if (!isRecord(values)) return undefined;
  return first(Object.entries(values), ([key, value]) => (/service$/i.test(key) && is(new Reading(value)) ? `${path}.${key}` : serviceIn(value, `${path}.${key}`, is)));
}

/**
 * Whether a policy closes all pods of its namespace in a direction but for the peers that it names: any policy that chooses a pod does. What
 * it says and is not known yet counts as said.
 */
function denies(policy: PolicyResource, direction: string): boolean {
  const selector = policy.get("spec.podSelector");
  const all = selector === undefined || !isRecord(selector) || Object.values(selector).every((part) => part === UNKNOWN || (isRecord(part) && Object.keys(part).length === 0));
  const named = policy.mayList("spec.policyTypes", direction);
  return all && !isOpen(policy, direction) && (named || (policy.lacks("spec.policyTypes") && direction === "Ingress"));
}
