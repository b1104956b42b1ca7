import { isRecord, present, Properties, ResourceReference, Secret, UNKNOWN } from "../../simulator/engine/values";

/** One value that differs, at the deepest place that both sides have. */
export interface ValueChange {
  /** For a reader: `spec.containers[name=server].image`. */
  readonly path: string;
  /** The keys on the way, without those of lists. */
  readonly keys: readonly string[];
  readonly kind: "add" | "remove" | "change";
  /** What stood there, as the program gave it; absent where nothing did. */
  readonly before?: unknown;
  readonly after?: unknown;
}

interface Place {
  readonly path: string;
  readonly keys: readonly string[];
}

const top: Place = { path: "", keys: [] };

/** What differs between two values. A secret is compared with what it holds, and never looked into. */
export function valueChanges(before: unknown, after: unknown, place: Place = top): ValueChange[] {
  if (fingerprint(before) === fingerprint(after)) return [];
  if (before === undefined) return [{ ...place, kind: "add", after }];
  if (after === undefined) return [{ ...place, kind: "remove", before }];
  if (isRecord(before) && isRecord(after)) return recordChanges(before, after, place);
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, place);
  return [{ ...place, kind: "change", before, after }];
}

/** The same text for the same value, and only for it. It holds what is secret. */
export function fingerprint(value: unknown): string {
  if (value === undefined) return "";
  if (value === UNKNOWN) return "?";
  if (value instanceof Secret) return `!${fingerprint(value.value)}`;
  if (value instanceof ResourceReference) return `&${value.urn}`;
  if (Array.isArray(value)) return `[${value.map(fingerprint).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${fingerprint(inner)}`).sort().join()}}`;
}

/** A value for a reader. Where one side alone is secret, the other one is not shown either: it may be the same value. */
export function shown(value: unknown, other: unknown): unknown {
  return other instanceof Secret && value !== undefined ? "[secret]" : present(value);
}

function recordChanges(before: Properties, after: Properties, place: Place): ValueChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => valueChanges(before[key], after[key], { path: joined(place.path, key), keys: [...place.keys, key] }));
}

/** `metadata.labels["app.kubernetes.io/name"]` */
function joined(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/**
 * What tells the elements of a list apart, the first that all of them have and no two share. Kubernetes merges most of its lists by
 * one of these keys, and Azure's lists have names.
 * @source https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
const mergeKeys = ["name", "key", "mountPath", "containerPort", "port", "topologyKey"];

function listChanges(before: readonly unknown[], after: readonly unknown[], place: Place): ValueChange[] {
  const mergeKey = mergeKeys.find((key) => identifies(key, before) && identifies(key, after));
  return mergeKey === undefined ? alignedChanges(before, after, place) : keyedChanges(mergeKey, before as Properties[], after as Properties[], place);
}

function identifies(key: string, list: readonly unknown[]): boolean {
  const values = list.map((element) => (isRecord(element) ? element[key] : undefined));
  return values.every((value) => typeof value === "string" || typeof value === "number") && new Set(values).size === values.length;
}

function keyedChanges(mergeKey: string, before: readonly Properties[], after: readonly Properties[], place: Place): ValueChange[] {
  const byKey = (list: readonly Properties[]) => new Map(list.map((element) => [element[mergeKey], element]));
  const [old, now] = [byKey(before), byKey(after)];
  const all = [...new Set([...old.keys(), ...now.keys()])];
  const changes = all.flatMap((key) => valueChanges(old.get(key), now.get(key), { ...place, path: `${place.path}[${mergeKey}=${String(key)}]` }));
  const order = (list: Map<unknown, Properties>) => [...list.keys()].filter((key) => old.has(key) && now.has(key));
  const [was, is] = [order(old), order(now)];
  return fingerprint(was) === fingerprint(is) ? changes : [...changes, { ...place, path: `${place.path}[order of ${mergeKey}]`, kind: "change", before: was, after: is }];
}

/** Compares lists whose elements have no key: those that both have stay where they are, and what differs between two of them is compared in turn. */
function alignedChanges(before: readonly unknown[], after: readonly unknown[], place: Place): ValueChange[] {
  const steps = align(before.map(fingerprint), after.map(fingerprint));
  const at = (index: number): Place => ({ ...place, path: `${place.path}[${index}]` });
  const changes: ValueChange[] = [];
  let removed: number[] = [];
  let added: number[] = [];
  const close = (): void => {
    const pairs = Math.min(removed.length, added.length);
    removed.forEach((index, position) => changes.push(...valueChanges(before[index], position < pairs ? after[added[position] as number] : undefined, at(position < pairs ? (added[position] as number) : index))));
    added.slice(pairs).forEach((index) => changes.push(...valueChanges(undefined, after[index], at(index))));
    [removed, added] = [[], []];
  };
  for (const { left, right } of steps) {
    if (left !== undefined && right !== undefined) close();
    else if (left !== undefined) removed.push(left);
    else if (right !== undefined) added.push(right);
  }
  close();
  return changes;
}

/** A step from one list to the other: an element of both, one that goes, or one that comes. */
export interface Step {
  readonly left?: number;
  readonly right?: number;
}

// Above this many pairs the lists are not compared element by element: it would take seconds, and nobody reads the result.
const mostPairs = 4_000_000;

/** The shortest way from one list of texts to another, what goes before what comes. */
export function align(left: readonly string[], right: readonly string[]): Step[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const [n, m] = [left.length - start - end, right.length - start - end];
  const same = (from: number, count: number, shift: number): Step[] => Array.from({ length: count }, (_, index) => ({ left: from + index, right: from + index + shift }));
  return [...same(0, start, 0), ...(n * m > mostPairs ? replaced(start, n, m) : shortest(left, right, start, n, m)), ...same(left.length - end, end, right.length - left.length)];
}

function replaced(start: number, n: number, m: number): Step[] {
  return [...Array.from({ length: n }, (_, index) => ({ left: start + index })), ...Array.from({ length: m }, (_, index) => ({ right: start + index }))];
}

/** The longest common part of `n` and `m` texts from `start` on stays. */
function shortest(left: readonly string[], right: readonly string[], start: number, n: number, m: number): Step[] {
  const width = m + 1;
  const common = new Uint32Array((n + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  const isSame = (i: number, j: number): boolean => left[start + i] === right[start + j];
  for (let i = n - 1; i >= 0; i--) for (let j = m - 1; j >= 0; j--) common[i * width + j] = isSame(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && isSame(i, j)) steps.push({ left: start + i++, right: start + j++ });
    else if (i < n && (j === m || at(i + 1, j) >= at(i, j + 1))) steps.push({ left: start + i++ });
    else steps.push({ right: start + j++ });
  }
  return steps;
}

/**
 * The value as it is when some of its paths are left as they were, as the engine does for `ignoreChanges`.
 * @source https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/
 */
export function leaving(before: unknown, after: unknown, paths: readonly string[]): unknown {
  return paths.map(segments).reduce((value, path) => leftAt(before, value, path), after);
}

function leftAt(before: unknown, after: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return before;
  if (Array.isArray(after)) return after.map((element, index) => (key === "*" || key === String(index) ? leftAt(Array.isArray(before) ? before[index] : undefined, element, rest) : element));
  if (!isRecord(after)) return after;
  const old: Properties = isRecord(before) ? before : {};
  const keys = key === "*" ? [...new Set([...Object.keys(after), ...Object.keys(old)])] : [key];
  return { ...after, ...Object.fromEntries(keys.map((name) => [name, leftAt(old[name], after[name], rest)])) };
}

/** The keys of a path as Pulumi's options have it: `a.b[0]["c.d"].*`. */
export function segments(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(([, quoted, index, key]) => quoted?.replace(/\\(.)/g, "$1") ?? index ?? key ?? "");
}

