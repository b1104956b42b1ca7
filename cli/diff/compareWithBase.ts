import { exceptionsIn } from "../../policies/exceptions";
import { judgementOf } from "./judgement";
import { changePolicies } from "../../policies/change/changePolicies";
import { utcDay } from "../../policies/run";
import { stackOf } from "../../policies/stack";
import { Plan } from "../../simulator/engine/plan";
import { ProgramResult } from "../../simulator/engine/runProgram";
import { paintFor } from "../ansi";
import { PreviewArguments } from "../arguments";
import { CliError, exitStatus } from "../cliError";
import { GivenOutputs } from "../givenOutputs";
import { checkOutDirectory, writeOutDirectory } from "../outDirectory";
import { stackMissing } from "../preview";
import { Project, readProject, readStackConfig, StackConfig, stacksOf } from "../projectFiles";
import { redactorFor } from "../redact";
import { failureOf, runProject } from "../runProject";
import { stackOutputsFor } from "../stackOutputs";
import { showingCount, tellNotes, tellRun, Terminal } from "../terminal";
import { BaseSide, withBaseSide } from "./baseSide";
import { comparePlans } from "./compare";
import { ComparedStack, diffFiles, written } from "./formats";
import { PlanDiff } from "./model";
import { drawDiff } from "./picture";
import { diffText } from "./text";

/** What a comparison was asked for. */
export interface ComparisonArguments extends PreviewArguments {
  readonly base: string;
}

/**
 * Runs a program as it is and as it was at another commit, with the config of each side, and shows what differs. Standard output has the
 * result alone. No value that either side marks as secret is shown.
 *
 * @returns the exit status: 0 no change, 10 changes, 11 dangerous ones, 3 a new finding of level error, 1 the program of now failed, 2 it refused
 * its config. A program that fails at the base is part of the result: a change that mends it must be seen.
 * @throws CliError when an argument, a file of the project or the repository must be put right.
 */
export async function compareWithBase(args: ComparisonArguments, terminal: Terminal): Promise<number> {
  const started = process.hrtime.bigint();
  const project = readProject(args.program);
  if (args.stacks.length === 0) throw stackMissing(project);
  if (args.out !== undefined) checkOutDirectory(args.out);
  const given = new GivenOutputs(args.outputs);
  const told = new Set<string>();
  const tell = (note: string): void => {
    if (!told.has(note)) tellNotes([note], terminal);
    told.add(note);
  };
  const stacks: ComparedStack[] = [];
  const failed = await withBaseSide(project, args.base, tell, async (base) => {
    args.stacks.forEach((stack) => refuseUnknown(stack, project, base));
    for (const stack of args.stacks) {
      const compared = await compareStack({ args, project, base, stack, given, tell }, terminal);
      if (typeof compared === "number") return compared;
      stacks.push(compared);
    }
    return undefined;
  });
  if (failed !== undefined) return failed;
  given.refuseUnasked();

  const diffs = stacks.map(({ diff }) => diff);
  if (args.out !== undefined) writeOutDirectory(args.out, diffFiles(stacks));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  terminal.out.write(args.format === "text" ? diffText(diffs, paintFor(terminal.out), seconds) : written(stacks, args.format));
  return statusOf(diffs);
}

/** A change that would be refused comes before one that would lose something. The findings of the change itself are in its verdict. */
function statusOf(diffs: readonly PlanDiff[]): number {
  const ofChange = changePolicies.map(({ id }) => id);
  if (diffs.some(({ findings }) => findings.new.some(({ level, policy }) => level === "error" && !ofChange.includes(policy)))) return exitStatus.refused;
  if (diffs.some(({ verdict }) => verdict === "dangerous")) return exitStatus.dangerous;
  return diffs.some(({ verdict }) => verdict === "changes") ? exitStatus.changes : exitStatus.fine;
}

interface StackComparison {
  readonly args: ComparisonArguments;
  readonly project: Project;
  readonly base: BaseSide;
  readonly stack: string;
  readonly given: GivenOutputs;
  readonly tell: (note: string) => void;
}

