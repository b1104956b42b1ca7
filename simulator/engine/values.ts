import * as runtime from "@pulumi/pulumi/runtime";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

/** A value that only the cloud will decide. It is a symbol, so that no rule takes it for text, a number or an object. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that the program marked as secret. */
export class Secret {
  constructor(readonly value: unknown) {}
}

/** A reference to another resource that a program passed as a value. */
export class ResourceReference {
  constructor(readonly urn: string) {}
}

/** What may stand in the inputs and outputs of a resource. */
export type Properties = Record<string, unknown>;

// The marks that tell special values apart in the protocol's structs.
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig.go
const outputValueMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Reads a struct of the resource-monitor protocol. */
export function decode(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (decodeValue(struct.toJavaScript()) as Properties);
}

function decodeValue(value: unknown): unknown {
  if (value === runtime.unknownValue) return UNKNOWN;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (!isRecord(value)) return value;
  switch (value[runtime.specialSigKey]) {
    case undefined:
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decodeValue(inner)]));
    case runtime.specialSecretSig:
      return new Secret(decodeValue(value["value"]));
    case outputValueMark: {
      const inner = "value" in value ? decodeValue(value["value"]) : UNKNOWN;
      return value["secret"] === true ? new Secret(inner) : inner;
    }
    case runtime.specialResourceSig:
      return new ResourceReference(String(value["urn"]));
    default:
      throw new Error("An asset or archive is among the properties; the embedded engine does not read files. Pass the text as a string.");
  }
}

/** Writes a struct of the resource-monitor protocol. */
export function encode(properties: Properties): Struct {
  return Struct.fromJavaScript(encodeValue(properties) as Record<string, Value.AsObject>);
}

function encodeValue(value: unknown): unknown {
  if (value === UNKNOWN) return runtime.unknownValue;
  if (value instanceof Secret) return { [runtime.specialSigKey]: runtime.specialSecretSig, value: encodeValue(value.value) };
  if (value instanceof ResourceReference) return { [runtime.specialSigKey]: runtime.specialResourceSig, urn: value.urn };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, encodeValue(inner)]),
  );
}

/** True where a part of a value is secret. */
export function holdsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  return (Array.isArray(value) || isRecord(value)) && Object.values(value).some(holdsSecret);
}

/** True where a part of a value is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (value instanceof Secret) return holdsUnknown(value.value);
  return (Array.isArray(value) || isRecord(value)) && Object.values(value).some(holdsUnknown);
}

/** The same value without the secret marks: what a cloud gets to see. */
export function reveal(value: unknown): unknown {
  return rewrite(value, (inner) => (inner instanceof Secret ? { with: reveal(inner.value) } : undefined));
}

/** The same value for a reader: `[unknown]` and `[secret]` stand for what can't or must not be shown. */
export function present(value: unknown): unknown {
  return rewrite(value, (inner) => {
    if (inner === UNKNOWN) return { with: "[unknown]" };
    if (inner instanceof Secret) return { with: "[secret]" };
    if (inner instanceof ResourceReference) return { with: inner.urn };
    return undefined;
  });
}

/** Copies a value; where `replace` answers, its answer takes the place of that part. */
export function rewrite(value: unknown, replace: (value: unknown) => { with: unknown } | undefined): unknown {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced.with;
  if (Array.isArray(value)) return value.map((inner) => rewrite(inner, replace));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewrite(inner, replace)]));
}

/** The first value with the second laid over it at every depth. Lists are not merged; what is secret stays so. */
export function merge(base: unknown, added: unknown): unknown {
  if (base instanceof Secret) return new Secret(merge(base.value, added));
  if (!isRecord(base) || !isRecord(added)) return added;
  return { ...base, ...Object.fromEntries(Object.entries(added).map(([key, value]) => [key, key in base ? merge(base[key], value) : value])) };
}

/** True for an object with properties of its own: not an array, not null, not a special value. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret) && !(value instanceof ResourceReference);
}
