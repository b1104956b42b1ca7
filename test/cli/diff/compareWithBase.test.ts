import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PlanDiff } from "../../../cli/diff/model";
import { call, Called } from "../terminal";

// Its resources are registered by their types, since the package that has classes for them takes a second to load.
const program = `
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
if (config.get("broken")) throw new Error("broken with " + config.get("broken"));
new pulumi.CustomResource("azure-native:resources:ResourceGroup", "group", { resourceGroupName: "group", location: "westeurope", tags: { size: config.require("size") } }, { protect: true });
if (config.get("space")) new pulumi.CustomResource("azure-native:privatedns:PrivateZone", "zone", { resourceGroupName: "group", location: "global", privateZoneName: config.get("space") }, { protect: true });
exports.token = config.requireSecret("token");
`;

const files: Readonly<Record<string, string>> = {
  "app/Pulumi.yaml": "name: app\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
  "app/Pulumi.dev.yaml": "config: { app:size: '1', app:token: the-first-token }\n",
  "app/Pulumi.old.yaml": "config: { app:size: '1', app:token: the-first-token, app:space: example.com }\n",
  "app/index.js": program,
  "app/package.json": "{}\n",
  "package-lock.json": "{}\n",
  ".gitignore": "node_modules\n",
};

describe("a preview with a base", function () {
  // Most of them start two processes for the program.
  this.timeout(60_000);
  let repository: string;
  const inRepository = (file: string): string => path.join(repository, file);
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: repository, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const compare = (stacks: readonly string[], ...options: string[]): Promise<Called> => call(["preview", ...stacks, "--program", inRepository("app"), ...options]);
  const changing = async (changes: Readonly<Record<string, string | undefined>>, run: () => Promise<void>): Promise<void> => {
    for (const [file, text] of Object.entries(changes)) {
      if (text === undefined) fs.rmSync(inRepository(file));
      else fs.writeFileSync(inRepository(file), text);
    }
    try {
      await run();
    } finally {
      git("checkout", "--quiet", "--", ".");
      git("clean", "--quiet", "--force");
    }
  };

  before(() => {
    repository = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "compared-"));
    fs.mkdirSync(inRepository("app"));
    Object.entries(files).forEach(([file, text]) => fs.writeFileSync(inRepository(file), text));
    fs.symlinkSync(path.resolve("node_modules"), inRepository("node_modules"));
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message=base");
  });
  after(() => fs.rmSync(repository, { recursive: true }));
  afterEach(() => assert.equal(git("worktree", "list").split("\n").length, 1, "a worktree is left"));

  it("says that nothing changes, and ends with 0", async () => {
    const { status, out, err } = await compare(["dev"], "--base", "main");
    assert.deepEqual([status, err], [0, ""]);
    assert.match(out, /^Comparing app, stack dev with main \([0-9a-f]{12}\)\n\nNo change\.\n\nTook [\d.]+ s\./);
  });

  it("ends with 2 for outputs of a stack that neither side refers to", async () => {
    const called = await compare(["dev"], "--base", "main", "--outputs", `acme/platform/dev=${inRepository("app/package.json")}`);
    assert.deepEqual(called, { status: 2, out: "", err: '--outputs names "acme/platform/dev", which no program refers to. The stacks that are referred to: none.\n' });
  });

  it("shows exactly the value that changes, and ends with 10", () =>
    changing({ "app/Pulumi.dev.yaml": "config: { app:size: '2', app:token: the-second-token }\n" }, async () => {
      const { status, out } = await compare(["dev"], "--base", "main");
      assert.equal(status, 10);
      assert.equal(
        out.replace(/\([0-9a-f]{12}\)/, "(commit)").replace(/\nTook .*\n$/, ""),
        `Comparing app, stack dev with main (commit)

Changes: 1 updated, 1 output changed.

outside of components
 ~  azure-native:resources:ResourceGroup  group
      tags.size: "1" → "2"

Outputs:
 ~  token: [secret], another one
`,
      );
    }));

  it("has a stack that is gone as deleted and one that is new as created, in one JSON object and in a file, and ends with 11 for lost state", () =>
    changing({ "app/Pulumi.old.yaml": undefined, "app/Pulumi.new.yaml": "config: { app:size: '1', app:token: the-first-token }\n" }, async () => {
      const folder = inRepository("node-out");
      const { status, out } = await compare(["old", "new"], "--base", "main", "--json", "--out", folder);
      assert.equal(status, 11);
      assert.equal(fs.readFileSync(path.join(folder, "diff.json"), "utf8"), out);
      assert.match(fs.readFileSync(path.join(folder, "diff.md"), "utf8"), /\*\*Dangerous: `old`\. Changes: `new`\.\*\*/);
      assert.match(fs.readFileSync(path.join(folder, "diff.html"), "utf8"), /<h2 id="title-0">old<\/h2>/);
      fs.rmSync(folder, { recursive: true });
      const { schemaVersion, diffs } = JSON.parse(out) as { schemaVersion: number; diffs: PlanDiff[] };
      assert.equal(schemaVersion, 1);
      assert.deepEqual(diffs.map(({ stack, verdict, summary }) => [stack, verdict, summary.create, summary.delete, summary.stateful]), [["old", "dangerous", 0, 2, 2], ["new", "changes", 1, 0, 0]]);
      assert.ok(diffs[0]?.findings.new.some(({ policy }) => policy === "state-deleted"));
      assert.doesNotMatch(out, /the-first-token/);
    }));

  it("has all as created where the commit has no such program", async () => {
    fs.cpSync(inRepository("app"), inRepository("other"), { recursive: true });
    try {
      const { status, out } = await call(["preview", "dev", "--program", inRepository("other"), "--base", "main"]);
      assert.equal(status, 10);
      assert.match(out, /^Changes: 1 created, 1 output\b/m);
    } finally {
      fs.rmSync(inRepository("other"), { recursive: true });
    }
  });

  it("says why the program of now failed", () =>
    changing({ "app/Pulumi.dev.yaml": "config: { app:size: '1', app:token: t, app:broken: late }\n" }, async () => {
      const { status, out, err } = await compare(["dev"], "--base", "main");
      assert.deepEqual([status, out], [1, ""]);
      assert.match(err, /^error: .*\nError: broken with late/m);
    }));

  /** Compares the files as they are with a commit of others. */
  const comparedWith = async (changes: Readonly<Record<string, string | undefined>>, ...options: string[]): Promise<Called> => {
    let called: Called | undefined;
    await changing(changes, async () => {
      git("commit", "--quiet", "--all", "--message=other");
      try {
        git("checkout", "--quiet", "main~1", "--", ".");
        called = await compare(["dev"], "--base", "main", ...options);
      } finally {
        git("reset", "--quiet", "--hard", "main~1");
      }
    });
    return called as Called;
  };

  const broken: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ["its program fails", { "app/Pulumi.dev.yaml": "config: { app:size: '1', app:token: t, app:broken: late }\n" }, /^The base doesn't run: .*main:app\/index\.js.*\nError: broken with late\n    at .*main:app\/index\.js:\d+:\d+\)\n[^ ]/m],
    ["its program refuses its config", { "app/Pulumi.dev.yaml": "config: { app:token: t }\n" }, /^The base doesn't run: Missing required configuration variable 'app:size'/m],
    ["its config can't be read", { "app/Pulumi.dev.yaml": "config: []\n" }, /^The base doesn't run: In main:app\/Pulumi\.dev\.yaml, config is not a list of keys\.$/m],
    ["its project can't be read", { "app/Pulumi.yaml": "name: app\nruntime: nodejs\nmain: gone.js\n" }, /^The base doesn't run: In main:app\/Pulumi\.yaml, main names gone\.js, which is not there\.$/m],
  ];
  for (const [title, files, said] of broken) {
    it(`shows all that is there now, and why the base doesn't run, where ${title}`, async () => {
      const { status, out, err } = await comparedWith(files);
      assert.deepEqual([status, err], [10, ""]);
      assert.match(out, said);
      assert.match(out, /^Changes: 1 created, 1 output added\b/m);
      assert.doesNotMatch(out, /preview-base-/);
    });
  }

  it("shows that an encrypted value of the config is another one, though nobody can see it", async () => {
    const config = (token: string): Record<string, string> => ({ "app/Pulumi.dev.yaml": `config: { app:size: '1', app:token: { secure: ${token} }, app:map: { inner: [{ secure: ${token} }], same: { secure: v1:same } } }\n` });
    await changing(config("v1:first"), async () => {
      git("commit", "--quiet", "--all", "--message=encrypted");
      try {
        fs.writeFileSync(inRepository("app/Pulumi.dev.yaml"), config("v1:second")["app/Pulumi.dev.yaml"] ?? "");
        const { status, out } = await compare(["dev"], "--base", "main", "--json");
        const [diff] = (JSON.parse(out) as { diffs: PlanDiff[] }).diffs;
        assert.deepEqual([status, diff?.verdict, diff?.encryptedConfig, diff?.resources], [10, "changes", ["app:token", "app:map.inner[0]"], []]);
      } finally {
        git("reset", "--quiet", "--hard", "main~1");
      }
    });
  });

  it("runs a base without a lock file with the packages of now, and says so", async () => {
    const { status, err } = await comparedWith({ "package-lock.json": undefined });
    assert.equal(status, 0);
    assert.equal(err, "note: the commit main has no package-lock.json: it runs with the packages that are installed now.\n");
  });

  it("is refused with 2 for a commit, a stack or a repository that isn't there", async () => {
    git("update-ref", "refs/remotes/origin/release", "HEAD");
    const refused = async (called: Promise<Called>, message: RegExp): Promise<void> => {
      const { status, out, err } = await called;
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, message);
    };
    await refused(compare(["dev"], "--base", "release"), /^--base release: there is no such commit in .*\. There is origin\/release\.\n$/);
    await refused(compare(["dev"], "--base", "--output=x"), /there is no such commit|--base/);
    await refused(compare(["nowhere"], "--base", "main"), /^There is no stack "nowhere", neither now nor at main\. The stacks now: dev, old\.\n$/);
    await refused(compare([], "--base", "main"), /^The name of a stack is missing\. app has: dev, old\.\n$/);
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), "no-repository-"));
    try {
      fs.cpSync(inRepository("app"), elsewhere, { recursive: true });
      await refused(call(["preview", "dev", "--program", elsewhere, "--base", "main"]), /is not in a git repository/);
    } finally {
      fs.rmSync(elsewhere, { recursive: true });
    }
  });

  it("says that a shallow clone may lack the commit", async () => {
    const clone = fs.mkdtempSync(path.join(os.tmpdir(), "shallow-"));
    try {
      git("clone", "--quiet", "--depth=1", `file://${repository}`, clone);
      const { status, err } = await call(["preview", "dev", "--program", path.join(clone, "app"), "--base", "v1"]);
      assert.equal(status, 2);
      assert.match(err, /The clone is shallow/);
    } finally {
      fs.rmSync(clone, { recursive: true });
    }
  });

  it("takes the folder of the base away when a signal stops it", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stopped-"));
    const script = `
      const { withBaseSide } = require(${JSON.stringify(path.resolve("cli/diff/baseSide.ts"))});
      const { readProject } = require(${JSON.stringify(path.resolve("cli/projectFiles.ts"))});
      withBaseSide(readProject("app"), "main", console.log, () => { process.kill(process.pid, "SIGTERM"); return new Promise((resolve) => setTimeout(resolve, 60_000)); });
    `;
    const child = spawnSync(process.execPath, ["--require", require.resolve("ts-node/register"), "--eval", script], { cwd: repository, encoding: "utf8", env: { ...process.env, TMPDIR: folder, TS_NODE_PROJECT: path.resolve("tsconfig.json") } });
    assert.deepEqual([child.status, fs.readdirSync(folder).filter((name) => name.startsWith("preview-base-"))], [143, []], child.stderr);
    fs.rmSync(folder, { recursive: true });
  });
});
