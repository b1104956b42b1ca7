import * as pulumi from "@pulumi/pulumi";

/**
 * Arguments as they came from another program, in the form that one in TypeScript would give them: a value that is not known yet is an output. The
 * entries of every map are in the order of their keys: on their way they come in any order, another one in each run, and a list that is made of them
 * would differ from run to run.
 *
 * @source https://protobuf.dev/programming-guides/encoding/#maps
 */
export function received(value: unknown): unknown {
  if (pulumi.isUnknown(value)) return pulumi.output(value);
  if (Array.isArray(value)) return value.map(received);
  // An output, as any other instance of a class, is no map.
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, received(inner)]),
  );
}
