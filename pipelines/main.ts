import { parseArgs } from "node:util";
import { CliError, exitStatus } from "../cli/cliError";
import { Terminal } from "../cli/terminal";
import { checkDataLoss, commentChanges, compareStacks } from "./changes";
import { lookForDrift, tellDrift } from "./drift";
import { hostOf } from "./host";
import { checkStack, Ran, runPulumi } from "./pulumi";
import { signedIn } from "./signIn";
import { preformatted, shortened, summarize } from "./summary";
import { serviceOf, Variables } from "./variables";

export const usage = `Usage: npm run --silent pipeline -- <step> [stack] [options]

The steps of the pipelines in .github and .azuredevops; docs/pipelines.md describes them.

Without a cloud:
  diff            compares every stack with another commit, and writes diff.json, diff.md and diff.html
  data-loss       fails where that is dangerous and the pull request lacks the label allow-data-loss
  comment         writes it to the pull request, as one comment
  drift-tickets   opens, updates and ends the ticket of each stack that was looked at
Signed in to the cloud:
  preview STACK   pulumi preview
  up STACK        pulumi up
  settled STACK   pulumi preview that must show no change
  drift STACK     looks whether the cloud differs from the program

Options:
  --base REF      diff: the commit to compare with; by default HEAD^1, the target of a pull request's merge commit
  --out DIR       the folder that one step writes and another reads; out by default
  --program DIR   the folder of the program; the working directory by default

Exit status: 0 fine, 1 failed, 2 something must be put right, 3 an environment would be refused, 11 a dangerous change without its label.
`;

/** How long a summary of Pulumi's output is at most; GitHub takes one of 1 MiB for a step. */
const longestSummary = 200_000;

interface Step {
  readonly out: string;
  readonly base: string;
  readonly program: string;
  readonly variables: Variables;
  readonly terminal: Terminal;
}

const withoutStack: Readonly<Record<string, (step: Step) => Promise<number | undefined>>> = {
  diff: (step) => compareStacks(step, step.variables, step.terminal),
  "data-loss": async ({ out, variables, terminal }) => void (await checkDataLoss(out, () => hostOf(variables).labels(), terminal)),
  comment: async ({ out, variables, terminal }) => void (await commentChanges(out, hostOf(variables), variables, terminal)),
  "drift-tickets": async ({ out, variables, terminal }) => void (await tellDrift(out, hostOf(variables), runUrlOf(variables), terminal)),
};

type Pulumi = (command: string, ...args: string[]) => Promise<Ran>;

const withStack: Readonly<Record<string, (stack: string, pulumi: Pulumi, step: Step) => Promise<number>>> = {
  preview: async (stack, pulumi, { out, variables, terminal }) => {
    const { status, printed } = await pulumi("preview");
    summarize(`## pulumi preview ${stack}\n\n${preformatted(shortened(printed, longestSummary))}`, `${out}/preview-${stack}.md`, variables, terminal);
    return status;
  },
  up: async (_stack, pulumi) => (await pulumi("up", "--yes")).status,
  settled: async (_stack, pulumi) => (await pulumi("preview", "--expect-no-changes")).status,
  drift: (stack, pulumi, { out }) => lookForDrift(stack, out, (...args) => pulumi("preview", ...args)),
};

/** What the steps are called: those that need no cloud, and those that are signed in to one. */
export const stepNames = { withoutCloud: Object.keys(withoutStack), inCloud: Object.keys(withStack) } as const;

/** Runs one step and returns its exit status; whatever goes wrong is told in a line on standard error. */
export async function pipeline(argv: readonly string[], variables: Variables, terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = read(argv);
    if (values.help) {
      terminal.out.write(usage);
      return exitStatus.fine;
    }
    const [name = "", stack, ...more] = positionals;
    const step: Step = { ...values, variables, terminal };
    const [alone, ofStack] = [withoutStack, withStack].map((steps) => Object.hasOwn(steps, name)) as [boolean, boolean];
    if (!alone && !ofStack) throw new CliError(`There is no step "${name}"; there are ${[...stepNames.withoutCloud, ...stepNames.inCloud].join(", ")}.`);
    if (more.length > 0 || (stack !== undefined) !== ofStack) throw new CliError(`The step ${name} takes ${ofStack ? "one stack" : "no stack"}.`);
    if (stack === undefined) return (await withoutStack[name]?.(step)) ?? exitStatus.fine;
    return await onStack(name, stack, step);
  } catch (thrown) {
    const expected = thrown instanceof CliError;
    terminal.err.write(expected ? `${thrown.message}\n` : `error: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return expected ? thrown.status : exitStatus.failed;
  }
}

async function onStack(name: string, stack: string, step: Step): Promise<number> {
  checkStack(stack, step.program);
  const tell = (note: string): void => void step.terminal.err.write(`${note}\n`);
  return signedIn(step.variables, tell, async (environment) => {
    const pulumi: Pulumi = (command, ...args) => runPulumi([command, "--stack", stack, "--cwd", step.program, ...args], environment, step.terminal);
    return (await withStack[name]?.(stack, pulumi, step)) ?? exitStatus.failed;
  });
}

function runUrlOf(variables: Variables): string {
  if (serviceOf(variables) === "GitHub") return `${variables["GITHUB_SERVER_URL"] ?? ""}/${variables["GITHUB_REPOSITORY"] ?? ""}/actions/runs/${variables["GITHUB_RUN_ID"] ?? ""}`;
  return `${variables["SYSTEM_COLLECTIONURI"] ?? ""}${variables["SYSTEM_TEAMPROJECTID"] ?? ""}/_build/results?buildId=${variables["BUILD_BUILDID"] ?? ""}`;
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { base: { type: "string", default: "HEAD^1" }, out: { type: "string", default: "out" }, program: { type: "string", default: "." }, help: { type: "boolean", short: "h", default: false } },
    });
  } catch (thrown) {
    throw new CliError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

if (require.main === module) {
  void pipeline(process.argv.slice(2), process.env, { out: process.stdout, err: process.stderr }).then((status) => {
    // Not process.exit: a pipe may not have taken all of the output yet.
    process.exitCode = status;
  });
}
