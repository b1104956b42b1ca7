#!/usr/bin/env node
import { parseArguments, usage } from "./arguments";
import { CliError, exitStatus } from "./cliError";
import { compareWithBase } from "./diff/compareWithBase";
import { preview } from "./preview";
import { Terminal } from "./terminal";

/** Runs one command and returns its exit status; whatever goes wrong is told in a line on standard error. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = parseArguments(argv);
    if (!args.help) return await (args.base === undefined ? preview(args, terminal) : compareWithBase({ ...args, base: args.base }, terminal));
    terminal.out.write(usage);
    return exitStatus.fine;
  } catch (thrown) {
    const expected = thrown instanceof CliError;
    terminal.err.write(expected ? `${thrown.message}\n` : `error: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return expected ? thrown.status : exitStatus.failed;
  }
}

if (require.main === module) {
  // A reader that has seen enough, as `head`, closes the pipe; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? exitStatus.fine : exitStatus.failed));
  void main(process.argv.slice(2), { out: process.stdout, err: process.stderr }).then((status) => {
    // Not process.exit: a pipe may not have taken all of the output yet.
    process.exitCode = status;
  });
}
