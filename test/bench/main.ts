import { Measured, measurePreview } from "./measure";

/*
 * Compares a preview of dev with one of a program that registers as many trivial ConfigMaps and is run the same way: what does the platform
 * cost beyond the number of its resources? Both take turns, so that a machine that is busy for a while slows both.
 */
const rounds = 5;

interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly of: (run: Measured) => number;
  /** How many times the ConfigMaps' value dev's may be. */
  readonly limit: number;
}

const measures: readonly Measure[] = [
  { name: "time", unit: "s", of: (run) => run.seconds, limit: 2 },
  { name: "peak memory", unit: "MiB", of: (run) => run.mebibytes, limit: 1.5 },
];

function main(): void {
  // The first run of each warms the file cache and is not counted.
  const { resources } = measurePreview(["dev"]);
  const platform: Measured[] = [];
  const configMaps: Measured[] = [];
  const runConfigMaps = (): Measured => measurePreview(["bench", "--program", "test/fixtures/configMaps"], { CONFIG_MAPS: String(resources - 1) });
  runConfigMaps();
  for (let round = 0; round < rounds; round++) {
    platform.push(measurePreview(["dev"]));
    configMaps.push(runConfigMaps());
  }

  console.log(`A preview of dev and one of as many ConfigMaps: ${resources} resources, medians of ${rounds} runs`);
  for (const { name, unit, of, limit } of measures) {
    const [dev, other] = [platform, configMaps].map((runs) => median(runs.map(of))) as [number, number];
    const ratio = dev / other;
    console.log(`  ${name.padEnd(12)} ${dev.toFixed(2)} ${unit} to ${other.toFixed(2)} ${unit}: ${ratio.toFixed(2)} times, ${ratio <= limit ? "within" : "ABOVE"} the limit of ${limit}`);
    if (ratio > limit) process.exitCode = 1;
  }
}

/** The middle one of an odd number of values. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

main();
