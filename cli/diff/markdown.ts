import { Finding } from "../../simulator/engine/plan";
import { shortType } from "../text";
import { changeLines, visible } from "./changeLines";
import { code, diffBlock, inHtml, prose, signed } from "./markdownText";
import { OutputChange, PlanDiff, ResourceChange } from "./model";
import { verdictOf } from "./text";
import { byComponent, countsText, dangerOf, dangerOfFinding, fateText, kinds, kindsInOrder, nameOf, reasonText, verdictLine } from "./wording";

/** The first line of every comment, which nobody sees: by it a pipeline finds the comment that it wrote before, and edits that one. */
export const commentMarker = "<!-- delivery-platform preview diff -->";

/** GitHub takes 65,536 characters; a pipeline may add a line of its own. */
const longestComment = 65_000;

/** More of one change is read in the page or the terminal. */
const longestDetail = 8_000;

/** Something to tell that can be shortened to its line, or left out. */
interface Piece {
  /** 0 is the most dangerous. */
  readonly danger: number;
  readonly line: string;
  readonly detail?: string;
}

/** What is folded under one line. */
interface Fold {
  readonly summary: string;
  readonly open: boolean;
  readonly pieces: readonly Piece[];
  readonly folds: readonly Fold[];
}

/** How much of a piece is written. */
type Extent = "whole" | "line" | "nothing";

/**
 * What differs, as the comment of a pull request, on GitHub or Azure DevOps: a verdict in one line, then the most dangerous first, folded by
 * stack and component. It has fewer than 65,000 characters; what is left out for that is the least dangerous, and the comment says so.
 */
export function markdownOf(diffs: readonly PlanDiff[]): string {
  const changed = [...diffs].filter(({ verdict }) => verdict !== "none").sort((a, b) => Number(b.verdict === "dangerous") - Number(a.verdict === "dangerous"));
  const alerts = changed.flatMap(alertsOf);
  const folds = changed.map(stackFold);
  const steps = stepsOf([...alerts, ...folds.flatMap(piecesIn)]);
  const written = (count: number): string => {
    const extents = new Map(steps.slice(0, count).map(({ piece, extent }) => [piece, extent]));
    const extentOf = (piece: Piece): Extent => extents.get(piece) ?? "whole";
    const body = [listed(alerts, extentOf), ...folds.map((fold) => foldText(fold, extentOf))];
    return [commentMarker, headline(diffs), countsTable(changed), shortenedText(diffs, [...extents.values()]), ...body].filter((part) => part !== "").join("\n\n").concat("\n");
  };
  // The fewest steps after which it fits.
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (written(middle).length < longestComment) high = middle;
    else low = middle + 1;
  }
  return written(low);
}

/** What is done to pieces until all fits, in that order: of the least dangerous first the details go, then they go as a whole; the last ones first. */
function stepsOf(pieces: readonly Piece[]): { readonly piece: Piece; readonly extent: Extent }[] {
  const dangers = [...new Set(pieces.map(({ danger }) => danger))].sort((a, b) => b - a);
  return dangers.flatMap((danger) => {
    const alike = pieces.filter((piece) => piece.danger === danger).reverse();
    const detailed = alike.filter(({ detail }) => detail !== undefined);
    return [...detailed.map((piece) => ({ piece, extent: "line" as const })), ...alike.map((piece) => ({ piece, extent: "nothing" as const }))];
  });
}

function headline(diffs: readonly PlanDiff[]): string {
  const [first] = diffs;
  const verdict = `**${verdictLine(diffs, code)}**`;
  return first === undefined ? verdict : `${verdict} Compared with ${code(first.base.ref)} (${first.base.commit.slice(0, 10)}), in mode ${first.mode}, without a cloud.`;
}

/** The stacks side by side. */
function countsTable(diffs: readonly PlanDiff[]): string {
  if (diffs.length === 0) return "";
  const columns = ["stack", ...kindsInOrder.map((kind) => `${kinds[kind].sign} ${kinds[kind].word}`), "losing state", "new findings", "mended"];
  const rows = diffs.map(({ stack, summary, findings }) => [`<code>${inHtml(stack)}</code>`, ...kindsInOrder.map((kind) => summary[kind]), summary.stateful, findings.new.length, findings.mended.length]);
  const row = (cells: readonly (string | number)[]): string => `| ${cells.map((cell) => (cell === 0 ? "" : cell)).join(" | ")} |`;
  return [row(columns), `|---|${"---:|".repeat(columns.length - 1)}`, ...rows.map(row)].join("\n");
}

/** What was left out, and where it is. */
function shortenedText(diffs: readonly PlanDiff[], extents: readonly Extent[]): string {
  const [lines, nothing] = (["line", "nothing"] as const).map((wanted) => extents.filter((extent) => extent === wanted).length);
  if (!lines && !nothing) return "";
  const command = `npm run preview -- ${diffs.map(({ stack }) => stack).join(" ")} --base ${diffs[0]?.base.ref ?? ""}`;
  return `**Shortened to fit a comment, the least dangerous first:** ${lines} shown without details, ${nothing} left out. The whole: ${code(command)}, or the page that it writes with ${code("--out DIR")}.`;
}

