import { compare, Measure } from "./compare";
import { Measured, measurePreview } from "./measure";

const rounds = 3;

const measures: readonly Measure<Measured>[] = [{ name: "time", unit: "s", of: (run) => run.seconds, limit: 2.5 }];

/**
 * Compares the difference of dev to the last commit with a single preview of dev. It is for a checkout whose package-lock.json is that of its
 * last commit: where it differs, each of the differences would install packages, which takes its time.
 *
 * @returns true when it is within the limit
 */
export function compareDiff(): boolean {
  const diffs: Measured[] = [];
  const previews: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    previews.push(measurePreview(["dev", "--mode", "up"]));
    diffs.push(measurePreview(["dev", "--base", "HEAD"]));
  }
  console.log(`The difference of dev to the last commit, and a preview of dev: medians of ${rounds} runs`);
  return compare(measures, diffs, previews);
}
