import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { policies } from "../../policies/all";
import { exceptionsIn } from "../../policies/exceptions";
import { levelIn } from "../../policies/policy";
import { findingsOf } from "../../policies/run";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { Properties, Secret } from "../../simulator/engine/values";
import { targetIn, withChange } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { compiledPack, RunningPack, startPack } from "../support/policyPack";

describe("the policy pack", function () {
  // It is compiled, and run by Pulumi's own command in a process of its own.
  this.timeout(60_000);
  /** A plan that is against policies of several groups, one of them for a reason that the config gives. */
  function against(plan: Plan): Plan {
    const open = withChange(plan, "azure-native:containerregistry:Registry", "publicNetworkAccess", "Enabled");
    const detecting = withChange(open, "azure-native:frontdoor:Policy", "policySettings.mode", "Detection");
    return withChange(detecting, { type: "kubernetes:core/v1:Service", name: "echo-service" }, "spec.type", "NodePort");
  }

  const config = {
    "test:platform": JSON.stringify({
      policyExceptions: [
        { policy: "node-port", resource: "echo-service", reason: "the load test comes in by the nodes", until: "9999-12-31" },
        { policy: "storage-https-only", resource: "storage", reason: "an old client of the team's", until: "2000-01-01" },
      ],
    }),
  };

  let folder: string;
  let pack: RunningPack;
  before(async () => {
    folder = compiledPack();
    pack = await startPack(folder, { project: "test", stack: "prod", mode: "up" }, config);
  });
  after(() => {
    pack.stop();
    fs.rmSync(folder, { recursive: true });
  });

  // Those after it go on in the same process, as a preview and an update do in `pulumi up`.
  it("tells the engine what the preview tells, and as urgently", async () => {
    const plan = against(await environmentPlan("prod", "preview"));
    const findings = findingsOf(plan, { environment: "prod", exceptions: exceptionsIn("test", config) });
    const diagnostics = await pack.analyze(plan);
    const told = (list: readonly { policy: string; urn: string; message: string; mandatory: boolean }[]): string[] => list.map((found) => JSON.stringify([found.policy, found.urn, found.message, found.mandatory])).sort();
    assert.deepEqual(told(diagnostics), told(findings.map((finding) => ({ ...finding, mandatory: finding.level === "error" }))));
    assert.deepEqual(findings.map(({ policy }) => policy).sort(), ["firewall-prevents", "policy-exception", "registry-public-endpoint"]);
  });

  it("stops a resource before it is made, where a policy looks at each by itself", async () => {
    const plan = against(await environmentPlan("prod", "preview"));
    const registry = targetIn(plan, "azure-native:containerregistry:Registry");
    assert.deepEqual((await pack.alone(registry)).map(({ policy, urn, mandatory }) => [policy, urn, mandatory]), [["registry-public-endpoint", registry.urn, true]]);
    assert.deepEqual(await pack.alone(targetIn(plan, { type: "kubernetes:core/v1:Service", name: "echo-service" })), []);
    assert.ok(policies.filter(({ check }) => check.isOfOne === true).length > 60);
  });

  it("says what is secret nowhere, though it is not told of the marks", async () => {
    const secret = "s3cr3t-text";
    const plan = await environmentPlan("prod", "up");
    const release = (name: string, inputs: Properties): RecordedResource => ({ urn: `urn:pulumi:prod::test::kubernetes:helm.sh/v3:Release::${name}`, type: "kubernetes:helm.sh/v3:Release", name, custom: true, inputs: { name, version: "1.0.0", chart: "redis", ...inputs }, outputs: {} });
    const repo = (text: string): Properties => ({ repositoryOpts: { repo: new Secret(text) } });
    const resources = [
      ...[release("query", repo(`https://charts.bitnami.com/bitnami?token=${secret}`)), release("user", repo(`https://me:${secret}@charts.bitnami.com/bitnami`)), release("version", { version: new Secret(`^1.0.0-${secret}`) })],
      ...[release("image", { values: { image: new Secret(`docker.io/bitnami/${secret}:latest`) } }), release("hub", { values: { hub: new Secret(`gcr.io/istio-release/${secret}`) } })],
    ];
    const told = [...(await pack.analyze({ ...plan, resources: [...plan.resources, ...resources] })), ...findingsOf({ ...plan, resources: [...plan.resources, ...resources] }, { environment: "prod" })];
    assert.deepEqual(told.filter(({ message }) => message.includes(secret)), []);
    for (const [policy, name] of [["chart-retired", "query"], ["chart-retired", "user"], ["chart-version", "version"], ["image-retired", "image"], ["image-tag", "image"], ["image-registry", "image"], ["image-retired", "hub"]]) {
      assert.equal(told.filter((found) => found.policy === policy && found.urn.endsWith(`::${name}`)).length, 2, `${policy} at ${name}`);
    }
  });

  it("has every policy, with the level that it has in the stack", () => {
    const level = { error: "mandatory", warning: "advisory", info: "advisory", off: "disabled" };
    const own = ({ name }: { readonly name: string }): boolean => policies.some(({ id }) => id === name);
    assert.deepEqual(pack.policies.filter(own), policies.map((policy) => ({ name: policy.id, level: level[levelIn(policy, "prod")] })));
    assert.deepEqual(pack.policies.filter((policy) => !own(policy)).map(({ name }) => name), ["remember-inputs", "policy-exception", "policy-exception-unused"]);
  });

  it("has the version of the package", () => {
    const versionOf = (file: string): unknown => (JSON.parse(fs.readFileSync(file, "utf8")) as { version: unknown }).version;
    assert.equal(versionOf("policies/package.json"), versionOf("package.json"));
  });
});
