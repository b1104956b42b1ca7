import { stripVTControlCharacters } from "node:util";
import { ProgramResult } from "../simulator/engine/runProgram";
import { paintFor } from "./ansi";
import { Redact, redactorFor } from "./redact";
import { failureOf } from "./runProject";

/** Where a command writes to. */
export interface Terminal {
  readonly out: Pick<NodeJS.WriteStream, "write" | "isTTY">;
  readonly err: Pick<NodeJS.WriteStream, "write" | "isTTY">;
}

/** Tells what a reader should know of how a run came about, on standard error. */
export function tellNotes(notes: readonly string[], terminal: Terminal, redact: Redact = (text) => text): void {
  notes.forEach((note) => say(`${paintFor(terminal.err)("blue", "note:")} ${note}`, terminal, redact));
}

/**
 * Tells what a program printed, its warnings, and why it failed where it did; on standard error and without its secrets.
 *
 * @returns the exit status of a failure
 */
export function tellRun(result: ProgramResult, terminal: Terminal): number | undefined {
  const redact = redactorFor(result.plan);
  const paint = paintFor(terminal.err);
  if (result.printed.trim() !== "") say(result.printed, terminal, redact);
  result.logs.filter(({ severity }) => severity === "warning").forEach(({ message }) => say(`${paint("yellow", "warning:")} ${message}`, terminal, redact));
  const failure = failureOf(result);
  failure?.messages.forEach((message) => say(`${paint("red", "error:")} ${message}`, terminal, redact));
  return failure?.status;
}

/** While work goes on, a line on a terminal shows the number of resources so far; nothing is shown elsewhere. */
export async function showingCount<T>(terminal: Terminal, work: (onRegistered?: (count: number) => void) => Promise<T>): Promise<T> {
  if (terminal.err.isTTY !== true) return work();
  try {
    return await work((count) => void terminal.err.write(`\r${count} resources …`));
  } finally {
    terminal.err.write("\r\u001b[2K");
  }
}

/** Writes a line; what a program colours for a terminal is without colours where there is none. */
function say(text: string, terminal: Terminal, redact: Redact): void {
  terminal.err.write(`${redact(terminal.err.isTTY === true ? text : stripVTControlCharacters(text)).trimEnd()}\n`);
}
