import * as fs from "node:fs";
import * as path from "node:path";
import { Terminal } from "../cli/terminal";
import { Variables } from "./variables";

/** Text as Markdown shows it: no line of it ends the block, however many backticks it has. */
export function preformatted(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}

/** Text of at most so many characters; what is left out is said. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n… ${text.length - most} more characters are in the log.`;
}

/**
 * Shows Markdown on the run's page; nothing outside of a pipeline.
 *
 * @param file where Azure Pipelines is to read it from
 * @source https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands (UploadSummary)
 */
export function summarize(markdown: string, file: string, variables: Variables, terminal: Terminal): void {
  const summary = variables["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") return fs.appendFileSync(summary, `${markdown}\n`);
  if (variables["TF_BUILD"] === undefined) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, markdown);
  terminal.out.write(`##vso[task.uploadsummary]${path.resolve(file)}\n`);
}
