import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildImages } from "../../examples/images/buildImages";
import { exampleImages } from "../../examples/images/exampleImages";
import { parseImageArguments } from "../../examples/images/imageArguments";
import { ImagesError } from "../../examples/images/imagesError";
import { shown } from "../../examples/images/tool";

/** What a stand-in answers: to the arguments that begin so. */
interface Answer {
  readonly to: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

// Writes down what it was called with, and answers as its list says.
const standIn = `#!${process.execPath}
const fs = require("node:fs");
const path = require("node:path");
const called = [path.basename(process.argv[1]), ...process.argv.slice(2)];
fs.appendFileSync(path.join(__dirname, "calls"), JSON.stringify(called) + "\\n");
const answers = JSON.parse(fs.readFileSync(path.join(__dirname, "answers"), "utf8"));
const { stdout = "", stderr = "", status = 0 } = answers.find(({ to }) => called.join(" ").startsWith(to)) ?? {};
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
`;

const address = "cracmedev.azurecr.io";
const absent: Answer = { to: "docker manifest inspect", stderr: "no such manifest: apps/echo:1.0.0", status: 1 };
const output: Answer = { to: "pulumi stack output", stdout: `${address}\n` };

describe("the command that pushes the examples' images", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "images-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** Makes this a machine that has these programs and no others, and says how each was called. */
  function machine(answers: readonly Answer[], tools: readonly string[]): () => string[][] {
    for (const tool of tools) fs.writeFileSync(path.join(folder, tool), standIn, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, "answers"), JSON.stringify(answers));
    const calls = path.join(folder, "calls");
    return () => (fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").trim().split("\n").map((line) => JSON.parse(line) as string[]) : []);
  }

  /** Runs the command on such a machine, as a process of its own. */
  function command(args: readonly string[], answers: readonly Answer[], tools: readonly string[] = ["az", "docker", "pulumi"]) {
    const calls = machine(answers, tools);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", "examples/images.ts", ...args], { encoding: "utf8", env: { PATH: folder, HOME: folder } });
    return { status, stdout, stderr, calls: calls() };
  }

  /** The same without the process, which takes less time. What the programs print is not kept. */
  function images(args: readonly string[], answers: readonly Answer[], tools: readonly string[] = ["az", "docker", "pulumi"]): Omit<ReturnType<typeof command>, "status"> & { readonly status: number } {
    const calls = machine(answers, tools);
    const { PATH } = process.env;
    process.env["PATH"] = folder;
    try {
      const asked = parseImageArguments(args);
      assert.ok(asked !== "help");
      return { status: 0, stdout: buildImages(asked).map((line) => `${line}\n`).join(""), stderr: "", calls: calls() };
    } catch (thrown) {
      if (!(thrown instanceof ImagesError)) throw thrown;
      return { status: thrown.exitCode, stdout: "", stderr: `${thrown.message}\n`, calls: calls() };
    } finally {
      process.env["PATH"] = PATH;
    }
  }

  const asks = ["pulumi", "stack", "output", "registryLoginServer", "--stack", "dev", "--cwd", process.cwd(), "--non-interactive"];
  const image = `${address}/apps/echo:1.0.0`;
  const builds = ["docker", "build", "--platform", "linux/amd64", "--tag", image, "--file", "examples/echo/server/Dockerfile", "examples/echo/server"];

  it("asks the stack for its registry, signs in, builds for the nodes and pushes", () => {
    const { status, stdout, calls } = command(["dev", "--example", "echo"], [output, absent]);
    assert.deepEqual(calls, [asks, ["az", "acr", "login", "--name", "cracmedev"], ["docker", "manifest", "inspect", image], builds, ["docker", "push", image]]);
    assert.deepEqual([status, stdout], [0, `${image} was pushed\n`]);
  });

  it("takes a registry by name instead of a stack", () => {
    const { calls } = images(["--registry", "cracmedev", "--example", "echo"], [absent], ["az", "docker"]);
    assert.deepEqual(calls.map(([tool]) => tool), ["az", "docker", "docker", "docker"]);
    assert.deepEqual(calls.at(-1), ["docker", "push", image]);
  });

  it("pushes no version twice", () => {
    const { status, stdout, calls } = images(["dev", "--example", "echo"], [output]);
    assert.deepEqual(calls.at(-1), ["docker", "manifest", "inspect", image]);
    assert.deepEqual([status, stdout], [0, `${image} is there already: another takes a new version in its package.json\n`]);
  });

  it("in a dry run prints the commands and runs none of them", () => {
    const { status, stdout, calls } = images(["dev", "--example", "echo", "--dry-run"], [output]);
    assert.deepEqual(calls, [asks]);
    assert.deepEqual([status, stdout], [0, `az acr login --name cracmedev\n${builds.join(" ")}\ndocker push ${image}\n`]);
  });

  it("takes no lack of a credential helper, or of anything else, for the lack of an image", () => {
    const helper = `error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: \`\``;
    const { status, stderr, calls } = images(["dev", "--example", "echo"], [output, { to: "docker manifest inspect", stderr: helper, status: 1 }]);
    assert.deepEqual([status, calls.at(-1)], [1, ["docker", "manifest", "inspect", image]]);
    assert.match(stderr, /^docker could not ask cracmedev\.azurecr\.io for apps\/echo:1\.0\.0\.[^]*docker-credential-desktop/);
  });

  it("takes a repository that isn't there for the lack of an image", () => {
    assert.equal(images(["dev", "--example", "echo"], [output, { to: "docker manifest inspect", stderr: "name unknown\n", status: 1 }]).status, 0);
  });

  it("says in a dry run without pulumi how to do without", () => {
    const { status, stderr } = images(["dev", "--example", "echo", "--dry-run"], [], ["az", "docker"]);
    assert.equal(status, 1);
    assert.match(stderr, /^pulumi is not there\..* – or name the registry itself with --registry\n$/);
    assert.equal(images(["--registry", "cracmedev", "--example", "echo", "--dry-run"], [], []).status, 0);
  });

  for (const [missing, rest] of [["pulumi", ["az", "docker"]], ["az", ["docker", "pulumi"]], ["docker", ["az", "pulumi"]]] as const) {
    it(`says where ${missing} can be had when it is missing`, () => {
      const { status, stdout, stderr } = images(["dev", "--example", "echo"], [output, absent], rest);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`^${missing} is not there\\..*https://`));
    });
  }

  it("says from where a closed registry is reached", () => {
    const refusal = "Could not connect to the registry login server 'cracmedev.azurecr.io'. client with IP '203.0.113.7' is not allowed access.";
    const { status, stderr, calls } = images(["dev", "--example", "echo"], [output, { to: "az acr login", stderr: refusal, status: 1 }]);
    assert.equal(status, 1);
    assert.match(stderr, /closed to this machine.*runnerVirtualNetworkId.*AcrPush/s);
    assert.ok(stderr.includes(refusal));
    assert.equal(calls.length, 2);
  });

  const failures: readonly [what: string, answers: readonly Answer[], words: RegExp][] = [
    ["a stack without the output", [{ to: "pulumi", stderr: "error: no stack named 'dev' found", status: 255 }], /no output registryLoginServer.*--registry.*no stack named/s],
    ["a stack whose output is empty", [{ to: "pulumi", stdout: "\n" }], /no output registryLoginServer/],
    ["an az that isn't signed in", [output, { to: "az", stderr: "Please run 'az login' to setup account.", status: 1 }], /^az acr login failed.*az login/s],
    ["a Docker that doesn't run", [output, { to: "docker manifest", stderr: "Cannot connect to the Docker daemon", status: 1 }], /could not ask .* Cannot connect|could not ask [\s\S]*Cannot connect/],
    ["a build that fails", [output, absent, { to: "docker build", status: 17 }], /^This ended with status 17: docker build /],
    ["a push that fails", [output, absent, { to: "docker push", status: 1 }], /ended with status 1: docker push /],
  ];
  for (const [what, answers, words] of failures) {
    it(`ends with 1 at ${what}, and says so`, () => {
      const { status, stdout, stderr } = images(["dev", "--example", "echo"], answers);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, words);
    });
  }

  it("shows what the programs print, in the order that they are run", () => {
    const { status, stdout, stderr } = command(["dev", "--example", "echo"], [output, absent, { to: "docker build", stdout: "step 1\n", stderr: "unknown instruction: FORM\n", status: 17 }]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /step 1\nunknown instruction: FORM\n[^]*ended with status 17: docker build /);
  });

  it("ends with 2 where it is called wrongly", () => {
    const { status, stderr, calls } = command(["dev", "--example", "nothing"], []);
    assert.deepEqual([status, calls], [2, []]);
    assert.match(stderr, /There is no example nothing: there are .*echo/);
  });
});

