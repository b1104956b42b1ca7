import * as assert from "node:assert/strict";
import { ChildProcess, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { until } from "./lab";
import { removeLeftovers } from "./leftovers";
import { Mark, marks, readMark } from "./mark";
import { namespaceName, namespacesOf, processesIn } from "./network";
import { allProcesses, kill, processFacts, runs } from "./processes";

/* That nothing of a lab stays, however its run is ended: by npm and mocha, as `npm run test:mesh` is a run. */

const root = path.resolve(__dirname, "../../../..");

/** A run with a lab. */
interface Run {
  /** The process of npm, the first of its group. */
  readonly npm: ChildProcess;
  /** The process that has the lab, and mocha's own, which began it. */
  readonly lab: number;
  readonly mocha: number;
  readonly mark: Mark;
  /** What runs in the lab. */
  readonly processes: readonly number[];
  /** What the run has said as an error so far. */
  readonly errors: () => string;
}

const begun: Run[] = [];

describe("a mesh whose run is ended", function () {
  this.timeout(120_000);

  // A run that should have ended and has not.
  afterEach(() => {
    for (const { lab, npm } of begun.splice(0)) [lab, npm.pid ?? lab].filter(runs).forEach(kill);
    removeLeftovers();
  });

  it("leaves nothing when Ctrl-C is pressed until it has ended", async () => {
    const run = await begin("without a proxy");
    await until("the run to end", () => {
      signalAll(run, "SIGINT");
      return !runs(run.lab);
    });
    await leftNothing(run);
  });

  it("leaves nothing when its terminal is closed", async () => {
    const run = await begin("without a proxy");
    signalAll(run, "SIGHUP");
    await leftNothing(run);
  });

  it("leaves nothing when npm is asked to end", async () => {
    const run = await begin("with a proxy");
    run.npm.kill("SIGTERM");
    await leftNothing(run);
  });

  it("leaves nothing when mocha's own process is asked to end", async () => {
    const run = await begin("without a proxy");
    process.kill(run.mocha, "SIGTERM");
    await leftNothing(run);
  });

  it("leaves nothing when the process that has it is killed", async () => {
    const run = await begin("without a proxy");
    kill(run.lab);
    await leftNothing(run);
  });

  it("is cleaned up by the next when nobody is left who could", async () => {
    const run = await begin("without a proxy");
    // The name alone is nobody's mark.
    const foreign = [`azure-delivery-${run.lab}-0-0-0`, "azure-delivery-node"];
    for (const name of foreign) spawnSync("ip", ["netns", "add", name]);
    try {
      kill(watcherOf(run));
      await until("the watcher to end", () => !allProcesses().includes(watcherOf(run)));
      kill(run.lab);
      await until("the run to end", () => !runs(run.lab));
      assert.notDeepEqual(namespacesOf(run.mark.id), []);
      // It may have been killed between two steps.
      const half = [namespaceName(run.mark.id, "98"), namespaceName(run.mark.id, "99")] as const;
      fs.mkdirSync(`/etc/netns/${half[0]}`);
      fs.writeFileSync(`/run/netns/${half[1]}`, "");
      removeLeftovers();
      await leftNothing(run);
      for (const name of foreign) assert.ok(fs.existsSync(`/run/netns/${name}`));
    } finally {
      for (const name of foreign) spawnSync("ip", ["netns", "delete", name]);
    }
  });

  it("keeps what it was told to keep until the next, and says where", async () => {
    const run = await begin("that keeps its logs");
    const { folder, id } = run.mark;
    process.kill(run.lab, "SIGQUIT");
    await until("the run to end", () => !runs(run.lab));
    assert.deepEqual(namespacesOf(id), []);
    assert.ok(fs.existsSync(path.join(folder, "0-control", "kube-apiserver.log")));
    await until("the run to say so", () => run.errors().includes(folder));
    assert.equal(run.errors().split(folder).length, 2);
    removeLeftovers();
    await leftNothing(run);
  });
});

/** Begins a run of `endless.ts`, and resolves once it has its lab. */
async function begin(which: string): Promise<Run> {
  const npm = spawn("npm", ["exec", "--", "mocha", "--no-parallel", path.join(__dirname, "endless.ts"), "--grep", `${which}$`], { cwd: root, stdio: "pipe", detached: true });
  const said = { out: "", err: "" };
  npm.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  npm.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  const line = await until(`the run ${which} to have its lab`, () => {
    if (npm.exitCode !== null) throw new Error(`${said.out}${said.err}`);
    return /^\{.*\}$/m.exec(said.out)?.[0];
  }, { within: 60_000 });
  const { pid, folder } = JSON.parse(line) as { pid: number; folder: string };
  const mark = fs.readdirSync(marks).map((id) => (id.startsWith(`${pid}-`) ? readMark(id) : undefined)).find((it) => it?.folder === folder);
  assert.ok(mark, "the run has a mark");
  const processes = processesIn(namespacesOf(mark.id));
  assert.ok(processes.length >= 3);
  const run = { npm, lab: pid, mocha: processFacts(pid)?.parent ?? 0, mark, processes, errors: () => said.err };
  begun.push(run);
  return run;
}

/** To all of them, as a terminal does. */
function signalAll({ npm: { pid = 0 } }: Run, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // They have ended.
  }
}

function watcherOf({ mark }: Run): number {
  const commandOf = (pid: number): string => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
      return "";
    }
  };
  return allProcesses().find((pid) => commandOf(pid).includes(`watcher.cjs\0${mark.id}`)) ?? 0;
}

async function leftNothing({ lab, mark, processes }: Run): Promise<void> {
  await until("the run to end", () => !runs(lab));
  await until("its mark to be taken back", () => readMark(mark.id) === undefined);
  assert.deepEqual(namespacesOf(mark.id), []);
  assert.equal(fs.existsSync(mark.folder), false);
  await until("its processes to end", () => !processes.some(runs), { within: 5_000 });
}
