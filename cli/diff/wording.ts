import { partsOf } from "../../simulator/engine/urn";
import { shortType } from "../text";
import { ChangeKind, PlanDiff, ReplaceReason, ResourceChange, Verdict } from "./model";

/** How a change is told: its sign, and what becomes of the resource. */
export const kinds: Readonly<Record<ChangeKind, { readonly sign: string; readonly word: string }>> = {
  delete: { sign: "−", word: "deleted" },
  replace: { sign: "±", word: "replaced" },
  update: { sign: "~", word: "updated" },
  rename: { sign: "→", word: "renamed" },
  create: { sign: "+", word: "created" },
};

export const kindsInOrder = Object.keys(kinds) as readonly ChangeKind[];

const verdicts: Readonly<Record<Verdict, string>> = { dangerous: "Dangerous", changes: "Changes", none: "No change" };

/** The stacks by verdict, the worst first: `Dangerous: prod. No change: dev, staging.` */
export function verdictLine(diffs: readonly PlanDiff[], write: (stack: string) => string = (stack) => stack): string {
  const sentences = (Object.keys(verdicts) as Verdict[]).flatMap((verdict) => {
    const stacks = diffs.filter((diff) => diff.verdict === verdict).map(({ stack }) => write(stack));
    return stacks.length === 0 ? [] : [`${verdicts[verdict]}: ${stacks.join(", ")}.`];
  });
  return sentences.length === 0 ? "Nothing was compared." : sentences.join(" ");
}

/** The worst of the stacks' verdicts. */
export function worstOf(diffs: readonly Pick<PlanDiff, "verdict">[]): Verdict {
  return (Object.keys(verdicts) as Verdict[]).find((verdict) => diffs.some((diff) => diff.verdict === verdict)) ?? "none";
}

/** `2 updated, 1 created`; `no resource` where none is changed. */
export function countsText(resources: readonly Pick<ResourceChange, "kind">[]): string {
  const counts = kindsInOrder.map((kind) => ({ kind, count: resources.filter((change) => change.kind === kind).length }));
  return counts.flatMap(({ kind, count }) => (count === 0 ? [] : [`${count} ${kinds[kind].word}`])).join(", ") || "no resource";
}

/** How many outputs are removed, changed and added, without those that are none: a removed one breaks who reads it. */
export function outputCounts({ removed, changed, added }: PlanDiff["outputs"]): { readonly number: number; readonly word: string }[] {
  const counts = [{ number: removed.length, word: "removed" }, { number: changed.length, word: "changed" }, { number: added.length, word: "added" }];
  return counts.filter(({ number }) => number > 0);
}

/** `1 removed, 2 changed`; empty where none is. */
export function outputsText(outputs: PlanDiff["outputs"]): string {
  return outputCounts(outputs).map(({ number, word }) => `${number} ${word}`).join(", ");
}

/** What becomes of a resource in one or two words; whether it is replaced may be open. */
export function fateText({ kind, replaceReasons, leftBehind }: Pick<ResourceChange, "kind" | "replaceReasons" | "leftBehind">): string {
  if (leftBehind === true) return "left behind, as retainOnDelete says";
  return isUnsure({ kind, replaceReasons }) ? "may be replaced" : kinds[kind].word;
}

/** Why a resource is made anew, in a sentence without its end; nothing where it isn't. */
export function reasonText({ replaceReasons }: Pick<ResourceChange, "replaceReasons">, write: (code: string) => string = (code) => code): string | undefined {
  const told = ({ path, follows }: ReplaceReason): string => `${write(path.replace(/^options\./, ""))}${follows === undefined ? "" : `, which follows ${write(nameOf(follows))}`}`;
  return replaceReasons.length === 0 ? undefined : `because of ${[...new Set(replaceReasons.map(told))].join("; ")}`;
}

function isUnsure({ kind, replaceReasons }: Pick<ResourceChange, "kind" | "replaceReasons">): boolean {
  return kind === "replace" && !replaceReasons.some(({ sure }) => sure);
}

/** What is lost with a change, and the reason where the config lets it go; nothing where nothing is. */
export function lossText({ lost, excepted }: Pick<ResourceChange, "lost" | "excepted">): string | undefined {
  return lost === undefined || excepted === undefined ? lost : `${lost} (excepted: ${excepted})`;
}

/** That a change makes or takes away what is one object in the cloud under another name of the program's; nothing where it doesn't. */
export function sameObjectText({ sameObject }: Pick<ResourceChange, "sameObject">, write: (code: string) => string = (code) => code): string | undefined {
  return sameObject && `same object as ${write(nameOf(sameObject.urn))}: needs an alias, for ${sameObject.why}`;
}

/** What follows from a base that doesn't run. */
export const comparedWithNothing = "All that is there now counts as created.";

/** What is told of a value of the config that is encrypted as another text. */
export const encryptedAnew = "[secret], another one (or encrypted anew)";

/** How soon a reader must see a change: 0 first. */
export function dangerOf(change: ResourceChange): number {
  if (change.lost !== undefined) return 0;
  if (change.sameObject !== undefined) return 1;
  if (change.kind === "replace") return isUnsure(change) ? 4 : 2;
  return { delete: 3, update: 5, rename: 6, create: 7 }[change.kind];
}

/** The same for what is found. */
export const dangerOfFinding = { error: 1, warning: 5, info: 8 } as const;

/** What is changed of one component. */
export interface ComponentChanges {
  /** The names on the way to it, the outermost first; none for what is in no component. */
  readonly names: readonly string[];
  /** The most dangerous first. */
  readonly changes: readonly ResourceChange[];
}

/** The changes by component, the one with the most dangerous change first. */
export function byComponent(resources: readonly ResourceChange[]): ComponentChanges[] {
  const groups = new Map<string, ResourceChange[]>();
  for (const change of [...resources].sort((a, b) => dangerOf(a) - dangerOf(b))) {
    const key = JSON.stringify(change.component);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((changes) => ({ names: changes[0]?.component.map(({ name }) => name) ?? [], changes }));
}

/** The type and the name of a URN, as a reader knows them. */
export function nameOf(urn: string): string {
  const { type, name } = partsOf(urn);
  return `${shortType(type)} ${name}`;
}