describe("the arguments of the images' command", () => {
  it("are a stack or a registry, with examples", () => {
    assert.deepEqual(parseImageArguments(["dev"]), { platform: { stack: "dev" }, examples: [], dryRun: false });
    assert.deepEqual(parseImageArguments(["--registry", "x12345.azurecr.cn", "--example", "a", "--example", "b", "--dry-run"]), { platform: { registry: "x12345.azurecr.cn" }, examples: ["a", "b"], dryRun: true });
    assert.equal(parseImageArguments(["--help"]), "help");
  });

  for (const args of [[], ["dev", "prod"], ["dev", "--registry", "cracmedev"], ["--registry", "cr/x; rm"], ["dev", "--fast"], ["--", "-x"]]) {
    it(`are refused: ${args.join(" ") || "none"}`, () => assert.throws(() => parseImageArguments(args), (error) => error instanceof ImagesError && error.exitCode === 2));
  }
});

describe("the images of the examples", () => {
  it("are each at an exact version, and in a folder that is there", () => {
    const images = exampleImages("examples", []);
    assert.ok(images.some(({ reference }) => reference === "apps/echo:1.0.0"));
    for (const { reference, dockerfile } of images) {
      assert.match(reference, /^apps\/[a-z0-9._-]+:\d+\.\d+\.\d+$/);
      // A base that moves would make another image of the same version.
      for (const [, base = ""] of fs.readFileSync(dockerfile, "utf8").matchAll(/^FROM (\S+)/gm)) assert.match(base, /:\d+\.\d+\.\d+/, dockerfile);
    }
  });

  const example = (manifest: object): string => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "example-"));
    fs.mkdirSync(path.join(folder, "one/server"), { recursive: true });
    fs.writeFileSync(path.join(folder, "one/server/Dockerfile"), "");
    fs.writeFileSync(path.join(folder, "one/package.json"), JSON.stringify(manifest));
    return folder;
  };

  it("have their Dockerfile and its arguments from package.json", () => {
    const folder = example({ version: "2.1.0", images: { ui: { context: ".", dockerfile: "server/Dockerfile", arguments: { SERVER: "ui" } } } });
    const one = path.join(folder, "one");
    assert.deepEqual(exampleImages(folder, ["one"]), [{ reference: "apps/ui:2.1.0", context: one, dockerfile: path.join(one, "server/Dockerfile"), buildArguments: { SERVER: "ui" } }]);
    fs.rmSync(folder, { recursive: true });
  });

  for (const [what, manifest] of [
    ["no version", { images: { ui: { context: "server" } } }],
    ["the version latest", { version: "latest", images: { ui: { context: "server" } } }],
    ["a name that a registry refuses", { version: "1.0.0", images: { UI: { context: "server" } } }],
    ["a folder that isn't there", { version: "1.0.0", images: { ui: { context: "servers" } } }],
  ] as const) {
    it(`are refused with ${what}`, () => {
      const folder = example(manifest);
      assert.throws(() => exampleImages(folder, []), ImagesError);
      fs.rmSync(folder, { recursive: true });
    });
  }

  it("are built by commands that a shell would take as they are shown", () => assert.equal(shown("docker", ["build", "--build-arg", "A=it's $HOME", "."]), "docker build --build-arg 'A=it'\\''s $HOME' ."));
});
