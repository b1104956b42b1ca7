import { Problem } from "../../components/shared/errors";
import { SectionName, Sections } from "./schema";

/** What a rule may need besides the config. */
export interface Circumstances {
  /** The name of the stack that is deployed. */
  readonly stack: string;
}

/** A rule as parseConfig runs it. */
export interface ConfigRule {
  /** What the tests and the documentation call it. */
  readonly id: string;
  /** Where the rule comes from. */
  readonly source: string;
  /** The problems in those sections whose shape is right; none when a section that the rule needs is not among them. */
  check(parsed: Partial<Sections>, circumstances: Circumstances): readonly Problem[];
}

interface RuleDefinition<Name extends SectionName> {
  readonly id: string;
  readonly source: string;
  /** The sections that the rule looks at, and the only ones it is given. */
  readonly sections: readonly Name[];
  check(config: Pick<Sections, Name>, circumstances: Circumstances): readonly Problem[];
}

/** Makes a rule that sees the sections it names and runs when all of these could be read. */
export function rule<Name extends SectionName>({ id, source, sections, check }: RuleDefinition<Name>): ConfigRule {
  return { id, source, check: (parsed, circumstances) => (holds(parsed, sections) ? check(parsed, circumstances) : []) };
}

function holds<Name extends SectionName>(parsed: Partial<Sections>, names: readonly Name[]): parsed is Partial<Sections> & Pick<Sections, Name> {
  return names.every((name) => name in parsed);
}

/** A problem when a number is outside its limits. */
export function outside(path: string, value: number, { min, max }: { readonly min: number; readonly max: number }, unit: string, fix?: string): Problem[] {
  if (value >= min && value <= max) return [];
  return [{ path, message: "is out of range", given: String(value), allowed: `${min} to ${max} ${unit}`, ...(fix !== undefined && { fix }) }];
}

/** A problem for each text that doesn't have the form. */
export function malformed(texts: Readonly<Record<string, string>>, pattern: RegExp, allowed: string): Problem[] {
  return Object.entries(texts)
    .filter(([, text]) => !pattern.test(text))
    .map(([path, text]) => ({ path, message: "is not a name that is allowed here", given: JSON.stringify(text), allowed }));
}

/** A problem for each value of a list that stands there a second time. */
export function repeated(path: string, values: readonly string[]): Problem[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => ({ path, message: "names the same more than once", given: JSON.stringify(value), allowed: "each once", fix: "Remove the repetition." }));
}

/** Writes the elements of a list under their paths: `{ "zones[0]": "1" }`. */
export function listed(path: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${path}[${index}]`, value]));
}
