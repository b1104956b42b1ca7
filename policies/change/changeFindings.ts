import { Finding } from "../../simulator/engine/plan";
import { covers, Exceptions, exceptionsOn, noExceptions, PolicyException } from "../exceptions";
import { levelIn, PolicyResource, PolicyStack } from "../policy";
import { docsOf, utcDay, wordsOf } from "../run";
import { changePolicies } from "./changePolicies";

/** What is known of a change besides the two states. */
export interface ChangeCircumstances {
  /** The URNs, as they are before, of what is made anew. Default: none. */
  readonly replaced?: ReadonlySet<string>;
  /** The URNs that an alias carries over, from before to after. Default: none. */
  readonly renamed?: ReadonlyMap<string, string>;
  /** Default: none. */
  readonly exceptions?: Exceptions;
  /** The day on which an exception holds or has expired. Default: today, by UTC. */
  readonly today?: string;
}

/**
 * What is against the policies about changes, by resource and policy. What is deleted or made anew is named by its URN before the change.
 *
 * @example changeFindings(stackOf(base, "prod"), stackOf(head, "prod"), "prod", { replaced: new Set([registry.urn]) })
 */
export function changeFindings(before: PolicyStack, after: PolicyStack, environment: string, circumstances: ChangeCircumstances = {}): Finding[] {
  const { replaced = new Set(), renamed = new Map<string, string>(), exceptions = noExceptions, today = utcDay() } = circumstances;
  const successor = ({ urn }: PolicyResource): PolicyResource | undefined => after.withUrn(renamed.get(urn) ?? urn);
  const found = changePolicies.flatMap((policy): Finding[] => {
    const level = levelIn(policy, environment);
    if (level === "off") return [];
    return policy.check({ before, after, replaced, successor }).map(({ urn, message }) => ({ policy: policy.id, level, urn, message: wordsOf(policy, message), docs: docsOf(policy) }));
  });
  const excepted = changesExcepted(before, after, { exceptions, today });
  return found
    .filter((finding) => excepted(finding) === undefined)
    .sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1));
}

/** The exception that holds for what would be against a policy about changes, if there is one. */
export function changesExcepted(before: PolicyStack, after: PolicyStack, { exceptions = noExceptions, today = utcDay() }: ChangeCircumstances): (finding: { readonly policy: string; readonly urn: string }) => PolicyException | undefined {
  const { inForce } = exceptionsOn(today, exceptions, changePolicies, [...before.resources, ...after.resources].map(({ urn }) => urn));
  return (finding) => inForce.find((exception) => covers(exception, finding));
}
