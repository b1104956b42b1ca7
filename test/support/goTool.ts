import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A tool that is built from a Go module, which pins it with all that it is made of. */
export interface GoTool {
  readonly name: string;
  readonly version: string;
  /** The folder with its go.mod and go.sum. */
  readonly folder: string;
  readonly importPath: string;
  /** The command that asks it for its version. Default: `--version`. */
  readonly asks?: (file: string) => readonly [string, ...string[]];
  /** What that prints, the version as its first group. */
  readonly says: RegExp;
  /** Sets variables of it, as the linker takes them. */
  readonly linked?: string;
  readonly takes: string;
}

/** Where tools are kept once they were had: outside of the checkout. */
export const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "azure-delivery-platform");

/** Where a tool is once it was built. */
export function placeOf({ name, version }: Pick<GoTool, "name" | "version">): string {
  return path.join(cache, `${name}-${version}`);
}

/**
 * Builds a tool where it isn't there yet.
 *
 * @throws Error where Go is missing, the build fails, or what it makes is another version.
 */
export function provideGoTool(tool: GoTool): void {
  const { name, version, folder, importPath, asks = (it) => [it, "--version"], says, linked = "", takes } = tool;
  const file = placeOf(tool);
  const builtVersion = (): string | undefined => {
    const [command, ...args] = asks(file);
    return fs.existsSync(file) ? says.exec(spawnSync(command, args, { encoding: "utf8" }).stdout ?? "")?.[1] : undefined;
  };
  if (builtVersion() === version) return;
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.error !== undefined) throw new Error(`Go is missing, which builds ${name}: install Go 1.26 or later (https://go.dev/dl), and see that \`go version\` answers.`);
  say(`Building ${name} ${version} into ${cache}, once: ${takes}.`);
  fs.mkdirSync(cache, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  const { status } = spawnSync("go", ["build", "-trimpath", "-ldflags", `-s -w ${linked}`.trim(), "-o", unfinished, importPath], { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`${name} could not be built with ${go.stdout.trim()}.`);
  fs.renameSync(unfinished, file);
  if (builtVersion() !== version) throw new Error(`${file} is not ${name} ${version}.`);
}

/** Tells whoever waits what takes long. */
export function say(line: string): void {
  console.log(line);
}

/** Runs the work of a command; what goes wrong is told without a stack trace. */
export function asCommand(work: () => number | undefined): void {
  try {
    process.exitCode = work() ?? 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
