import { compare, Measure } from "./compare";
import { Measured, measurePreview } from "./measure";

const rounds = 5;

const measures: readonly Measure<Measured>[] = [
  { name: "time", unit: "s", of: (run) => run.seconds, limit: 2 },
  { name: "peak memory", unit: "MiB", of: (run) => run.mebibytes, limit: 1.5 },
];

/**
 * Compares a preview of dev with one of a program that registers as many trivial ConfigMaps and is run the same way: what does the platform
 * cost beyond the number of its resources?
 *
 * @returns true when it is within the limits
 */
export function comparePlatform(): boolean {
  // The first run of each warms the file cache and is not counted.
  const { resources } = measurePreview(["dev"]);
  const runConfigMaps = (): Measured => measurePreview(["bench", "--program", "test/fixtures/configMaps"], { CONFIG_MAPS: String(resources - 1) });
  runConfigMaps();
  // Both take turns, so that a machine that is busy for a while slows both.
  const platform: Measured[] = [];
  const configMaps: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    platform.push(measurePreview(["dev"]));
    configMaps.push(runConfigMaps());
  }
  console.log(`A preview of dev and one of as many ConfigMaps: ${resources} resources, medians of ${rounds} runs`);
  return compare(measures, platform, configMaps);
}
