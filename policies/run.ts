import { Finding, Plan } from "../simulator/engine/plan";
import { Exceptions, names, noExceptions, PolicyException } from "./exceptions";
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

/** What is against the policies in a plan, by resource and policy. */
export function findingsOf(plan: Plan, circumstances: Circumstances): Finding[] {
  return judge(stackOf(plan, circumstances.environment), circumstances);
}

/** What is against the policies in a stack, by resource and policy; what is excepted is left out. */
export function judge(stack: PolicyStack, { environment, exceptions = noExceptions, today = utcDay(), policies = all }: Circumstances): Finding[] {
  const found = policies.flatMap((policy) => violations(policy, stack, levelIn(policy, environment)));
  const inForce = exceptions.entries.filter(({ until }) => until >= today);
  const open = found.filter((finding) => !inForce.some((exception) => covers(exception, finding)));
  const problems = [
    ...exceptions.problems,
    ...exceptions.entries.filter(({ until }) => until < today).map((exception) => `${told(exception)} has expired: put the resource right, or extend the exception.`),
    ...exceptions.entries.filter(({ policy }) => ![...policies, ...changePolicies].some(({ id }) => id === policy)).map((exception) => `${told(exception)} names a policy that does not exist.`),
  ];
  const unused = inForce.filter((exception) => policies.some(({ id }) => id === exception.policy) && !found.some((finding) => covers(exception, finding)));
  const root = stack.ofType("pulumi:pulumi:Stack")[0]?.urn ?? "";
  const own = ({ id, level }: (typeof exceptionPolicies)["inForce" | "ofUse"], message: string): Finding => ({ policy: id, level, urn: root, message, docs: exceptionDocs });
  return [
    ...open,
    ...problems.map((message) => own(exceptionPolicies.inForce, message)),
    ...unused.map((exception) => own(exceptionPolicies.ofUse, `${told(exception)} excepts nothing: take it away.`)),
  ].sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1));
}

/** Today, as exceptions write their last day. */
export function utcDay(): string {
  return new Date().toISOString().slice(0, 10);
}

function violations(policy: Policy, stack: PolicyStack, level: Level): Finding[] {
  if (level === "off") return [];
  return policy.check(stack).map(({ urn, message }) => ({ policy: policy.id, level, urn, message: `${message} ${policy.fix}`, docs: docsOf(policy) }));
}

function covers(exception: PolicyException, finding: Finding): boolean {
  return exception.policy === finding.policy && names(exception, finding);
}

function told({ policy, resource, until }: PolicyException): string {
  return `The exception of ${resource} from ${policy}, until ${until},`;
}
