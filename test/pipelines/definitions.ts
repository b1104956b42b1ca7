import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { isRecord } from "../../simulator/engine/values";

/** A file that defines a pipeline, or a part of one. */
export interface Definition {
  /** From the project's root. */
  readonly file: string;
  readonly text: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** All of a folder and of those below it. */
export function definitionsIn(folder: string): Definition[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yml")).sort();
  return files.map((name) => {
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, "utf8");
    return { file, text, content: recordOf(parse(text)) };
  });
}

/** An object that must be one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`An object was expected, not ${JSON.stringify(value)}.`);
  return value;
}

/** Every object in a tree, the outermost first. */
export function recordsIn(tree: unknown): Readonly<Record<string, unknown>>[] {
  if (Array.isArray(tree)) return tree.flatMap(recordsIn);
  return isRecord(tree) ? [tree, ...Object.values(tree).flatMap(recordsIn)] : [];
}

/** The values that a key has anywhere in a tree, as far as they are texts. */
export function textsAt(tree: unknown, key: string): string[] {
  return recordsIn(tree).flatMap((record) => {
    const value = record[key];
    return typeof value === "string" ? [value] : [];
  });
}

const packageFile = JSON.parse(fs.readFileSync("package.json", "utf8")) as { readonly scripts: Readonly<Record<string, string>>; readonly devDependencies: Readonly<Record<string, string>> };

/** The npm scripts of the project. */
export const npmScripts = Object.keys(packageFile.scripts);

/** What runs the mesh's tests: as root, with the PATH of the user who has Node and Go, and with what it builds in a folder that the user may read and keep. */
export const meshCommand = 'sudo env "PATH=$PATH" "XDG_CACHE_HOME=$KEPT" "GOCACHE=$KEPT/go/build" "GOMODCACHE=$KEPT/go/modules" npm run --silent test:mesh';

/** The version of Pulumi that the project is built with. */
export const pulumiVersion = packageFile.devDependencies["@pulumi/pulumi"] ?? "";

/** The stacks of the project. */
export const stacks = fs.readdirSync(".").flatMap((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1] ?? []).sort();
