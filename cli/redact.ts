import { literal } from "../components/shared/regularExpression";
import { Plan } from "../simulator/engine/plan";
import { isRecord, Secret } from "../simulator/engine/values";

/** Takes the known secrets out of a text. */
export type Redact = (text: string) => string;

/** Shorter ones are words like "yes" or a port: taking them out would hide nothing and spoil every line. */
const shortest = 6;

/** What a secret looks like in a text. */
interface Form {
  /** No shorter text holds it. */
  readonly length: number;
  readonly pattern: string | RegExp;
}

/**
 * Messages are free text: a program, a provider's refusal or a stack trace may quote a value. This replaces every value that the plan
 * marks as secret by `[secret]`, as it stands and in the forms in which it travels. One of several lines is found with any indentation too,
 * as YAML gives it. A number is taken as its digits; what has fewer than six characters stays.
 */
export function redactorFor(plan: Plan): Redact {
  const secrets = new Set<string>();
  collect([plan.resources.map((resource) => [resource.inputs, resource.outputs]), plan.outputs], false, secrets);
  const known = [...secrets].flatMap((secret) => [...new Set([secret, secret.trim()])]).filter((secret) => secret.length >= shortest);
  // The longest first, so that no part of a long secret is left when a short one is inside it.
  const texts = [...new Set(known.flatMap(formsOf))].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const forms = [...known.flatMap(linesOf), ...texts.map((text): Form => ({ length: text.length, pattern: text }))];
  return (text) => forms.reduce((redacted, { length, pattern }) => (redacted.length < length ? redacted : redacted.replaceAll(pattern, "[secret]")), text);
}

/** The same value, with the secrets taken out of its texts, its numbers and its keys. */
export function redactedValue(value: unknown, redact: Redact): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "number") return redact(String(value)) === String(value) ? value : redact(String(value));
  if (Array.isArray(value)) return value.map((inner) => redactedValue(inner, redact));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redactedValue(inner, redact)]));
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64, base64.replace(/=+$/, ""), Buffer.from(secret).toString("base64url")];
}

/** A secret of several lines, however each of them is indented. */
function linesOf(secret: string): Form[] {
  const lines = secret.trim().split(/\r?\n/).map((line) => line.trim());
  const { length } = lines.join("\n");
  if (lines.length === 1 || length < shortest) return [];
  return [{ length, pattern: new RegExp(lines.map(literal).join("[ \\t]*\\r?\\n[ \\t]*"), "g") }];
}

function collect(value: unknown, secret: boolean, into: Set<string>): void {
  if (value instanceof Secret) collect(value.value, true, into);
  else if (Array.isArray(value)) value.forEach((inner) => collect(inner, secret, into));
  else if (isRecord(value)) Object.values(value).forEach((inner) => collect(inner, secret, into));
  else if (secret && (typeof value === "string" || typeof value === "number")) into.add(String(value));
}
