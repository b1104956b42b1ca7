import { Resource } from "../resource";
import { World } from "../world";

/**
 * Something that a service is documented to refuse. A rule says what the embedded cloud would answer; it does not prove what the service
 * does. It passes over what is not known yet.
 */
export interface Rule {
  readonly id: string;
  /** The types it looks at; one that ends with `*` stands for all that begin so. */
  readonly types: readonly string[];
  /** A warning where the sources disagree, or where the service accepts what then does not work; otherwise an error. */
  readonly level?: "warning";
  /** True where the rule needs all that there is: it looks when the program has ended. Otherwise it sees what was registered before. */
  readonly atEnd?: true;
  /** Where the rule is written down. */
  readonly source: string;
  /** The refusal, in the kind of words that the service uses; nothing when all is well. */
  check(resource: Resource, world: World): string | undefined;
}

/** A refusal as Azure Resource Manager words it. */
export function refusal(code: string, message: string): string {
  return `Code="${code}" Message="${message}"`;
}

/** The first refusal among several. */
export function first<T>(things: readonly T[], check: (thing: T) => string | undefined): string | undefined {
  for (const thing of things) {
    const found = check(thing);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True when a rule looks at a type. */
export function appliesTo(rule: Rule, type: string): boolean {
  return rule.types.some((pattern) => (pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}
