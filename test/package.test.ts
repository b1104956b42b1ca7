import * as runtime from "@pulumi/pulumi/runtime";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { received } from "../component-package/args/received";
import { MeshApp } from "../components/apps/meshApp";
import { EmbeddedCloud } from "../simulator/embeddedCloud";
import { present, UNKNOWN } from "../simulator/engine/values";
import { parseConfig } from "../stacks/config/parseConfig";
import { PlatformReference } from "../stacks/reference";
import { call } from "./cli/terminal";
import { partsOf } from "./componentPackage/parts";
import { ComponentProvider } from "./support/componentProvider";
import { withChange } from "./support/changePlan";
import { folderWithPackage } from "./support/packedPackage";
import { changedPlan, environmentPlan, fileConfig } from "./support/plans";
import { all, record, testSubscription, testTenant } from "./support/record";
import { RunningPack, startPack } from "./support/policyPack";
import { settingsIn } from "./support/settings";

/** The files that the README shows for another project, by name. */
function filesOfReadme(): Map<string, string> {
  const section = /^## Use the components in another project\n(.*?)^## /ms.exec(fs.readFileSync("README.md", "utf8"))?.[1] ?? "";
  return new Map([...section.matchAll(/^`([\w.]+)`\n\n```\w+\n(.*?)^```$/gms)].map(([, name = "", text = ""]) => [name, text]));
}

/** The files below a folder whose names end so, without that end. */
function modulesIn(folder: string, end: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(end)).map((file) => file.slice(0, -end.length));
}

const referenceProgram = `
import { PlatformReference } from "azure-delivery-platform/reference";

export = async () => {
  const platform = await PlatformReference.load("platform", { stack: "acme/azure-delivery-platform/dev" });
  return { hosts: Object.keys(platform.app.hosts) };
};
`;

