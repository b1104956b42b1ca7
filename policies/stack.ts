import { Plan, RecordedResource } from "../simulator/engine/plan";
import { holdsSecret, isRecord, merge, Properties, reveal, Secret } from "../simulator/engine/values";
import { namespaceOf } from "../simulator/answers/kubernetes";
import { Reading, Resource } from "../simulator/resource";
import { World } from "../simulator/world";
import { seenAs } from "./seenAs";

/** What becomes of a resource when it is taken out of the program. */
export type Lifetime = Pick<RecordedResource, "retainOnDelete" | "deletedWith">;

/** A resource as it was registered; a policy pack is not told of lifetimes. */
export type Registered = Pick<RecordedResource, "urn" | "type" | "name" | "custom" | "parent" | "provider" | "dependencies" | "inputs" | "outputs" | "protect" | "ignoreChanges"> & {
  readonly lifetime?: Lifetime;
  /** True of a patch of what somebody else makes. Default: false. */
  readonly isPatch?: boolean;
};

/** A resource as policies see it: what the program asked for, with what the cloud has answered laid over it. A secret's mark is taken off. */
export class PolicyResource extends Resource {
  readonly custom: boolean;
  readonly parent: string | undefined;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Absent where it is not told, as to a policy pack: then a policy passes over it. */
  readonly lifetime: Lifetime | undefined;
  private readonly marked: Properties;

  constructor(registered: Registered) {
    const marked = merge(registered.inputs, registered.outputs) as Properties;
    super(registered, reveal(marked) as Properties, "", registered.isPatch);
    this.marked = marked;
    this.custom = registered.custom;
    this.parent = registered.parent;
    this.protect = registered.protect === true;
    this.ignoreChanges = registered.ignoreChanges ?? [];
    this.lifetime = registered.lifetime;
  }

  /** True where the value at a path, or something on the way to it or in it, is marked as secret. A policy pack is not told of marks. */
  isSecret(path: string): boolean {
    let value: unknown = this.marked;
    for (const key of path.split(".")) {
      if (value instanceof Secret) return true;
      if (!isRecord(value)) return false;
      value = value[key];
    }
    return holdsSecret(value);
  }
}

/** All resources of a program, for one environment, each as `seenAs` has it. It is a finished world, so that what reads one reads this too. */
export class PolicyStack extends World {
  private readonly known = new Map<string, PolicyResource>();
  private readonly types = new Map<string, readonly PolicyResource[]>();
  private readonly namespaces = new Map<string, ReadonlyMap<string | undefined, readonly PolicyResource[]>>();
  readonly resources: readonly PolicyResource[];

  constructor(
    readonly environment: string,
    registered: readonly Registered[],
  ) {
    // No policy asks who is signed in.
    super({ tenantId: "", subscriptionId: "" });
    this.resources = registered.flatMap(seenAs).map((resource) => new PolicyResource(resource));
    for (const resource of this.resources) {
      this.known.set(resource.urn, resource);
      if (resource.custom) this.add(resource);
      else this.declare(new Reading(resource.properties));
    }
  }

  /** The resources of these types; one that ends with `*` stands for all that begin so. */
  ofType(...types: readonly string[]): PolicyResource[] {
    return types.flatMap((type) => {
      const found = this.types.get(type) ?? this.resources.filter((resource) => (type.endsWith("*") ? resource.type.startsWith(type.slice(0, -1)) : resource.type === type));
      this.types.set(type, found);
      return found;
    });
  }

  /** The objects of these types in a namespace; without one, those of which it is not known. */
  inNamespace(namespace: string | undefined, ...types: readonly string[]): PolicyResource[] {
    return types.flatMap((type) => {
      const found = this.namespaces.get(type) ?? byNamespace(this.ofType(type));
      this.namespaces.set(type, found);
      return found.get(namespace) ?? [];
    });
  }

  /** The resource with a URN. */
  withUrn(urn: string | undefined): PolicyResource | undefined {
    return urn === undefined ? undefined : this.known.get(urn);
  }
}

function byNamespace(objects: readonly PolicyResource[]): Map<string | undefined, PolicyResource[]> {
  const found = new Map<string | undefined, PolicyResource[]>();
  for (const object of objects) {
    const namespace = namespaceOf(object);
    const others = found.get(namespace);
    if (others === undefined) found.set(namespace, [object]);
    else others.push(object);
  }
  return found;
}

/** What policies see of a plan. */
export function stackOf(plan: Plan, environment: string): PolicyStack {
  return new PolicyStack(
    environment,
    plan.resources.map(({ retainOnDelete, deletedWith, ...resource }) => ({ ...resource, lifetime: { retainOnDelete, deletedWith } })),
  );
}
