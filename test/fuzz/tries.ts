import { randomInt } from "node:crypto";

/** How many random cases are tried, and which: the same seed makes the same ones. */
export interface Tries {
  readonly runs: number;
  readonly seed: number;
}

/** What every run of the tests tries: always the same. */
export const fewTries: Tries = { runs: 25, seed: 2026 };

/** Others each time, unless FUZZ_SEED names them; FUZZ_RUNS says how many. */
export function manyTries({ FUZZ_RUNS: runs = "500", FUZZ_SEED: seed = String(randomInt(2 ** 31)) }: NodeJS.ProcessEnv): Tries {
  return { runs: Number(runs), seed: Number(seed) };
}
