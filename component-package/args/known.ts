import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import { isMap } from "./received";

/**
 * A value with that of each output in it that is known and not secret. What a remote component gives is an output even where it was written down, as an
 * app's `identity`. The order of the resources is not lost: the engine asks for a component when all that it takes has been made.
 */
export async function knownIn(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) {
    if (await pulumi.isSecret(value)) return value;
    // The one way to look into an output that doesn't wait for ever where it is unknown.
    const sent: unknown = await runtime.serializeProperty("known", value);
    return sent === runtime.unknownValue ? value : sent;
  }
  if (Array.isArray(value)) return Promise.all(value.map(knownIn));
  if (!isMap(value)) return value;
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await knownIn(inner)] as const)));
}
