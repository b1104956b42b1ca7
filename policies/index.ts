import "./needsPolicySdk";
import { EnforcementLevel, Policy as EnginePolicy, PolicyPack, PolicyResource as EngineResource, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { isRecord, Properties, UNKNOWN } from "../simulator/engine/values";
import { exceptionsIn } from "./exceptions";
import { policies } from "./all";
import { Level, levelIn, Policy } from "./policy";
import { exceptionPolicies, judge } from "./run";
import { PolicyStack, Registered } from "./stack";

/*
 * The policies as a pack of Pulumi's own, `pulumi up --policy-pack policies`. The engine starts it with the project, the stack and the stack's
 * config, shows it each resource's inputs before the resource is made, and all resources' outputs in the end. What a policy finds by looking at
 * one resource alone is told at once, so that `pulumi up` doesn't make it.
 */

const enforcement: Readonly<Record<Level, EnforcementLevel>> = { error: "mandatory", warning: "advisory", info: "advisory", off: "disabled" };
const environment = pulumi.getStack();
const exceptions = exceptionsIn(pulumi.getProject(), pulumi.runtime.allConfig());

/** What the program asked for, by URN. Outputs lack what a service does not answer with, as the names in a resource's path. */
const inputs = new Map<string, Properties>();
/** Each resource by itself, as it was asked for. */
const alone = new Map<string, PolicyStack>();

// It is the first, so that the others find what it keeps.
const remembers: ResourceValidationPolicy = {
  name: "remember-inputs",
  description: "Reports nothing: it keeps what the program asked for, for the policies that look at the whole.",
  enforcementLevel: "advisory",
  validateResource(args) {
    inputs.set(args.urn, known(args.props) as Properties);
    alone.set(args.urn, new PolicyStack(environment, [registered(args, {})]));
  },
};

/** What a pack says of a policy, and how urgent it is in the stack. */
function described({ id, title, level, source, fix }: Pick<Policy, "id" | "title" | "level"> & Partial<Policy>): EnginePolicy {
  return { name: id, description: title, enforcementLevel: enforcement[levelIn({ level }, environment)], url: source, remediationSteps: fix };
}

/** What is found of a policy, among some that are judged together. */
function foundIn(stack: PolicyStack, id: string, judged: readonly Policy[]): { readonly urn: string; readonly message: string }[] {
  return judge(stack, { environment, exceptions, policies: judged }).filter(({ policy }) => policy === id);
}

/** A policy that looks at each resource by itself. */
function ofOne(policy: Policy): ResourceValidationPolicy {
  return {
    ...described(policy),
    validateResource({ urn }, report) {
      for (const { message } of foundIn(alone.get(urn) ?? new PolicyStack(environment, []), policy.id, [policy])) report(message, urn);
    },
  };
}

/** A policy that looks at all of them. */
function ofAll(policy: Pick<Policy, "id" | "title" | "level">, judged: readonly Policy[]): StackValidationPolicy {
  return {
    ...described(policy),
    validateStack({ resources }, report) {
      const stack = new PolicyStack(environment, resources.map((resource) => registered(resource, known(resource.props) as Properties)));
      for (const { urn, message } of foundIn(stack, policy.id, judged)) report(message, urn);
    },
  };
}

/** What the engine has shown of a resource, as policies read it. */
function registered({ urn, type, name, opts, provider, ...rest }: ResourceValidationArgs | EngineResource, outputs: Properties): Registered {
  const { parent, dependencies = [] }: Partial<Pick<EngineResource, "parent" | "dependencies">> = "dependencies" in rest ? rest : {};
  return {
    urn,
    type,
    name,
    // A component's type is of this program's or another package's classes; only providers' packages and Pulumi's own make custom ones.
    custom: provider !== undefined || type.startsWith("pulumi:providers:"),
    parent: parent?.urn ?? opts.parent,
    provider: provider && `${provider.urn}::`,
    dependencies: dependencies.map((dependency) => dependency.urn),
    inputs: inputs.get(urn) ?? {},
    outputs,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
  };
}

/** A copy of a value that throws where something in it is read that is not known. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, index));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(owner: object, key: PropertyKey): unknown {
  let value: unknown;
  try {
    value = Reflect.get(owner, key);
  } catch {
    return UNKNOWN;
  }
  return known(value);
}

new PolicyPack("delivery-platform", {
  policies: [
    remembers,
    ...policies.map((policy) => (policy.check.isOfOne === true ? ofOne(policy) : ofAll(policy, [policy]))),
    ...Object.values(exceptionPolicies).map((policy) => ofAll(policy, policies)),
  ],
});
