import { Finding } from "../../simulator/engine/plan";
import { shortType } from "../text";
import { visible } from "../visible";
import { changeLines } from "./changeLines";
import { code, diffBlock, prose, signed } from "./markdownText";
import { PlanDiff, ResourceChange } from "./model";
import { ruleSource } from "./ruleSource";
import { comparedWithNothing, dangerOf, dangerOfFinding, encryptedAnew, fateText, kinds, lossText, nameOf, reasonText, sameObjectText } from "./wording";

/** More of one change is read in the page or the terminal. */
const longestDetail = 8_000;

/** Something to tell that can be shortened to its line, or left out. */
export interface Piece {
  /** What it tells of: a change, an output, a finding or another part of the diff. Several pieces may tell of one. */
  readonly subject: object;
  /** 0 is the most dangerous. */
  readonly danger: number;
  readonly line: string;
  readonly detail?: Detail;
}

/** What is below a line. */
interface Detail {
  readonly text: string;
  /** As for the piece: that of the details decides when they go, the piece's own when its line does. */
  readonly danger: number;
}

// The whole of what comes or goes tells the least: its line says that it does.
const dangerOfContents = 9;

// Who does not see it reads all that follows as a change.
const dangerOfFailure = -1;

const dangerOfConfig = 4;

// What a stack exports is read by others: one that is removed breaks them, one that changes may.
const dangerOfOutput = { removed: 3, changed: 5, added: 7 } as const;

/** What nobody may miss: that there is no base, the state that is lost, what stops a deployment, what no resource shows, and what breaks those who read the stack's outputs. */
export function alertsOf({ stack, base, resources, encryptedConfig = [], outputs, findings }: PlanDiff): Piece[] {
  const at = `- ${code(stack)}:`;
  const failed = base.failure === undefined ? [] : [{ subject: base, danger: dangerOfFailure, line: `${at} **the base doesn't run.** ${comparedWithNothing} ${prose(base.failure)}` }];
  const lost = resources.flatMap((change) => (change.lost === undefined ? [] : [{ subject: change, danger: 0, line: `${at} ${changeLine(change)}. Lost with it: ${prose(lossText(change) ?? "")}.` }]));
  const errors = findings.new.filter(({ level }) => level === "error").map((finding) => ({ subject: finding, danger: dangerOfFinding.error, line: `${at} new ${findingText(finding)}` }));
  // Told once, by what is made under the new name.
  const twice = resources.flatMap((change) => (change.sameObject === undefined || change.kind !== "create" ? [] : [{ subject: change, danger: dangerOf(change), line: `${at} ${changeLine(change)}` }]));
  const config = encryptedConfig.map((key) => ({ subject: { key }, danger: dangerOfConfig, line: `${at} config ${code(key)}: ${prose(encryptedAnew)}` }));
  const ofOutputs = (word: "removed" | "changed", what: string): Piece[] =>
    outputs[word].map((output) => ({ subject: output, danger: dangerOfOutput[word], line: `${at} **${word}** output ${code(output.name)}: ${what}` }));
  return [...failed, ...lost, ...errors, ...twice, ...config, ...ofOutputs("removed", "whoever reads it fails."), ...ofOutputs("changed", "whoever reads it gets another value.")];
}

export function changePiece(change: ResourceChange): Piece {
  const properties = change.properties.flatMap((property) => [
    `@@ ${visible(property.path)}${{ yes: ": forces the replacement", unsure: ": may force the replacement", no: "" }[property.forcesReplacement]} @@`,
    ...signed(changeLines(property)),
  ]);
  const values = change.yaml === undefined ? [] : ["@@ values @@", ...signed(change.yaml)];
  const piece = { subject: change, danger: dangerOf(change), line: `- ${changeLine(change)}` };
  const lines = [...properties, ...values];
  if (lines.length === 0) return piece;
  const isWhole = change.kind === "create" || change.kind === "delete";
  return { ...piece, detail: isWhole ? { text: folded(block(lines)), danger: dangerOfContents } : { text: block(lines), danger: piece.danger } };
}

/** `**replaced** type name because of location` */
function changeLine(change: ResourceChange): string {
  const { kind, type, name, custom, urnBefore } = change;
  const reason = reasonText(change, code);
  return [
    `${kinds[kind].sign} **${fateText(change)}**${custom ? "" : " component"} ${code(shortType(type))} ${code(name)}`,
    ...(urnBefore === undefined ? [] : [`from ${code(nameOf(urnBefore))}`]),
    ...[reason, sameObjectText(change, code)].filter((text) => text !== undefined),
  ].join(", ");
}

/** The outputs that differ, those first that break who reads them. */
export function outputPieces(outputs: PlanDiff["outputs"]): Piece[] {
  return (["removed", "changed", "added"] as const).flatMap((word) =>
    outputs[word].map((output) => ({
      subject: output,
      danger: dangerOfOutput[word],
      line: `- **${word}** ${code(output.name)}`,
      detail: { text: block(signed(changeLines(output))), danger: dangerOfOutput[word] },
    })),
  );
}

/** What is found, without the errors: those are among the alerts. */
export function findingPieces({ new: found, mended }: PlanDiff["findings"]): { readonly new: Piece[]; readonly mended: Piece[] } {
  return {
    new: found.filter(({ level }) => level !== "error").map((finding) => ({ subject: finding, danger: dangerOfFinding[finding.level], line: `- new ${findingText(finding)}` })),
    mended: mended.map((finding) => ({ subject: finding, danger: 8, line: `- mended ${findingText(finding)}` })),
  };
}

function findingText(finding: Finding): string {
  const { policy, level, urn, message, docs } = finding;
  const source = ruleSource(finding);
  // A path in the repository leads nowhere from a comment.
  const rule = [...(docs === source ? [] : [code(docs)]), ...(source === undefined ? [] : [`[source](${source})`])].join(", ");
  return `**${level}** ${code(policy)} at ${code(nameOf(urn))}: ${prose(message)} (${rule})`;
}

function block(lines: readonly string[]): string {
  let length = 0;
  const kept = lines.filter((line) => (length += line.length + 1) <= longestDetail);
  return diffBlock(kept.length === lines.length ? kept : [...kept, `@@ ${lines.length - kept.length} more lines @@`]);
}

/** What is opened by who wants to see it. Markdown begins anew after an empty line. */
function folded(text: string): string {
  return `<details><summary>its properties</summary>\n\n${text}\n\n</details>\n`;
}
