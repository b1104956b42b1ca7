/** Something that is measured in two kinds of run. */
export interface Measure<Run> {
  readonly name: string;
  readonly unit: string;
  readonly of: (run: Run) => number;
  /** How many times the other runs' value this one's may be. */
  readonly limit: number;
}

/** Prints how the medians of two kinds of runs compare, and tells whether every measure is within its limit. */
export function compare<Run>(measures: readonly Measure<Run>[], runs: readonly Run[], others: readonly Run[]): boolean {
  const within = measures.map(({ name, unit, of, limit }) => {
    const [value, other] = [median(runs.map(of)), median(others.map(of))];
    const ratio = value / other;
    console.log(`  ${name.padEnd(12)} ${value.toFixed(2)} ${unit} to ${other.toFixed(2)} ${unit}: ${ratio.toFixed(2)} times, ${ratio <= limit ? "within" : "ABOVE"} the limit of ${limit}`);
    return ratio <= limit;
  });
  return within.every(Boolean);
}

/** The middle one of an odd number of values. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
