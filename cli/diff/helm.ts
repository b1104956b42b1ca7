import { stringify } from "yaml";
import { isRecord, Properties, Secret } from "../../simulator/engine/values";
import { Redact, redactedValue } from "../redact";
import { lineDiff } from "./lines";
import { DiffLine } from "./model";
import { fingerprint, shown } from "./values";

export function isRelease(type: string): boolean {
  return type === "kubernetes:helm.sh/v3:Release";
}

/** What differs between the values of a release, as the YAML that Helm would be given; all of them where a side has none. A secret that differs is marked as another one. */
export function helmLines(before: unknown, after: unknown, redact: Redact): DiffLine[] {
  // Taken out before it is YAML, which would indent, quote or cut them up.
  const text = (value: unknown): string => (value === undefined ? "" : stringify(redactedValue(value, redact), { aliasDuplicateObjects: false, lineWidth: 0, sortMapEntries: true }));
  return lineDiff(text(side(before, after, "[secret]")), text(side(after, before, "[another secret]")));
}

/** A side for a reader; what stands for a secret that is not the other side's tells so. */
function side(value: unknown, other: unknown, differs: string): unknown {
  if (value instanceof Secret || other instanceof Secret) return value === undefined ? undefined : fingerprint(value) === fingerprint(other) ? "[secret]" : differs;
  if (Array.isArray(value)) return value.map((element, index) => side(element, Array.isArray(other) ? other[index] : undefined, differs));
  if (!isRecord(value)) return shown(value, other);
  const old: Properties = isRecord(other) ? other : {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, side(inner, old[key], differs)]));
}
