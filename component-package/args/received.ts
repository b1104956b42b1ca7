import * as pulumi from "@pulumi/pulumi";

/**
 * Arguments as they came from another program, in the form that one in TypeScript would give them: a value that is not known yet is an output, and
 * an entry of a map that is null, as some languages send what was not given, is left out. The entries of every map are in the order of their keys: on
 * their way they come in any order, another one in each run, and a list that is made of them would differ from run to run.
 *
 * @source https://protobuf.dev/programming-guides/encoding/#maps
 */
export function received(value: unknown): unknown {
  if (pulumi.isUnknown(value)) return pulumi.output(value);
  if (Array.isArray(value)) return value.map(received);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, received(inner)]),
  );
}

/** True for a map. An output, as any other instance of a class, is none. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
