import { isRecord, merge, Properties, reveal, Secret, UNKNOWN } from "../simulator/engine/values";
import type { Registered } from "./stack";

/** The version by whose types policies name the kinds of Kubernetes' own groups; in the others they have the same fields, as far as policies read them. */
const versions: Readonly<Record<string, string>> = {
  core: "v1",
  apps: "v1",
  batch: "v1",
  policy: "v1",
  autoscaling: "v2",
  "networking.k8s.io": "v1",
  "rbac.authorization.k8s.io": "v1",
  "storage.k8s.io": "v1",
  "apiextensions.k8s.io": "v1",
};
/** A kind of a version of one's own choice, in the package that `pulumi package add azure-native <module> <version>` makes, or in the module of an older SDK. */
const azureVersion = /^azure-native(?:_\w+)?:([^:/]+)(?:\/v\w+)?:(.+)$/;
const kubernetesVersion = /^kubernetes:([^:/]+)\/[^:]+:(.+)$/;

/** The type without the API version that a program has chosen, as policies name it. */
export function plainType(type: string): string {
  const [, module, azureKind] = azureVersion.exec(type) ?? [];
  if (module !== undefined && azureKind !== undefined) return `azure-native:${module}:${azureKind}`;
  const [, group = "", kind] = kubernetesVersion.exec(type) ?? [];
  const version = versions[group];
  return version === undefined || kind === undefined ? type : `kubernetes:${group}/${version}:${kind}`;
}

/**
 * What a resource is to policies: an object whatever its version, a patch as a part of what it patches, a list as the objects in it, each
 * with the list's URN.
 *
 * @source https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export function seenAs(resource: Registered): readonly Registered[] {
  const type = plainType(resource.type);
  if (!resource.custom || !type.startsWith("kubernetes:")) return [{ ...resource, type }];
  // A kind of one's own may be called so too.
  const isOwnKind = type.endsWith(`:${String(resource.inputs["kind"])}`);
  if (type.endsWith("Patch") && !isOwnKind) return [{ ...resource, type: type.slice(0, -"Patch".length), isPatch: true }];
  const given = { ...resource.inputs, ...resource.outputs };
  if (!type.endsWith("List") || !("items" in given)) return [{ ...resource, type }];
  const items = merge(resource.inputs["items"], given["items"]);
  return objectsIn(items).map((inputs) => ({ ...resource, type: typeOf(inputs) ?? type.slice(0, -"List".length), inputs, outputs: {} }));
}

/** The objects of a list; where one is not known, all that it says is not. */
function objectsIn(value: unknown): Properties[] {
  if (value instanceof Secret) return objectsIn(value.value).map((object) => Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, new Secret(inner)])));
  if (Array.isArray(value)) return value.flatMap((item) => objectsIn(item));
  if (value === UNKNOWN) return [{ metadata: UNKNOWN, spec: UNKNOWN }];
  return isRecord(value) ? [value] : [];
}

/** The type of an object that names its own. */
function typeOf(object: Properties): string | undefined {
  const { apiVersion, kind } = reveal({ apiVersion: object["apiVersion"], kind: object["kind"] }) as Properties;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  return plainType(`kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`);
}
