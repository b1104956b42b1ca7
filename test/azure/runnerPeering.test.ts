import * as assert from "node:assert/strict";
import { Network } from "../../components/azure/network";
import { RunnerPeering } from "../../components/azure/runnerPeering";
import { testContext, testGroup, testId, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, testSubscription, the } from "../support/record";
import { Plan } from "../../simulator/engine/plan";

const peering = "azure-native:network:VirtualNetworkPeering";
const link = "azure-native:privatedns:VirtualNetworkLink";
const runnerId = `/subscriptions/${testSubscription}/resourceGroups/rg-runners/providers/Microsoft.Network/virtualNetworks/vnet-runners`;
const networkId = testId("Microsoft.Network/virtualNetworks/vnet-acme-dev");

function program(runnerVirtualNetworkId = runnerId): RunnerPeering {
  const common = { context: testContext(), resourceGroupName: testGroup };
  const network = new Network("network", {
    ...common,
    addressSpace: "10.20.0.0/16",
    subnets: { nodes: "10.20.0.0/20", privateLink: "10.20.16.0/24", privateEndpoints: "10.20.17.0/24" },
    apiServerZone: true,
    workspaceId: testWorkspace,
  });
  return new RunnerPeering("runner", { ...common, network, runnerVirtualNetworkId });
}

describe("RunnerPeering", () => {
  it("peers both ways, the far side in the runner's own resource group", async () => {
    const plan = await record(() => program());
    const closed = { allowVirtualNetworkAccess: true, allowForwardedTraffic: false, allowGatewayTransit: false, useRemoteGateways: false };
    assert.deepEqual(inputs(the(plan, peering, "runner-to-runner")), {
      resourceGroupName: testGroup,
      virtualNetworkName: "vnet-acme-dev",
      virtualNetworkPeeringName: "to-vnet-runners",
      remoteVirtualNetwork: { id: runnerId },
      ...closed,
    });
    assert.deepEqual(inputs(the(plan, peering, "runner-from-runner")), {
      resourceGroupName: "rg-runners",
      virtualNetworkName: "vnet-runners",
      virtualNetworkPeeringName: "to-vnet-acme-dev",
      remoteVirtualNetwork: { id: networkId },
      ...closed,
    });
    assert.deepEqual(plan.findings, []);
  });

  it("changes one network at a time: subnets, then out, then in", async () => {
    const plan = await record(() => program());
    const outward = the(plan, peering, "runner-to-runner");
    assert.ok(reachable(plan, outward).has(the(plan, "azure-native:network:Subnet", "network-privateEndpoints").urn));
    assert.ok(reachable(plan, the(plan, peering, "runner-from-runner")).has(outward.urn));
  });

  it("links every zone of the network to the runner's network", async () => {
    const plan = await record(() => program());
    const links = all(plan, link).filter((resource) => resource.name.startsWith("runner-"));
    assert.deepEqual(links.map((resource) => resource.name).sort(), ["runner-zone-apiServer", "runner-zone-blob", "runner-zone-registry", "runner-zone-vault"]);
    assert.deepEqual(inputs(the(plan, link, "runner-zone-apiServer")), {
      resourceGroupName: testGroup,
      privateZoneName: "privatelink.westeurope.azmk8s.io",
      virtualNetworkLinkName: "runner-vnet-runners",
      location: "global",
      tags: { environment: "dev" },
      virtualNetwork: { id: runnerId },
      registrationEnabled: false,
      resolutionPolicy: "NxDomainRedirect",
    });
    for (const made of links) {
      assert.equal(made.inputs["resolutionPolicy"], "NxDomainRedirect", "or the runner would lose the names of everything in other zones");
      assert.ok(reachable(plan, made).has(the(plan, "azure-native:privatedns:PrivateZone", made.name.replace("runner", "network")).urn));
    }
  });

  it("is ready when the peerings and all links are there", async () => {
    let ready: string[] = [];
    const plan: Plan = await record(async () => {
      const urns = program().ready.map((resource) => resource.urn);
      ready = await Promise.all(urns.map((urn) => new Promise<string>((resolve) => urn.apply(resolve))));
    });
    const expected = [...all(plan, peering), ...all(plan, link).filter((resource) => resource.name.startsWith("runner-"))].map((resource) => resource.urn);
    assert.deepEqual(ready.sort(), expected.sort());
  });

  it("refuses an id that is not that of a virtual network", async () => {
    await assert.rejects(record(() => program(`${runnerId}/subnets/default`)), /runnerVirtualNetworkId: is not the id of a virtual network/);
  });

  it("refuses a network of another subscription", async () => {
    const other = runnerId.replace(testSubscription, "99999999-0000-4000-8000-000000000000");
    await assert.rejects(record(() => program(other)), /runnerVirtualNetworkId: is in another subscription/);
  });
});
