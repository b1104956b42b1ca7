import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { main } from "../../cli/main";
import { planted } from "../fixtures/secrets/planted";
import { call, Called } from "./terminal";

const outcomes = path.join("test", "fixtures", "outcomes");
const secrets = path.join("test", "fixtures", "secrets");

describe("the preview command", () => {
  let folder: string;
  let fine: Called;
  const read = (...file: string[]): string => fs.readFileSync(path.join(folder, ...file), "utf8");
  const filesIn = (directory: string): string[] =>
    fs.readdirSync(path.join(folder, directory), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();

  // Every call starts a process for the program, so that the tests share what two of them show.
  before(async function () {
    this.timeout(60_000);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "preview-"));
    fine = await call(["preview", "fine", "--program", outcomes, "--out", path.join(folder, "fine")]);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("shows the tree, the outputs, the counts and the time, and ends with 0", () => {
    assert.deepEqual([fine.status, fine.err], [0, ""]);
    assert.equal(
      fine.out.replace(/Took [\d.]+ s/, "Took 0.0 s"),
      `Previewing outcomes, stack fine (first preview: what only the cloud decides is [unknown])

    Type                                Name
 +  pulumi:pulumi:Stack                 outcomes-fine
 +  └─ fixture:index:Greeting           hello
 +     ├─ kubernetes:core/v1:ConfigMap  hello
 +     └─ kubernetes:core/v1:ConfigMap  hello-next

Outputs:
    greeting  hello
    token     [secret]

Resources:
    + 2 to create: 2 kubernetes
    in 1 component

Took 0.0 s. No cloud was asked: this is what the program wants, not a promise of Azure's.
`,
    );
  });

  it("writes text that YAML 1.1 would take for something else in quotes", () => {
    assert.match(read("fine", "kubernetes", "001-ConfigMap-hello.yaml"), /data:\n {2}answer: "yes"\n {2}mode: "0777"\n/);
  });

  it("says the same twice but for the time, in plan.json and with --json", async () => {
    const untimed = (text: string): string => text.replace(/"durationMs": \d+/, "");
    const again = await call(["preview", "fine", "--program", outcomes, "--json"], { terminal: true });
    assert.equal(untimed(again.out), untimed(read("fine", "plan.json")));
    // On a terminal, standard error counts the resources meanwhile and takes the count away again.
    assert.match(again.err, /^(\r\d+ resources …)+\r\u001b\[2K$/);
  });

  it("ends with 1 when the program throws, says what it threw, and writes nothing", async () => {
    const { status, out, err } = await call(["preview", "throwsInApply", "--program", outcomes, "--out", path.join(folder, "failed")]);
    assert.deepEqual([status, out], [1, ""]);
    // With the line of the program that threw, not of what it was compiled to.
    assert.match(err, /^error: .*\nError: the program gave up late\n {4}at \S+outcomes\/index\.ts:24:11\n/);
    assert.ok(!fs.existsSync(path.join(folder, "failed")));
  });

  it("ends with 2 when the config is refused, and says so in the program's own words", async () => {
    const malformed = await call(["preview", "malformed", "--program", outcomes]);
    assert.deepEqual([malformed.status, malformed.out], [2, ""]);
    assert.match(malformed.err, /^error: The platform's configuration is refused:\n.*platform: is not a map of keys/);
    const missing = await call(["preview", "missing", "--program", outcomes]);
    assert.deepEqual([missing.status, missing.out], [2, ""]);
    assert.match(missing.err, /^error: Missing required configuration variable 'other:absent'/);
  });

  it("ends with 2 for a stack that isn't there or isn't named, and lists those that are", async () => {
    const unknown = await call(["preview", "nowhere", "--program", outcomes]);
    assert.deepEqual([unknown.status, unknown.out], [2, ""]);
    assert.match(unknown.err, /There is no stack "nowhere".*Its stacks: badName, fine, malformed, missing, throwsInApply\./);
    const unnamed = await call(["preview", "--program", outcomes]);
    assert.equal(unnamed.status, 2);
    assert.match(unnamed.err, /The name of a stack is missing\. outcomes has: badName, fine,/);
  });

  it("ends with 1 and one line when something fails that nobody expected", async () => {
    let err = "";
    const broken = { write: () => assert.fail("no space left") };
    assert.equal(await main(["--help"], { out: { isTTY: false, ...broken }, err: { isTTY: false, write: (text) => ((err += String(text)), true) } }), 1);
    assert.equal(err, "error: no space left\n");
  });

  it("has one JSON object and nothing else on standard output of its process, and ends with 3 for a refusal", () => {
    const child = spawnSync("npm", ["run", "--silent", "preview", "--", "badName", "--program", outcomes, "--json"], { encoding: "utf8" });
    const { findings, summary, ...plan } = JSON.parse(child.stdout) as { findings: { policy: string; level: string; urn: string; docs: string }[]; summary: unknown; schemaVersion: number; durationMs: number };
    assert.equal(child.status, 3, child.stderr);
    assert.deepEqual(Object.keys(plan), ["schemaVersion", "project", "stack", "mode", "resources", "outputs", "durationMs"]);
    assert.ok(findings.some(({ level, urn }) => level === "error" && urn.endsWith("azure-native:storage:StorageAccount::bad")));
    const levels = (level: string): number => findings.filter((finding) => finding.level === level).length;
    assert.deepEqual(summary, { total: 5, components: 2, errors: levels("error"), warnings: levels("warning") });
    // What is against the policies, but for what the stack's config excepts, today.
    const docs = (policy: string): string | undefined => findings.find((finding) => finding.policy === policy)?.docs;
    assert.deepEqual(["storage-minimum-tls", "storage-customer-key", "policy-exception"].map(docs), ["docs/policies/storage-minimum-tls.md", undefined, "docs/policies/README.md#exceptions"]);
  });

  describe("of a program with secrets", () => {
    let calls: readonly Called[];

    before(async function () {
      this.timeout(60_000);
      const shown = (stack: string, ...options: string[]): Promise<Called> => call(["preview", stack, "--program", secrets, ...options]);
      calls = [await shown("dev", "--mode", "up", "--json", "--out", path.join(folder, "up")), await shown("dev", "--out", path.join(folder, "first")), await shown("fails")];
    });

    it("writes objects that can be applied as they are, with placeholders in the form of what they stand for", () => {
      assert.deepEqual(filesIn("up"), [
        "up/.preview-files.json", "up/architecture.svg", "up/azure/001-StorageAccount-account.yaml", "up/helm/chart.yaml", "up/kubernetes/001-ConfigMap-leaky.yaml", "up/kubernetes/002-Secret-opaque.yaml", "up/plan.json",
      ]);
      // base64 of "secret-placeholder", and of the "{}" that the API server takes for registry credentials.
      assert.equal(
        read("up", "kubernetes", "002-Secret-opaque.yaml"),
        `apiVersion: v1
kind: Secret
metadata:
  name: opaque
data:
  .dockerconfigjson: e30=
  password: c2VjcmV0LXBsYWNlaG9sZGVy
stringData:
  config.toml: secret-placeholder
  plain: secret-placeholder
`,
      );
      assert.equal(
        read("up", "helm", "chart.yaml"),
        `chart: oci://example.com/charts/chart
version: 1.2.3
namespace: default
values:
  auth:
    enabled: false
    password: secret-placeholder
    retries: 0
  list:
    - secret-placeholder
  port: 6379
`,
      );
    });

    it("shows no secret anywhere, in any form in which it travels", () => {
      // The account is against policies.
      assert.deepEqual(calls.map(({ status }) => status), [3, 3, 1]);
      const files = ["up", "first"].flatMap(filesIn);
      assert.equal(files.length, 14);
      for (const text of [...calls.flatMap(({ out, err }) => [out, err]), ...files.map((file) => read(file))]) {
        for (const form of formsOf(planted.password)) assert.ok(!text.includes(form), `${form} is in:\n${text}`);
      }
      // What stands in their place shows that they got there.
      assert.match(calls[2]?.err ?? "", /connecting with \[secret\]\n[^]*no connection with \[secret\]/);
    });
  });
});

/** A secret as it may stand in plain text, JSON, YAML, TOML, an address or a Kubernetes Secret; also inside a longer text that was encoded as a whole. */
function formsOf(secret: string): string[] {
  const encodedInside = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString("base64");
    return whole.slice(offset === 0 ? 0 : 4, -4);
  });
  return [secret, JSON.stringify(secret).slice(1, -1), secret.replaceAll('"', '\\"'), encodeURIComponent(secret), Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("base64url"), ...encodedInside];
}
