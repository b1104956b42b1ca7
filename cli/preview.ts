import { summarize } from "../simulator/engine/plan";
import { ProgramResult } from "../simulator/engine/runProgram";
import { paintFor } from "./ansi";
import { PreviewArguments } from "./arguments";
import { CliError, exitStatus } from "./cliError";
import { drawArchitecture } from "./diagram/draw";
import { checkOutDirectory, writeOutDirectory } from "./outDirectory";
import { GivenOutputs } from "./givenOutputs";
import { filesOf, jsonText } from "./outFiles";
import { Project, readProject, readStackConfig, stacksOf } from "./projectFiles";
import { Redact, redactorFor } from "./redact";
import { ProjectRun, runProject } from "./runProject";
import { stackOutputsFor } from "./stackOutputs";
import { showingCount, tellNotes, tellRun, Terminal } from "./terminal";
import { planText } from "./text";

/**
 * Runs a program for a stack against the embedded cloud and shows what it registers. Standard output has the result alone; what the
 * program printed, warnings and errors go to standard error. No value that is marked as secret is in either, nor in a file.
 *
 * @returns the exit status: 0 fine, 1 the program failed, 2 it refused its config, 3 a finding of level error.
 * @throws CliError when an argument or a file of the project must be put right.
 */
export async function preview(args: PreviewArguments, terminal: Terminal): Promise<number> {
  const project = readProject(args.program);
  const [stack] = args.stacks;
  if (stack === undefined) throw stackMissing(project);
  const config = readStackConfig(project, stack);
  if (args.out !== undefined) checkOutDirectory(args.out);

  const notes = [...config.notes];
  const run: ProjectRun = { project, stack, config, mode: args.mode };
  const given = new GivenOutputs(args.outputs);
  const stackOutputs = stackOutputsFor(run, given, (note) => notes.push(note));
  const result = await showingCount(terminal, (onRegistered) => runProject(run, { stackOutputs, onRegistered }));
  const redact = redactorFor(result.plan);
  tellNotes(notes, terminal, redact);
  const failed = tellRun(result, terminal);
  if (failed !== undefined) return failed;
  given.refuseUnasked();

  if (args.out !== undefined) await writePlan(args.out, result, redact);
  terminal.out.write(args.format === "json" ? jsonText(result.plan, redact) : planText(result.plan, paintFor(terminal.out), redact));
  return summarize(result.plan).errors > 0 ? exitStatus.refused : exitStatus.fine;
}

/** What to say where no stack is named. */
export function stackMissing(project: Project): CliError {
  return new CliError(`The name of a stack is missing. ${project.name} has: ${stacksOf(project).join(", ") || "none"}.`);
}

async function writePlan(directory: string, { plan }: ProgramResult, redact: Redact): Promise<void> {
  const picture = await drawArchitecture(plan);
  writeOutDirectory(directory, new Map([...filesOf(plan, redact), ["architecture.svg", picture]]));
}
