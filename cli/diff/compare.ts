import { Finding, Plan, RecordedResource } from "../../simulator/engine/plan";
import { stackType } from "../../simulator/engine/urn";
import { holdsSecret, holdsUnknown, isRecord, Secret } from "../../simulator/engine/values";
import { statefulness } from "../../policies/stateful";
import { Redact, redactedValue, redactorFor } from "../redact";
import { findingsBetween } from "./findingsBetween";
import { helmLines, isRelease } from "./helm";
import { Base, ComponentName, DiffSummary, OutputChange, PlanDiff, PropertyChange, Replacement, ResourceChange } from "./model";
import { optionsOf } from "./options";
import { Pair, pairsOf } from "./pairs";
import { Replacements } from "./replacements";
import { SameObjects, sameObjects } from "./sameObject";
import { fingerprint, leaving, shown, ValueChange, valueChanges } from "./values";

/** What is against the policies about changes, given what is made anew for sure and what has another name: URNs of before, to those of after. */
export type ChangeJudge = (replaced: ReadonlySet<string>, renamed: ReadonlyMap<string, string>) => readonly Finding[];

/** The reason for which a resource, by its URN before, is excepted from a policy about changes; nothing where it isn't. */
export type ExceptedFrom = (policy: "state-deleted" | "state-replaced", urn: string) => string | undefined;

/** What a comparison has to know besides the plans. */
export interface Circumstances {
  readonly ref: Base;
  /** Default: nothing is against the policies. */
  readonly judge?: ChangeJudge;
  /** Default: nothing is excepted. */
  readonly excepted?: ExceptedFrom;
  /** The config's keys whose encrypted values differ. Default: none. */
  readonly encryptedConfig?: readonly string[];
}

/** What differs between two plans of a stack. A stack that is not there on a side has an empty plan. */
export function comparePlans(base: Plan, head: Plan, { ref, judge = () => [], excepted = () => undefined, encryptedConfig = [] }: Circumstances): PlanDiff {
  const pairs = pairsOf(base, head);
  const renamed = new Map(pairs.flatMap(({ before, after }) => (before !== undefined && after !== undefined && before.urn !== after.urn ? [[before.urn, after.urn] as const] : [])));
  const replacements = new Replacements(head);
  const redact = bothRedactors(base, head);
  const components = [componentsIn(head), componentsIn(base)] as const;
  const same = sameObjects(pairs, renamed);
  const changes = pairs.flatMap((pair) => {
    const change = changeOf(pair, { replacements, renamed, redact, excepted, same });
    if (change === undefined) return [];
    const of = pair.after === undefined ? components[1] : components[0];
    return [{ ...change, component: of(pair.after ?? (pair.before as RecordedResource)) }];
  });
  const made = changes.filter(({ kind, replaceReasons }) => kind === "replace" && replaceReasons.some(({ sure }) => sure));
  const about = judge(new Set(made.map(({ urn, urnBefore }) => urnBefore ?? urn)), renamed);
  const { now, mended } = findingsBetween(base.findings, head.findings, renamed);
  const clean = (finding: Finding): Finding => ({ ...finding, urn: redact(finding.urn), message: redact(finding.message) });
  const summary = summaryOf(changes);
  const outputs = outputsBetween(base, head, redact);
  const findings = { new: [...now, ...about].map(clean), mended: mended.map(clean) };
  const anything = changes.length + encryptedConfig.length + outputs.added.length + outputs.changed.length + outputs.removed.length + findings.new.length + findings.mended.length > 0;
  const isDangerous = changes.some((change) => change.lost !== undefined && change.excepted === undefined) || same.size > 0 || about.some(({ level }) => level === "error");
  const verdict = isDangerous ? "dangerous" : anything || ref.failure !== undefined ? "changes" : "none";
  const { project, stack, mode } = head;
  const resources = inOrder(changes).map((change) => withRedactedNames(change, redact));
  const of = { ...ref, ...(ref.failure !== undefined && { failure: redact(ref.failure) }) };
  return { project, stack, mode, base: of, verdict, summary, resources, ...(encryptedConfig.length > 0 && { encryptedConfig }), outputs, findings };
}

