/** One line of a table. */
export type Cells = readonly string[];

/** A table of Markdown; what has no place in a cell is written another way. A column in which nothing is said is left out. */
export function table(head: Cells, rows: readonly Cells[]): string {
  const said = head.map((_, column) => rows.some((row) => row[column] !== ""));
  const line = (cells: Cells): string => `| ${cells.filter((_, column) => said[column]).map(cell).join(" | ")} |`;
  return [line(head), `|${head.filter((_, column) => said[column]).map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Lines with a dot before each. */
export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

/** Text as it stands, which Markdown must not read. */
export function verbatim(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

/** Whether something is as it should be. */
export function yes(held: boolean): string {
  return held ? "yes" : "**no**";
}

const cell = (text: string): string => text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
