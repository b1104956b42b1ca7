import { isRange, rangeContains, rangesOverlap } from "../../components/shared/cidr";
import { Resource } from "../resource";
import { sameText, World } from "../world";
import { first, refusal, Rule } from "./rule";

export const virtualNetwork = "azure-native:network:VirtualNetwork";
export const subnetType = "azure-native:network:Subnet";

/** The address ranges of a subnet; what is not known or no range is left out. */
export function rangesOf(subnet: Resource): string[] {
  return [...subnet.texts("addressPrefixes"), ...[subnet.text("addressPrefix")].filter((text) => text !== undefined)].filter(isRange);
}

/** The address ranges of a virtual network. */
export function spaceOf(network: Resource): string[] {
  return network.texts("addressSpace.addressPrefixes").filter(isRange);
}

function networkOf(resource: Resource, world: World): Resource | undefined {
  return world.where(virtualNetwork, { virtualNetworkName: resource.text("virtualNetworkName"), resourceGroupName: resource.text("resourceGroupName") });
}

/** Which parts of a resource a private endpoint can lead to. */
const endpointGroups: readonly (readonly [type: RegExp, groups: readonly string[]])[] = [
  [/\/registries\/[^/]+$/i, ["registry"]],
  [/\/vaults\/[^/]+$/i, ["vault"]],
  [/\/storageAccounts\/[^/]+$/i, ["blob", "blob_secondary", "dfs", "dfs_secondary", "file", "queue", "queue_secondary", "table", "table_secondary", "web", "web_secondary"]],
];

export const network: readonly Rule[] = [
  {
    id: "subnet-outside-network",
    types: [subnetType],
    source: "https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet",
    check(resource, world) {
      const space = networkOf(resource, world);
      if (space === undefined || spaceOf(space).length === 0) return undefined;
      return first(rangesOf(resource), (range) =>
        spaceOf(space).some((outer) => rangeContains(outer, range)) ? undefined : refusal("NetcfgInvalidSubnet", `Subnet '${resource.name}' with ${range} is not within the address space of its virtual network.`),
      );
    },
  },
  {
    id: "subnet-overlap",
    types: [subnetType],
    source: "https://learn.microsoft.com/azure/virtual-network/virtual-network-manage-subnet",
    check(resource, world) {
      const siblings = world.of(subnetType).filter((other) => ["virtualNetworkName", "resourceGroupName"].every((path) => other.text(path) === resource.text(path)));
      return first(siblings, (other) =>
        rangesOf(other).some((theirs) => rangesOf(resource).some((own) => rangesOverlap(own, theirs))) ? refusal("NetcfgSubnetRangesOverlap", `The subnets '${resource.name}' and '${other.name}' overlap.`) : undefined,
      );
    },
  },
  {
    id: "peering-overlap",
    types: ["azure-native:network:VirtualNetworkPeering"],
    source: "https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview",
    check(resource, world) {
      const own = networkOf(resource, world);
      const other = world.withId(virtualNetwork, resource.text("remoteVirtualNetwork.id"));
      if (own === undefined || other === undefined) return undefined;
      return spaceOf(own).some((a) => spaceOf(other).some((b) => rangesOverlap(a, b)))
        ? refusal("VnetAddressSpacesOverlap", `Cannot create or update the peering '${resource.name}': the address spaces of both virtual networks overlap.`)
        : undefined;
    },
  },
  {
    id: "private-zone-location",
    types: ["azure-native:privatedns:PrivateZone", "azure-native:privatedns:VirtualNetworkLink"],
    source: "https://learn.microsoft.com/azure/dns/private-dns-privatednszone",
    check(resource) {
      const location = resource.text("location");
      return location === undefined || sameText(location, "global") ? undefined : refusal("LocationNotAvailableForResourceType", `The location '${location}' is not available for a private DNS zone or its link: use global.`);
    },
  },
  {
    id: "private-endpoint-group",
    types: ["azure-native:network:PrivateEndpoint"],
    source: "https://learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource",
    check: (resource) =>
      first(resource.items("privateLinkServiceConnections"), (connection) => {
        const target = connection.text("privateLinkServiceId") ?? "";
        const allowed = endpointGroups.find(([type]) => type.test(target))?.[1];
        const wrong = allowed && connection.texts("groupIds").find((group) => !allowed.includes(group));
        return wrong === undefined ? undefined : refusal("InvalidGroupId", `The group id '${wrong}' is not one of ${target}: ${allowed?.join(", ")}.`);
      }),
  },
  {
    id: "resource-exists",
    types: ["azure-native:*"],
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    check(resource, world) {
      const twin = world.withId(resource.type, resource.id);
      return twin && refusal("Conflict", `cannot create already existing resource '${resource.id}': ${twin.name} has the same id.`);
    },
  },
];
