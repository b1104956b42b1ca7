import * as assert from "node:assert/strict";
import { RoleGrants, RoleGrantsArgs } from "../../components/azure/roleGrants";
import { testContext, testId } from "../support/azure";
import { all, inputs, reachable, record, testSubscription, the } from "../support/record";

const assignment = "azure-native:authorization:RoleAssignment";
const sleep = "time:index/sleep:Sleep";
const principalId = "bbbbbbbb-0000-4000-8000-000000000002";
const registry = testId("Microsoft.ContainerRegistry/registries/cracme");
const zone = testId("Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io");

function args(changes: Partial<RoleGrantsArgs> = {}): RoleGrantsArgs {
  return {
    context: testContext(),
    principalId,
    principalType: "ServicePrincipal",
    grants: { registry: { role: "AcrPull", scope: registry }, zone: { role: "Private DNS Zone Contributor", scope: zone } },
    ...changes,
  };
}

async function nameOf(changes: Partial<RoleGrantsArgs> = {}): Promise<unknown> {
  const plan = await record(() => new RoleGrants("grants", args(changes)));
  return inputs(the(plan, assignment, "grants-registry"))["roleAssignmentName"];
}

describe("RoleGrants", () => {
  it("assigns each role on its scope", async () => {
    const plan = await record(() => new RoleGrants("grants", args()));
    assert.equal(all(plan, assignment).length, 2);
    const { roleAssignmentName, ...rest } = inputs(the(plan, assignment, "grants-registry"));
    assert.match(String(roleAssignmentName), /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(rest, {
      principalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `/subscriptions/${testSubscription}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`,
      scope: registry,
    });
    assert.deepEqual(plan.findings, []);
  });

  it("leaves it to Azure what kind of principal it is where it is not told, and does not take it for a person", async () => {
    const { context, grants } = args();
    const plan = await record(() => new RoleGrants("grants", { context, principalId, grants }));
    assert.equal("principalType" in the(plan, assignment, "grants-registry").inputs, false);
  });

  it("waits for all of them, again when one of them is made anew", async () => {
    const plan = await record(() => new RoleGrants("grants", args({ spreadSeconds: 60 })));
    const wait = the(plan, sleep);
    const triggers = inputs(wait)["triggers"] as Record<string, string>;
    assert.deepEqual(Object.keys(triggers), ["registry", "zone"]);
    assert.match(String(triggers["registry"]), /\/roleAssignments\//);
    assert.equal(inputs(wait)["createDuration"], "60s");
    for (const made of all(plan, assignment)) assert.ok(reachable(plan, wait).has(made.urn), made.name);
  });

  it("waits five minutes unless told otherwise", async () => {
    const plan = await record(() => new RoleGrants("grants", args()));
    assert.equal(inputs(the(plan, sleep))["createDuration"], "300s");
  });

  describe("names an assignment", () => {
    it("the same in every run, however the id is written", async () => {
      const loud = { registry: { role: "AcrPull", scope: registry.replace("resourceGroups", "resourcegroups") } } as const;
      assert.equal(await nameOf(), await nameOf({ grants: loud }));
    });

    it("after its role, its scope and its principal", async () => {
      const names = await Promise.all([
        nameOf(),
        nameOf({ grants: { registry: { role: "AcrDelete", scope: registry } } }),
        nameOf({ grants: { registry: { role: "AcrPull", scope: zone } } }),
        nameOf({ principalId: "cccccccc-0000-4000-8000-000000000003" }),
      ]);
      assert.equal(new Set(names).size, 4);
    });
  });
});
