import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import * as path from "node:path";
import { readProject } from "../../../cli/projectFiles";
import { EmbeddedCloud } from "../../../simulator/embeddedCloud";
import { resourcesToCreate } from "../../../simulator/engine/plan";
import { ProgramResult, runProgram } from "../../../simulator/engine/runProgram";
import { Secret } from "../../../simulator/engine/values";
import { record, testSubscription, testTenant, the } from "../../support/record";

// Nobody listens at the proxy's port: a call that went there would fail.
const proxy = "http://127.0.0.1:9";
const outside = {
  ARM_CLIENT_SECRET: "s", AZURE_CLIENT_ID: "i", KUBECONFIG: "k", KUBERNETES_SERVICE_HOST: "h", HELM_DRIVER: "d", PULUMI_ACCESS_TOKEN: "t", PULUMI_BACKEND_URL: "b",
  grpc_proxy: proxy, http_proxy: proxy, https_proxy: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, no_proxy: "example.com", no_grpc_proxy: "example.com",
};

describe("a program's run", () => {
  let result: ProgramResult;
  const seen = (name: string): unknown => result.plan.outputs[name];

  before(async () => {
    const project = readProject("test/fixtures/surroundings");
    const { env } = process;
    process.env = { ...env, ...outside, KEPT: "yes" };
    try {
      const run = { ...project, project: project.name, stack: "dev", mode: "preview", config: {}, secretKeys: [] } as const;
      result = await runProgram(run, new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription }));
    } finally {
      process.env = env;
    }
  });

  it("reaches the embedded engine past every proxy", () => {
    assert.deepEqual([result.exitCode, result.failures], [0, []]);
    assert.deepEqual(result.plan.resources.map(({ name }) => name), ["surroundings-dev"]);
  });

  it("does not see what the machine is signed in to", () => {
    const variables = seen("variables") as string[];
    assert.deepEqual(variables.filter((name) => name in outside), []);
    assert.ok(variables.includes("KEPT"));
  });

  it("is in the folder that main names, with the entry point of its package", () => {
    assert.equal(seen("folder"), path.resolve("test/fixtures/surroundings/program"));
  });

  it("is not compiled where the project says so", () => assert.equal(seen("compiled"), false));

  it("keeps characters whole that come in two pieces", () => assert.equal(result.printed, "…".repeat(100_000)));
});

describe("a reference to another stack", () => {
  const reference = () => new pulumi.StackReference("other", { name: "acme/other/dev" });

  it("is read, not made: its outputs are known in both modes, and the secret ones are named", async () => {
    const outputs = { open: ["a"], partly: { open: 1, hidden: new Secret("b") } };
    for (const mode of ["preview", "up"] as const) {
      const plan = await record(reference, { mode, stackOutputs: { "acme/other/dev": outputs } });
      assert.deepEqual(the(plan, "pulumi:pulumi:StackReference"), {
        urn: "urn:pulumi:dev::test::pulumi:pulumi:StackReference::other",
        parent: "urn:pulumi:dev::test::pulumi:pulumi:Stack::test-dev",
        type: "pulumi:pulumi:StackReference",
        name: "other",
        custom: true,
        external: true,
        inputs: { name: "acme/other/dev" },
        outputs: { name: "acme/other/dev", outputs, secretOutputNames: ["partly"] },
      });
      assert.deepEqual(resourcesToCreate(plan), []);
    }
  });

  it("fails where nobody has the outputs", async () => {
    await assert.rejects(record(reference), /unknown stack "acme\/other\/dev"/);
  });

  it("has a name of its own", async () => {
    const twice = () => [reference(), reference()];
    await assert.rejects(record(twice, { stackOutputs: { "acme/other/dev": {} } }), /Two resources have the URN .*StackReference::other/);
  });

  it("is all that can be read", async () => {
    await assert.rejects(record(() => k8s.core.v1.ConfigMap.get("map", "default/map")), /uses "readResource" of the resource monitor/);
  });
});
