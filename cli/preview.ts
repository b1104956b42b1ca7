import { stripVTControlCharacters } from "node:util";
import { configRefused } from "../stacks/config/configError";
import { EmbeddedCloud, SignedInClient } from "../simulator/embeddedCloud";
import { summarize } from "../simulator/engine/plan";
import { ProgramResult, runProgram } from "../simulator/engine/runProgram";
import { isRecord } from "../simulator/engine/values";
import { paintFor } from "./ansi";
import { PreviewArguments } from "./arguments";
import { CliError, exitStatus } from "./cliError";
import { drawArchitecture } from "./diagram/draw";
import { checkOutDirectory, writeOutDirectory } from "./outDirectory";
import { filesOf, jsonText } from "./outFiles";
import { Project, readProject, readStackConfig, StackConfig, stacksOf } from "./projectFiles";
import { Redact, redactorFor } from "./redact";
import { planText } from "./text";

/** Where a command writes to. */
export interface Terminal {
  readonly out: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  readonly err: Pick<NodeJS.WriteStream, "write" | "isTTY">;
}

// Who a program that names no tenant and subscription is taken to be signed in as.
const exampleClient: SignedInClient = { tenantId: "00000000-1111-4222-8333-444444444444", subscriptionId: "55555555-6666-4777-8888-999999999999" };

/**
 * Runs a program for a stack against the embedded cloud and shows what it registers. Standard output has the result alone; what the
 * program printed, warnings and errors go to standard error. No value that is marked as secret is in either, nor in a file.
 *
 * @returns the exit status: 0 fine, 1 the program failed, 2 it refused its config, 3 a finding of level error.
 * @throws CliError when an argument or a file of the project must be put right.
 */
export async function preview(args: PreviewArguments, terminal: Terminal): Promise<number> {
  const project = readProject(args.program);
  if (args.stack === undefined) throw new CliError(`The name of a stack is missing. ${project.name} has: ${stacksOf(project).join(", ") || "none"}.`);
  const config = readStackConfig(project, args.stack);
  if (args.out !== undefined) checkOutDirectory(args.out);

  const result = await run(project, args.stack, config, args, terminal);
  const redact = redactorFor(result.plan);
  const paint = paintFor(terminal.err);
  const say = (text: string): void => void terminal.err.write(`${redact(readable(text, terminal)).trimEnd()}\n`);

  config.notes.forEach((note) => say(`${paint("blue", "note:")} ${note}`));
  if (result.printed.trim() !== "") say(result.printed);
  result.logs.filter(({ severity }) => severity === "warning").forEach(({ message }) => say(`${paint("yellow", "warning:")} ${message}`));
  const errors = errorsOf(result);
  if (errors.length > 0) {
    const refusal = errors.find(isConfigRefusal);
    (refusal === undefined ? errors : [refusal]).forEach((error) => say(`${paint("red", "error:")} ${error}`));
    return refusal === undefined ? exitStatus.failed : exitStatus.invalid;
  }

  if (args.out !== undefined) await writePlan(args.out, result, redact);
  terminal.out.write(args.json ? jsonText(result.plan, redact) : planText(result.plan, paintFor(terminal.out), redact));
  return summarize(result.plan).errors > 0 ? exitStatus.refused : exitStatus.fine;
}

async function run(project: Project, stack: string, config: StackConfig, args: PreviewArguments, terminal: Terminal): Promise<ProgramResult> {
  const { name, directory, main, typescript } = project;
  const request = { project: name, stack, mode: args.mode, directory, main, typescript, config: config.values, secretKeys: config.secretKeys };
  const showCount = terminal.err.isTTY === true ? (count: number) => void terminal.err.write(`\r${count} resources …`) : undefined;
  try {
    return await runProgram(request, new EmbeddedCloud(clientOf(project, config)), showCount);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "MODULE_NOT_FOUND") {
      throw new CliError(`@pulumi/pulumi is not installed for the program in ${directory}: run npm install there.`, exitStatus.failed);
    }
    throw thrown;
  } finally {
    if (showCount !== undefined) terminal.err.write("\r\u001b[2K");
  }
}

/** The client that the embedded cloud takes to be signed in: the one that the program's own config names, in the `azure` of one of its maps. */
function clientOf(project: Project, config: StackConfig): SignedInClient {
  const maps = Object.entries(config.values).map(([key, text]) => (key.startsWith(`${project.name}:`) ? jsonOf(text) : undefined));
  const azure = maps.flatMap((map) => (isRecord(map) && isRecord(map["azure"]) ? [map["azure"]] : []))[0] ?? {};
  const { tenantId, subscriptionId } = azure;
  return {
    tenantId: typeof tenantId === "string" ? tenantId : exampleClient.tenantId,
    subscriptionId: typeof subscriptionId === "string" ? subscriptionId : exampleClient.subscriptionId,
  };
}

/** The value that a text is the JSON of; nothing for other text, which is the program's to judge. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What went wrong, once each: the program logs again what the engine refused it. */
function errorsOf({ exitCode, logs, failures }: ProgramResult): string[] {
  const logged = logs.filter(({ severity }) => severity === "error").map(({ message }) => message);
  const unlogged = failures.map(({ message }) => message).filter((message) => !logged.some((text) => text.includes(message)));
  const errors = [...new Set([...logged, ...unlogged])];
  return errors.length === 0 && exitCode !== 0 ? [`The program ended with exit status ${exitCode} and no message.`] : errors;
}

/** True for the platform's own refusal of a config, and for Pulumi's words for a key that a program needs and the stack lacks. */
function isConfigRefusal(error: string): boolean {
  return error.startsWith(configRefused) || error.startsWith("Missing required configuration variable");
}

async function writePlan(directory: string, { plan }: ProgramResult, redact: Redact): Promise<void> {
  const picture = await drawArchitecture(plan);
  writeOutDirectory(directory, new Map([...filesOf(plan, redact), ["architecture.svg", picture]]));
}

/** What a program colours for a terminal, without colours where there is none. */
function readable(text: string, terminal: Terminal): string {
  return terminal.err.isTTY === true ? text : stripVTControlCharacters(text);
}
