import { isRecord } from "../../../../simulator/engine/values";

/**
 * Where something was sent, and it or its value isn't in what was stored: one line each. What is empty need not be stored at all, and a Secret's text is
 * stored in base64 under another key.
 */
export function alterations(sent: unknown, stored: unknown, at: readonly string[] = []): string[] {
  const part = (key: string): unknown => (isRecord(stored) ? stored[key] : undefined);
  if (isEmpty(sent) && (stored === undefined || isEmpty(stored))) return [];
  if (Array.isArray(sent)) {
    const list: readonly unknown[] = Array.isArray(stored) ? stored : [];
    return sent.flatMap((item, index) => alterations(item, list[index], [...at, String(index)]));
  }
  if (isRecord(sent)) {
    return Object.entries(sent).flatMap(([key, value]) => {
      if (at.length === 0 && key === "stringData") return alterations(inBase64(value), part("data"), ["data"]);
      return alterations(value, part(key), [...at, key]);
    });
  }
  if (sent === stored) return [];
  return [stored === undefined ? `${at.join(".")} was not stored` : `${at.join(".")} was sent as ${JSON.stringify(sent)}, and stored as ${JSON.stringify(stored)}`];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || value === false || value === 0 || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}

function inBase64(texts: unknown): unknown {
  return isRecord(texts) ? Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(String(text)).toString("base64")])) : texts;
}
