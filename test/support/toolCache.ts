import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Where tools are kept once they were had: outside of the checkout. */
export const cache = path.join(process.env["XDG_CACHE_HOME"] || path.join(os.homedir(), ".cache"), "azure-delivery-platform");

const unfinished = /\.unfinished-(\d+)$/;
const month = 30 * 24 * 60 * 60 * 1000;

/** Some letters that are others where any of the texts is another: for the name of what is made of them. */
export function digestOf(...texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 12);
}

/** A place's name as long as something is made there. It says who makes it, so that what a killed run left can be told. */
export function unfinishedName(place: string): string {
  return `${place}.unfinished-${process.pid}`;
}

/**
 * Makes a file or a folder that is there whole or not at all. Several runs may make the same at once: the last file, or the first folder, stays.
 *
 * @param make makes it at the path that it is given
 */
export function putInPlace(place: string, make: (unfinishedPlace: string) => void): void {
  const folder = path.dirname(place);
  fs.mkdirSync(folder, { recursive: true });
  tidy(folder);
  const made = unfinishedName(place);
  try {
    make(made);
    fs.renameSync(made, place);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

/** A folder does not take the place of another that has something in it. */
function isThereAlready(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST");
}

/** Notes that something is used still. */
export function markUsed(place: string): void {
  try {
    fs.utimesSync(place, new Date(), new Date());
  } catch {
    // It is another user's: whoever keeps it notes its use.
  }
}

/** Removes what killed runs left half made, and what nobody has used for a month: each new version leaves an old one behind. */
function tidy(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const place = path.join(folder, name);
    const maker = unfinished.exec(name)?.[1];
    if (maker === undefined ? isUnused(place) : !runs(Number(maker))) fs.rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isUnused(place: string): boolean {
  const found = fs.lstatSync(place, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs > month;
}

function runs(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
