import { stringify } from "yaml";
import { isRecord } from "../../simulator/engine/values";
import { lineDiff } from "./lines";
import { DiffLine } from "./model";

/** One value that differs, of a resource or among the outputs. */
interface ChangedValue {
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A value that differs, as lines: objects as YAML, and of texts with several lines and of objects those lines that differ. */
export function changeLines(change: ChangedValue): DiffLine[] {
  const [before, after] = ["before", "after"].map((side) => (side in change ? textOf(change[side as "before" | "after"]) : ""));
  // They differ in what must not be seen.
  if (before === after) return [{ sign: "-", text: "[secret]" }, { sign: "+", text: "[another secret]" }];
  return lineDiff(before ?? "", after ?? "").map(({ sign, text }) => ({ sign, text: visible(text) }));
}

function textOf(value: unknown): string {
  if (value === "[secret]" || value === "[unknown]" || (typeof value === "string" && value.includes("\n"))) return value as string;
  if (Array.isArray(value) || isRecord(value)) return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
  return JSON.stringify(value) ?? "";
}

// Controls, and what turns the direction of a text round or takes no room: one who wrote them could have a reader see another text.
// https://trojansource.codes
const unseen = /(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text of one line in which every character can be seen. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
