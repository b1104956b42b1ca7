import { policies } from "../../policies/all";
import { changePolicies } from "../../policies/change/changePolicies";
import { Finding } from "../../simulator/engine/plan";

/** Where the rule behind a finding comes from, as a URL that can be followed from anywhere; nothing where none is known. */
export function ruleSource({ policy, docs }: Pick<Finding, "policy" | "docs">): string | undefined {
  const known = [...policies, ...changePolicies].find(({ id }) => id === policy)?.source;
  // What else is in the place of a URL, as `javascript:`, is no link.
  return [docs, known].find((text) => text !== undefined && /^https:\/\/[\w./#?=&%~+,:@-]+$/.test(text));
}
