import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Problem } from "../../components/shared/errors";
import { shapeProblems, unknownKey, withoutSecrets, written } from "../../stacks/config/shapeProblems";

/** An argument, or a key in one, that isn't there. */
export function unknownArgument(path: readonly PropertyKey[]): Problem {
  return { ...unknownKey(path), fix: "Correct its name or remove it; docs/component-package.md lists the arguments." };
}

/** The values of other resources, and secret ones, where they would decide what is made: at a path and below it. */
export function notPlainProblems(path: readonly PropertyKey[], value: unknown): Problem[] {
  if (pulumi.Output.isInstance(value)) {
    return [{ path: written(path), message: "is secret or comes from another resource, and decides what is made", allowed: "a value that stands in the program or its config" }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => notPlainProblems([...path, Array.isArray(value) ? Number(key) : key], inner));
}

/** The problems of what a shape refuses of an argument. */
export function argumentProblems([name = "", ...path]: readonly PropertyKey[], issue: z.core.$ZodIssue): Problem[] {
  if (pulumi.Output.isInstance(issue.input)) return notPlainProblems([name, ...path], issue.input);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownArgument([name, ...path, key].filter((part) => part !== "")));
  return shapeProblems(String(name), { ...issue, path }).map(withoutSecrets);
}
