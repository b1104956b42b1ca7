import { neededUrns, Plan, RecordedResource } from "../../simulator/engine/plan";
import { isRecord, present } from "../../simulator/engine/values";

/** A plan as the picture asks it: resources by type, their known inputs, and what connects two of them. */
export class PlanGraph {
  private readonly byUrn: ReadonlyMap<string, RecordedResource>;

  constructor(private readonly plan: Plan) {
    this.byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  }

  /** The resources of these types, `*` standing for any version: `azure-native:cdn:Route`, `kubernetes:apps/*:Deployment`. */
  ofType(...types: readonly string[]): RecordedResource[] {
    const patterns = types.map((type) => new RegExp(`^${type.replace(/[.$]/g, "\\$&").replace("*", "[^:]*")}$`));
    return this.plan.resources.filter((resource) => patterns.some((pattern) => pattern.test(resource.type)));
  }

  /** The resources whose outputs stand in one input. */
  behind(resource: RecordedResource, property: string): RecordedResource[] {
    return (resource.propertyDependencies?.[property] ?? []).flatMap((urn) => this.byUrn.get(urn) ?? []);
  }

  /** True when one Kubernetes object names the other, or both are about the same pods. */
  refers(a: RecordedResource, b: RecordedResource): boolean {
    return names(a, b) || names(b, a) || samePods(a, b);
  }

  /** The shortest way from one resource to another, each waiting for the next or each for the one before; undefined when neither waits for the other. */
  path(from: RecordedResource, to: RecordedResource): RecordedResource[] | undefined {
    return this.pathOfNeeds(from, to) ?? this.pathOfNeeds(to, from)?.reverse();
  }

  private pathOfNeeds(from: RecordedResource, to: RecordedResource): RecordedResource[] | undefined {
    const paths = [[from]];
    const seen = new Set([from.urn]);
    for (const path of paths) {
      const last = path.at(-1) as RecordedResource;
      if (last.urn === to.urn) return path;
      for (const next of this.needed(last)) {
        if (seen.has(next.urn)) continue;
        seen.add(next.urn);
        paths.push([...path, next]);
      }
    }
    return undefined;
  }

  /** What a resource waits for at once. Its parent is where it is shown, not something it needs. */
  private needed(resource: RecordedResource): RecordedResource[] {
    return neededUrns({ ...resource, parent: undefined }).flatMap((urn) => this.byUrn.get(urn) ?? []);
  }
}

// A picture asks the same inputs thousands of times.
const shown = new WeakMap<object, unknown>();

function shownInputs({ inputs }: RecordedResource): unknown {
  const known = shown.get(inputs) ?? present(inputs);
  shown.set(inputs, known);
  return known;
}

/** The value at a path of the inputs, as `spec.template.spec`; undefined where it is missing, secret or not yet known. */
export function input(resource: RecordedResource, path: string): unknown {
  const value = path.split(".").reduce<unknown>((inner, key) => (isRecord(inner) || Array.isArray(inner) ? (inner as Record<string, unknown>)[key] : undefined), shownInputs(resource));
  return value === "[secret]" || value === "[unknown]" ? undefined : value;
}

/** Text or a number at a path of the inputs, as text. */
export function inputText(resource: RecordedResource, path: string): string | undefined {
  const value = input(resource, path);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** The texts of a list at a path of the inputs. */
export function inputTexts(resource: RecordedResource, path: string): string[] {
  const value = input(resource, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The objects of a list at a path of the inputs. */
export function inputObjects(resource: RecordedResource, path: string): Record<string, unknown>[] {
  const value = input(resource, path);
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The texts in a value, however deep; with a key only those below it. */
export function textsIn(value: unknown, key?: string): string[] {
  if (typeof value === "string") return key === undefined ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, key));
  return isRecord(value) ? Object.entries(value).flatMap(([name, inner]) => textsIn(inner, name === key ? undefined : key)) : [];
}

/** The name in the cluster of the Service that an object is, or that a release brings under its own name. */
export function serviceNameOf(resource: RecordedResource): string | undefined {
  const { name, namespace } = placeOf(resource);
  return name === undefined || namespace === undefined ? undefined : `${name}.${namespace}.svc.cluster.local`;
}

/** Who a workload's pods are in the mesh. The charts call the account as the release. */
export function identityOf(workload: RecordedResource): string | undefined {
  const { name, namespace } = placeOf(workload);
  const account = inputText(workload, "spec.template.spec.serviceAccountName") ?? name;
  return account === undefined || namespace === undefined ? undefined : `cluster.local/ns/${namespace}/sa/${account}`;
}

/** What a Kubernetes object or a release is called, and where. */
function placeOf(resource: RecordedResource): { readonly name: string | undefined; readonly namespace: string | undefined } {
  const at = resource.type.endsWith(":Release") ? "" : "metadata.";
  return { name: inputText(resource, `${at}name`), namespace: inputText(resource, `${at}namespace`) };
}

/** True when a Kubernetes object's text names another: `namespace/name` of a gateway, a Service, who its pods are, or the Secret that it fills. */
function names(by: RecordedResource, named: RecordedResource): boolean {
  const { name, namespace } = placeOf(named);
  if (name === undefined || namespace === undefined) return false;
  const secret = placeOf(by).namespace === namespace ? inputText(named, "spec.secretName") : undefined;
  const called = [`${namespace}/${name}`, serviceNameOf(named), identityOf(named), secret];
  return textsIn(shownInputs(by)).some((text) => called.includes(text));
}

/** True when two objects of one namespace select, or are, the same pods. */
export function samePods(a: RecordedResource, b: RecordedResource): boolean {
  const [first, second] = [podLabels(a), podLabels(b)];
  if (first === undefined || second === undefined || placeOf(a).namespace !== placeOf(b).namespace) return false;
  const within = (some: Labels, all: Labels): boolean => Object.entries(some).every(([key, value]) => all[key] === value);
  return within(first, second) || within(second, first);
}

type Labels = Readonly<Record<string, unknown>>;

const labelPlaces: Readonly<Record<string, string>> = {
  Deployment: "spec.template.metadata.labels",
  StatefulSet: "spec.template.metadata.labels",
  Service: "spec.selector",
  Gateway: "spec.selector",
  AuthorizationPolicy: "spec.selector.matchLabels",
};

/** The labels of the pods that an object makes or selects. */
function podLabels(resource: RecordedResource): Labels | undefined {
  const kind = resource.type.split(":").at(-1) ?? "";
  // What every chart puts on its pods, by Helm's convention: https://helm.sh/docs/chart_best_practices/labels/
  if (kind === "Release") return { "app.kubernetes.io/instance": placeOf(resource).name };
  const labels = input(resource, labelPlaces[kind] ?? "");
  return isRecord(labels) && Object.keys(labels).length > 0 ? labels : undefined;
}
