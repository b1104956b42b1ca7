import { Problem } from "./errors";

/** One rule about the arguments of a component: data, so that a test can see that each has a case. */
export interface ArgumentRule<T> {
  /** What the tests and the documentation call it. */
  readonly id: string;
  /** Where the rule comes from: an address, or `the platform's own: ` and why. */
  readonly source: string;
  /** The problems that these arguments have by this rule. */
  check(args: T): readonly Problem[];
}

/** The problems that arguments have by any of the rules, in the rules' order. */
export function problemsOf<T>(rules: readonly ArgumentRule<T>[], args: T): Problem[] {
  return rules.flatMap((rule) => rule.check(args));
}
