import { parseArgs } from "node:util";
import { ImagesError } from "./imagesError";

/** What `npm run images` is asked for. */
export interface ImageArguments {
  /** Whose registry: the platform's stack, or a registry by its name or address. */
  readonly platform: { readonly stack: string } | { readonly registry: string };
  /** The examples, by their folders' names; none named: all. */
  readonly examples: readonly string[];
  readonly dryRun: boolean;
}

export const usage = `Builds the examples' images for linux/amd64 and pushes them to the platform's registry.

npm run images -- <stack> [options]             the registry of the platform's stack, as dev
npm run images -- --registry NAME [options]     a registry by its name or address

  --example NAME    only this example's; may be given more than once
  --dry-run         print the commands, and run none but the one that asks for the registry
  --help`;

/** @throws ImagesError where they don't say what is to be done */
export function parseImageArguments(args: readonly string[]): ImageArguments | "help" {
  const { values, positionals } = read(args);
  if (values.help) return "help";
  const [stack, ...more] = positionals;
  const { registry } = values;
  if (more.length > 0 || (stack === undefined) === (registry === undefined)) throw new ImagesError(`Name the platform's stack or a registry, one of them.\n\n${usage}`, 2);
  if (registry !== undefined && !/^[a-z0-9]{5,50}(\.[a-z0-9.-]+)?$/.test(registry)) throw new ImagesError(`${JSON.stringify(registry)} is not a registry: 5 to 50 lower-case letters and digits, or its whole address.`, 2);
  if (stack?.startsWith("-")) throw new ImagesError(`${JSON.stringify(stack)} is not a stack.`, 2);
  return { platform: stack === undefined ? { registry: registry ?? "" } : { stack }, examples: values.example ?? [], dryRun: values["dry-run"] ?? false };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { registry: { type: "string" }, example: { type: "string", multiple: true }, "dry-run": { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (thrown) {
    throw new ImagesError(`${(thrown as Error).message}\n\n${usage}`, 2);
  }
}
