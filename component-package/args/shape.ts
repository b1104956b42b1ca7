import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** A schema for each property of an interface: none can be left out, be too many, be of another type, or differ in whether it must be given. */
export type Shape<T> = { readonly [Name in keyof T]-?: undefined extends T[Name] ? z.ZodOptional<z.ZodType<Exclude<T[Name], undefined>>> : z.ZodType<T[Name]> };

/** The schema of an interface. It is by the name that the package's schema has the type. */
export function object<T>(name: string, shape: Shape<T>): z.ZodType<T> {
  // What `Shape` asks of each property is what makes the whole a `T`.
  return noOutput(z.strictObject(shape).meta({ id: name }) as unknown as z.ZodType<T>);
}

/** The schema of a map, by any names. */
export function mapOf<T>(values: z.ZodType<T>): z.ZodType<Record<string, T>> {
  return noOutput(z.record(z.string(), values));
}

/** Refuses an output before a schema takes it for an object of its own, whose keys would all be wrong. */
function noOutput<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((value, context) => {
    if (!pulumi.Output.isInstance(value)) return value;
    context.issues.push({ code: "custom", input: value, message: "no output" });
    return z.NEVER;
  }, schema);
}

/** What may also be an output of another resource that is known, as `knownIn` has taken it out. */
export function known<T>(schema: z.ZodType<T>): z.ZodType<T> {
  return schema.meta({ input: true });
}

/** A text that may come from another resource. */
export const textInput: z.ZodType<pulumi.Input<string>> = z
  .union([z.string(), z.custom<pulumi.Output<string>>((value) => pulumi.Output.isInstance(value))], { error: "a text, or a resource's output" })
  .meta({ input: true });