interface Comparison {
  readonly replacements: Replacements;
  readonly renamed: ReadonlyMap<string, string>;
  readonly redact: Redact;
  readonly excepted: ExceptedFrom;
  readonly same: SameObjects;
}

/** What becomes of a resource, without its components; nothing where it stays as it is. */
function changeOf({ before, after }: Pair, { replacements, renamed, redact, excepted, same }: Comparison): Omit<ResourceChange, "component"> | undefined {
  if (before === undefined || after === undefined) {
    const { urn, type, name, custom, retainOnDelete } = (after ?? before) as RecordedResource;
    const leftBehind = after === undefined && custom && retainOnDelete === true;
    const loss = after === undefined && custom && !leftBehind ? lossOf(type, excepted("state-deleted", urn), redact) : {};
    const sameObject = same.get(urn);
    const content = custom ? contentOf(type, valueChanges(before?.inputs ?? {}, after?.inputs ?? {}), { before, after }, { redact }) : { properties: [] };
    const of = { kind: after === undefined ? "delete" : "create", urn, type, name, custom } as const;
    return { ...of, ...loss, ...(leftBehind && { leftBehind }), ...(sameObject && { sameObject }), replaceReasons: [], ...content };
  }
  const { urn, type, name, custom } = after;
  const isRenamed = before.urn !== urn;
  const identity = { urn, ...(isRenamed && { urnBefore: before.urn }), type, name, custom };
  // A component has nothing in the cloud: what it groups is compared by itself.
  if (!custom) return isRenamed ? { kind: "rename", ...identity, replaceReasons: [], properties: [] } : undefined;

  const inputs = leaving(before.inputs, after.inputs, after.ignoreChanges ?? []);
  const values = [...valueChanges(before.inputs, inputs), ...valueChanges(optionsOf(before, renamed), optionsOf(after), { path: "options", keys: ["options"] })];
  const replaceReasons = replacements.judge(after, values);
  const kind = replaceReasons.length > 0 ? "replace" : isRenamed ? "rename" : values.length > 0 ? "update" : undefined;
  if (kind === undefined) return undefined;
  const loss = kind === "replace" ? lossOf(type, excepted("state-replaced", before.urn), redact) : {};
  const forcing = (change: ValueChange): Replacement => replacements.forcedBy(after, change);
  return { kind, ...identity, ...loss, replaceReasons, ...contentOf(type, values, { before, after: { inputs } }, { redact, forcing }) };
}

/** A side of a resource, as far as its values are shown. */
interface Side {
  readonly inputs: unknown;
}

/** The values that differ; those of a release as YAML. */
function contentOf(
  type: string,
  values: readonly ValueChange[],
  { before, after }: { readonly before: Side | undefined; readonly after: Side | undefined },
  { redact, forcing = () => "no" }: { readonly redact: Redact; readonly forcing?: (change: ValueChange) => Replacement },
): Pick<ResourceChange, "properties" | "yaml"> {
  const ofHelm = isRelease(type) ? values.filter(({ keys }) => keys[0] === "values") : [];
  const valuesOf = (side: Side | undefined): unknown => (isRecord(side?.inputs) ? side.inputs["values"] : undefined);
  const yaml = ofHelm.length > 0 ? helmLines(valuesOf(before), valuesOf(after), redact) : [];
  return {
    properties: values.filter((value) => !ofHelm.includes(value)).map((value) => propertyChange(value, forcing(value), redact)),
    ...(yaml.length > 0 && { yaml }),
  };
}

/** What is lost with a resource of a type, and why that is excepted. */
function lossOf(type: string, excepted: string | undefined, redact: Redact): Pick<ResourceChange, "lost" | "excepted"> {
  const lost = statefulness({ type })?.lost;
  return lost === undefined ? {} : { lost, ...(excepted !== undefined && { excepted: redact(excepted) }) };
}

