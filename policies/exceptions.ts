import { literal } from "../components/shared/regularExpression";
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

/** The exceptions that hold on a day, and what is wrong with the others. */
export function exceptionsOn(today: string, { entries, problems }: Exceptions, policies: readonly { readonly id: string }[], urns: readonly string[]): { inForce: PolicyException[]; problems: string[] } {
  // A URN of this stack and project that shares neither type nor name with any other.
  const nobody = `${urns[0]?.split("::").slice(0, 2).join("::") ?? ""}::\0::\0`;
  const wide = entries.filter((exception) => names(exception, { urn: nobody }));
  const inForce = entries.filter((exception) => exception.until >= today && !wide.includes(exception));
  const wrong = [
    ...entries.filter(({ until }) => until < today).map((exception) => `${told(exception)} has expired: put the resource right, or extend the exception.`),
    ...wide.map((exception) => `${told(exception)} is for resources of every type and name: name the one that it is for.`),
    ...entries.filter(({ policy }) => !policies.some(({ id }) => id === policy)).map((exception) => `${told(exception)} names a policy that does not exist.`),
  ];
  return { inForce, problems: [...problems, ...wrong] };
}

/** An exception, as what is said of it begins. */
export function told({ policy, resource, until }: PolicyException): string {
  return `The exception of ${resource} from ${policy}, until ${until},`;
}

/** True where an exception is from a policy for the resource of a finding. */
export function covers(exception: PolicyException, finding: { readonly policy: string; readonly urn: string }): boolean {
  return exception.policy === finding.policy && names(exception, finding);
}

/** True where an exception names a resource: by its name, or by its URN, in which `*` stands for any text. */
export function names({ resource }: PolicyException, { urn }: { readonly urn: string }): boolean {
  if (urn.split("::").slice(3).join("::") === resource) return true;
  const pattern = resource.split("*").map(literal);
  return new RegExp(`^${pattern.join(".*")}$`, "s").test(urn);
}
