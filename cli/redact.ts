import { Plan } from "../simulator/engine/plan";
import { isRecord, Secret } from "../simulator/engine/values";

/** Takes the known secrets out of a text. */
export type Redact = (text: string) => string;

// Shorter ones are words like "yes" or a port: taking them out would hide nothing and spoil every line.
const shortest = 6;

/**
 * Messages are free text: a program, a provider's refusal or a stack trace may quote a value. This replaces every value that the plan
 * marks as secret by `[secret]`, as it stands and in the forms in which it travels.
 */
export function redactorFor(plan: Plan): Redact {
  const secrets = new Set<string>();
  collect([plan.resources.map((resource) => [resource.inputs, resource.outputs]), plan.outputs], false, secrets);
  const forms = [...secrets].filter((secret) => secret.length >= shortest).flatMap(formsOf);
  // The longest first, so that no part of a long secret is left when a short one is inside it.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return (text) => ordered.reduce((redacted, form) => redacted.replaceAll(form, "[secret]"), text);
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString("base64");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64, base64.replace(/=+$/, ""), Buffer.from(secret).toString("base64url")];
}

function collect(value: unknown, secret: boolean, into: Set<string>): void {
  if (value instanceof Secret) collect(value.value, true, into);
  else if (Array.isArray(value)) value.forEach((inner) => collect(inner, secret, into));
  else if (isRecord(value)) Object.values(value).forEach((inner) => collect(inner, secret, into));
  else if (secret && typeof value === "string") into.add(value);
}
