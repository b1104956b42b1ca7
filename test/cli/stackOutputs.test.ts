import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { call, Called } from "./terminal";

const references = path.join("test", "fixtures", "references");

describe("a preview of a program that refers to another stack", function () {
  // Each of them starts a process for the program, and most another for what it refers to.
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "outputs-"));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const preview = (stack: string, ...options: string[]): Promise<Called> => call(["preview", stack, "--program", references, ...options]);
  const outputsIn = ({ out }: Called): Record<string, unknown> => (JSON.parse(out) as { outputs: Record<string, unknown> }).outputs;
  const heard = { greeting: "hello", token: "[secret]", heard: "hello", heardToken: "[secret]", unheard: true };
  const file = (name: string, content: unknown): string => {
    fs.writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
    return path.join(folder, name);
  };

  it("has the outputs of a run of that stack, shows the reference as one that is read, and says so", async () => {
    const { status, out, err } = await preview("chained");
    assert.equal(status, 0);
    assert.match(out, /^ \+ {2}pulumi:pulumi:Stack {14}references-chained\n > {2}└─ pulumi:pulumi:StackReference {2}other$/m);
    assert.match(out, /^ {4}heard {7}hello\n {4}heardToken {2}\[secret\]\n/m);
    assert.match(out, /^ {4}\+ 0 to create$/m);
    assert.equal(err, `note: the outputs of plain are those that a preview of ${path.resolve(references)} shows with --mode up.\n`);
  });

  it("follows references of what it refers to, and keeps what is secret", async () => {
    const called = await preview("longName", "--json");
    assert.deepEqual(outputsIn(called), heard);
    assert.ok(!called.out.includes("token-of-the-producer"));
    assert.equal(called.err.split("\n").length, 3);
  });

  it("runs a stack once that is referred to twice", async () => {
    const { status, out, err } = await preview("twice", "--json");
    assert.equal(status, 0);
    assert.equal((JSON.parse(out) as { resources: { external?: boolean }[] }).resources.filter(({ external }) => external).length, 2);
    assert.equal(err.match(/note:/g)?.length, 1);
  });

  it("has the outputs of a plan that is given as a file", async () => {
    const plan = file("plan.json", { schemaVersion: 1, mode: "up", outputs: { greeting: "hello", token: "[secret]" } });
    const called = await preview("outside", "--json", "--outputs", `organization/elsewhere/dev=${plan}`);
    assert.deepEqual([called.status, called.err, outputsIn(called)], [0, "", heard]);
  });

  it("takes a file, as Pulumi prints outputs, before a project near by", async () => {
    const given = file("other.json", { greeting: "from the file", token: "[secret]" });
    const called = await preview("chained", "--json", "--outputs", `plain=${given}`);
    assert.deepEqual([outputsIn(called)["heard"], called.err], ["from the file", ""]);
  });

  const unusable: readonly (readonly [string, string, RegExp])[] = [
    ["has unknown outputs", '{"schemaVersion":1,"outputs":{"id":["[unknown]"],"name":"a"}}', /does not know id: write it with --mode up\./],
    ["is no JSON, and does not quote it", "secret-in-a-file", /bad\.json, named by --outputs, is not JSON\.\n$/],
    ["has no outputs by name", "[1]", /holds no outputs by name/],
  ];
  for (const [what, content, message] of unusable) {
    it(`ends with 2 for a file that ${what}`, async () => {
      const { status, out, err } = await preview("outside", "--outputs", `organization/elsewhere/dev=${file("bad.json", content)}`);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, message);
      assert.doesNotMatch(err, /secret-in-a-file/);
    });
  }

  it("ends with 2 for a file that isn't there", async () => {
    const { status, err } = await preview("outside", "--outputs", "organization/elsewhere/dev=nowhere.json");
    assert.equal(status, 2);
    assert.match(err, /^nowhere\.json, named by --outputs, can't be read: .*ENOENT/);
  });

  it("ends with 2, and shows and writes nothing, for a file of a stack that nothing refers to", async () => {
    const [out, given] = [path.join(folder, "out"), file("other-stack.json", {})];
    const called = await preview("chained", "--out", out, "--outputs", `platform=${given}`);
    assert.deepEqual(called, { status: 2, out: "", err: `${called.err.split("\n")[0] ?? ""}\n--outputs names "platform", which no program refers to. The stacks that are referred to: plain.\n` });
    assert.ok(!fs.existsSync(out));
  });

  it("ends with 2 and both ways to mend it where nothing has the outputs", async () => {
    const { status, out, err } = await preview("outside", "--outputs", `organization/elsewhere/prod=${file("unused.json", {})}`);
    assert.deepEqual([status, out], [2, ""]);
    assert.match(err, /refers to the stack "organization\/elsewhere\/dev"/);
    assert.match(err, /given for: organization\/elsewhere\/prod\./);
    assert.match(err, /--outputs organization\/elsewhere\/dev=FILE: what "pulumi stack output --json --stack organization\/elsewhere\/dev" prints/);
    assert.match(err, /in a folder above .*references\.$/m);
  });

  it("ends with 2 for a stack that the project near by does not have", async () => {
    const { status, err } = await preview("missing");
    assert.equal(status, 2);
    assert.match(err, /There is no stack "nowhere": .*references has no Pulumi\.nowhere\.yaml/);
  });

  it("ends with 2 where stacks refer to one another in a circle", async () => {
    const { status, err } = await preview("first");
    assert.equal(status, 2);
    assert.match(err, /in a circle: references\/second → references\/first → references\/second\. Give the outputs of one of them: --outputs first=FILE/);
  });

  it("ends as the stack's own program does that fails, in its words", async () => {
    const { status, out, err } = await preview("afterFailing");
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, /^error: failing, whose outputs a preview of .*references gives, failed:\nthe producer gave up$/m);
  });
});
