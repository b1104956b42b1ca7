import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { parse } from "yaml";
import { parseStateConfig } from "../../bootstrap/config";
import { ConfigError } from "../../stacks/config/configError";

const example = (parse(fs.readFileSync("bootstrap/Pulumi.state.yaml", "utf8")) as { config: Record<string, Record<string, unknown>> }).config["delivery-platform-state:state"] ?? {};

describe("The bootstrap's config", () => {
  it("is read from the file as it is committed", () => {
    const { azure, policyExceptions, ...settings } = parseStateConfig(example);
    assert.deepEqual(azure, { tenantId: "11111111-1111-4111-8111-111111111111", subscriptionId: "22222222-2222-4222-8222-222222222222", location: "westeurope", workload: "acme", tags: {} });
    assert.deepEqual(settings, { operator: "33333333-3333-4333-8333-333333333333", deployers: ["33333333-3333-4333-8333-333333333333"], allowedIpRanges: ["203.0.113.0/24"], allowedSubnetIds: [] });
    assert.deepEqual(policyExceptions, example["policyExceptions"]);
  });

  const azure = example["azure"] as Record<string, unknown>;
  const refused: [string, unknown, string][] = [
    ["nothing", undefined, "state"],
    ["an unknown key", { ...example, deployer: "me" }, "state.deployer"],
    ["an unknown key of azure", { ...example, azure: { ...azure, region: "westeurope" } }, "state.azure.region"],
    ["a wrong type", { ...example, deployers: "me" }, "state.deployers"],
    ["an operator that is not an object id", { ...example, operator: "me@example.com" }, "state.operator"],
    ["an unknown region", { ...example, azure: { ...azure, location: "West Europe" } }, "state.azure.location"],
    ["a workload that is too long for names", { ...example, azure: { ...azure, workload: "acme-company" } }, "state.azure.workload"],
    ["more tags than every resource takes", { ...example, azure: { ...azure, tags: Object.fromEntries("abcdefghijklmn".split("").map((name) => [name, ""])) } }, "state.azure.tags"],
    ["a tag that is set anyway", { ...example, azure: { ...azure, tags: { workload: "x" } } }, 'state.azure.tags["workload"]'],
    ["an exception without a reason", { ...example, policyExceptions: [{ policy: "key-expiry", resource: "state-key", until: "2029-12-31" }] }, "state.policyExceptions[0].reason"],
    ["another redundancy", { ...example, sku: "Premium_LRS" }, "state.sku"],
  ];
  for (const [what, given, path] of refused) {
    it(`refuses ${what}, and names its path`, () => {
      assert.throws(
        () => parseStateConfig(given),
        (error) => error instanceof ConfigError && error.problems.length === 1 && error.problems[0]?.path === path,
      );
    });
  }
});
