import { ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import { until } from "./until";

/** A server of the lab: a process that can be ended and begun again. */
export interface Server {
  readonly name: string;
  /** The file that it writes what it has to say to. */
  readonly log: string;
  /** The number of its process, while it runs. */
  readonly pid: number | undefined;
  /** Begins it; resolves once it answers. */
  start(): Promise<void>;
  /** Ends it; resolves once it has ended. Default: SIGTERM, and SIGKILL to one that does not go, with its children. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Both. */
  restart(signal?: NodeJS.Signals): Promise<void>;
}

/** How a server is run. */
interface ProcessArgs {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly log: string;
  /** Says that it answers; looked at until it does. Default: at once. */
  readonly ready?: () => Promise<boolean> | boolean;
  /** How long it may take to be ready, in milliseconds. Default: 30000. */
  readonly within?: number;
}

/** A server that runs as a process of this one. */
export class ProcessServer implements Server {
  readonly name: string;
  readonly log: string;
  private child: ChildProcess | undefined;

  constructor(private readonly args: ProcessArgs) {
    this.name = args.name;
    this.log = args.log;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.name} runs already.`);
    const { command: [file = "", ...rest], env, folder, log, ready, within } = this.args;
    const output = fs.openSync(log, "a");
    const child = spawn(file, rest, { cwd: folder, env, stdio: ["ignore", output, output], detached: true });
    fs.closeSync(output);
    this.child = child;
    let ended: string | undefined;
    child.once("error", (error) => (ended = error.message));
    child.once("exit", (code, signal) => {
      ended = `it ended with ${signal ?? code}`;
      if (this.child === child) this.child = undefined;
    });
    const answers = async (): Promise<boolean> => ended !== undefined || ready === undefined || (await ready());
    const patience = within === undefined ? {} : { within };
    await until(`${this.name} to answer (its log is ${log})`, answers, patience);
    if (ended !== undefined) throw new Error(`${this.name} did not start: ${ended}. Its last words:\n${lastLines(log)}`);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    end(child, signal);
    const insist = setTimeout(() => end(child, "SIGKILL"), 8_000);
    await ended;
    clearTimeout(insist);
  }

  async restart(signal?: NodeJS.Signals): Promise<void> {
    await this.stop(signal);
    await this.start();
  }
}

/** Asks a process to go, or has it and its children go. */
function end({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(signal === "SIGKILL" ? -pid : pid, signal);
  } catch {
    // It went by itself.
  }
}

/** The end of a log, for an error that has to say why. */
function lastLines(log: string, count = 15): string {
  return fs.existsSync(log) ? fs.readFileSync(log, "utf8").trimEnd().split("\n").slice(-count).join("\n") : "";
}
