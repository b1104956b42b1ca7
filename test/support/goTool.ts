import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { compareVersions } from "../../policies/change/compareVersions";
import { cache, digestOf, markUsed, putInPlace } from "./toolCache";

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

const buildOf = ({ importPath, linked = "" }: GoTool): string[] => ["-trimpath", "-ldflags", `-s -w ${linked}`.trim(), importPath];

/** What pins a Go module and all that it needs. */
export function pinsOf(folder: string): string[] {
  return ["go.mod", "go.sum"].map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
}

/** Where a tool is once it was built: another place for another version of anything that it is made of. */
export function placeOf(tool: GoTool): string {
  return path.join(cache, `${tool.name}-${tool.version}-${digestOf(...pinsOf(tool.folder), ...buildOf(tool))}`);
}

/** Whether a tool is there and says that it is the version that it should be. */
export function isBuilt(tool: GoTool): boolean {
  const { version, asks = (it) => [it, "--version"], says } = tool;
  const file = placeOf(tool);
  if (!fs.existsSync(file)) return false;
  const [command, ...args] = asks(file);
  if (says.exec(spawnSync(command, args, { encoding: "utf8" }).stdout ?? "")?.[1] !== version) return false;
  markUsed(file);
  return true;
}

/** What is wrong with the Go that would build these modules; nothing where it can. */
export function goProblem(folders: readonly string[]): string | undefined {
  const asked = folders.map((folder) => ({ folder, least: /^go (\S+)$/m.exec(pinsOf(folder)[0] ?? "")?.[1] ?? "" }));
  const most = asked.reduce<(typeof asked)[number] | undefined>((highest, one) => (highest !== undefined && compareVersions(highest.least, one.least) >= 0 ? highest : one), undefined);
  if (most === undefined) return undefined;
  const install = `install Go ${most.least.split(".").slice(0, 2).join(".")} or later (https://go.dev/dl), and see that \`go version\` answers`;
  // In the module's folder Go may take another version of itself, if GOTOOLCHAIN lets it: that one would build.
  const { error, stdout, stderr } = spawnSync("go", ["version"], { cwd: most.folder, encoding: "utf8" });
  if (error !== undefined) return `Go is missing: ${install}.`;
  const version = /^go version \D*(\d[\d.]*)/.exec(stdout)?.[1];
  if (version === undefined) return `Go does not say its version (${stderr.trim() || stdout.trim()}): ${install}.`;
  return compareVersions(version, most.least) >= 0 ? undefined : `Go ${version} is too old: ${install}.`;
}

/**
 * Builds a tool, whether or not it is there.
 *
 * @throws Error where the build fails, or what it makes is another version.
 */
export function buildGoTool(tool: GoTool): void {
  const { name, version, folder, takes } = tool;
  say(`Building ${name} ${version} into ${cache}, once: ${takes}.`);
  putInPlace(placeOf(tool), (file) => {
    const { status } = spawnSync("go", ["build", "-o", file, ...buildOf(tool)], { cwd: folder, stdio: "inherit" });
    if (status !== 0) throw new Error(`${name} ${version} could not be built.`);
  });
  if (!isBuilt(tool)) throw new Error(`${placeOf(tool)} is not ${name} ${version}.`);
}

/**
 * Builds a tool where it isn't there yet.
 *
 * @throws Error where Go is missing or too old, the build fails, or what it makes is another version.
 */
export function provideGoTool(tool: GoTool): void {
  if (isBuilt(tool)) return;
  const problem = goProblem([tool.folder]);
  if (problem !== undefined) throw new Error(`${tool.name} is built by Go. ${problem}`);
  buildGoTool(tool);
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