/** What nobody may miss, above everything that is folded. */
function alertsOf({ stack, resources, findings }: PlanDiff): Piece[] {
  const lost = resources.flatMap((change) => (change.lost === undefined ? [] : { danger: 0, line: `- ${code(stack)}: ${changeLine(change)}. Lost with it: ${prose(change.lost)}.` }));
  const errors = findings.new.filter(({ level }) => level === "error").map((finding) => ({ danger: dangerOfFinding.error, line: `- ${code(stack)}: new ${findingText(finding)}` }));
  return [...lost, ...errors];
}

function stackFold(diff: PlanDiff): Fold {
  const { stack, verdict, resources, outputs, findings } = diff;
  const outputCount = outputs.added.length + outputs.changed.length + outputs.removed.length;
  // Errors stand above what is folded.
  const found = findings.new.filter(({ level }) => level !== "error");
  const folds = [
    fold("Findings", [`${found.length} new, ${findings.mended.length} mended`], [
      ...found.map((finding) => ({ danger: dangerOfFinding[finding.level], line: `- new ${findingText(finding)}` })),
      ...findings.mended.map((finding) => ({ danger: 8, line: `- mended ${findingText(finding)}` })),
    ]),
    ...byComponent(resources).map(({ names, changes }) => fold(names.join(" › ") || "In no component", [countsText(changes)], changes.map(changePiece))),
    // Consumers of the stack lose what is removed.
    fold("Outputs", [`${outputCount} changed`], [
      ...outputs.removed.map((output) => outputPiece("removed", output, 3)),
      ...outputs.changed.map((output) => outputPiece("changed", output, 5)),
      ...outputs.added.map((output) => outputPiece("added", output, 7)),
    ]),
  ].filter(({ pieces }) => pieces.length > 0);
  return { ...fold(stack, [verdictOf(diff)], []), open: verdict === "dangerous", folds };
}

function fold(title: string, counts: readonly string[], pieces: readonly Piece[]): Fold {
  return { summary: `<b>${inHtml(title)}</b>: ${inHtml(counts.join(", "))}`, open: false, pieces, folds: [] };
}

function changePiece(change: ResourceChange): Piece {
  const properties = change.properties.flatMap((property) => [
    `@@ ${visible(property.path)}${{ yes: ": forces the replacement", unsure: ": may force the replacement", no: "" }[property.forcesReplacement]} @@`,
    ...signed(changeLines(property)),
  ]);
  const values = change.yaml === undefined ? [] : ["@@ values @@", ...signed(change.yaml)];
  return { danger: dangerOf(change), line: `- ${changeLine(change)}`, ...detailOf([...properties, ...values]) };
}

/** `**replaced** type name because of location` */
function changeLine(change: ResourceChange): string {
  const { kind, type, name, custom, urnBefore } = change;
  const reason = reasonText(change, code);
  return [
    `${kinds[kind].sign} **${fateText(change)}**${custom ? "" : " component"} ${code(shortType(type))} ${code(name)}`,
    ...(urnBefore === undefined ? [] : [`from ${code(nameOf(urnBefore))}`]),
    ...(reason === undefined ? [] : [reason]),
  ].join(", ");
}

function outputPiece(word: string, output: OutputChange, danger: number): Piece {
  return { danger, line: `- **${word}** ${code(output.name)}`, ...detailOf(signed(changeLines(output))) };
}

function findingText({ policy, level, urn, message, docs }: Finding): string {
  const rule = /^https:\/\/[\w./#?=&%~-]+$/.test(docs) ? `[rule](${docs})` : code(docs);
  return `**${level}** ${code(policy)} at ${code(nameOf(urn))}: ${prose(message)} (${rule})`;
}

function detailOf(lines: readonly string[]): { readonly detail?: string } {
  if (lines.length === 0) return {};
  let length = 0;
  const kept = lines.filter((line) => (length += line.length + 1) <= longestDetail);
  return { detail: diffBlock(kept.length === lines.length ? kept : [...kept, `@@ ${lines.length - kept.length} more lines @@`]) };
}

function piecesIn(fold: Fold): Piece[] {
  return [...fold.pieces, ...fold.folds.flatMap(piecesIn)];
}

/** A fold with what is left of it. Markdown begins anew after an empty line, and so does HTML. */
function foldText({ summary, open, pieces, folds }: Fold, extentOf: (piece: Piece) => Extent): string {
  const inner = folds.filter((one) => piecesIn(one).some((piece) => extentOf(piece) !== "nothing"));
  const parts = [listed(pieces, extentOf), ...inner.map((one) => foldText(one, extentOf))].filter((part) => part !== "");
  return [`<details${open ? " open" : ""}><summary>${summary}</summary>`, ...parts, "</details>"].join("\n\n");
}

function listed(pieces: readonly Piece[], extentOf: (piece: Piece) => Extent): string {
  const kept = pieces.filter((piece) => extentOf(piece) !== "nothing");
  return kept.map((piece) => (piece.detail === undefined || extentOf(piece) === "line" ? piece.line : `${piece.line}\n\n${piece.detail}`)).join("\n");
}
