import type { Answer, Change, Expected } from "../claims/claim";
import type { World } from "../claims/world";

/** Something that breaks, and what becomes of requests meanwhile. */
export interface Fault {
  /** Unique, as `istiod-stopped`. */
  readonly id: string;
  /** What is promised, as the docs say it. */
  readonly claims: string;
  /** What is done, for a reader of the report. */
  readonly what: string;
  /** Does it, puts everything back, and says what came of it. */
  readonly figures: (world: World) => Promise<Answer>;
  /** What the figures must be like. The report shows all of them. */
  readonly expected: Expected;
  /** A change with which the promise isn't kept. Default: none is tried. */
  readonly mutation?: { readonly what: string; readonly changes: readonly Change[]; /** What the figures are then. */ readonly expected: Expected };
}
