import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { partsOf, stackType, urnOf } from "../../simulator/engine/urn";

/** What a resource was and what it is; one of them is absent where it is deleted or new. */
export interface Pair {
  readonly before?: RecordedResource;
  readonly after?: RecordedResource;
}

/**
 * Finds for each resource what it was: the one with its URN, else the one that an alias names, its own or one that comes of its parent's.
 * First come those that are there now, in the order of their plan, then the deleted ones. The stacks themselves are not among them.
 *
 * @source https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/step_generator.go
 */
export function pairsOf(base: Plan, head: Plan): Pair[] {
  const old = new Map(base.resources.map((resource) => [resource.urn, resource]));
  const now = new Map(head.resources.map((resource) => [resource.urn, resource]));
  // What is still there under its own URN is nobody's past.
  const free = new Set([...old.keys()].filter((urn) => !now.has(urn)));
  const renamed = new Map<string, string>();
  const pairs = head.resources.map((after): Pair => {
    const same = old.get(after.urn);
    if (same !== undefined) return { before: same, after };
    const urn = [...(after.aliases ?? []), ...inherited(after, now, renamed)].find((alias) => free.has(alias));
    if (urn === undefined) return { after };
    free.delete(urn);
    renamed.set(after.urn, urn);
    return { before: old.get(urn), after };
  });
  const deleted = base.resources.filter(({ urn }) => free.has(urn)).map((before): Pair => ({ before }));
  return [...pairs, ...deleted].filter(({ before, after }) => (after ?? before)?.type !== stackType);
}

/** The URNs that a resource had if its parent was what an alias of the parent's named. A name that begins with the parent's is taken to have begun with the former one. */
function inherited({ parent, type, name, aliases = [] }: RecordedResource, now: ReadonlyMap<string, RecordedResource>, renamed: ReadonlyMap<string, string>): string[] {
  const former = parent === undefined ? undefined : renamed.get(parent);
  const parentName = parent === undefined ? undefined : now.get(parent)?.name;
  if (former === undefined || parentName === undefined) return [];
  return [{ type, name }, ...aliases.map(partsOf)].map((own) => {
    const { stack, project, name: formerParentName } = partsOf(former);
    const formerName = own.name.startsWith(parentName) ? formerParentName + own.name.slice(parentName.length) : own.name;
    return urnOf({ stack, project, parent: former, type: own.type, name: formerName });
  });
}
