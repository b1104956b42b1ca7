import { parse, stringify } from "yaml";
import { providerUrn } from "../../cli/diff/options";
import { redactorFor } from "../../cli/redact";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { urnOf } from "../../simulator/engine/urn";
import { isRecord, present, Properties, rewrite } from "../../simulator/engine/values";

/*
 * A golden is a plan as a file that people read and git compares: its resources, each after what it is in, under its type and name, with its inputs
 * and with the options that say what becomes of it. What a resource waits for is not in it: that changes with everything, and has tests of its own.
 */

type Options = Pick<RecordedResource, "protect" | "retainOnDelete" | "deleteBeforeReplace" | "ignoreChanges" | "replaceOnChanges" | "additionalSecretOutputs" | "aliases" | "customTimeouts">;

/** A resource in a golden; what others are called by is their type and name, as `kubernetes:core/v1:Namespace::echo`. */
interface Node extends Options {
  readonly parent?: string;
  readonly component?: true;
  readonly provider?: string;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly inputs?: Properties;
}

interface Golden {
  readonly outputs: Properties;
  readonly resources: Readonly<Record<string, Node>>;
}

/** Where a stack's golden is. */
export function goldenFile(stack: string): string {
  return `test/goldens/${stack}.yaml`;
}

/** Writes a plan as a golden. Secrets are `[secret]`; the text that Node.js makes of a dynamic provider's functions differs with its version and is left out. */
export function goldenText(plan: Plan): string {
  const called = new Map(plan.resources.map((resource) => [resource.urn, keyOf(resource)]));
  if (new Set(called.values()).size < called.size) throw new Error("Two resources have the same type and name: a golden can't tell them apart.");
  const below = (parent: string | undefined): RecordedResource[] =>
    plan.resources
      .filter((resource) => (resource.parent || undefined) === parent)
      .sort((a, b) => (a.urn < b.urn ? -1 : 1))
      .flatMap((resource) => [resource, ...below(resource.urn)]);
  const golden: Golden = {
    outputs: plan.outputs,
    resources: Object.fromEntries(below(undefined).map((resource) => [keyOf(resource), nodeOf(resource, (urn) => called.get(urn) ?? urn)])),
  };
  const redact = redactorFor(plan);
  const readable = rewrite(present(golden), (value) => (typeof value === "string" ? { with: redact(value) } : undefined));
  return stringify(sorted(readable), { aliasDuplicateObjects: false, blockQuote: "literal", indentSeq: false, lineWidth: 0 });
}

/** Reads a golden as a plan of what was registered, without what a cloud answered. */
export function planOfGolden(text: string, { project, stack, mode }: Pick<Plan, "project" | "stack" | "mode">): Plan {
  const { outputs, resources } = parse(text) as Golden;
  const urns = new Map<string, string>();
  const urnFor = (key: string): string => urns.get(key) ?? key;
  for (const [key, { parent }] of Object.entries(resources)) urns.set(key, urnOf({ stack, project, parent: parent === undefined ? "" : urnFor(parent), ...named(key) }));
  return {
    ...{ project, stack, mode, outputs, findings: [], durationMs: 0 },
    resources: Object.entries(resources).map(([key, { parent, component, provider, deletedWith, replaceWith, inputs = {}, ...options }]): RecordedResource => ({
      ...options,
      ...named(key),
      urn: urnFor(key),
      custom: component !== true,
      inputs,
      outputs: {},
      ...(parent !== undefined && { parent: urnFor(parent) }),
      ...(provider !== undefined && { provider: `${urnFor(provider)}::` }),
      ...(deletedWith !== undefined && { deletedWith: urnFor(deletedWith) }),
      ...(replaceWith && { replaceWith: replaceWith.map(urnFor) }),
    })),
  };
}

const keyOf = ({ type, name }: RecordedResource): string => `${type}::${name}`;

function named(key: string): Pick<RecordedResource, "type" | "name"> {
  const [type = "", ...name] = key.split("::");
  return { type, name: name.join("::") };
}

function nodeOf(resource: RecordedResource, called: (urn: string) => string): Node {
  const { custom, parent, deletedWith, replaceWith, aliases, protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges, additionalSecretOutputs, customTimeouts } = resource;
  const { __provider: _, ...inputs } = resource.inputs;
  const provider = providerUrn(resource);
  const node: Node = {
    ...(parent ? { parent: called(parent) } : {}),
    ...(custom ? {} : { component: true }),
    ...(provider !== undefined && provider !== "" && { provider: called(provider) }),
    ...(deletedWith !== undefined && { deletedWith: called(deletedWith) }),
    ...(replaceWith && { replaceWith: replaceWith.map(called) }),
    ...{ aliases, protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replaceOnChanges, additionalSecretOutputs, customTimeouts },
    inputs,
  };
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0)));
}

/** The same value, the keys of what is inside its resources in one order. */
function sorted(golden: unknown): unknown {
  const { outputs, resources } = golden as Golden;
  const inOrder = (value: unknown): unknown =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)])) : Array.isArray(value) ? value.map(inOrder) : value;
  return { outputs: inOrder(outputs), resources: Object.fromEntries(Object.entries(resources).map(([key, { inputs, ...options }]) => [key, { ...options, ...(inputs && { inputs: inOrder(inputs) }) }])) };
}
