import { visible } from "../visible";
import { DiffLine } from "./model";
import { escaped } from "./page/html";

/** A text as code. Nothing in it is markup, a mention or a reference, whatever it holds. */
export function code(text: string): string {
  const shown = clipped(visible(text).trim(), 200);
  const fence = "`".repeat(longestRun(shown) + 1);
  return shown === "" ? "` `" : longestRun(shown) > 0 ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A text as a paragraph of its own words: no markup, and nobody is told that they are mentioned. */
export function prose(text: string): string {
  const line = visible(text.trim().split(/\s*\n\s*/).join(" ")).replace(/\t/g, " ");
  // A space of no width parts `@`, `#` and `GH-` from what would make them a mention or a reference.
  return clipped(line, 1500).replace(/[\\`*_{}[\]<>#+\-!|~&@:]|(?<=www)\./gi, "\\$&").replace(/(?:[@#]|\bgh\\-)(?=\w)/gi, "$&\u200b");
}

/** A text as code where HTML is written on one line: in a summary, or in the cell of a table, which `|` would end. Code mentions nobody. */
export function inHtml(text: string): string {
  return `<code>${escaped(clipped(visible(text), 200)).replaceAll("|", "&#124;")}</code>`;
}

/** Lines in a block that nothing in them can close. */
export function diffBlock(lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(2, ...lines.map(longestRun)) + 1);
  return [`${fence}diff`, ...lines, fence].join("\n");
}

// Longer lines are not read to their end in a comment.
const widest = 240;

/** The lines of a diff, each with its sign. Of long ones that go and come in pairs, that part is left out which both begin with. */
export function signed(lines: readonly DiffLine[]): string[] {
  return lines.map(({ sign, text }, index) => {
    if (sign === "…") return " …";
    const other = sign === "-" ? lines[index + 1] : sign === "+" ? lines[index - 1] : undefined;
    const isPair = other !== undefined && other.sign !== sign && "-+".includes(other.sign);
    const from = isPair && Math.max(text.length, other.text.length) > widest ? Math.max(0, commonStart(text, other.text) - 40) : 0;
    return `${sign}${from > 0 ? "…" : ""}${clipped(visible(text.slice(from)), widest)}`;
  });
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
