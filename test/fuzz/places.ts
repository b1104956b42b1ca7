/** A place in a value: the keys and numbers that lead to it. */
export type Place = readonly (string | number)[];

/** Every place in a value, but the value itself. */
export function placesIn(value: unknown, above: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: (readonly [string | number, unknown])[] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => [[...above, key], ...placesIn(inner, [...above, key])]);
}

/** A copy of a value in which another stands at a place. */
export function withAt(value: unknown, place: Place, put: (old: unknown) => unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return put(value);
  if (Array.isArray(value)) return value.map((inner, index) => (index === key ? withAt(inner, rest, put) : inner));
  const old = value as Readonly<Record<string, unknown>>;
  return { ...old, [key]: withAt(old[key], rest, put) };
}

/** What stands at a place. */
export function at(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((inner, key) => (inner as Readonly<Record<string | number, unknown>>)[key], value);
}

/** True for a map, and for no list. */
export const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
