import { parseArgs } from "node:util";
import { Mode } from "../simulator/engine/plan";
import { CliError } from "./cliError";

/** What `preview` was asked for. */
export interface PreviewArguments {
  readonly stack?: string;
  readonly mode: Mode;
  readonly json: boolean;
  readonly help: boolean;
  /** The folder to write the plan, the objects and the picture to; nothing is written without it. */
  readonly out?: string;
  /** The folder of the program to run, or one above which Pulumi.yaml is looked for; the working directory by default. */
  readonly program: string;
}

export const usage = `Usage: delivery-platform preview <stack> [options]
   or: npm run preview -- <stack> [options]

Shows what the program would create for a stack, without a cloud, credentials or the Pulumi CLI.

Options:
  --mode preview|up   preview (default): what only the cloud decides is unknown; up: the embedded cloud answers
  --json              one JSON object on standard output and nothing else
  --out DIR           write plan.json, kubernetes/, helm/, azure/ and architecture.svg to DIR
  --program DIR       run the Pulumi program in DIR; by default the one in the working directory
  --help              show this text

Exit status: 0 fine, 1 the program or the preview failed, 2 invalid config or arguments, 3 a finding of level error.
`;

/**
 * Reads the arguments after the program's name.
 *
 * @throws CliError for an unknown command or option, or a value that is not allowed.
 */
export function parseArguments(argv: readonly string[]): PreviewArguments {
  const { values, positionals } = read(argv);
  const [command, stack, ...more] = positionals;
  if (values.help) return { mode: "preview", json: false, help: true, program: "." };
  if (command !== "preview") throw new CliError(command === undefined ? "A command is missing; there is one: preview." : `There is no command "${command}"; there is one: preview.`);
  if (more.length > 0) throw new CliError(`One stack at a time: "${more.join(" ")}" is one argument too many.`);
  if (values.mode !== "preview" && values.mode !== "up") throw new CliError(`--mode is "${values.mode}"; it can be preview or up.`);
  if (values.out === "" || values.program === "") throw new CliError("--out and --program take the name of a folder; an empty one was given.");
  return { stack, mode: values.mode, json: values.json, help: false, out: values.out, program: values.program };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        mode: { type: "string", default: "preview" },
        json: { type: "boolean", default: false },
        out: { type: "string" },
        program: { type: "string", default: "." },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (thrown) {
    throw new CliError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
