import { table, verbatim } from "./markdown";
import type { ClaimRow, Pair } from "./rows";

/** A claim of who may reach whom. */
interface PairRow extends ClaimRow {
  readonly pair: Pair;
}

/** True for a claim that has its place in a matrix. */
export function isPair(row: ClaimRow): row is PairRow {
  return row.pair !== undefined;
}

/** How a pair is named elsewhere on the page. */
export function pairText({ caller, target }: Pair): string {
  return `${caller} → ${target}`;
}

/** Two tables: what was asked of each target, and what each caller was answered. */
export function matrix(rows: readonly PairRow[]): string[] {
  if (rows.length === 0) return [];
  const callers = unique(rows.map(({ pair }) => pair.caller)).sort();
  const targets = unique(rows.map(({ pair }) => pair.target)).sort();
  const of = (target: string): readonly PairRow[] => rows.filter(({ pair }) => pair.target === target);
  const answers = (caller: string, target: string): string => rows.filter(({ pair }) => pair.caller === caller && pair.target === target).map(answer).join("; ") || "–";
  return [
    "Each caller asked each target but itself, by these requests:",
    table(
      ["target", "request", "rests on"],
      targets.map((target) => [target, unique(of(target).map(requestOf)).map(verbatim).join(", "), unique(of(target).flatMap(({ restsOn }) => restsOn)).join(", ")]),
    ),
    `${rows.filter(({ held }) => held).length} of ${rows.length} were answered as expected. A line is a caller, a column a target:`,
    table(["", ...targets], callers.map((caller) => [`**${caller}**`, ...targets.map((target) => answers(caller, target))])),
  ];
}

function answer({ expected, answer: given, held }: PairRow): string {
  return held ? valueOf(given) : `**no**: ${valueOf(given)}, not ${valueOf(expected)}`;
}

/** The one fact of an answer, without its name: `403` of `status 403`. */
const valueOf = (text: string): string => text.replace(/^(?:status|answer) /, "");

/** A request without the caller, who differs. */
const requestOf = ({ request }: PairRow): string => request.replace(/^.*? → /, "");

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
