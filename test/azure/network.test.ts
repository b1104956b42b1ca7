import * as assert from "node:assert/strict";
import { Network, NetworkArgs } from "../../components/azure/network";
import { testContext, testGroup, testId, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, the } from "../support/record";

const type = {
  network: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
  rules: "azure-native:network:NetworkSecurityGroup",
  zone: "azure-native:privatedns:PrivateZone",
  link: "azure-native:privatedns:VirtualNetworkLink",
  diagnostics: "azure-native:monitor:DiagnosticSetting",
};
const networkId = testId("Microsoft.Network/virtualNetworks/vnet-acme-dev");
const tags = { environment: "dev" };

function args(changes: Partial<NetworkArgs> = {}): NetworkArgs {
  return {
    context: testContext(),
    resourceGroupName: testGroup,
    addressSpace: "10.20.0.0/16",
    subnets: { nodes: "10.20.0.0/20", privateLink: "10.20.16.0/24", privateEndpoints: "10.20.17.0/24" },
    apiServerZone: false,
    workspaceId: testWorkspace,
    ...changes,
  };
}

describe("Network", () => {
  it("makes a network that leaves its subnets to their own resources", async () => {
    const plan = await record(() => new Network("network", args()));
    assert.deepEqual(inputs(the(plan, type.network)), {
      resourceGroupName: testGroup,
      virtualNetworkName: "vnet-acme-dev",
      location: "westeurope",
      tags,
      addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
      enableDdosProtection: false,
      enableVmProtection: false,
    });
    assert.deepEqual(plan.findings, []);
  });

  it("gives each subnet its range, its policies and no way out of Azure's own", async () => {
    const plan = await record(() => new Network("network", args()));
    const common = {
      resourceGroupName: testGroup,
      virtualNetworkName: "vnet-acme-dev",
      defaultOutboundAccess: false,
      privateEndpointNetworkPolicies: "Disabled",
      privateLinkServiceNetworkPolicies: "Enabled",
    };
    assert.deepEqual(inputs(the(plan, type.subnet, "network-nodes")), {
      ...common,
      subnetName: "snet-acme-dev-nodes",
      addressPrefix: "10.20.0.0/20",
      networkSecurityGroup: { id: testId("Microsoft.Network/networkSecurityGroups/nsg-acme-dev-nodes") },
    });
    assert.deepEqual(inputs(the(plan, type.subnet, "network-privateLink")), {
      ...common,
      subnetName: "snet-acme-dev-private-link",
      addressPrefix: "10.20.16.0/24",
      privateLinkServiceNetworkPolicies: "Disabled",
    });
    assert.deepEqual(inputs(the(plan, type.subnet, "network-privateEndpoints")), {
      ...common,
      subnetName: "snet-acme-dev-endpoints",
      addressPrefix: "10.20.17.0/24",
      networkSecurityGroup: { id: testId("Microsoft.Network/networkSecurityGroups/nsg-acme-dev-endpoints") },
      privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
    });
  });

  it("makes one subnet after the other", async () => {
    const plan = await record(() => new Network("network", args()));
    const subnet = (role: string) => the(plan, type.subnet, `network-${role}`);
    assert.ok(reachable(plan, subnet("nodes")).has(the(plan, type.network).urn));
    assert.ok(reachable(plan, subnet("privateLink")).has(subnet("nodes").urn));
    assert.ok(reachable(plan, subnet("privateEndpoints")).has(subnet("privateLink").urn));
  });

  it("lets nothing but HTTPS from the network to the private endpoints, and adds nothing to Azure's rules for the nodes", async () => {
    const plan = await record(() => new Network("network", args()));
    assert.deepEqual(inputs(the(plan, type.rules, "network-nodes-rules"))["securityRules"], []);
    const both = { direction: "Inbound", sourcePortRange: "*", destinationAddressPrefix: "*" };
    assert.deepEqual(inputs(the(plan, type.rules, "network-endpoints-rules"))["securityRules"], [
      { name: "AllowHttps", ...both, priority: 100, access: "Allow", protocol: "Tcp", sourceAddressPrefix: "VirtualNetwork", destinationPortRange: "443" },
      { name: "DenyEverythingElse", ...both, priority: 4096, access: "Deny", protocol: "*", sourceAddressPrefix: "*", destinationPortRange: "*" },
    ]);
  });

  it("links every private zone to the network without registering machines in it", async () => {
    const plan = await record(() => new Network("network", args()));
    const zones = { registry: "privatelink.azurecr.io", vault: "privatelink.vaultcore.azure.net", blob: "privatelink.blob.core.windows.net" };
    assert.equal(all(plan, type.zone).length, 3);
    for (const [role, privateZoneName] of Object.entries(zones)) {
      const zone = the(plan, type.zone, `network-zone-${role}`);
      assert.deepEqual(inputs(zone), { resourceGroupName: testGroup, privateZoneName, location: "global", tags });
      const link = the(plan, type.link, `network-zone-${role}-link`);
      assert.deepEqual(inputs(link), {
        resourceGroupName: testGroup,
        privateZoneName,
        virtualNetworkLinkName: "vnet-acme-dev",
        location: "global",
        tags,
        virtualNetwork: { id: networkId },
        registrationEnabled: false,
      });
      assert.ok(reachable(plan, link).has(zone.urn));
    }
  });

  it("makes the API server's zone only where that server is private", async () => {
    const plan = await record(() => new Network("network", args({ apiServerZone: true })));
    assert.equal(inputs(the(plan, type.zone, "network-zone-apiServer"))["privateZoneName"], "privatelink.westeurope.azmk8s.io");
    assert.equal(all(plan, type.link).length, 4);
  });

  it("sends the logs of the network and of both security groups to the workspace", async () => {
    const plan = await record(() => new Network("network", args()));
    const targets = all(plan, type.diagnostics).map((setting) => inputs(setting)["resourceUri"]);
    assert.deepEqual(targets.sort(), [
      testId("Microsoft.Network/networkSecurityGroups/nsg-acme-dev-endpoints"),
      testId("Microsoft.Network/networkSecurityGroups/nsg-acme-dev-nodes"),
      networkId,
    ]);
  });

  it("tells names and ids", async () => {
    const plan = await record(() => ({ ...new Network("network", args({ apiServerZone: true })) }));
    const outputs = the(plan, "delivery-platform:azure:Network").outputs;
    assert.deepEqual(outputs["virtualNetworkId"], networkId);
    assert.deepEqual(outputs["subnetNames"], { nodes: "snet-acme-dev-nodes", privateLink: "snet-acme-dev-private-link", privateEndpoints: "snet-acme-dev-endpoints" });
    assert.deepEqual(outputs["subnetIds"], {
      nodes: `${networkId}/subnets/snet-acme-dev-nodes`,
      privateLink: `${networkId}/subnets/snet-acme-dev-private-link`,
      privateEndpoints: `${networkId}/subnets/snet-acme-dev-endpoints`,
    });
    assert.deepEqual(outputs["zoneIds"], {
      registry: testId("Microsoft.Network/privateDnsZones/privatelink.azurecr.io"),
      vault: testId("Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net"),
      blob: testId("Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"),
      apiServer: testId("Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"),
    });
  });

  describe("refuses", () => {
    const subnets = args().subnets;
    const rows: [string, Partial<NetworkArgs>, RegExp][] = [
      ["a malformed address space", { addressSpace: "10.20.0.0" }, /addressSpace: is not a range/],
      ["a malformed subnet", { subnets: { ...subnets, nodes: "10.20.0.1/20" } }, /subnets\.nodes: is not a range/],
      ["a subnet outside the address space", { subnets: { ...subnets, nodes: "10.21.0.0/20" } }, /subnets\.nodes: lies outside/],
      ["subnets that overlap", { subnets: { ...subnets, privateLink: "10.20.0.0/24" } }, /subnets\.nodes: overlaps subnets\.privateLink/],
    ];
    for (const [what, changes, message] of rows) {
      it(what, async () => {
        await assert.rejects(record(() => new Network("network", args(changes))), message);
      });
    }
  });
});
