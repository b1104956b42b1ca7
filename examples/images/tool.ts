import { spawnSync } from "node:child_process";
import { ImagesError } from "./imagesError";

/** Where each program that is run can be had. */
const tools = {
  az: "https://learn.microsoft.com/cli/azure/install-azure-cli",
  docker: "https://docs.docker.com/engine/install/",
  pulumi: "https://www.pulumi.com/docs/install/",
} as const;

export type Tool = keyof typeof tools;

/** How a program ended, and what it printed where that was asked for. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  /** Whether its output is returned. Default: it is shown on standard error, since standard output is for the result. */
  readonly keep?: boolean;
  /** What can be done where the program isn't there, besides installing it. */
  readonly instead?: string;
}

/**
 * Runs a program with its arguments as they are: no shell reads them.
 *
 * @throws ImagesError when it isn't there, or is ended by a signal
 */
export function run(tool: Tool, args: readonly string[], { keep = false, instead }: RunOptions = {}): Ended {
  const { status, signal, stdout, stderr, error } = spawnSync(tool, [...args], { encoding: "utf8", stdio: keep ? ["ignore", "pipe", "pipe"] : ["ignore", 2, 2] });
  if (error !== undefined && "code" in error && error.code === "ENOENT") throw new ImagesError(`${tool} is not there. Install it, and see that it is on the PATH: ${tools[tool]}${instead === undefined ? "" : ` – or ${instead}`}`);
  if (error !== undefined) throw error;
  if (signal !== null) throw new ImagesError(`${tool} was ended by ${signal}.`);
  return { status: status ?? 1, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** A command in the form that a shell takes, to be shown. */
export function shown(tool: Tool, args: readonly string[]): string {
  return [tool, ...args].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
