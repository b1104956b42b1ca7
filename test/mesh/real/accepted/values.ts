import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../../simulator/engine/values";
import { Values } from "../lab/istio";

/** The place of one value that a chart is given. A list is one value, and so is an empty map. */
type Path = readonly string[];

function pathsOf(values: unknown, at: Path = []): Path[] {
  if (!isRecord(values) || Object.keys(values).length === 0) return at.length === 0 ? [] : [at];
  return Object.entries(values).flatMap(([key, value]) => pathsOf(value, [...at, key]));
}

function without(values: Values, path: Path): Values {
  const [key = "", ...rest] = path;
  const { [key]: inner, ...others } = values;
  return rest.length > 0 && isRecord(inner) ? { ...others, [key]: without(inner, rest) } : others;
}

/** The values with another in one place. */
export function withValue(values: Values, path: Path, value: unknown): Values {
  const [key = "", ...rest] = path;
  const inner = values[key];
  return { ...values, [key]: rest.length > 0 ? withValue(isRecord(inner) ? inner : {}, rest, value) : value };
}

/** A value that is the chart's own default, and is said all the same. */
export interface Default {
  readonly release: string;
  readonly path: string;
  readonly reason: string;
  /** A value with which the chart makes something else: there is such a value, and the chart reads it. */
  readonly other: unknown;
}

/** What a release's chart makes of values, as a text to compare. */
export type Rendered = (release: string, values: Values) => Promise<string>;

/** How a release can be looked at: a value has an effect where it shows in one of them. The first that differs is enough. */
export type Views = readonly Rendered[];

/** What is looked at. */
export interface Given {
  readonly release: string;
  readonly values: Values;
  /** Which of the values. Default: every one. */
  readonly paths?: readonly Path[];
}

/**
 * The values of a release that are to no purpose: those without which the chart makes the same. One that is the chart's own default is to
 * a purpose where it is on the list, and another in its place makes something else.
 */
export async function valuesWithoutEffect({ release, values, paths = pathsOf(values) }: Given, views: Views, defaults: readonly Default[]): Promise<readonly string[]> {
  const whole: string[] = [];
  for (const view of views) whole.push(await view(release, values));
  const isSame = async (others: Values): Promise<boolean> => {
    for (const [index, view] of views.entries()) if ((await view(release, others)) !== whole[index]) return false;
    return true;
  };
  const useless: string[] = [];
  for (const path of paths) {
    if (!(await isSame(without(values, path)))) continue;
    const place = path.join(".");
    const stated = defaults.find((entry) => entry.release === release && entry.path === place);
    if (stated === undefined) useless.push(`${release}: ${place} changes nothing`);
    else if (await isSame(withValue(values, path, stated.other))) useless.push(`${release}: ${place} changes nothing, whatever it is`);
  }
  return useless;
}

/** What was found of whole releases: a chart with the very same values makes the same in every environment, and is looked at once. */
export class LookedAt {
  private readonly releases: (Given & { readonly useless: readonly string[] })[] = [];

  /** What `look` finds of a release, or found of it before. */
  async useless(given: Given, look: (given: Given) => Promise<readonly string[]>): Promise<readonly string[]> {
    const before = this.releases.find(({ release, values }) => release === given.release && isDeepStrictEqual(values, given.values));
    if (before !== undefined) return before.useless;
    const useless = await look(given);
    this.releases.push({ ...given, useless });
    return useless;
  }
}