/** Runs both sides of a stack at the same time and compares them. @returns the exit status where one of them failed */
async function compareStack({ args, project, base, stack, given, tell }: StackComparison, terminal: Terminal): Promise<ComparedStack | number> {
  const today = utcDay();
  const config = hasStack(project, stack) ? readStackConfig(project, stack) : undefined;
  config?.notes.forEach(tell);
  const sideOf = async (side: Project, sideConfig: StackConfig, onRegistered?: (count: number) => void): Promise<ProgramResult> => {
    const run = { project: side, stack, config: sideConfig, mode: args.mode, today };
    return runProject(run, { stackOutputs: stackOutputsFor(run, given, (note) => tell(base.readable(note))), onRegistered });
  };
  const [before, after] = await showingCount(terminal, (onRegistered) =>
    both(runBase(base, stack, sideOf), config === undefined ? Promise.resolve(undefined) : sideOf(project, config, onRegistered)),
  );
  const failed = after && tellRun(after, terminal);
  if (failed !== undefined) return failed;
  const none: Plan = { project: project.name, stack, mode: args.mode, resources: [], outputs: {}, findings: [], durationMs: 0 };
  const [was, is] = [before.plan ?? none, after?.plan ?? none];
  const exceptions = config && exceptionsIn(project.name, config.values);
  const diff = comparePlans(was, is, {
    ref: { ref: base.ref, commit: base.commit, ...(before.failure !== undefined && { failure: before.failure }) },
    encryptedConfig: Object.entries(config?.encrypted ?? {}).flatMap(([key, text]) => ((before.encrypted[key] ?? text) === text ? [] : [key])),
    ...judgementOf(stackOf(was, stack), stackOf(is, stack), stack, { exceptions, today }),
  });
  const picture = args.format === "html" || args.out !== undefined ? await drawDiff(was, is, diff) : undefined;
  return { diff, ...(picture !== undefined && { picture }) };
}

/** Waits for both, also where one fails: the folder of the base goes after its program. What is wrong now is told before what was wrong then. */
async function both<A, B>(base: Promise<A>, now: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([base, now]);
  const after = await now;
  return [await base, after];
}

/** What came of the base: a plan where it has the stack and its program runs, else why not. */
interface BaseRun extends Pick<StackConfig, "encrypted">, Pick<BaseSide, "failure"> {
  readonly plan?: Plan;
}

/** Runs the program of the base. What it refuses, and what it fails with, is a result; only what keeps it from being run at all is thrown. */
async function runBase({ project, failure, ref, readable }: BaseSide, stack: string, run: (side: Project, config: StackConfig) => Promise<ProgramResult>): Promise<BaseRun> {
  if (project === undefined || !hasStack(project, stack)) return { encrypted: {}, ...(failure !== undefined && { failure }) };
  try {
    const config = readStackConfig(project, stack);
    const result = await run(project, config);
    const failed = failureOf(result);
    if (failed === undefined) return { plan: result.plan, encrypted: config.encrypted };
    const lines = readable(failed.messages.join("\n")).split("\n");
    // Of a stack trace, what is the program's own.
    return { encrypted: {}, failure: redactorFor(result.plan)(lines.filter((line) => !/^\s+at /.test(line) || line.includes(`${ref}:`)).join("\n")) };
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    if (thrown.status === exitStatus.invalid) return { encrypted: {}, failure: readable(thrown.message) };
    throw new CliError(readable(`At the base, ${ref}: ${thrown.message}`), thrown.status);
  }
}

function hasStack(project: Project, stack: string): boolean {
  return stacksOf(project).includes(stack);
}

function refuseUnknown(stack: string, project: Project, base: BaseSide): void {
  if (hasStack(project, stack) || (base.project && hasStack(base.project, stack))) return;
  throw new CliError(`There is no stack "${stack}", neither now nor at ${base.ref}. The stacks now: ${stacksOf(project).join(", ") || "none"}.`);
}
