import { Finding } from "../../simulator/engine/plan";
import { Exceptions, names, noExceptions } from "../exceptions";
import { levelIn, PolicyResource, PolicyStack } from "../policy";
import { docsOf, utcDay } from "../run";
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
    return policy.check({ before, after, replaced, successor }).map(({ urn, message }) => ({ policy: policy.id, level, urn, message: `${message} ${policy.fix}`, docs: docsOf(policy) }));
  });
  return found
    .filter((finding) => !exceptions.entries.some((exception) => exception.until >= today && exception.policy === finding.policy && names(exception, finding)))
    .sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1));
}
