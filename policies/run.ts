import { Finding, Plan } from "../simulator/engine/plan";
import { holdsUnknown } from "../simulator/engine/values";
import { covers, Exceptions, exceptionsOn, names, noExceptions, PolicyException, told } from "./exceptions";
import { policies as all } from "./all";
import { changePolicies } from "./change/changePolicies";
import { Level, levelIn, Policy } from "./policy";
import { PolicyStack, stackOf } from "./stack";

/** What policies are judged by besides the resources. */
export interface Circumstances {
  /** The environment, which decides on the levels. */
  readonly environment: string;
  /** Default: none. */
  readonly exceptions?: Exceptions;
  /** The day on which an exception holds or has expired, as `2027-03-31`. Default: today, by UTC. */
  readonly today?: string;
  /** Default: all. */
  readonly policies?: readonly Policy[];
}

/** What the exceptions themselves must be like: in force, of a policy that there is, and of use. */
export const exceptionPolicies = {
  inForce: { id: "policy-exception", level: "error", title: "An exception from a policy can be read, is of a policy that there is, and has not expired." },
  ofUse: { id: "policy-exception-unused", level: "warning", title: "An exception from a policy excepts something." },
} as const;

/** Where exceptions are described. */
export const exceptionDocs = "docs/policies/README.md#exceptions";

/** The page of a policy. */
export function docsOf({ id }: Pick<Policy, "id">): string {
  return `docs/policies/${id}.md`;
}

/** What a finding says: what is wrong, what to do, and where that comes from. The pages are not part of the package. */
export function wordsOf({ fix, source }: Pick<Policy, "fix" | "source">, message: string): string {
  return `${message} ${fix} See ${source}`;
}

/** What is against the policies in a plan, by resource and policy. */
export function findingsOf(plan: Plan, circumstances: Circumstances): Finding[] {
  return judge(stackOf(plan, circumstances.environment), circumstances);
}

/** What is against the policies in a stack, by resource and policy; what is excepted is left out. */
export function judge(stack: PolicyStack, { environment, exceptions = noExceptions, today = utcDay(), policies = all }: Circumstances): Finding[] {
  const found = policies.flatMap((policy) => violations(policy, stack, levelIn(policy, environment)));
  const { inForce, problems } = exceptionsOn(today, exceptions, [...policies, ...changePolicies], stack.resources.map(({ urn }) => urn));
  const open = found.filter((finding) => !inForce.some((exception) => covers(exception, finding)));
  const unused = inForce.filter((exception) => policies.some((policy) => policy.id === exception.policy && levelIn(policy, environment) !== "off") && !found.some((finding) => covers(exception, finding)) && isAllKnown(exception, stack));
  const root = stack.ofType("pulumi:pulumi:Stack")[0]?.urn ?? "";
  const own = ({ id, level }: (typeof exceptionPolicies)["inForce" | "ofUse"], message: string): Finding => ({ policy: id, level, urn: root, message, docs: exceptionDocs });
  return [
    ...open,
    ...problems.map((message) => own(exceptionPolicies.inForce, message)),
    ...unused.map((exception) => own(exceptionPolicies.ofUse, `${told(exception)} excepts nothing: take it away.`)),
  ].sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1));
}

/** Whether a policy can have passed over nothing of what an exception names: all of it is known. */
function isAllKnown(exception: PolicyException, stack: PolicyStack): boolean {
  return !stack.resources.some((resource) => names(exception, resource) && holdsUnknown(resource.properties));
}

/** Today, as exceptions write their last day. */
export function utcDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function violations(policy: Policy, stack: PolicyStack, level: Level): Finding[] {
  if (level === "off") return [];
  return policy.check(stack).map(({ urn, message }) => ({ policy: policy.id, level, urn, message: wordsOf(policy, message), docs: docsOf(policy) }));
}
