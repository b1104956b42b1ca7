import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

// With a base it ends with 10 or 11 where something differs.
const fine = [0, 10, 11];

/** What one run of the preview command showed and took. */
export interface Measured {
  /** How many resources the plan has; none is known of a difference. */
  readonly resources: number;
  readonly seconds: number;
  /** What all of its processes took of a processor, in seconds: it hardly grows where the machine has something else to do. */
  readonly processorSeconds: number;
  /** The greatest resident set of any of its processes, in MiB. */
  readonly mebibytes: number;
}

/** What usage.cjs leaves of a process. */
interface Usage {
  readonly kibibytes: number;
  readonly microseconds: number;
}

/** Runs the preview command as a user would, and measures it with all the Node processes that it starts. Its plan is kept in the file that is named. */
export function measurePreview(argv: readonly string[], environment: NodeJS.ProcessEnv = {}, plan?: string): Measured {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-"));
  try {
    const started = process.hrtime.bigint();
    const child = spawnSync(process.execPath, ["--require", "ts-node/register", "cli/main.ts", "preview", ...argv, "--json"], {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, ...environment, BENCH_FOLDER: folder, NODE_OPTIONS: `--require ${path.resolve("test/bench/usage.cjs")}` },
    });
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    if (!fine.includes(child.status ?? 1)) throw new Error(`preview ${argv.join(" ")} ended with ${child.status}:\n${child.stderr}`);
    if (plan !== undefined) fs.writeFileSync(plan, child.stdout);
    const { resources = [] } = JSON.parse(child.stdout) as { readonly resources?: readonly unknown[] };
    const processes = fs.readdirSync(folder).map((file) => JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Usage);
    const processorSeconds = processes.reduce((sum, { microseconds }) => sum + microseconds, 0) / 1e6;
    return { resources: resources.length, seconds, processorSeconds, mebibytes: Math.max(...processes.map(({ kibibytes }) => kibibytes)) / 1024 };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
