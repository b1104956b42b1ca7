#!/usr/bin/env node
import { parseArguments, usage } from "./arguments";
import { CliError, exitStatus } from "./cliError";
import { preview, Terminal } from "./preview";

/** Runs one command and returns its exit status. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const args = parseArguments(argv);
    if (!args.help) return await preview(args, terminal);
    terminal.out.write(usage);
    return exitStatus.fine;
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    terminal.err.write(`${thrown.message}\n`);
    return thrown.status;
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
