import * as assert from "node:assert/strict";
import { PrivateEndpoint } from "../../components/azure/privateEndpoint";
import { testContext, testEndpointTarget, testGroup, testId } from "../support/azure";
import { inputs, reachable, record, the } from "../support/record";

describe("PrivateEndpoint", () => {
  const target = testEndpointTarget("privatelink.azurecr.io");
  const resourceId = testId("Microsoft.ContainerRegistry/registries/cracme");
  const run = () => record(() => new PrivateEndpoint("endpoint", { context: testContext(), resourceGroupName: testGroup, role: "registry", resourceId, groupId: "registry", target }));

  // The policies are what the SDK adds to every mention of a subnet.
  it("puts the resource into the subnet", async () => {
    const plan = await run();
    assert.deepEqual(inputs(the(plan, "azure-native:network:PrivateEndpoint")), {
      resourceGroupName: testGroup,
      privateEndpointName: "pep-acme-dev-registry",
      location: "westeurope",
      tags: { environment: "dev" },
      subnet: { id: target.subnetId, privateEndpointNetworkPolicies: "Disabled", privateLinkServiceNetworkPolicies: "Enabled" },
      privateLinkServiceConnections: [{ name: "registry", privateLinkServiceId: resourceId, groupIds: ["registry"] }],
    });
    assert.deepEqual(plan.findings, []);
  });

  it("lets Azure keep its records in the private zone", async () => {
    const plan = await run();
    const group = the(plan, "azure-native:network:PrivateDnsZoneGroup");
    assert.deepEqual(inputs(group), {
      resourceGroupName: testGroup,
      privateEndpointName: "pep-acme-dev-registry",
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "registry", privateDnsZoneId: target.zoneId }],
    });
    assert.ok(reachable(plan, group).has(the(plan, "azure-native:network:PrivateEndpoint").urn));
  });
});
