import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { CliError, exitStatus } from "../cli/cliError";
import { readProject, readStackConfig, stacksOf } from "../cli/projectFiles";
import { Terminal } from "../cli/terminal";

/** How Pulumi's CLI ended, and what it printed, without colours. */
export interface Ran {
  readonly status: number;
  readonly printed: string;
}

/**
 * Runs Pulumi's CLI for a stack, and shows what it prints. A signal that asks this process to end is passed on, so that the engine stops after what is
 * under way and unlocks the state; this process ends after it. A runner of GitHub's signals the first process of a step alone, and kills all ten seconds
 * later: whether a signal arrives here is a matter of how the step is started. An agent of Azure Pipelines signals its task, which passes nothing on.
 *
 * @throws CliError where the CLI isn't there.
 */
export async function runPulumi(args: readonly string[], environment: NodeJS.ProcessEnv, terminal: Terminal): Promise<Ran> {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ["SIGINT", "SIGTERM"] as const;
  signals.forEach((signal) => process.on(signal, passOn));
  let printed = "";
  for (const [stream, to] of [[child.stdout, terminal.out], [child.stderr, terminal.err]] as const) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      to.write(text);
    });
  }
  try {
    const status = await new Promise<number>((resolve, reject) => {
      child.on("error", (error) => reject(new CliError(`Pulumi's CLI can't be run: ${error.message}`, exitStatus.failed)));
      child.on("close", (code) => resolve(code ?? exitStatus.failed));
    });
    return { status, printed: stripVTControlCharacters(printed) };
  } finally {
    signals.forEach((signal) => process.off(signal, passOn));
  }
}

const stackFile = z.object({ secretsprovider: z.string().optional() });
const platformConfig = z.object({ access: z.object({ kubelogin: z.string().optional() }).optional() });

/**
 * Refuses a stack that no pipeline can sign in to, before anything runs.
 *
 * @throws CliError that names every reason.
 */
export function checkStack(stack: string, directory = "."): void {
  const project = readProject(directory);
  if (!stacksOf(project).includes(stack)) throw new CliError(`There is no Pulumi.${stack}.yaml in ${project.directory}. The stacks: ${stacksOf(project).join(", ")}.`);
  const { secretsprovider } = stackFile.parse(parse(fs.readFileSync(path.join(project.directory, `Pulumi.${stack}.yaml`), "utf8")));
  const platform = readStackConfig(project, stack).values[`${project.name}:platform`];
  const kubelogin = platform === undefined ? undefined : (platformConfig.parse(JSON.parse(platform)).access?.kubelogin ?? "azurecli");
  const problems = [
    ...(secretsprovider === undefined ? ["It has no secretsprovider: make the stack once, as docs/state.md says, and commit what that writes."] : []),
    ...(kubelogin === "azurecli" ? ["access.kubelogin is azurecli, which needs a person's az login: set workloadidentity."] : []),
  ];
  if (problems.length > 0) throw new CliError(`Pulumi.${stack}.yaml is not made for a pipeline. ${problems.join(" ")}`);
}
