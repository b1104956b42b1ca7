import { DiffLine } from "./model";
import { align } from "./values";

/** How many lines that stay are shown around those that differ. */
const context = 3;

/** What differs between two texts, line by line, with a little of what stands around. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [left, right] = [linesOf(before), linesOf(after)];
  const all = align(left, right).map(({ left: from, right: to }): DiffLine => {
    if (from === undefined) return { sign: "+", text: right[to as number] ?? "" };
    return { sign: to === undefined ? "-" : " ", text: left[from] ?? "" };
  });
  const isNear = (index: number): boolean => all.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== " ");
  const lines: DiffLine[] = [];
  all.forEach((line, index) => {
    if (isNear(index)) lines.push(line);
    else if (lines.at(-1)?.sign !== "…") lines.push({ sign: "…", text: "" });
  });
  return lines;
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
