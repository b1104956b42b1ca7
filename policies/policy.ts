import { PolicyResource, PolicyStack } from "./stack";

export type { PolicyResource, PolicyStack };

/** What a policy is about. */
export type PolicyGroup = "encryption" | "identity" | "network" | "mesh" | "availability" | "delivery" | "change";

/** What a violation means: an error stops the environment from being deployed; `off` looks away. */
export type Level = "error" | "warning" | "info" | "off";

/** A level for each environment. One that is not named here counts as prod. */
export interface Levels {
  readonly dev: Level;
  readonly staging: Level;
  readonly prod: Level;
}

/** Something that a resource does against a policy. */
export interface Violation {
  readonly urn: string;
  /** What is wrong with it, without what to do: that is the policy's `fix`. It holds no secret value. */
  readonly message: string;
}

/**
 * A rule over everything that a program registers, whoever made it. It is about what the services accept and a team does not want; what they
 * refuse is with the embedded cloud's rules. A policy passes over what is not known yet, and never throws.
 */
export interface Policy {
  /** In kebab-case; no other policy, and no rule of the embedded cloud, has it. Its page is docs/policies/<id>.md. */
  readonly id: string;
  readonly group: PolicyGroup;
  readonly level: Level | Levels;
  /** What is true where it passes. */
  readonly title: string;
  /** What to do where it does not. */
  readonly fix: string;
  /** The URL of where the rule comes from. */
  readonly source: string;
  readonly check: Check;
}

/** What finds the violations in a stack. */
export interface Check {
  (stack: PolicyStack): readonly Violation[];
  /** True where it looks at each resource by itself, so that a policy pack can stop one before it is made. Default: false. */
  readonly isOfOne?: boolean;
}

/**
 * The check of a policy that looks at one resource at a time; a type that ends with `*` stands for all that begin so. One that takes no
 * stack looks at nothing else.
 */
export function eachOf(types: readonly string[], check: (resource: PolicyResource, stack: PolicyStack) => string | undefined): Check {
  const found = (stack: PolicyStack): Violation[] =>
    stack.ofType(...types).flatMap((resource) => {
      const message = check(resource, stack);
      return message === undefined ? [] : [{ urn: resource.urn, message }];
    });
  return Object.assign(found, { isOfOne: check.length < 2 });
}

/** The level of a policy in an environment. */
export function levelIn(policy: Pick<Policy, "level">, environment: string): Level {
  if (typeof policy.level === "string") return policy.level;
  return environment === "dev" || environment === "staging" ? policy.level[environment] : policy.level.prod;
}
