import { Piece } from "./markdownPieces";

/** How much of a piece is written. */
export type Extent = "whole" | "line" | "nothing";

/** What has been done to shorten a text. */
export interface Shortening {
  readonly extentOf: (piece: Piece) => Extent;
  /** Of what the pieces tell of, how much there is, is shown without its details, and is not shown at all. */
  readonly counts: { readonly all: number; readonly bare: number; readonly leftOut: number };
}

/** Shortens a text by its pieces, the least dangerous first, until it has fewer characters than `limit`; it is longer only where that doesn't help. */
export function fitting(pieces: readonly Piece[], limit: number, write: (shortening: Shortening) => string): string {
  const steps = stepsOf(pieces);
  const written = (count: number): string => {
    const extents = new Map(steps.slice(0, count).map(({ piece, extent }) => [piece, extent]));
    const extentOf = (piece: Piece): Extent => extents.get(piece) ?? "whole";
    return write({ extentOf, counts: countsOf(pieces, extentOf) });
  };
  // The fewest steps after which it fits.
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (written(middle).length < limit) high = middle;
    else low = middle + 1;
  }
  return written(low);
}

interface Step {
  readonly piece: Piece;
  readonly extent: Extent;
  readonly danger: number;
}

/** What is done to pieces, in that order: of the least dangerous first the details go, then their lines; the last ones first. */
function stepsOf(pieces: readonly Piece[]): Step[] {
  const last = [...pieces].reverse();
  const details = last.flatMap((piece): Step[] => (piece.detail === undefined ? [] : [{ piece, extent: "line", danger: piece.detail.danger }]));
  const lines = last.map((piece): Step => ({ piece, extent: "nothing", danger: piece.danger }));
  return [...details, ...lines].sort((a, b) => b.danger - a.danger);
}

/** Counts each thing once, however many pieces tell of it. */
function countsOf(pieces: readonly Piece[], extentOf: Shortening["extentOf"]): Shortening["counts"] {
  const bySubject = new Map<Piece["subject"], { piece: Piece; extent: Extent }[]>();
  for (const piece of pieces) bySubject.set(piece.subject, [...(bySubject.get(piece.subject) ?? []), { piece, extent: extentOf(piece) }]);
  const all = [...bySubject.values()];
  const shown = all.filter((told) => told.some(({ extent }) => extent !== "nothing"));
  const bare = shown.filter((told) => told.some(({ piece, extent }) => piece.detail !== undefined && extent !== "whole"));
  return { all: all.length, bare: bare.length, leftOut: all.length - shown.length };
}
