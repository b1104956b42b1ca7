import * as os from "node:os";
import { processFacts } from "./processes";

/*
 * Ends this process when it is to end, by `process.exit`, so that what is done at the exit is done. A run is a chain of processes (npm, a shell, mocha
 * and mocha's own child) of which the last one has the lab, and the others don't hand on every signal: it ends when one of them has ended, too.
 */

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Has this process end so from now on; what it returns takes that back. */
export function endWithCallers(): () => void {
  for (const signal of signals) process.on(signal, exit);
  const callers = chain();
  const look = setInterval(() => {
    if (callers.some(({ pid, parent }) => processFacts(pid)?.parent !== parent)) exit("SIGTERM");
  }, 500).unref();
  return () => {
    clearInterval(look);
    for (const signal of signals) process.off(signal, exit);
  };
}

// As a shell says of a command that a signal ended.
function exit(signal: NodeJS.Signals): never {
  process.exit(128 + os.constants.signals[signal]);
}

/** This process and those that wait for it: they are in one group, which a shell makes for each command. */
function chain(): readonly { readonly pid: number; readonly parent: number }[] {
  const links: { pid: number; parent: number }[] = [];
  const group = processFacts(process.pid)?.group;
  for (let pid = process.pid, facts = processFacts(pid); facts !== undefined && facts.group === group; pid = facts.parent, facts = processFacts(pid)) links.push({ pid, parent: facts.parent });
  // Who began the first one may go and leave it to run on, as a shell may.
  return links.length > 1 ? links.slice(0, -1) : links;
}