describe("the package", function () {
  // Packing compiles the sources, and Pulumi checks the types of a program that it runs.
  this.timeout(180_000);
  const program = filesOfReadme();
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  const node = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  before(() => {
    // What an older build left behind.
    fs.mkdirSync("dist/components", { recursive: true });
    fs.writeFileSync("dist/components/gone.js", "");
    ({ folder, environment } = folderWithPackage(["typescript"]));
    fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "shop", private: true }));
    for (const [name, text] of program) fs.writeFileSync(path.join(folder, name), text);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("holds the code and the types of all sources, and nothing else", () => {
    const packed = path.join(folder, "node_modules/azure-delivery-platform");
    const rooms = ["component-package", "components", "stacks", "simulator", "policies", "cli"];
    const sources = rooms.flatMap((room) => modulesIn(room, ".ts").map((file) => path.join("dist", room, file))).filter((file) => !file.startsWith("dist/component-package/schema/")).sort();
    assert.deepEqual(modulesIn(packed, ".js").sort(), sources);
    assert.deepEqual(modulesIn(packed, ".d.ts").sort(), sources);
    const others = fs.readdirSync(packed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/\.(js|d\.ts)$/.test(entry.name));
    assert.deepEqual(others.map(({ name }) => name).sort(), ["CHANGELOG.md", "LICENSE", "PulumiPlugin.yaml", "PulumiPolicy.yaml", "README.md", "package.json", "package.json", "package.json", "schema.json"]);
  });

  it("previews the README's program with its own command", () => {
    assert.deepEqual([...program.keys()], ["Pulumi.yaml", "Pulumi.dev.yaml", "tsconfig.json", "index.ts"]);
    const plan = JSON.parse(node("node_modules/azure-delivery-platform/dist/cli/main.js", "preview", "dev", "--json", "--mode", "up")) as { resources: { type: string; name: string }[] };
    assert.deepEqual(
      plan.resources.map(({ type, name }) => `${type} ${name}`).sort(),
      [
        "azure-native:monitor:DiagnosticSetting logs-diagnostics",
        "azure-native:operationalinsights:Workspace logs",
        "delivery-platform:azure:Monitoring logs",
        "pulumi:pulumi:Stack shop-dev",
      ],
    );
  });

  it("previews a program that takes the platform by its outputs, from a file", async () => {
    const outputs = path.join(folder, "outputs.json");
    fs.writeFileSync(outputs, JSON.stringify(present((await environmentPlan("dev", "up")).outputs)));
    fs.writeFileSync(path.join(folder, "index.ts"), referenceProgram);
    // Its types are checked below.
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ ...(JSON.parse(program.get("tsconfig.json") ?? "") as object), "ts-node": { transpileOnly: true } }));
    const plan = JSON.parse(node("node_modules/azure-delivery-platform/dist/cli/main.js", "preview", "dev", "--json", "--outputs", `acme/azure-delivery-platform/dev=${outputs}`)) as { resources: { type: string }[]; outputs: unknown };
    assert.deepEqual(plan.outputs, { hosts: ["echo.dev.example.com", "private.dev.example.com", "guestbook.dev.example.com", "guestbook-api.dev.example.com"] });
    assert.ok(plan.resources.some(({ type }) => type === "delivery-platform:stacks:PlatformReference"));
  });

  it("has types that programs are checked against, where the compiler follows exports and where it does not", () => {
    const index = program.get("index.ts") ?? "";
    const programs = { index, indexMisspelt: index.replace("retentionDays: 30", "retentionDay: 30"), reference: referenceProgram, referenceMisspelt: referenceProgram.replace("app.hosts", "app.host") };
    for (const [name, text] of Object.entries(programs)) fs.writeFileSync(path.join(folder, `${name}.ts`), text);
    for (const resolution of [[], ["--module", "commonjs", "--moduleResolution", "node10"]]) {
      const { stdout } = spawnSync(process.execPath, ["node_modules/typescript/lib/tsc.js", "--project", ".", "--preserveSymlinks", "--pretty", "false", ...resolution], { cwd: folder, env: environment, encoding: "utf8" });
      const refused = stdout.split("\n").filter((line) => /^\S/.test(line)).map((line) => /^(\w+)\.ts\(\d+,\d+\): error TS\d+: .*'(retentionDay|host)' does not exist/.exec(line)?.slice(1) ?? line);
      assert.deepEqual(refused.sort(), [["indexMisspelt", "retentionDay"], ["referenceMisspelt", "host"]]);
    }
  });

  describe("as policies", () => {
    const installed = (): { readonly root: string; readonly modules: string } => ({ root: path.join(folder, "node_modules/azure-delivery-platform"), modules: path.join(folder, "node_modules") });
    const start = (): Promise<RunningPack> => startPack(installed().root, { project: "shop", stack: "prod", mode: "up" }, {}, { modules: installed().modules, environment });

    it("judge a project's program in its own tests", () => {
      const test = `
        const { EmbeddedCloud, findingsOf, runProgram } = require("azure-delivery-platform/policies");
        const run = { project: "shop", stack: "prod", mode: "up", directory: ".", main: "open.js", typescript: false, config: {}, secretKeys: [] };
        const cloud = new EmbeddedCloud({ tenantId: "${testTenant}", subscriptionId: "${testSubscription}" });
        runProgram(run, cloud).then(({ plan }) => console.log(JSON.stringify(findingsOf(plan, { environment: "prod" }).map(({ policy }) => policy))));`;
      const program = `
        const { CustomResource } = require("@pulumi/pulumi");
        new CustomResource("kubernetes:core/v1:Service", "open", { apiVersion: "v1", kind: "Service", metadata: { name: "open" }, spec: { type: "NodePort", ports: [{ port: 80 }] } });`;
      fs.writeFileSync(path.join(folder, "open.js"), program);
      fs.writeFileSync(path.join(folder, "open.test.js"), test);
      assert.deepEqual(JSON.parse(node("open.test.js")), ["node-port"]);
    });

    it("say what is missing where Pulumi's SDK for policies is", async () => {
      await assert.rejects(start(), /The policy pack needs the package @pulumi\/policy, which is not installed here: run npm install --save-dev @pulumi\/policy\./);
    });

    it("are a pack for Pulumi's engine, with that SDK beside it", async () => {
      fs.symlinkSync(path.resolve("node_modules/@pulumi/policy"), path.join(installed().modules, "@pulumi/policy"));
      const pack = await start();
      const plan = withChange(await environmentPlan("dev", "up"), "azure-native:containerregistry:Registry", "publicNetworkAccess", "Enabled");
      const found = (await pack.analyze(plan)).filter(({ mandatory }) => mandatory).map(({ policy }) => policy);
      pack.stop();
      assert.ok(found.includes("registry-public-endpoint"), found.join());
    });
  });

  describe("as a component package, in a process as the engine starts it", () => {
    const stack = "acme/azure-delivery-platform/dev";
    const cloud = new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });
    const noOtherStacks = (name: string): Promise<never> => Promise.reject(new Error(`unknown stack "${name}"`));
    let provider: ComponentProvider;
    before(async () => {
      provider = await ComponentProvider.start(folder, path.join(folder, "node_modules/azure-delivery-platform/component-package"), environment);
    });
    after(() => provider.stop());

    it("has the schema of this repository, and takes what the protocol can mark", async () => {
      assert.deepEqual(await provider.schema(), JSON.parse(fs.readFileSync("component-package/schema.json", "utf8")));
      assert.deepEqual(await provider.configure(), [true, true, true]);
    });

    it("makes the platform of dev as the program does", async () => {
      // The maps of a config come in no order; that of the sections makes no difference.
      const plan = await changedPlan("dev", "preview", (raw) => void Object.assign(raw, received(raw)));
      const { urn, outputs, plan: hosted } = await provider.construct({
        ...{ run: { project: "test", stack: "dev", mode: "preview" }, type: "delivery-platform:index:Platform", name: "platform", inputs: { config: fileConfig("dev") } },
        ...{ cloud: new EmbeddedCloud(parseConfig(fileConfig("dev"), "dev").azure), stackOutputs: noOtherStacks },
      });
      assert.equal(urn, "urn:pulumi:dev::test::delivery-platform:index:Platform::platform");
      assert.deepEqual(outputs, Object.fromEntries(Object.entries(plan.outputs).filter(([, value]) => value !== undefined)));
      const parts = partsOf(hosted, "delivery-platform:stacks:Platform");
      assert.deepEqual(parts, partsOf(plan, "delivery-platform:stacks:Platform"));
      assert.ok(parts.length > 200);
    });

    const versions = { v1: { image: "cracme.azurecr.io/apps/hello:1.0.0", weight: 90, secretEnv: { KEY: "secret of hello" } }, v2: { image: "cracme.azurecr.io/apps/hello:2.0.0", weight: 10 } };
    const args = { port: { containerPort: 8080 }, versions, hosts: ["guestbook.dev.example.com"], signIn: true };
    const [first, second] = [{ version: "v2", headers: { "x-team": { exact: "ours" } } }, { version: "v1", headers: { "x-team": { prefix: "o" } } }];
    const inputs = { platform: stack, ...args, routes: [{ name: "zeta", ...first }, { name: "alpha", ...second }] };
    const asked = { run: { project: "test", stack: "dev", mode: "up" }, type: "delivery-platform:index:MeshApp", name: "hello", cloud } as const;

    it("makes an app as a program does that has the platform by a reference", async () => {
      const { outputs: exported } = await environmentPlan("dev", "up");
      const { urn, outputs, plan: hosted } = await provider.construct({ ...asked, inputs, stackOutputs: () => Promise.resolve(exported) });
      const program = async (): Promise<void> => {
        const { app: platform } = await PlatformReference.load("hello-platform", { stack });
        new MeshApp("hello", { ...args, platform, routes: { zeta: first, alpha: second } });
      };
      const plan = await record(program, { stackOutputs: { [stack]: exported } });
      assert.equal(urn, "urn:pulumi:dev::test::delivery-platform:index:MeshApp::hello");
      assert.deepEqual(outputs, { address: "hello.hello.svc.cluster.local", hosts: args.hosts, identity: { serviceAccount: { namespace: "hello", name: "hello" }, podLabels: { app: "hello" } } });
      assert.deepEqual(partsOf(hosted, "delivery-platform:apps:MeshApp"), partsOf(plan, "delivery-platform:apps:MeshApp"));
      assert.ok(!JSON.stringify(present(hosted.resources)).includes("secret of hello"));
    });

    it("takes an image that another resource decides, in a preview", async () => {
      const { outputs: exported } = await environmentPlan("dev", "up");
      const unknown = { ...inputs, versions: { ...versions, v2: { ...versions.v2, image: UNKNOWN } } };
      const { plan } = await provider.construct({ ...asked, run: { ...asked.run, mode: "preview" }, inputs: unknown, stackOutputs: () => Promise.resolve(exported) });
      const images = all(plan, "kubernetes:apps/v1:Deployment").map((deployment) => settingsIn(present(deployment.inputs)).find(({ key }) => key === "image")?.value);
      assert.deepEqual(images, ["cracme.azurecr.io/apps/hello:1.0.0", "[unknown]"]);
    });

    it("lets an app name another one of the same program among its callers, by what that one gives", async () => {
      const { outputs: exported } = await environmentPlan("dev", "up");
      const stackOutputs = () => Promise.resolve(exported);
      const ofRun = { ...asked, run: { ...asked.run, mode: "preview" }, stackOutputs } as const;
      const front = await provider.construct({ ...ofRun, name: "front", inputs: { platform: stack, port: args.port, versions: { v1: { image: versions.v1.image } } } });
      const identity = front.outputs["identity"] as { readonly serviceAccount: unknown; readonly podLabels: unknown };
      const dependent = (value: unknown) => ({ [runtime.specialSigKey]: runtime.specialOutputValueSig, value, dependencies: [front.urn] });
      const made = async (callers: unknown, inputDependencies = {}) => (await provider.construct({ ...ofRun, inputs: { ...inputs, callers }, inputDependencies })).plan;
      const written = await made({ front: { ...identity, reason: "reads" } });
      assert.ok(JSON.stringify(present(written.resources)).includes("/ns/front/sa/front"));
      // As languages send it that mark each output, and as those do that name what an argument depends on.
      const marked = await made({ front: { serviceAccount: dependent(identity.serviceAccount), podLabels: dependent(identity.podLabels), reason: "reads" } }, { callers: [front.urn] });
      const named = await made({ front: { ...identity, reason: "reads" } }, { callers: [front.urn] });
      for (const plan of [marked, named]) assert.deepEqual(partsOf(plan, "delivery-platform:apps:MeshApp"), partsOf(written, "delivery-platform:apps:MeshApp"));
    });

    it("answers with every wrong argument", async () => {
      const wrong = { ...inputs, port: { containerPort: "8080" }, host: "a" };
      await assert.rejects(provider.construct({ ...asked, inputs: wrong, stackOutputs: noOtherStacks }), /hello refuses its arguments:\n {2}port\.containerPort: is not [^]*given: {3}"8080"[^]*\n {2}host: is not a known key/);
    });
  });
});

describe("the package, of which the sources are here", function () {
  // It runs the platform and a program that takes it.
  this.timeout(60_000);

  it("is those sources in a program here that takes the platform", async () => {
    const { status, out, err } = await call(["preview", "dev", "--program", "test/fixtures/references/consumer", "--json"]);
    assert.equal(status, 0, err);
    const { resources, outputs } = JSON.parse(out) as { resources: { type: string; name: string }[]; outputs: unknown };
    assert.deepEqual(outputs, { package: path.resolve("components/index.ts"), reference: path.resolve("stacks/reference.ts") });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ name }) => name),
      ["echo.dev.example.com", "guestbook-api.dev.example.com", "guestbook.dev.example.com", "private.dev.example.com"],
    );
  });
});
