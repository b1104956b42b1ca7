import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { compare, Measure } from "./compare";
import { Measured, measurePreview } from "./measure";

const rounds = 3;
const [few, more, many] = [50, 125, 200] as const;

type Count = typeof few | typeof more | typeof many;
type Runs = Readonly<Record<Count, Measured>>;

/** What one more app costs between two numbers of them. */
const perApp = (runs: Runs, from: Count, to: Count, of: (run: Measured) => number): number => (of(runs[to]) - of(runs[from])) / (to - from);
const milliseconds = (run: Measured): number => run.seconds * 1000;
const processorTime = (run: Measured): number => run.processorSeconds * 1000;
const mebibytes = (run: Measured): number => run.mebibytes;

const toPlain: readonly Measure<Runs>[] = [
  { name: "time", unit: "ms", of: (runs) => perApp(runs, few, many, milliseconds), limit: 1.3 },
  { name: "peak memory", unit: "MiB", of: (runs) => perApp(runs, few, many, mebibytes), limit: 1.3 },
];

/**
 * What grows in a straight line costs as much per app later as before; what grows with the square of the number of apps costs 1.86 times as much
 * between these numbers. The rest is for what a machine does besides.
 */
const growth = 1.5;

/** The least that the runs of each number took: what a machine does besides only ever adds to it. */
function least(runs: readonly Runs[]): Runs {
  const leastOf = (count: Count): Measured => {
    const of = (value: (run: Measured) => number): number => Math.min(...runs.map((run) => value(run[count])));
    return { resources: of(({ resources }) => resources), seconds: of(({ seconds }) => seconds), processorSeconds: of(({ processorSeconds }) => processorSeconds), mebibytes: of(mebibytes) };
  };
  return { [few]: leastOf(few), [more]: leastOf(more), [many]: leastOf(many) };
}

/**
 * Compares what one more MeshApp costs with what its resources cost when a program registers each by itself, and what it costs among many
 * with what it costs among few.
 *
 * @returns true when it is within the limits
 */
export function compareMeshApps(): boolean {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-plans-"));
  try {
    const counts = [few, more, many];
    const plans = Object.fromEntries(counts.map((count) => [count, path.join(folder, `${count}.json`)]));
    const runApps = (count: Count): Measured => measurePreview(["bench", "--program", "test/fixtures/meshApps"], { MESH_APPS: String(count) }, plans[count]);
    const runPlain = (count: Count): Measured => measurePreview(["bench", "--program", "test/fixtures/plainObjects"], { PLAN: plans[count] });
    const all = (run: (count: Count) => Measured): Runs => ({ [few]: run(few), [more]: run(more), [many]: run(many) });
    const apps: Runs[] = [];
    const plain: Runs[] = [];
    for (let round = 0; round < rounds; round++) {
      apps.push(all(runApps));
      plain.push(all(runPlain));
    }
    const [leastApps, leastPlain] = [least(apps), least(plain)];
    console.log(`One more MeshApp and its resources registered one by one, from ${few} to ${many}: the least of ${rounds} runs`);
    const isWithin = compare(toPlain, [leastApps], [leastPlain]);
    console.log(`One more MeshApp from ${more} to ${many} and from ${few} to ${more}`);
    const isLinear = compare([{ name: "processor", unit: "ms", of: (value: number) => value, limit: growth }], [perApp(leastApps, more, many, processorTime)], [perApp(leastApps, few, more, processorTime)]);
    return isWithin && isLinear;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
