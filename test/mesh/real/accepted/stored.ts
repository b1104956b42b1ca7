import { isRecord } from "../../../../simulator/engine/values";

/**
 * The places where something was sent that isn't in what was stored. The text of a Secret is stored in base64, under another key; what is
 * empty need not be stored at all, and of a number with a unit or a duration the server may change the form, not the meaning.
 */
export function missing(sent: unknown, stored: unknown, at: readonly string[] = []): string[] {
  const place = at.join(".");
  if (place === "stringData" || isEmpty(sent)) return [];
  if (Array.isArray(sent)) {
    const list: readonly unknown[] = Array.isArray(stored) ? stored : [];
    return sent.flatMap((item, index) => missing(item, list[index], [...at, String(index)]));
  }
  if (isRecord(sent)) return Object.entries(sent).flatMap(([key, value]) => missing(value, isRecord(stored) ? stored[key] : undefined, [...at, key]));
  return stored === undefined ? [place] : [];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || value === false || value === 0 || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}
