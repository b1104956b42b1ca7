import * as grpc from "@grpc/grpc-js";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import * as path from "node:path";
import { Cloud } from "../cloud";
import { LogLine, Monitor } from "./monitor";
import { inStableOrder, Plan, Run } from "./plan";

/** A Pulumi program and the stack to run it for. */
export interface ProgramRun extends Run {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** The entry point, as `main` of Pulumi.yaml names it; `.` for the package's own. */
  readonly main: string;
  /** The stack's config: full keys (`project:key`) to text. */
  readonly config: Readonly<Record<string, string>>;
  /** Which of the config's keys hold secrets. */
  readonly secretKeys: readonly string[];
}

/** What came of a run. */
export interface ProgramResult {
  readonly plan: Plan;
  readonly logs: readonly LogLine[];
  readonly failures: readonly Error[];
  /** What the program wrote to standard output and standard error, one after the other. */
  readonly printed: string;
  readonly exitCode: number;
}

/**
 * Runs a program in a process of its own, with the Node runtime that Pulumi's language host starts (`@pulumi/pulumi/cmd/run`), against
 * the embedded cloud. The program is unchanged: it loads, reads its config and sends its outputs as it would under `pulumi up`.
 */
export async function runProgram(run: ProgramRun, cloud: Cloud, onRegistered?: (count: number) => void): Promise<ProgramResult> {
  const started = process.hrtime.bigint();
  const monitor = new Monitor(run, cloud);
  const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  monitor.serve(server);
  const port = await listen(server);
  const ticker = onRegistered && setInterval(() => onRegistered(monitor.resources.length), 100);
  try {
    const { exitCode, printed } = await startNode(run, `127.0.0.1:${port}`);
    const durationMs = Math.round(Number(process.hrtime.bigint() - started) / 1e6);
    return { plan: planOf(run, monitor, durationMs), logs: monitor.logs, failures: monitor.failures, printed, exitCode };
  } finally {
    clearInterval(ticker);
    server.forceShutdown();
  }
}

/** The plan of what a monitor has recorded. */
export function planOf(run: Run, monitor: Monitor, durationMs: number): Plan {
  return {
    project: run.project,
    stack: run.stack,
    mode: run.mode,
    resources: inStableOrder(monitor.resources),
    outputs: monitor.stackOutputs,
    findings: [...monitor.findings].sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1)),
    durationMs,
  };
}

/** Opens a server on a free port of this machine alone. */
export function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

// The runtime prints an error in colours, which sends some releases of Node into an endless loop for half a minute and gigabytes, as soon as
// a frame is a file directly under a package's scope: https://github.com/nodejs/node/issues/64011. Without colours the loop is not entered.
const plainErrors = `import util from "node:util"; const inspect = util.inspect;
util.inspect = Object.assign((value, ...rest) => inspect(value, ...(value instanceof Error && rest[0] instanceof Object ? [{ ...rest[0], colors: false }] : rest)), inspect);`;

function startNode(run: ProgramRun, address: string): Promise<{ exitCode: number; printed: string }> {
  const runtime = createRequire(path.join(run.directory, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const flags = [
    `--monitor=${address}`,
    `--engine=${address}`,
    `--project=${run.project}`,
    `--stack=${run.stack}`,
    `--root-directory=${run.directory}`,
    `--pwd=${run.directory}`,
    ...(run.mode === "preview" ? ["--dry-run"] : []),
  ];
  const child = spawn(process.execPath, [`--import=data:text/javascript,${encodeURIComponent(plainErrors)}`, runtime, ...flags, run.main], {
    cwd: run.directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...hermetic(process.env), PULUMI_NODEJS_TYPESCRIPT: "true", PULUMI_CONFIG: JSON.stringify(run.config), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys) },
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (printed += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, printed }));
  });
}

/** A preview must not depend on, or reach, what the machine is signed in to. */
function hermetic(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(ARM|AZURE|KUBE|HELM|PULUMI)_?/.test(name)));
}
