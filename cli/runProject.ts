import { policies } from "../policies/all";
import { configMaps } from "../policies/configMaps";
import { exceptionsIn } from "../policies/exceptions";
import { findingsOf } from "../policies/run";
import { configRefused } from "../stacks/config/configError";
import { EmbeddedCloud, SignedInClient } from "../simulator/embeddedCloud";
import { Mode } from "../simulator/engine/plan";
import { ProgramResult, RunOptions, runProgram } from "../simulator/engine/runProgram";
import { isRecord } from "../simulator/engine/values";
import { CliError, exitStatus } from "./cliError";
import { Project, StackConfig } from "./projectFiles";

/** What is run: a project's program for one of its stacks. */
export interface ProjectRun {
  readonly project: Project;
  readonly stack: string;
  readonly config: StackConfig;
  readonly mode: Mode;
  /** The day by which exceptions from policies hold or have expired, as `2027-03-31`. Default: today, by UTC. */
  readonly today?: string;
}

// Who a program that names no tenant and subscription is taken to be signed in as.
const exampleClient: SignedInClient = { tenantId: "00000000-1111-4222-8333-444444444444", subscriptionId: "55555555-6666-4777-8888-999999999999" };

/**
 * Runs a project's program against the embedded cloud. The plan's findings are what the cloud refuses, and what is against the policies; the
 * stack is the environment that these go by.
 *
 * @throws CliError where the program's packages are not installed
 */
export async function runProject({ project, stack, config, mode, today }: ProjectRun, options: RunOptions): Promise<ProgramResult> {
  const { name, directory, main, typescript } = project;
  const request = { project: name, stack, mode, directory, main, typescript, config: config.values, secretKeys: config.secretKeys };
  try {
    const result = await runProgram(request, new EmbeddedCloud(clientOf(project, config)), options);
    const judged = findingsOf(result.plan, { environment: stack, exceptions: exceptionsIn(name, config.values), today });
    // A rule of the cloud's that is a policy as well counts as the policy: that one knows of exceptions.
    const refused = result.plan.findings.filter((finding) => !policies.some(({ id }) => id === finding.policy));
    return { ...result, plan: { ...result.plan, findings: [...refused, ...judged] } };
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "MODULE_NOT_FOUND") {
      throw new CliError(`@pulumi/pulumi is not installed for the program in ${directory}: run npm install there.`, exitStatus.failed);
    }
    throw thrown;
  }
}

/** Why there is no plan to show. */
export interface Failure {
  readonly messages: readonly string[];
  /** The exit status that says so. */
  readonly status: number;
}

/** What went wrong in a run; nothing where all went well. A refusal is told alone: what comes after it comes of it. */
export function failureOf(result: ProgramResult): Failure | undefined {
  const expected = result.failures.find((failure) => failure instanceof CliError);
  if (expected !== undefined) return { messages: [expected.message], status: expected.status };
  const messages = errorsOf(result);
  const refusal = messages.find(isConfigRefusal);
  if (refusal !== undefined) return { messages: [refusal], status: exitStatus.invalid };
  return messages.length > 0 ? { messages, status: exitStatus.failed } : undefined;
}

/** Each error once: the program logs again what the engine refused it. */
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

/** The client that the embedded cloud takes to be signed in: the one that the program's own config names, in the `azure` of one of its maps. */
function clientOf(project: Project, config: StackConfig): SignedInClient {
  const azure = configMaps(project.name, config.values).flatMap((map) => (isRecord(map["azure"]) ? [map["azure"]] : []))[0] ?? {};
  const { tenantId, subscriptionId } = azure;
  return {
    tenantId: typeof tenantId === "string" ? tenantId : exampleClient.tenantId,
    subscriptionId: typeof subscriptionId === "string" ? subscriptionId : exampleClient.subscriptionId,
  };
}
