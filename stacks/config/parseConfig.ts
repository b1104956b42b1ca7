import { Problem } from "../../components/shared/errors";
import { ConfigError } from "./configError";
import { rules } from "./rules";
import { PlatformConfig, resolve, SectionName, Sections, sections } from "./schema";
import { allowedText, shapeProblems, unknownKey, withoutSecrets } from "./shapeProblems";

/**
 * Reads an environment's config: the one object under the key `platform`, or the JSON text that Pulumi hands it over as.
 *
 * Each section is read by its own schema, and each rule runs when the sections it looks at could be read, so that one message names
 * everything that is wrong. A value is left out of the message where it may be a secret: below an unknown key, below a key whose name says
 * so, and where it is not a plain value.
 *
 * @param raw What the stack's file holds.
 * @param stack The name of the stack; the config must be for the environment of that name.
 * @returns The settings, with every default filled in.
 * @throws ConfigError that names every problem.
 * @example
 * const config = parseConfig(new pulumi.Config().get("platform"), pulumi.getStack());
 */
export function parseConfig(raw: unknown, stack: string): PlatformConfig {
  const given = typeof raw === "string" ? fromJson(raw) : raw;
  if (!isObject(given)) {
    throw new ConfigError([
      {
        path: "platform",
        message: given === undefined ? "is missing" : "is not a map of keys",
        allowed: "one map with the environment's settings",
        fix: `Write it in Pulumi.${stack}.yaml; docs/configuration.md lists the keys.`,
      },
    ]);
  }
  const { parsed, problems } = readSections(given);
  const all = [...problems, ...rules.flatMap((rule) => rule.check(parsed, { stack }))];
  if (all.length > 0 || !isComplete(parsed)) throw new ConfigError(all.map(withoutSecrets));
  return resolve(parsed);
}

const names = Object.keys(sections).filter((name): name is SectionName => Object.hasOwn(sections, name));

function readSections(given: Readonly<Record<string, unknown>>): { parsed: Partial<Sections>; problems: Problem[] } {
  const parsed: Partial<Record<SectionName, unknown>> = {};
  const problems: Problem[] = [];
  for (const name of names) {
    const result = sections[name].safeParse(given[name], { error: allowedText, reportInput: true });
    if (result.success) parsed[name] = result.data;
    else problems.push(...result.error.issues.flatMap((issue) => shapeProblems(name, issue)));
  }
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(sections, name));
  problems.push(...unknown.map((name) => unknownKey([name])));
  // Each value comes from the schema of its own name, which a loop can't tell the compiler.
  return { parsed: parsed as Partial<Sections>, problems };
}

function isComplete(parsed: Partial<Sections>): parsed is Sections {
  return names.every((name) => name in parsed);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
