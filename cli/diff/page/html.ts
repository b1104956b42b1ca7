/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, a list is written one after the other, and nothing is written for `undefined`. */
export type Piece = Html | string | number | undefined | readonly Piece[];

/** HTML with values in it, as html`<b title="${title}">${name}</b>`. Attributes must be in double quotes. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, index) => part + written(pieces[index])).join(""));
}

function written(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Html) return piece.text;
  return typeof piece === "string" || typeof piece === "number" ? escaped(String(piece)) : piece.map(written).join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text in which nothing is markup, in an element as well as in an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
