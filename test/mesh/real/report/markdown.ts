/** One line of a table. */
export type Cells = readonly string[];

/** A table of Markdown; what has no place in a cell is written another way. */
export function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Text as it stands, which Markdown must not read. */
export function verbatim(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

const cell = (text: string): string => text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
