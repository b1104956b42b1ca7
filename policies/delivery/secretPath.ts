import { isRecord } from "../../simulator/engine/values";

const secretKey = /(password|passwd|(client|cookie)-?_?secret|access-?_?key|api-?_?key|token)$/i;
/** Secrets that show what they are: a password in an address, a private key, the key in Azure's connection strings. */
const secretTexts = [/:\/\/[^/\s:@]*:(?!\$[({])[^/\s@]+@/, /-----BEGIN (\w+ )*PRIVATE KEY-----/, /\b(AccountKey|SharedAccessKey|SharedAccessSignature)=[^;\s$]/];
/** What stands for a secret and is none: a reference that a program or the chart fills in, the path of a file, a switch. */
const references = [/^\$__\w+\{.*\}$/, /^\$\{.*\}$/, /^\$\(.*\)$/, /^\{\{.*\}\}$/s, /^\/(etc|var|run|mnt|opt|srv|usr|home|tmp|vault|secrets?|certs?|config|data|app)\//, /^(true|false)?$/i];

/** The path of the first value among a chart's that looks like a secret: by what it is called, as a key or as a variable, or by what it is. */
export function secretPath(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return secretTexts.some((form) => form.test(value)) ? path : undefined;
  const entries = Array.isArray(value) ? value.map((inner, index): [string, unknown] => [String(index), inner]) : isRecord(value) ? Object.entries(value) : [];
  const variable = isRecord(value) && typeof value["name"] === "string" ? value["name"] : "";
  for (const [key, inner] of entries) {
    const name = key === "value" ? variable : key;
    const found = typeof inner === "string" && secretKey.test(name) && !references.some((form) => form.test(inner)) ? `${path}.${key}` : secretPath(inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
