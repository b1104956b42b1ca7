import { z } from "zod";
import { Problem } from "../../components/shared/errors";

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys",
  record: "a map of keys",
};

/** Zod's message for what a schema refuses, as the text of what it allows. A schema's own text goes before it. */
export function allowedText(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === "invalid_type") return kinds[issue.expected];
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(", ");
  return undefined;
}

/** The problems of one thing that the schema of a section refuses. */
export function shapeProblems(section: string, issue: z.core.$ZodIssue): Problem[] {
  const path = [section, ...issue.path];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
  const problem = { path: written(path), allowed: issue.message };
  if (issue.input === undefined) return [{ ...problem, message: "is missing" }];
  const unquoted = issue.code === "invalid_type" && issue.expected === "string" && ["number", "boolean"].includes(typeof issue.input);
  return [{ ...problem, message: "is not what is allowed here", given: shown(issue.input), ...(unquoted && { fix: "Write it in quotes." }) }];
}

/** The problem of a key that no schema knows. What stands below it is not shown. */
export function unknownKey(path: readonly PropertyKey[]): Problem {
  return { path: written(path), message: "is not a known key", fix: "Correct its name or remove it; docs/configuration.md lists the keys." };
}

/** Takes the value out of a problem with a key whose name says that it is secret. */
export function withoutSecrets(problem: Problem): Problem {
  return /secret|passw|token|credential|connection.?string|(access|account|api|private|shared).?key/i.test(problem.path) ? { ...problem, given: undefined } : problem;
}

/** Writes a path as one would in TypeScript: `hosts["app.example.com"]`, `cluster.zones[0]`. */
export function written(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : /^[A-Za-z_]\w*$/.test(String(part)) ? `${index === 0 ? "" : "."}${String(part)}` : `[${JSON.stringify(String(part))}]`)).join("");
}

const longest = 80;

/** A plain value as short text; of anything else only what it is, since it may hold a secret. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map of keys";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
