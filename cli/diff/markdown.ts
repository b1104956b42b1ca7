import { fitting, Shortening } from "./markdownFit";
import { alertsOf, changePiece, findingPieces, outputPieces, Piece } from "./markdownPieces";
import { code, inHtml } from "./markdownText";
import { PlanDiff } from "./model";
import { verdictOf } from "./text";
import { byComponent, countsText, kinds, kindsInOrder, outputsText, verdictLine } from "./wording";

/** The first line of every comment, which nobody sees: by it a pipeline finds the comment that it wrote before, and edits that one. */
export const commentMarker = "<!-- delivery-platform preview diff -->";

/** GitHub takes 65,536 characters; a pipeline may add a line of its own. */
const longestComment = 65_000;

/** What is folded under one line. */
interface Fold {
  /** HTML. */
  readonly summary: string;
  readonly open: boolean;
  readonly pieces: readonly Piece[];
  readonly folds: readonly Fold[];
}

/**
 * What differs, as the comment of a pull request, on GitHub or Azure DevOps: a verdict in one line, then the most dangerous first, folded by
 * stack and component. It has fewer than 65,000 characters; what is left out for that is the least dangerous, and the comment says so.
 */
export function markdownOf(diffs: readonly PlanDiff[]): string {
  const changed = [...diffs].filter(({ verdict }) => verdict !== "none").sort((a, b) => Number(b.verdict === "dangerous") - Number(a.verdict === "dangerous"));
  const alerts = changed.flatMap(alertsOf);
  const folds = changed.map(stackFold);
  return fitting([...alerts, ...folds.flatMap(piecesIn)], longestComment, ({ extentOf, counts }) => {
    const body = [listed(alerts, extentOf), ...folds.map((fold) => foldText(fold, extentOf))];
    return [commentMarker, headline(diffs), countsTable(changed), shortenedText(diffs, counts), ...body].filter((part) => part !== "").join("\n\n").concat("\n");
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
  const columns = ["stack", ...kindsInOrder.map((kind) => `${kinds[kind].sign} ${kinds[kind].word}`), "losing state", "outputs", "new findings", "mended"];
  const rows = diffs.map(({ stack, summary, outputs, findings }) => [inHtml(stack), ...kindsInOrder.map((kind) => summary[kind]), summary.stateful, outputsText(outputs), findings.new.length, findings.mended.length]);
  const row = (cells: readonly (string | number)[]): string => `| ${cells.map((cell) => (cell === 0 ? "" : cell)).join(" | ")} |`;
  return [row(columns), `|---|${"---:|".repeat(columns.length - 1)}`, ...rows.map(row)].join("\n");
}

/** What was left out, and where it is. */
function shortenedText(diffs: readonly PlanDiff[], { all, bare, leftOut }: Shortening["counts"]): string {
  if (bare === 0 && leftOut === 0) return "";
  const command = `npm run preview -- ${diffs.map(({ stack }) => stack).join(" ")} --base ${diffs[0]?.base.ref ?? ""}`;
  return `**Shortened to fit a comment, the least dangerous first:** of ${all} changes, outputs and findings ${bare} are shown without details, ${leftOut} are left out. The whole: ${code(command)}, or the page that it writes with ${code("--out DIR")}.`;
}

function stackFold(diff: PlanDiff): Fold {
  const { stack, verdict, resources, outputs, findings } = diff;
  const found = findingPieces(findings);
  const folds = [
    fold("Findings", `${found.new.length} new, ${found.mended.length} mended`, [...found.new, ...found.mended]),
    ...byComponent(resources).map(({ names, changes }) => fold(names.length === 0 ? "In no component" : inHtml(names.join(" › ")), countsText(changes), changes.map(changePiece))),
    fold("Outputs", outputsText(outputs), outputPieces(outputs)),
  ].filter(({ pieces }) => pieces.length > 0);
  return { ...fold(inHtml(stack), verdictOf(diff), []), open: verdict === "dangerous", folds };
}

/** A fold with its title, which is HTML, and what it counts. */
function fold(title: string, counts: string, pieces: readonly Piece[]): Fold {
  return { summary: `<b>${title}</b>: ${counts}`, open: false, pieces, folds: [] };
}

function piecesIn(fold: Fold): Piece[] {
  return [...fold.pieces, ...fold.folds.flatMap(piecesIn)];
}

/** A fold with what is left of it. Markdown begins anew after an empty line, and so does HTML. */
function foldText({ summary, open, pieces, folds }: Fold, extentOf: Shortening["extentOf"]): string {
  const inner = folds.filter((one) => piecesIn(one).some((piece) => extentOf(piece) !== "nothing"));
  const parts = [listed(pieces, extentOf), ...inner.map((one) => foldText(one, extentOf))].filter((part) => part !== "");
  return [`<details${open ? " open" : ""}><summary>${summary}</summary>`, ...parts, "</details>"].join("\n\n");
}

function listed(pieces: readonly Piece[], extentOf: Shortening["extentOf"]): string {
  const kept = pieces.filter((piece) => extentOf(piece) !== "nothing");
  return kept.map((piece) => (piece.detail === undefined || extentOf(piece) === "line" ? piece.line : `${piece.line}\n\n${piece.detail.text}`)).join("\n");
}
