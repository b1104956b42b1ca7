import * as grpc from "@grpc/grpc-js";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { Cloud } from "../cloud";
import { hermetic } from "./hermetic";
import { LogLine, Monitor, StackOutputs } from "./monitor";
import { inStableOrder, Plan, Run } from "./plan";

/** A Pulumi program and the stack to run it for. */
export interface ProgramRun extends Run {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** The entry point, as `main` of Pulumi.yaml names it: a file, or a folder whose package names it. */
  readonly main: string;
  /** Whether the runtime compiles the program, which is Pulumi's default. */
  readonly typescript: boolean;
  /** The stack's config: full keys (`project:key`) to text. */
  readonly config: Readonly<Record<string, string>>;
  /** Which of the config's keys hold secrets. */
  readonly secretKeys: readonly string[];
}

/** What a run may be given besides the program. */
export interface RunOptions {
  /** Where the outputs of other stacks come from. Default: a program that refers to one fails. */
  readonly stackOutputs?: StackOutputs;
  /** Is told now and then how many resources there are so far. */
  readonly onRegistered?: (count: number) => void;
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
export async function runProgram(run: ProgramRun, cloud: Cloud, { stackOutputs, onRegistered }: RunOptions = {}): Promise<ProgramResult> {
  const started = process.hrtime.bigint();
  const monitor = new Monitor(run, cloud, stackOutputs);
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
    findings: [...monitor.finish()].sort((a, b) => (a.urn + a.policy < b.urn + b.policy ? -1 : 1)),
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

// Pulumi's SDK takes a whole stack of each resource and of each of its promises. To map these to the program's sources takes a tenth of a
// run, and nothing reads them here; the stacks of errors are mapped as ever.
const noStacksOfSdk = `const noted = (frame) => ["callsites", "debuggablePromise"].includes(frame?.getFunctionName()) && frame.getFileName().includes("@pulumi");
let map; const mapOthers = (next) => (error, frames) => (noted(frames[0]) ? "" : next(error, frames));
Object.defineProperty(Error, "prepareStackTrace", { configurable: true, get: () => map, set: (next) => (map = typeof next === "function" ? mapOthers(next) : next) });`;

// Pulumi's SDK makes many objects that live for a moment. In a small nursery V8 takes them away before it asks for more memory: a fifth
// less at the peak for the platform's program, in the same time. The unit is MiB.
const smallNursery = "--max-semi-space-size=1";

function startNode(run: ProgramRun, address: string): Promise<{ exitCode: number; printed: string }> {
  const { folder, entry } = placeOf(run);
  const fromProgram = createRequire(path.join(folder, "package.json"));
  const runtime = fromProgram.resolve("@pulumi/pulumi/cmd/run");
  const flags = [
    `--monitor=${address}`,
    `--engine=${address}`,
    `--project=${run.project}`,
    `--stack=${run.stack}`,
    `--root-directory=${run.directory}`,
    `--pwd=${folder}`,
    ...(run.mode === "preview" ? ["--dry-run"] : []),
  ];
  const sources = packageAsSources(folder, fromProgram);
  const options = [smallNursery, `--import=data:text/javascript,${encodeURIComponent(`${plainErrors}\n${noStacksOfSdk}`)}`, ...sources.options];
  const child = spawn(process.execPath, [...options, runtime, ...flags, entry], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...hermetic(process.env), ...sources.env, PULUMI_NODEJS_TYPESCRIPT: String(run.typescript), PULUMI_CONFIG: JSON.stringify(run.config), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys) },
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, printed }));
  });
}

/**
 * Has an example of a checkout of this repository run with the package's sources, where this code runs from its sources itself: with the
 * package as it is, not as it was last compiled, and as the repository's tsconfig.json has its sources compiled. A project with a package of
 * its own has that one.
 */
function packageAsSources(folder: string, fromProgram: NodeJS.Require): { readonly options: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  const file = packageOf(fromProgram);
  const isExample = path.extname(__filename) === ".ts" && file !== undefined && `${fs.realpathSync(folder)}${path.sep}`.startsWith(`${path.dirname(file)}${path.sep}`);
  if (!isExample) return { options: [], env: {} };
  return { options: ["--conditions=delivery-platform-source"], env: { PULUMI_NODEJS_TSCONFIG_PATH: path.join(path.dirname(file), "tsconfig.json") } };
}

/** The file of the package that a program would import; none where it can import none. */
function packageOf(fromProgram: NodeJS.Require): string | undefined {
  try {
    return fs.realpathSync(fromProgram.resolve("azure-delivery-platform/package.json"));
  } catch {
    return undefined;
  }
}

/**
 * Where a program runs, and what is run there, as Pulumi's engine decides it: a program's relative paths are those of its own folder.
 * @source https://github.com/pulumi/pulumi/blob/master/pkg/engine/project.go
 */
function placeOf({ directory, main }: ProgramRun): { folder: string; entry: string } {
  const place = path.resolve(directory, main);
  return fs.statSync(place).isDirectory() ? { folder: place, entry: "." } : { folder: path.dirname(place), entry: path.basename(place) };
}
