import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { exitStatus } from "../cli/cliError";
import { Terminal } from "../cli/terminal";
import { Host } from "./host";
import { Ran } from "./pulumi";
import { preformatted, shortened } from "./summary";

/** What one look at an environment found. */
const lookShape = z.object({ stack: z.string().regex(/^[\w-]+$/), drifted: z.boolean(), printed: z.string() });

/** GitHub takes 65,536 characters, with the words around it. */
const longestPrinted = 60_000;

/** What a preview that must show no change says where it shows one; every other failure is no drift. pkg/backend/backenderr of github.com/pulumi/pulumi */
const saysChanges = /no changes were expected\b.*\bbut changes were proposed/;

/**
 * Looks whether an environment is as the program wants it: refreshes the state from the cloud and previews, without writing anything. What it
 * finds goes to a file; a failure that is no drift leaves none.
 *
 * @returns the exit status: 0, with drift too, or Pulumi's where the look failed.
 */
export async function lookForDrift(stack: string, out: string, preview: (...args: string[]) => Promise<Ran>): Promise<number> {
  const { status, printed } = await preview("--refresh", "--expect-no-changes", "--suppress-outputs");
  const drifted = status !== exitStatus.fine && saysChanges.test(printed);
  if (status !== exitStatus.fine && !drifted) return status;
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, `${stack}.drift.json`), JSON.stringify({ stack, drifted, printed } satisfies z.infer<typeof lookShape>));
  return exitStatus.fine;
}

/** Opens one ticket for each environment that drifted, brings an open one up to date, and ends those of environments that are as they should be. */
export async function tellDrift(out: string, host: Host, runUrl: string, terminal: Terminal): Promise<void> {
  const files = fs.existsSync(out) ? fs.readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".drift.json")).sort() : [];
  for (const file of files) {
    const { stack, drifted, printed } = lookShape.parse(JSON.parse(fs.readFileSync(path.join(out, file), "utf8")));
    const key = `drift-${stack}`;
    const text = [
      `${stack} is not as the program wants it: somebody or something changed it, or a change was never deployed. docs/pipelines.md says what to do.`,
      preformatted(shortened(printed, longestPrinted)),
      `Seen by ${runUrl}`,
    ];
    const done = drifted ? await host.openTicket({ key, title: `Drift in ${stack}`, text: text.join("\n\n") }) : await host.closeTicket(key, `${stack} is again as the program wants it, says ${runUrl}`);
    terminal.out.write(`${stack}: ${drifted ? "drifted" : "no drift"}; its ticket: ${done}.\n`);
  }
  if (files.length === 0) terminal.out.write("No environment was looked at.\n");
}
