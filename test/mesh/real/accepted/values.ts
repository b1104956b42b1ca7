import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../../../simulator/engine/values";
import { Values } from "../lab/istio";

/** One value that a chart is given: where it stands, and what it is. A list is one value, and so is an empty map. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every value of a chart's. */
export function leavesOf(values: unknown, path: readonly string[] = []): Leaf[] {
  if (!isRecord(values) || Object.keys(values).length === 0) return path.length === 0 ? [] : [{ path, value: values }];
  return Object.entries(values).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

/** The values without one of them. */
export function without(values: Values, path: readonly string[]): Values {
  const [key = "", ...rest] = path;
  const { [key]: inner, ...others } = values;
  return rest.length > 0 && isRecord(inner) ? { ...others, [key]: without(inner, rest) } : others;
}

/** The values with another in one place. */
export function withValue(values: Values, path: readonly string[], value: unknown): Values {
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

/**
 * The values of a release that are to no purpose: those without which the chart makes the same. One that is the chart's own default is to
 * a purpose where it is on the list, and another in its place makes something else.
 */
export async function valuesWithoutEffect(release: string, values: Values, views: Views, defaults: readonly Default[], known: KnownEffects): Promise<string[]> {
  const whole: string[] = [];
  for (const view of views) whole.push(await view(release, values));
  const isSame = async (others: Values): Promise<boolean> => {
    for (const [index, view] of views.entries()) if ((await view(release, others)) !== whole[index]) return false;
    return true;
  };
  const found: string[] = [];
  for (const leaf of leavesOf(values)) {
    const path = leaf.path.join(".");
    if (known.has(release, leaf)) continue;
    if (await isSame(without(values, leaf.path))) {
      const stated = defaults.find((entry) => entry.release === release && entry.path === path);
      if (stated === undefined) found.push(`${release}: ${path} changes nothing`);
      else if (await isSame(withValue(values, leaf.path, stated.other))) found.push(`${release}: ${path} changes nothing, whatever it is`);
    }
    known.add(release, leaf);
  }
  return found;
}

/** What was seen to have an effect: the same value of the same chart is not tried again for every environment. */
export class KnownEffects {
  private readonly leaves: (Leaf & { readonly release: string })[] = [];

  has(release: string, { path, value }: Leaf): boolean {
    return this.leaves.some((leaf) => leaf.release === release && isDeepStrictEqual([leaf.path, leaf.value], [path, value]));
  }

  add(release: string, leaf: Leaf): void {
    this.leaves.push({ ...leaf, release });
  }
}
