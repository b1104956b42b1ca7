import { kindOf, namespaceOf, objectName } from "../answers/kubernetes";
import { isRecord } from "../engine/values";
import { Reading, Resource } from "../resource";
import { clusterType } from "../rules/agentPool";
import { first, Rule } from "../rules/rule";
import { World } from "../world";

const everything = ["kubernetes:*"];
const names = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const labels = "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/";
const namespaceType = "kubernetes:core/v1:Namespace";

const label1123 = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const label1035 = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelKey = /^((?=.{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Kinds whose name must be a label, for names of DNS are made of it. */
const nameForms: Readonly<Record<string, readonly [form: RegExp, what: string]>> = {
  Namespace: [label1123, "a lowercase RFC 1123 label"],
  Service: [label1035, "a DNS-1035 label"],
};

/** Objects of role-based access control are named by any segment of a path. */
const freelyNamed = /^(Cluster)?Role(Binding)?$/;

/** Namespaces that every cluster has. */
const builtInNamespaces = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/** An object's words for itself, as the API server puts them before a refusal. */
function invalid(resource: Resource, message: string): string {
  const { apiVersion, kind } = kindOf(resource.type);
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind}${group} "${objectName(resource)}" is invalid: ${message}`;
}

/** Where an object has labels: its own, those of pods that it makes, and those that it chooses pods by. */
const labelPaths = ["metadata.labels", "spec.template.metadata.labels", "spec.jobTemplate.spec.template.metadata.labels", "spec.selector.matchLabels", "spec.podSelector.matchLabels"];
const peerPaths = ["podSelector.matchLabels", "namespaceSelector.matchLabels"];

function labelMaps(resource: Resource): Readonly<Record<string, string>>[] {
  const peers = ["ingress", "egress"].flatMap((side) => resource.items(`spec.${side}`)).flatMap((rule) => [...rule.items("from"), ...rule.items("to")]);
  // A Service and a Gateway name labels without `matchLabels`.
  const plain = resource.has("spec.selector.matchLabels") ? [] : [resource.map("spec.selector")];
  return [...labelPaths.map((path) => resource.map(path)), ...plain, ...peers.flatMap((peer) => peerPaths.map((path) => peer.map(path)))];
}

/** The objects that say the same kind, namespace and name to the same cluster. */
function twinOf(resource: Resource, world: World): Resource | undefined {
  const [namespace, name] = [namespaceOf(resource), objectName(resource)];
  return world.of(resource.type).find((other) => other.provider === resource.provider && objectName(other) === name && namespaceOf(other) === namespace);
}

/** Tells whether something that a resource waits for makes a namespace: an object, or a Helm release that is asked to. */
function makes(needed: Resource, namespace: string): boolean {
  if (needed.type === namespaceType) return objectName(needed) === namespace;
  return needed.type === "kubernetes:helm.sh/v3:Release" && needed.is("createNamespace", true) && needed.is("namespace", namespace);
}

export const objects: readonly Rule[] = [
  {
    id: "kubernetes-name",
    types: everything,
    source: names,
    check(resource) {
      const { kind } = kindOf(resource.type);
      const name = resource.text("metadata.name");
      if (name === undefined || freelyNamed.test(kind)) return undefined;
      const [form, what] = nameForms[kind] ?? [subdomain, "a lowercase RFC 1123 subdomain"];
      return form.test(name) ? undefined : invalid(resource, `metadata.name: Invalid value: "${name}": ${what} must consist of lower case letters, digits and '-'`);
    },
  },
  {
    id: "kubernetes-label",
    types: everything,
    source: labels,
    check: (resource) =>
      first(labelMaps(resource), (map) => {
        const wrong = Object.entries(map).find(([key, value]) => !labelKey.test(key) || !labelValue.test(value));
        return wrong && invalid(resource, `metadata.labels: Invalid value: "${wrong.join("=")}": a label's name and value have at most 63 letters, digits, '-', '_' and '.'`);
      }),
  },
  {
    id: "kubernetes-annotation-key",
    types: everything,
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
    check(resource) {
      const annotations = resource.get("metadata.annotations");
      const wrong = isRecord(annotations) ? Object.keys(annotations).find((key) => !labelKey.test(key.toLowerCase())) : undefined;
      return wrong && invalid(resource, `metadata.annotations: Invalid value: "${wrong}": name part must be at most 63 letters, digits, '-', '_' and '.'`);
    },
  },
  {
    id: "kubernetes-exists",
    types: everything,
    source: names,
    check(resource, world) {
      if (resource.type.startsWith("kubernetes:helm.sh/") || resource.lacks("metadata.name")) return undefined;
      const twin = resource.text("metadata.name") === undefined ? undefined : twinOf(resource, world);
      return twin && `${kindOf(resource.type).kind} "${objectName(resource)}" already exists: ${twin.name} has the same kind, namespace and name`;
    },
  },
  {
    id: "helm-release-exists",
    types: ["kubernetes:helm.sh/v3:Release"],
    source: "https://helm.sh/docs/helm/helm_install/",
    check(resource, world) {
      const twin = world.of(resource.type).find((other) => ["name", "namespace"].every((path) => resource.text(path) !== undefined && resource.text(path) === other.text(path)) && other.provider === resource.provider);
      return twin && "cannot re-use a name that is still in use";
    },
  },
  {
    id: "kubernetes-namespace",
    types: everything,
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
    check(resource, world) {
      const namespace = namespaceOf(resource);
      if (namespace === undefined || builtInNamespaces.has(namespace) || (resource.is("createNamespace", true) && resource.is("namespace", namespace))) return undefined;
      // A program that does not make the cluster may well find the namespace there.
      const decides = world.of(clusterType).length > 0 || world.of(namespaceType).some((candidate) => makes(candidate, namespace));
      const there = world.neededBy(resource).some((needed) => makes(needed, namespace));
      return decides && !there ? `namespaces "${namespace}" not found: let the object depend on what makes its namespace` : undefined;
    },
  },
  {
    id: "service-port-names",
    types: ["kubernetes:core/v1:Service"],
    source: "https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services",
    check(service) {
      const ports = service.items("spec.ports");
      if (ports.length < 2) return undefined;
      if (ports.some((port) => port.lacks("name"))) return invalid(service, "spec.ports: Required value: every port of several needs a name");
      const names = ports.map((port) => port.text("name")).filter((name) => name !== undefined);
      return new Set(names).size < names.length ? invalid(service, "spec.ports: Duplicate value: two ports have one name") : undefined;
    },
  },
  {
    id: "service-selector",
    types: ["kubernetes:core/v1:Service"],
    level: "warning",
    source: "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
    check: (service) =>
      service.isNot("spec.type", "ExternalName") && (service.lacks("spec.selector") || (isRecord(service.get("spec.selector")) && Object.keys(service.get("spec.selector") as object).length === 0))
        ? invalid(service, "spec.selector: a Service without a selector has no endpoints of its own")
        : undefined,
  },
  {
    id: "autoscaler-range",
    types: ["kubernetes:autoscaling/v2:HorizontalPodAutoscaler"],
    source: "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/",
    check: (autoscaler) =>
      (autoscaler.number("spec.minReplicas") ?? 1) > (autoscaler.number("spec.maxReplicas") ?? Infinity)
        ? invalid(autoscaler, "spec.maxReplicas: Invalid value: must be greater than or equal to `minReplicas`")
        : undefined,
  },
  {
    id: "disruption-budget-both",
    types: ["kubernetes:policy/v1:PodDisruptionBudget"],
    source: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    check: (budget) =>
      budget.has("spec.minAvailable") && budget.has("spec.maxUnavailable") ? invalid(budget, "spec: Invalid value: minAvailable and maxUnavailable cannot be both set") : undefined,
  },
];

