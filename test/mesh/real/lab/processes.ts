import * as fs from "node:fs";

/* What the system says of its processes. */

/** A process, as the system describes it. */
export interface ProcessFacts {
  /** One letter: `Z` is one that has ended and that nobody asked about. */
  readonly state: string;
  readonly parent: number;
  /** Its process group: a shell gives each command one. */
  readonly group: number;
  /** When it began, in ticks since the machine did: with its number, a name that no other process has. */
  readonly begun: string;
}

/** What is known of a process; nothing where there is none of that number. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    return readStat(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a process runs. One that has ended and that nobody asked about is none any more. */
export function runs(pid: number): boolean {
  const state = processFacts(pid)?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Kills a process; one that has ended by itself is gone already. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The numbers of all processes. */
export function allProcesses(): number[] {
  return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Reads a line of /proc/<pid>/stat. A program's name, in brackets, may hold anything; the third field comes after the last one. */
function readStat(line: string): ProcessFacts {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", parent: Number(fields[1]), group: Number(fields[2]), begun: fields[19] ?? "" };
}
