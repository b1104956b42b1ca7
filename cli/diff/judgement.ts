import { changeFindings, changesExcepted } from "../../policies/change/changeFindings";
import { Exceptions } from "../../policies/exceptions";
import { PolicyStack } from "../../policies/stack";
import { ChangeJudge, ExceptedFrom } from "./compare";

/** How a change between two states of a stack is judged: by the policies about changes, but for what the config of now excepts. */
export function judgementOf(before: PolicyStack, after: PolicyStack, environment: string, given: { readonly exceptions?: Exceptions; readonly today?: string }): { readonly judge: ChangeJudge; readonly excepted: ExceptedFrom } {
  const inForce = changesExcepted(before, after, given);
  return {
    judge: (replaced, renamed) => changeFindings(before, after, environment, { ...given, replaced, renamed }),
    excepted: (policy, urn) => inForce({ policy, urn })?.reason,
  };
}
