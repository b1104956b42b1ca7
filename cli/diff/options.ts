import { RecordedResource } from "../../simulator/engine/plan";
import { Properties } from "../../simulator/engine/values";

/**
 * The options of a registration that say what becomes of the resource itself. Its dependencies are not among them: they order what is done,
 * and change with everything that another component makes.
 *
 * @param renamed the URNs of before, to those of after
 */
export function optionsOf(resource: RecordedResource, renamed: ReadonlyMap<string, string> = new Map()): Properties {
  const { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges, additionalSecretOutputs, customTimeouts } = resource;
  const now = (urn: string | undefined): string | undefined => (urn === undefined ? undefined : (renamed.get(urn) ?? urn));
  return {
    protect,
    retainOnDelete,
    deleteBeforeReplace,
    ignoreChanges,
    replaceOnChanges,
    additionalSecretOutputs,
    customTimeouts,
    provider: now(providerUrn(resource)),
    deletedWith: now(resource.deletedWith),
    replaceWith: resource.replaceWith?.map((urn) => now(urn)).sort(),
  };
}

/** The URN of the provider that a resource names, without the provider's id. */
export function providerUrn({ provider }: Pick<RecordedResource, "provider">): string | undefined {
  return provider?.split("::").slice(0, -1).join("::");
}
