import { UNKNOWN } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { PolicyResource } from "../policy";

/** The values under a key of all entries of a list; one unknown value where the list itself is not known. */
export function valuesIn(owner: Reading, list: string, key: string): unknown[] {
  return owner.get(list) === UNKNOWN ? [UNKNOWN] : owner.list(list).map((entry) => (entry === UNKNOWN ? UNKNOWN : new Reading(entry).get(key)));
}

/**
 * Whether one of some ids is that of a resource. An id that is not known yet is that of a resource which its owner waits for.
 *
 * @param kind What is before the name in the resource's id, as `vaults`: resources of two kinds may have one name.
 * @param among The types that an id can be of.
 * @returns `undefined` where that is not known.
 */
export function refersTo(owner: PolicyResource, ids: readonly unknown[], resource: PolicyResource, kind: string, name: string | undefined, among: readonly string[]): boolean | undefined {
  if (ids.some((id) => typeof id === "string" && name !== undefined && id.toLowerCase().endsWith(`/${kind}/${name}`.toLowerCase()))) return true;
  if (!ids.includes(UNKNOWN)) return name === undefined && ids.length > 0 ? undefined : false;
  if (owner.dependencies.includes(resource.urn)) return true;
  return owner.dependencies.some((urn) => among.includes(urn.split("::")[2]?.split("$").at(-1) ?? "")) ? false : undefined;
}
