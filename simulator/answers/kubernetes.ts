import { Created } from "../cloud";
import { Properties } from "../engine/values";
import { Resource } from "../resource";
import { autoName, digits, uuid } from "./answer";

/** Kinds that belong to no namespace. */
const clusterWide = new Set([
  "APIService",
  "ClusterIssuer",
  "ClusterRole",
  "ClusterRoleBinding",
  "CSIDriver",
  "CustomResourceDefinition",
  "GatewayClass",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);

/** The parts of a type such as `kubernetes:apps/v1:Deployment`, with the API version as an object writes it. */
export function kindOf(type: string): { apiVersion: string; kind: string } {
  const [, version = "", kind = ""] = type.split(":");
  return { apiVersion: version.replace(/^core\//, ""), kind };
}

/** The namespace that an object is in, or none for a kind that has none. An object that names none is in `default`. */
export function namespaceOf(resource: Resource): string | undefined {
  const { kind } = kindOf(resource.type);
  if (clusterWide.has(kind)) return undefined;
  const path = kind === "Release" ? "namespace" : "metadata.namespace";
  return resource.lacks(path) ? "default" : resource.text(path);
}

/** The name of an object; without one, what Pulumi's provider would make of the resource's name. */
export function objectName(resource: Resource): string {
  return resource.text("metadata.name") ?? `${resource.name}-${digits(8, resource.urn)}`;
}

/** How a cluster answers to an object, and Helm to a release. */
export function answerKubernetes(resource: Resource): Created {
  const { kind } = kindOf(resource.type);
  if (kind === "Release") return release(resource);
  const namespace = namespaceOf(resource);
  const name = objectName(resource);
  const metadata: Properties = { name, uid: uuid(resource.urn, "uid"), ...(namespace !== undefined && { namespace }) };
  const added = kind === "Service" ? service(resource) : {};
  return { id: namespace === undefined ? name : `${namespace}/${name}`, outputs: { metadata, ...added } };
}

function service(resource: Resource): Properties {
  const [third = 0, fourth = 0] = Buffer.from(digits(4, resource.urn), "hex");
  const spec = resource.is("spec.type", "ExternalName") || resource.is("spec.clusterIP", "None") ? {} : { clusterIP: `192.0.2.${fourth}` };
  if (resource.isNot("spec.type", "LoadBalancer")) return { spec };
  const annotations = resource.map("metadata.annotations");
  const internal = annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] === "true";
  const ip = annotations["service.beta.kubernetes.io/azure-load-balancer-ipv4"] ?? (internal ? `10.255.${third}.${fourth}` : `203.0.113.${fourth}`);
  return { spec, status: { loadBalancer: { ingress: [{ ip }] } } };
}

function release(resource: Resource): Created {
  const name = resource.text("name") ?? autoName(resource);
  const namespace = namespaceOf(resource) ?? "default";
  return {
    id: `${namespace}/${name}`,
    outputs: {
      name,
      namespace,
      status: { name, namespace, revision: 1, status: "deployed", chart: (resource.text("chart") ?? "").split("/").at(-1), version: resource.text("version") ?? "" },
      resourceNames: {},
    },
  };
}