function propertyChange({ path, kind, before, after }: ValueChange, forcesReplacement: Replacement, redact: Redact): PropertyChange {
  const sides = <T>(was: T, is: T): { readonly before?: T; readonly after?: T } => ({ ...(kind !== "add" && { before: was }), ...(kind !== "remove" && { after: is }) });
  // A dynamic provider's code, as text of hundreds of lines that the SDK makes.
  if (path === "__provider") return { path, kind, ...sides("[code]", kind === "add" ? "[code]" : "[other code]"), secret: false, unknown: false, forcesReplacement };
  const side = (value: unknown, other: unknown): unknown => redactedValue(shown(value, other), redact);
  return {
    path: redact(path),
    kind,
    ...sides(side(before, after), side(after, before)),
    secret: holdsSecret(before) || holdsSecret(after),
    unknown: holdsUnknown(before) || holdsUnknown(after),
    forcesReplacement,
  };
}

function outputsBetween(base: Plan, head: Plan, redact: Redact): PlanDiff["outputs"] {
  const change = (name: string): OutputChange => {
    const [before, after] = [base.outputs[name], head.outputs[name]];
    const secret = before instanceof Secret || after instanceof Secret || holdsSecret(before) || holdsSecret(after);
    const side = (value: unknown, other: unknown) => redactedValue(shown(value, other), redact);
    return { name, ...(name in base.outputs && { before: side(before, after) }), ...(name in head.outputs && { after: side(after, before) }), secret };
  };
  const both = Object.keys(head.outputs).filter((name) => name in base.outputs);
  return {
    added: Object.keys(head.outputs).filter((name) => !(name in base.outputs)).map(change),
    changed: both.filter((name) => fingerprint(base.outputs[name]) !== fingerprint(head.outputs[name])).map(change),
    removed: Object.keys(base.outputs).filter((name) => !(name in head.outputs)).map(change),
  };
}

function summaryOf(changes: readonly ResourceChange[]): DiffSummary {
  const resources = changes.filter(({ custom }) => custom);
  const count = (wanted: ResourceChange["kind"]): number => resources.filter(({ kind }) => kind === wanted).length;
  return { create: count("create"), update: count("update"), replace: count("replace"), delete: count("delete"), rename: count("rename"), stateful: resources.filter(({ lost }) => lost !== undefined).length };
}

/** What holds state and goes comes first, then one component after the other. */
function inOrder(changes: readonly ResourceChange[]): ResourceChange[] {
  const groups = [...new Set(changes.map(groupOf))];
  const rank = (change: ResourceChange): number => (change.lost === undefined ? groups.length : 0) + groups.indexOf(groupOf(change));
  return [...changes].sort((a, b) => rank(a) - rank(b));
}

function groupOf({ component }: ResourceChange): string {
  return component.map(({ type, name }) => `${type}::${name}`).join("/");
}

/** Tells of a resource of a plan which components it is in, the outermost first. */
function componentsIn(plan: Plan): (resource: RecordedResource) => ComponentName[] {
  const byUrn = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const above = ({ parent }: RecordedResource): ComponentName[] => {
    const found = parent === undefined ? undefined : byUrn.get(parent);
    return found === undefined || found.type === stackType ? [] : [...above(found), { type: found.type, name: found.name }];
  };
  return above;
}

/** Takes out what either side knows to be secret: one that has lost its mark stands in the other side's plan in the open. */
function bothRedactors(base: Plan, head: Plan): Redact {
  const [first, second] = [redactorFor(base), redactorFor(head)];
  return (text) => second(first(text));
}

/** What a program calls its resources is shown wherever they are named; a secret may be part of it. */
function withRedactedNames(change: ResourceChange, redact: Redact): ResourceChange {
  const { urn, urnBefore, name, component, replaceReasons, sameObject } = change;
  return {
    ...change,
    urn: redact(urn),
    ...(urnBefore !== undefined && { urnBefore: redact(urnBefore) }),
    name: redact(name),
    component: component.map((one) => ({ ...one, name: redact(one.name) })),
    ...(sameObject && { sameObject: { ...sameObject, urn: redact(sameObject.urn) } }),
    replaceReasons: replaceReasons.map((reason) => ({ ...reason, path: redact(reason.path), ...(reason.follows !== undefined && { follows: redact(reason.follows) }) })),
  };
}
