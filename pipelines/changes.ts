import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { CliError, exitStatus } from "../cli/cliError";
import { commentMarker } from "../cli/diff/markdown";
import { main } from "../cli/main";
import { readProject, stacksOf } from "../cli/projectFiles";
import { Terminal } from "../cli/terminal";
import { Host } from "./host";
import { shortened, summarize } from "./summary";
import { Variables } from "./variables";

/** The label without which nothing that holds state is deleted or replaced. */
export const dataLossLabel = "allow-data-loss";

/** GitHub refuses longer comments; the diff's own are below 65,000 characters. */
const longestComment = 65_500;

const diffsShape = z.object({ schemaVersion: z.literal(1), diffs: z.array(z.object({ stack: z.string(), verdict: z.enum(["none", "changes", "dangerous"]) })) });

/**
 * Compares every stack with another commit and leaves the comment, the page and the data in a folder. Changes are no failure, dangerous ones
 * neither: `checkDataLoss` is about these.
 *
 * @returns the exit status: 0, or that of the comparison where it failed or an environment would be refused.
 */
export async function compareStacks({ base, out, program }: { readonly base: string; readonly out: string; readonly program: string }, variables: Variables, terminal: Terminal): Promise<number> {
  const stacks = stacksOf(readProject(program));
  const status = await main(["preview", ...stacks, "--base", base, "--out", out, "--program", program], terminal);
  const comment = path.join(out, "diff.md");
  if (fs.existsSync(comment)) summarize(fs.readFileSync(comment, "utf8"), comment, variables, terminal);
  const isFine = status === exitStatus.changes || status === exitStatus.dangerous;
  return isFine ? exitStatus.fine : status;
}

/**
 * Lets a dangerous change pass only where somebody who may set labels has set the one for it.
 *
 * @param labels asked for only where it matters
 * @throws CliError that names the stacks and the label; or where there is no comparison to judge.
 */
export async function checkDataLoss(out: string, labels: () => Promise<readonly string[]>, terminal: Terminal): Promise<void> {
  const file = path.join(out, "diff.json");
  if (!fs.existsSync(file)) throw new CliError(`There is no ${file}: the comparison failed.`, exitStatus.failed);
  const { diffs } = diffsShape.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  const dangerous = diffs.filter(({ verdict }) => verdict === "dangerous").map(({ stack }) => stack);
  if (dangerous.length === 0) return void terminal.out.write("Nothing that holds state is deleted or replaced.\n");
  const where = `The change is dangerous for ${dangerous.join(", ")}: something that holds state is deleted or replaced, or a policy about changes is broken.`;
  if ((await labels()).includes(dataLossLabel)) return void terminal.out.write(`${where} The label ${dataLossLabel} allows it.\n`);
  throw new CliError(`${where} If that is meant, put the label ${dataLossLabel} on the pull request.`, exitStatus.dangerous);
}

/** Writes the comparison that is in a folder as the comment of its pull request, or that there is none. What the folder holds may be a stranger's work. */
export async function commentChanges(out: string, host: Host, variables: Variables, terminal: Terminal): Promise<void> {
  const file = path.join(out, "diff.md");
  // Not what a link leads to: that could be a file of this job's own, as its variables with the token.
  const text = fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? fs.readFileSync(file, "utf8") : "**The comparison failed.** The checks of the pull request have the log.";
  // The marker is the pipeline's: nothing that a stranger writes before it or without it makes a second comment.
  const body = `${commentMarker}\n${text.replaceAll(commentMarker, "").trim()}`;
  const run = variables["COMPARISON_URL"] === undefined ? "" : `\n\n[The run, with the page](${variables["COMPARISON_URL"]})`;
  const done = await host.comment(commentMarker, `${shortened(body, longestComment - run.length - 100)}${run}`);
  terminal.out.write(`The comment: ${done}.\n`);
}
