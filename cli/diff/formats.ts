import { OutFiles } from "../outFiles";
import { markdownOf } from "./markdown";
import { PlanDiff } from "./model";
import { htmlOf } from "./page/page";

/** What differs of one stack, with its picture where one is wanted and there is something to draw. */
export interface ComparedStack {
  readonly diff: PlanDiff;
  readonly picture?: string;
}

/** The formats that are files as well. */
export type FileFormat = "json" | "markdown" | "html";

/** What differs, in one format. It is the same for the same two sides. */
export function written(stacks: readonly ComparedStack[], format: FileFormat): string {
  const diffs = stacks.map(({ diff }) => diff);
  if (format === "json") return `${JSON.stringify({ schemaVersion: 1, diffs }, undefined, 2)}\n`;
  if (format === "markdown") return markdownOf(diffs);
  return htmlOf(diffs, new Map(stacks.flatMap(({ diff, picture }) => (picture === undefined ? [] : [[diff.stack, picture]]))));
}

/** What a folder gets. */
export function diffFiles(stacks: readonly ComparedStack[]): OutFiles {
  return new Map([
    ["diff.json", written(stacks, "json")],
    ["diff.md", written(stacks, "markdown")],
    ["diff.html", written(stacks, "html")],
  ]);
}
