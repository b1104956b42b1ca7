import { parseArgs } from "node:util";
import { Mode } from "../simulator/engine/plan";
import { CliError } from "./cliError";

/** How a result is written to standard output. */
export type Format = (typeof formats)[number];

const formats = ["text", "json", "markdown", "html"] as const;

/** What `preview` was asked for. */
export interface PreviewArguments {
  /** The names of the stacks; one, unless there is a base. */
  readonly stacks: readonly string[];
  readonly mode: Mode;
  readonly format: Format;
  readonly help: boolean;
  /** The git ref of the commit to compare with; nothing is compared without it. */
  readonly base?: string;
  /** The folder to write the plan, the objects and the picture to; nothing is written without it. */
  readonly out?: string;
  /** The folder of the program to run, or one above which Pulumi.yaml is looked for; the working directory by default. */
  readonly program: string;
  /** Files with the outputs of stacks that the program refers to, by the name that it gives the stack. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const usage = `Usage: delivery-platform preview <stack> [options]
   or: delivery-platform preview <stack…> --base REF [options]
   or: npm run preview -- <stack…> [options]

Shows what the program would create for a stack, or what differs for some stacks from another commit, without a cloud, credentials or the
Pulumi CLI.

Options:
  --base REF          compare with the program and the config of the commit that REF names in git
  --mode preview|up   preview (default): what only the cloud decides is unknown; up (default with --base): the embedded cloud answers
  --format FORMAT     text (default), or json: one JSON object on standard output and nothing else; with --base also markdown, for the
                      comment of a pull request, and html, a page
  --json              the same as --format json
  --out DIR           write plan.json, kubernetes/, helm/, azure/ and architecture.svg to DIR; with --base, diff.json,
                      diff.md and diff.html
  --program DIR       run the Pulumi program in DIR; by default the one in the working directory
  --outputs NAME=FILE the outputs of the stack that the program refers to by NAME, as "pulumi stack output --json" prints them, or a
                      plan.json of --mode up; can be given for several stacks
  --help              show this text

Exit status: 0 fine, 1 the program or the preview failed, 2 invalid config or arguments, 3 a finding of level error.
With --base: 0 no change, 10 changes, 11 dangerous changes, 3 a new finding of level error.
`;

/**
 * Reads the arguments after the program's name.
 *
 * @throws CliError for an unknown command or option, or a value that is not allowed.
 */
export function parseArguments(argv: readonly string[]): PreviewArguments {
  const { values, positionals } = read(argv);
  const [command, ...stacks] = positionals;
  if (values.help) return { stacks: [], mode: "preview", format: "text", help: true, program: ".", outputs: {} };
  if (command !== "preview") throw new CliError(command === undefined ? "A command is missing; there is one: preview." : `There is no command "${command}"; there is one: preview.`);
  const { base, out, program, mode = base === undefined ? "preview" : "up" } = values;
  if (base === undefined && stacks.length > 1) throw new CliError(`One stack at a time, but for --base: "${stacks.slice(1).join(" ")}" is one argument too many.`);
  if (new Set(stacks).size < stacks.length) throw new CliError(`A stack is named twice: ${stacks.join(" ")}.`);
  if (mode !== "preview" && mode !== "up") throw new CliError(`--mode is "${mode}"; it can be preview or up.`);
  if (out === "" || program === "") throw new CliError("--out and --program take the name of a folder; an empty one was given.");
  if (base === "") throw new CliError("--base takes a git ref, as main or HEAD~1; an empty one was given.");
  return { stacks, mode, format: formatOf(values), help: false, base, out, program, outputs: filesOf(values.outputs) };
}

function formatOf({ format, json, base }: { readonly format?: string; readonly json: boolean; readonly base?: string }): Format {
  const wanted = format ?? (json ? "json" : "text");
  const known = formats.find((name) => name === wanted);
  if (known === undefined) throw new CliError(`--format is "${wanted}"; it can be ${formats.join(", ")}.`);
  if (base === undefined && (known === "markdown" || known === "html")) throw new CliError(`--format ${known} is for a comparison: it takes --base.`);
  if (json && known !== "json") throw new CliError(`--json and --format ${wanted} contradict each other.`);
  return known;
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        base: { type: "string" },
        mode: { type: "string" },
        format: { type: "string" },
        json: { type: "boolean", default: false },
        out: { type: "string" },
        program: { type: "string", default: "." },
        outputs: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (thrown) {
    throw new CliError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The file of each stack. */
function filesOf(values: readonly string[]): Record<string, string> {
  const files = values.map(namedFile);
  const twice = files.find(([stack], index) => files.findIndex(([other]) => other === stack) !== index);
  if (twice !== undefined) throw new CliError(`--outputs gives "${twice[0]}" twice: one file for each stack.`);
  return Object.fromEntries(files);
}

/** The stack and the file of one `--outputs`. */
function namedFile(value: string): [string, string] {
  const [, stack, file] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (stack === undefined || file === undefined) throw new CliError(`--outputs is "${value}"; it takes the name of a stack and a file, as organization/platform/dev=outputs.json.`);
  return [stack, file];
}