/** The pods that an object makes: where their spec stands in it. Nothing for an object that makes none. */
function podSpecPath(kind: string): string | undefined {
  switch (kind) {
    case "Pod":
      return "spec";
    case "CronJob":
      return "spec.jobTemplate.spec.template.spec";
    case "DaemonSet":
    case "Deployment":
    case "Job":
    case "ReplicaSet":
    case "ReplicationController":
    case "StatefulSet":
      return "spec.template.spec";
    default:
      return undefined;
  }
}

/** The spec of the pods that an object makes. */
export function podSpecOf(resource: Resource): Reading | undefined {
  const path = podSpecPath(kindOf(resource.type).kind);
  return path === undefined ? undefined : resource.part(path);
}

/** All containers of a pod, those that run before it too. */
export function containersOf(pod: Reading): Reading[] {
  return [...pod.items("initContainers"), ...pod.items("containers")];
}

/** A rule for the pods that an object makes. */
export function podRule(id: string, source: string, check: (pod: Reading, resource: Resource, world: World) => string | undefined): Rule {
  return {
    id,
    types: ["apps/v1:Deployment", "apps/v1:StatefulSet", "apps/v1:DaemonSet", "apps/v1:ReplicaSet", "core/v1:ReplicationController", "batch/v1:Job", "batch/v1:CronJob", "core/v1:Pod"].map((type) => `kubernetes:${type}`),
    source,
    check(resource, world) {
      const pod = podSpecOf(resource);
      const message = pod && check(pod, resource, world);
      return message && invalid(resource, message);
    },
  };
}
