import { EnforcementLevel, PolicyPack, PolicyResource as EngineResource, ResourceValidationPolicy, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { isRecord, Properties, UNKNOWN } from "../simulator/engine/values";
import { exceptionsIn } from "./exceptions";
import { policies } from "./all";
import { Level, levelIn, Policy } from "./policy";
import { docsOf, exceptionDocs, exceptionPolicies, judge } from "./run";
import { PolicyResource, PolicyStack } from "./stack";

/*
 * The policies as a pack of Pulumi's own, `pulumi up --policy-pack policies`. The engine starts it with the project, the stack and the stack's
 * config, shows it each resource's inputs before the resource is made, and all resources' outputs in the end.
 */

const enforcement: Readonly<Record<Level, EnforcementLevel>> = { error: "mandatory", warning: "advisory", info: "advisory", off: "disabled" };
const environment = pulumi.getStack();
const exceptions = exceptionsIn(pulumi.getProject(), pulumi.runtime.allConfig());

/** What the program asked for, by URN. Outputs lack what a service does not answer with, as the names in a resource's path. */
const inputs = new Map<string, Properties>();

const remembers: ResourceValidationPolicy = {
  name: "remember-inputs",
  description: "Reports nothing: it keeps what the program asked for, for the policies that look at the whole.",
  enforcementLevel: "advisory",
  validateResource: ({ urn, props }) => void inputs.set(urn, known(props) as Properties),
};

/** Reports of what is found among some policies that which is of this one. */
function validation({ id, title, level }: Pick<Policy, "id" | "title" | "level">, url: string, judged: readonly Policy[]): StackValidationPolicy {
  return {
    name: id,
    description: title,
    enforcementLevel: enforcement[levelIn({ level }, environment)],
    url,
    validateStack(args, report) {
      for (const { policy, urn, message } of judge(stackOf(args), { environment, exceptions, policies: judged })) {
        if (policy === id) report(message, urn);
      }
    },
  };
}

/** What the engine has shown, as policies read it. */
function stackOf({ resources }: StackValidationArgs): PolicyStack {
  return new PolicyStack(environment, resources.map(registered));
}

function registered({ urn, type, name, props, opts, parent, dependencies, provider }: EngineResource): PolicyResource {
  return new PolicyResource({
    urn,
    type,
    name,
    // A component's type is of this program's or another package's classes; only providers' packages and Pulumi's own make custom ones.
    custom: provider !== undefined || type.startsWith("pulumi:providers:"),
    parent: parent?.urn ?? opts.parent,
    provider: provider && `${provider.urn}::`,
    dependencies: dependencies.map((dependency) => dependency.urn),
    inputs: inputs.get(urn) ?? {},
    outputs: known(props) as Properties,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
  });
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
    ...policies.map((policy) => ({ ...validation(policy, docsOf(policy), [policy]), remediationSteps: policy.fix })),
    ...Object.values(exceptionPolicies).map((policy) => validation(policy, exceptionDocs, policies)),
  ],
});
