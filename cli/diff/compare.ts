import { Finding, Plan, RecordedResource } from "../../simulator/engine/plan";
import { stackType } from "../../simulator/engine/urn";
import { holdsSecret, isRecord, present, rewrite, Secret } from "../../simulator/engine/values";
import { statefulness } from "../../policies/stateful";
import { Redact, redactorFor } from "../redact";
import { helmLines, isRelease } from "./helm";
import { Base, ComponentName, DiffSummary, OutputChange, PlanDiff, PropertyChange, ResourceChange } from "./model";
import { optionsOf } from "./options";
import { Pair, pairsOf } from "./pairs";
import { Replacements } from "./replacements";
import { fingerprint, holdsUnknown, leaving, shown, ValueChange, valueChanges } from "./values";

/** What is against the policies about changes, given what is made anew for sure and what has another name: URNs of before, to those of after. */
export type ChangeJudge = (replaced: ReadonlySet<string>, renamed: ReadonlyMap<string, string>) => readonly Finding[];

/** What differs between two plans of a stack. A stack that is not there on a side has an empty plan. */
export function comparePlans(base: Plan, head: Plan, { ref, judge = () => [] }: { readonly ref: Base; readonly judge?: ChangeJudge }): PlanDiff {
  const pairs = pairsOf(base, head);
  const renamed = new Map(pairs.flatMap(({ before, after }) => (before !== undefined && after !== undefined && before.urn !== after.urn ? [[before.urn, after.urn] as const] : [])));
  const replacements = new Replacements(head);
  const redact = bothRedactors(base, head);
  const components = [componentsIn(head), componentsIn(base)] as const;
  const changes = pairs.flatMap((pair) => {
    const change = changeOf(pair, { replacements, renamed, redact });
    if (change === undefined) return [];
    const of = pair.after === undefined ? components[1] : components[0];
    return [{ ...change, component: of(pair.after ?? (pair.before as RecordedResource)) }];
  });
  const made = changes.filter(({ kind, replaceReasons }) => kind === "replace" && replaceReasons.some(({ sure }) => sure));
  const about = judge(new Set(made.map(({ urn, urnBefore }) => urnBefore ?? urn)), renamed);
  const { now, mended } = findingsBetween(base.findings, head.findings, renamed);
  const clean = (finding: Finding): Finding => ({ ...finding, message: redact(finding.message) });
  const summary = summaryOf(changes);
  const outputs = outputsBetween(base, head, redact);
  const findings = { new: [...now, ...about].map(clean), mended: mended.map(clean) };
  const anything = changes.length + outputs.added.length + outputs.changed.length + outputs.removed.length + findings.new.length + findings.mended.length > 0;
  const isDangerous = summary.stateful > 0 || about.some(({ level }) => level === "error");
  const { project, stack, mode } = head;
  return { project, stack, mode, base: ref, verdict: isDangerous ? "dangerous" : anything ? "changes" : "none", summary, resources: inOrder(changes), outputs, findings };
}

interface Comparison {
  readonly replacements: Replacements;
  readonly renamed: ReadonlyMap<string, string>;
  readonly redact: Redact;
}

/** What becomes of a resource, without its components; nothing where it stays as it is. */
function changeOf({ before, after }: Pair, { replacements, renamed, redact }: Comparison): Omit<ResourceChange, "component"> | undefined {
  if (before === undefined || after === undefined) {
    const { urn, type, name, custom } = (after ?? before) as RecordedResource;
    const lost = after === undefined && custom ? statefulness({ type })?.lost : undefined;
    return { kind: after === undefined ? "delete" : "create", urn, type, name, custom, ...(lost !== undefined && { lost }), replaceReasons: [], properties: [] };
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
  const lost = kind === "replace" ? statefulness({ type })?.lost : undefined;
  const ofHelm = isRelease(type) ? values.filter(({ keys }) => keys[0] === "values") : [];
  return {
    kind,
    ...identity,
    ...(lost !== undefined && { lost }),
    replaceReasons,
    properties: values.filter((value) => !ofHelm.includes(value)).map((value) => propertyChange(value, after, replacements, redact)),
    ...(ofHelm.length > 0 && { yaml: helmLines(before.inputs["values"], isRecord(inputs) ? inputs["values"] : undefined, redact) }),
  };
}

function propertyChange(change: ValueChange, resource: RecordedResource, replacements: Replacements, redact: Redact): PropertyChange {
  const { path, kind, before, after } = change;
  const forcesReplacement = replacements.forcedBy(resource, change);
  // A dynamic provider's code, as text of hundreds of lines that the SDK makes.
  if (path === "__provider") return { path, kind, before: "[code]", after: "[other code]", secret: false, unknown: false, forcesReplacement };
  const side = (value: unknown, other: unknown): unknown => redacted(shown(value, other), redact);
  return {
    path: redact(path),
    kind,
    ...(kind !== "add" && { before: side(before, after) }),
    ...(kind !== "remove" && { after: side(after, before) }),
    secret: holdsSecret(before) || holdsSecret(after),
    unknown: holdsUnknown(before) || holdsUnknown(after),
    forcesReplacement,
  };
}

function outputsBetween(base: Plan, head: Plan, redact: Redact): PlanDiff["outputs"] {
  const change = (name: string): OutputChange => {
    const [before, after] = [base.outputs[name], head.outputs[name]];
    const secret = before instanceof Secret || after instanceof Secret || holdsSecret(before) || holdsSecret(after);
    const side = (value: unknown, other: unknown) => redacted(shown(value, other), redact);
    return { name, ...(name in base.outputs && { before: side(before, after) }), ...(name in head.outputs && { after: side(after, before) }), secret };
  };
  const both = Object.keys(head.outputs).filter((name) => name in base.outputs);
  return {
    added: Object.keys(head.outputs).filter((name) => !(name in base.outputs)).map(change),
    changed: both.filter((name) => fingerprint(base.outputs[name]) !== fingerprint(head.outputs[name])).map(change),
    removed: Object.keys(base.outputs).filter((name) => !(name in head.outputs)).map(change),
  };
}

/** The findings that are new, and those that are gone. One that only words something else, of the same policy and resource, is the same. */
function findingsBetween(base: readonly Finding[], head: readonly Finding[], renamed: ReadonlyMap<string, string>): { readonly now: Finding[]; readonly mended: Finding[] } {
  const exact = ({ policy, urn, message, level }: Finding): string => [policy, urn, level, message].join("\n");
  const about = ({ policy, urn, level }: Finding): string => [policy, urn, level].join("\n");
  const was = base.map((finding) => ({ finding, moved: { ...finding, urn: renamed.get(finding.urn) ?? finding.urn } }));
  const unmatched = (key: (finding: Finding) => string, left: typeof was, right: readonly Finding[]): { left: typeof was; right: Finding[] } => {
    const open = [...left];
    const rest = right.filter((finding) => {
      const index = open.findIndex(({ moved }) => key(moved) === key(finding));
      if (index >= 0) open.splice(index, 1);
      return index < 0;
    });
    return { left: open, right: rest };
  };
  const reworded = unmatched(exact, was, head);
  const { left, right } = unmatched(about, reworded.left, reworded.right);
  return { now: right, mended: left.map(({ finding }) => finding) };
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

function redacted(value: unknown, redact: Redact): unknown {
  return rewrite(present(value), (inner) => (typeof inner === "string" ? { with: redact(inner) } : undefined));
}
