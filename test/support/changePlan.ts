import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode, Plan, RecordedResource } from "../../simulator/engine/plan";
import { isRecord, Properties, Secret } from "../../simulator/engine/values";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Platform } from "../../stacks/platform";
import { Environment, fileConfig } from "./plans";
import { record } from "./record";

/**
 * What the program registers for an environment when it is run again and the arguments of every resource of a type are others: what a change of
 * the program's would come to.
 */
export function rerunWith(environment: Environment, mode: Mode, type: string, change: (args: Properties) => Properties): Promise<Plan> {
  const config = parseConfig(fileConfig(environment), environment);
  const program = (): unknown => {
    pulumi.runtime.registerStackTransformation(({ type: registered, props, opts }) => (registered === type ? { props: change(props), opts } : undefined));
    return new Platform("platform", config).outputs;
  };
  return record(program, { mode, stack: environment, cloud: new EmbeddedCloud(config.azure) });
}

/** Which resource of a plan is meant: the one with this URN, or the one of this type; with a name as well, the one of both. */
export interface Target {
  readonly urn?: string;
  readonly type?: string;
  readonly name?: string;
}

/** A plan with one value of a resource replaced, in its inputs and its outputs; `undefined` takes the value away. A number in the path is an index. */
export function withChange(plan: Plan, target: Target | string, path: string, value: unknown): Plan {
  return withResource(plan, target, (resource) => ({
    ...resource,
    inputs: changed(resource.inputs, path.split("."), value) as Properties,
    outputs: changed(resource.outputs, path.split("."), value) as Properties,
  }));
}

/** A plan in which one resource is another. */
export function withResource(plan: Plan, target: Target | string, change: (resource: RecordedResource) => RecordedResource): Plan {
  const { urn } = targetIn(plan, target);
  return { ...plan, resources: plan.resources.map((resource) => (resource.urn === urn ? change(resource) : resource)) };
}

/** A plan without one of its resources. */
export function without(plan: Plan, target: Target | string): Plan {
  const { urn } = targetIn(plan, target);
  return { ...plan, resources: plan.resources.filter((resource) => resource.urn !== urn) };
}

/** A plan with one more resource, as a program writes it that uses no component. */
export function withAdded(plan: Plan, type: string, name: string, inputs: Properties, options: Partial<RecordedResource> = {}): Plan {
  const urn = `urn:pulumi:${plan.stack}::${plan.project}::${type}::${name}`;
  assert.ok(!plan.resources.some((resource) => resource.urn === urn), `the plan has ${urn} already`);
  return { ...plan, resources: [...plan.resources, { urn, type, name, custom: true, inputs, outputs: inputs, ...options }] };
}

/** The one resource that is meant; a text is a type. */
export function targetIn(plan: Plan, target: Target | string): RecordedResource {
  const { urn, type, name } = typeof target === "string" ? { type: target } : target;
  const found = plan.resources.filter((resource) => [[urn, resource.urn], [type, resource.type], [name, resource.name]].every(([wanted, given]) => wanted === undefined || wanted === given));
  assert.equal(found.length, 1, `${JSON.stringify(target)} is ${found.map((resource) => `${resource.type} ${resource.name}`).join(", ") || "in the plan nowhere"}`);
  return found[0] as RecordedResource;
}

function changed(value: unknown, [key = "", ...rest]: readonly string[], leaf: unknown): unknown {
  if (value instanceof Secret) return new Secret(changed(value.value, [key, ...rest], leaf));
  if (Array.isArray(value)) {
    const index = Number(key);
    const inner = rest.length === 0 ? leaf : changed(value[index], rest, leaf);
    return [...value.slice(0, index), ...(inner === undefined ? [] : [inner]), ...value.slice(index + 1)];
  }
  const { [key]: inner, ...others } = isRecord(value) ? value : {};
  const replaced = rest.length === 0 ? leaf : changed(inner, rest, leaf);
  return replaced === undefined ? others : { ...others, [key]: replaced };
}
