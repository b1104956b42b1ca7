import { stringify } from "yaml";
import { isRecord } from "../../simulator/engine/values";
import { visible } from "../visible";
import { lineDiff } from "./lines";
import { DiffLine } from "./model";

/** One value that differs, of a resource or among the outputs. */
interface ChangedValue {
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A value that differs, as lines: objects as YAML, and of texts with several lines and of objects those lines that differ. */
export function changeLines(change: ChangedValue): DiffLine[] {
  const lines = lineDiff(textOf(change.before), textOf(change.after));
  const differ = lines.some(({ sign }) => sign === "-" || sign === "+");
  return (differ ? lines : unlikeLines(change)).map(({ sign, text }) => ({ sign, text: visible(text) }));
}

/** Lines are the same where the types differ, or the line break at the end, or what must not be seen. */
function unlikeLines({ before, after }: ChangedValue): DiffLine[] {
  const [from = "", to = ""] = [before, after].map((value) => JSON.stringify(value));
  return from === to ? [{ sign: "-", text: "[secret]" }, { sign: "+", text: "[another secret]" }] : [{ sign: "-", text: from }, { sign: "+", text: to }];
}

function textOf(value: unknown): string {
  if (typeof value === "string" && (standsIn.test(value) || value.includes("\n"))) return value;
  if (Array.isArray(value) || isRecord(value)) return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
  return JSON.stringify(value) ?? "";
}

/** The sides of a value that differs, each in one line. They are the same where they differ in what must not be seen. */
export function sidesInLine({ before, after }: ChangedValue): readonly [string, string] {
  const [from, to] = [inLine(before), inLine(after)];
  const isUnlike = before !== undefined && after !== undefined && (typeof before !== typeof after || from === to);
  return isUnlike ? [inLine(before, true), inLine(after, true)] : [from, to];
}

/** A value in one line. A text is in quotes where it could be taken for another value without them. */
export function inLine(value: unknown, quoted = false): string {
  if (typeof value === "string" && (standsIn.test(value) || !(quoted || isMistakable(value)))) return visible(value);
  return visible(JSON.stringify(value) ?? "");
}

// What the comparison has in the place of a value.
const standsIn = /^\[(secret|unknown|code|other code)\]$/;

/** True of a text that reads as another one, or as a value of YAML's that is no text, as `1` and `true`. */
function isMistakable(text: string): boolean {
  if (text === "" || text !== text.trim() || text.includes("\n") || /^["'[{]/.test(text)) return true;
  return /^[\w.+~-]+$/.test(text) && stringify(text).trimEnd() !== text;
}
