import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { definitionsIn, textsAt } from "./definitions";
import { standIn, StandIn } from "./standIn";

/** Waits for a text in a file, and says what was missing when the time is up. */
async function untilWritten(file: string, text: string, seconds: number): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!fs.existsSync(file) || !fs.readFileSync(file, "utf8").includes(text)) {
    if (Date.now() > deadline) throw new Error(`"${text}" was not in ${path.basename(file)} after ${seconds} s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As a runner of GitHub's starts a step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax (shell: bash) */
const bash = ["--noprofile", "--norc", "-e", "-o", "pipefail"];

describe("an update that is cancelled", function () {
  this.timeout(60_000);
  let folder: string;
  let server: StandIn;
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "cancel-"));
    server = await standIn({ "GET /token": { value: "h.e30.s" } });
  });
  after(async () => {
    await server.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const inFolder = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };

  it("hands the runner's signal to Pulumi, and ends after it", async () => {
    inFolder("app/Pulumi.yaml", "name: app\nruntime: nodejs\n");
    inFolder("app/index.js", "");
    inFolder("app/Pulumi.dev.yaml", "secretsprovider: azurekeyvault://kv/keys/k/1\nconfig:\n  app:platform: { access: { kubelogin: workloadidentity } }\n");
    const seen = path.join(folder, "seen");
    const tool = `#!/bin/sh\ntrap 'echo interrupted >> ${seen}; exit 7' INT\necho began >> ${seen}\nfor _ in $(seq 600); do sleep 0.1; done\n`;
    fs.chmodSync(inFolder("bin/pulumi", tool), 0o755);
    const [command, ...others] = definitionsIn(".github/workflows").flatMap(({ content }) => textsAt(content, "run")).filter((run) => / up "\$STACK"$/.test(run));
    assert.deepEqual(others, []);
    const script = inFolder("step.sh", `${command ?? ""} --program ${path.join(folder, "app")}\n`);
    const identity = { ARM_CLIENT_ID: "client", ARM_TENANT_ID: "tenant", ARM_SUBSCRIPTION_ID: "subscription", PULUMI_BACKEND_URL: "azblob://state" };
    const job = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: `${server.root}/token?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "asks", RUNNER_TEMP: folder, STACK: "dev" };
    const env = { ...process.env, ...identity, ...job, PATH: `${path.join(folder, "bin")}${path.delimiter}${process.env["PATH"] ?? ""}` };
    // In a process group of its own: the signal goes to the one process, as the runner sends it, and what is left over is ended by its group.
    const step = spawn("bash", [...bash, script], { env, detached: true, stdio: "ignore" });
    const ended = once(step, "exit");
    try {
      await untilWritten(seen, "began", 40);
      step.kill("SIGINT");
      await untilWritten(seen, "interrupted", 10);
      assert.deepEqual(await ended, [7, null]);
      assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith("sign-in-")), []);
    } finally {
      if (step.exitCode === null && step.pid !== undefined) process.kill(-step.pid, "SIGKILL");
    }
  });
});
