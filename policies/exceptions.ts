import { configMaps } from "./configMaps";
import { PolicyException, policyExceptions } from "../stacks/config/policyExceptions";

export type { PolicyException };

/** The exceptions that a stack's config makes. */
export interface Exceptions {
  readonly entries: readonly PolicyException[];
  /** What is wrong with those that can't be read. */
  readonly problems: readonly string[];
}

export const noExceptions: Exceptions = { entries: [], problems: [] };

/**
 * Reads the `policyExceptions` of a project's config: the list of that name in a map, as `platform` is one here. Another project
 * keeps its own under a key of its own. An entry that can't be read is a problem and excepts nothing.
 *
 * @param values Full keys (`project:key`) to text, as Pulumi hands them over.
 */
export function exceptionsIn(project: string, values: Readonly<Record<string, string>>): Exceptions {
  const lists = configMaps(project, values).flatMap((map) => ("policyExceptions" in map ? [map["policyExceptions"]] : []));
  const read = lists.map((list) => policyExceptions.safeParse(list));
  return {
    entries: read.flatMap((result) => (result.success ? result.data : [])),
    problems: read.flatMap((result) => (result.success ? [] : result.error.issues.map(({ path, message }) => `policyExceptions${path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")}: ${message}`))),
  };
}

/** True where an exception names a resource: by its name, or by its URN, in which `*` stands for any text. */
export function names({ resource }: PolicyException, { urn }: { readonly urn: string }): boolean {
  if (urn.split("::").slice(3).join("::") === resource) return true;
  const pattern = resource.split("*").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "s").test(urn);
}
