import * as fs from "node:fs";
import * as path from "node:path";
import { OutFiles } from "./outFiles";
import { CliError, exitStatus } from "./cliError";

/** The list, in the folder itself, of the files that a preview wrote: only these are ever replaced or removed. */
export const manifestName = ".preview-files.json";

/**
 * Refuses a folder that holds files of somebody else's.
 *
 * @returns the files that an earlier preview wrote there.
 * @throws CliError when the folder is not empty and no preview wrote it, its list is damaged, or it is not a folder.
 */
export function checkOutDirectory(directory: string): readonly string[] {
  let entries: string[];
  try {
    entries = fs.readdirSync(directory);
  } catch (thrown) {
    if (codeOf(thrown) === "ENOENT") return [];
    throw new CliError(`--out ${directory} can't be used: ${messageOf(thrown)}`);
  }
  if (entries.length === 0) return [];
  if (!entries.includes(manifestName)) throw new CliError(`--out ${directory} is not empty and was not written by a preview. Name a new or an empty folder.`);
  return readManifest(path.join(directory, manifestName));
}

/**
 * Writes the files to the folder in place of those that an earlier preview wrote there; files that no preview wrote are left alone.
 *
 * @throws CliError that names the path that can't be written.
 */
export function writeOutDirectory(directory: string, files: OutFiles): void {
  const before = checkOutDirectory(directory);
  const foreign = [...files.keys()].find((file) => !before.includes(file) && fs.existsSync(path.join(directory, file)));
  if (foreign !== undefined) throw new CliError(`${path.join(directory, foreign)} is in the way: no preview wrote it. Move it elsewhere.`);
  // First the names of both, so that a run that is interrupted leaves nothing behind that the next one does not know as its own.
  writeManifest(directory, new Set([...before, ...files.keys()]));
  for (const [file, text] of files) write(path.join(directory, file), text);
  for (const file of before) if (!files.has(file)) fs.rmSync(path.join(directory, file), { force: true });
  writeManifest(directory, new Set(files.keys()));
}

/** Writes beside the place and renames, so that a reader never sees half a file. */
function write(file: string, text: string): void {
  const beside = `${file}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(beside, text);
    fs.renameSync(beside, file);
  } catch (thrown) {
    if (fs.existsSync(beside)) fs.rmSync(beside);
    throw new CliError(`${file} can't be written: ${messageOf(thrown)}`, exitStatus.failed);
  }
}

function writeManifest(directory: string, files: ReadonlySet<string>): void {
  write(path.join(directory, manifestName), `${JSON.stringify([...files].sort(), undefined, 2)}\n`);
}

function readManifest(file: string): readonly string[] {
  let listed: unknown;
  try {
    listed = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    // Nothing is listed: the message below says what to do.
  }
  const inside = (name: unknown): name is string => typeof name === "string" && /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(name);
  if (!Array.isArray(listed) || !listed.every(inside)) throw new CliError(`${file} is not the list that a preview writes. Remove the folder, or name another.`);
  return listed;
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
