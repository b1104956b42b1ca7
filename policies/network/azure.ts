import { isRange, rangesOverlap } from "../../components/shared/cidr";
import { UNKNOWN } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { sameText } from "../../simulator/world";
import { eachOf, Policy, PolicyResource, PolicyStack, Violation } from "../policy";
import { isMostOfInternet } from "../ranges";
import { isWritten } from "../reason";
import { types } from "../types";
import { refersTo, valuesIn } from "./refersTo";

const privateEndpoints = "https://learn.microsoft.com/azure/private-link/private-endpoint-overview";
const closable = [types.registry, types.vault, types.storageAccount];
/** What is before each one's name in its id, and where it has its name. */
const idOf: Readonly<Record<string, readonly [kind: string, key: string]>> = { [types.registry]: ["registries", "registryName"], [types.vault]: ["vaults", "vaultName"], [types.storageAccount]: ["storageAccounts", "accountName"] };
const anywhere = ["*", "Internet", "Any"];
/** A range as wide as this one or wider is no restriction: 16 million addresses. */
const widestRange = 8;

/** What can be reached from where, in Azure. */
export const azureNetwork: readonly Policy[] = [
  closed("registry-public-endpoint", types.registry, "registry", "publicNetworkAccess", "https://learn.microsoft.com/azure/container-registry/container-registry-private-link"),
  closed("vault-public-endpoint", types.vault, "vault", "properties.publicNetworkAccess", "https://learn.microsoft.com/azure/key-vault/general/private-link-service", { reasonTag: "open-vault-reason" }),
  closed("storage-public-endpoint", types.storageAccount, "storage account", "publicNetworkAccess", "https://learn.microsoft.com/azure/storage/common/storage-private-endpoints", {
    // Then the perimeter's rules decide, and without a perimeter nobody is let in. https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition
    more: ["SecuredByPerimeter"],
  }),
  {
    id: "private-endpoint-missing",
    group: "network",
    level: "error",
    title: "A registry, a vault and a storage account have a private endpoint.",
    fix: "Add a private endpoint in the environment's network, and the private DNS zone that names it.",
    source: privateEndpoints,
    check: eachOf(closable, (resource, stack) => {
      const [kind, key] = idOf[resource.type] ?? ["", ""];
      const reached = stack.ofType(types.privateEndpoint).some((endpoint) => {
        const ids = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].flatMap((list) => valuesIn(endpoint, list, "privateLinkServiceId"));
        return refersTo(endpoint, ids, resource, kind, resource.text(key), closable) !== false;
      });
      return reached ? undefined : "No private endpoint leads to it.";
    }),
  },
  {
    id: "api-server-open",
    group: "network",
    level: "error",
    title: "An API server is private, or is reached from known addresses alone.",
    fix: "Set apiServerAccessProfile.enablePrivateCluster to true, or list the ranges that may reach it in authorizedIPRanges.",
    source: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
    check: eachOf([types.cluster], (cluster) => {
      const profile = "apiServerAccessProfile";
      if (cluster.get(`${profile}.enablePrivateCluster`) === UNKNOWN || cluster.is(`${profile}.enablePrivateCluster`, true) || cluster.get(`${profile}.authorizedIPRanges`) === UNKNOWN) return undefined;
      if (cluster.list(`${profile}.authorizedIPRanges`).length === 0) return "Every address can reach the API server.";
      const wide = cluster.texts(`${profile}.authorizedIPRanges`).find((range) => Number(range.split("/")[1] ?? 32) <= widestRange);
      return wide && `All of ${wide} can reach the API server.`;
    }),
  },
  {
    id: "node-public-address",
    group: "network",
    level: "error",
    title: "No node has a public address.",
    fix: "Take enableNodePublicIP away.",
    source: "https://learn.microsoft.com/azure/aks/use-node-public-ips",
    check: eachOf([types.cluster, types.agentPool], (resource) =>
      [resource, ...resource.items("agentPoolProfiles")].some((pool: Reading) => pool.is("enableNodePublicIP", true)) ? "Its nodes have public addresses." : undefined,
    ),
  },
  {
    id: "network-policies-enforced",
    group: "network",
    level: "error",
    title: "A cluster enforces its network policies.",
    fix: "Set networkProfile.networkPolicy, as cilium.",
    source: "https://learn.microsoft.com/azure/aks/use-network-policies",
    check: eachOf([types.cluster], (cluster) => (cluster.is("networkProfile.networkPolicy", undefined, "none") ? "The cluster takes network policies and does nothing with them." : undefined)),
  },
  {
    id: "address-ranges-overlap",
    group: "network",
    level: "warning",
    title: "The networks of a program can be connected: their ranges have no address in common.",
    fix: "Give one of them another range; networks that overlap can't be peered, and pods can't reach what has an address of theirs.",
    source: "https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview",
    check: overlapping,
  },
  {
    id: "security-group-open",
    group: "network",
    level: "error",
    title: "No network security group lets the Internet in.",
    fix: "Name the addresses that may come in; requests to apps come through Front Door's private link.",
    source: "https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview",
    check: eachOf(["azure-native:network:NetworkSecurityGroup", "azure-native:network:SecurityRule"], (resource) => {
      const open = [resource, ...resource.items("securityRules")].find((rule: Reading) => {
        const sources = [rule.text("sourceAddressPrefix"), ...rule.texts("sourceAddressPrefixes")].filter((source) => source !== undefined);
        return rule.is("access", "Allow") && rule.is("direction", "Inbound") && (isMostOfInternet(sources) || sources.some((source) => anywhere.some((all) => sameText(all, source))));
      });
      return open && `The rule ${open.text("name") ?? resource.text("securityRuleName") ?? resource.name} lets in every address.`;
    }),
  },
  {
    id: "subnet-default-outbound",
    group: "network",
    level: "warning",
    title: "A subnet gives no way out that nobody asked for.",
    fix: "Set defaultOutboundAccess to false.",
    source: "https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access",
    check: eachOf([types.subnet], (subnet) => (subnet.isNot("defaultOutboundAccess", false) ? "What is in the subnet reaches the Internet by an address that Azure chooses." : undefined)),
  },
  {
    id: "public-address",
    group: "network",
    level: "warning",
    title: "A program makes no public address.",
    fix: "Bring requests in through Front Door's private link, and out through the cluster's own load balancer.",
    source: "https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses",
    check: eachOf(["azure-native:network:PublicIPAddress", "azure-native:network:PublicIPPrefix"], () => "What uses this address can be reached from everywhere."),
  },
];

/** Tells that a service must not be open to the public network, unless a tag of it says why. */
function closed(id: string, type: string, what: string, path: string, source: string, { reasonTag, more = [] }: { readonly reasonTag?: string; readonly more?: readonly string[] } = {}): Policy {
  const except = reasonTag === undefined ? "" : ` Where it has to be open for a time, give the reason in the tag ${reasonTag}.`;
  return {
    id,
    group: "network",
    level: "error",
    title: `A ${what} is reached over private addresses alone.`,
    fix: `Set ${path} to Disabled and add a private endpoint.${except}`,
    source,
    check: eachOf([type], (resource) =>
      resource.isNot(path, "Disabled", "disabled", ...more) && (reasonTag === undefined || !isWritten(resource, `tags.${reasonTag}`)) ? `The ${what} answers to the public network.` : undefined,
    ),
  };
}

/** Virtual networks, and the ranges of clusters' pods and Services, that have an address in common with another network of the program. */
function overlapping(stack: PolicyStack): Violation[] {
  const ranges = (resource: PolicyResource, ...paths: string[]): string[] =>
    paths.flatMap((path) => [...[resource.text(path)].filter((text) => text !== undefined), ...resource.texts(path)]).filter(isRange);
  const networks = stack.ofType(types.virtualNetwork).map((network) => ({ network, ranges: ranges(network, "addressSpace.addressPrefixes") }));
  const others = networks.flatMap(({ network, ranges: own }, index) => networks.slice(0, index).flatMap((earlier) => clash(network, own, earlier)));
  const inClusters = stack.ofType(types.cluster).flatMap((cluster) => {
    const own = ranges(cluster, "networkProfile.podCidr", "networkProfile.podCidrs", "networkProfile.serviceCidr", "networkProfile.serviceCidrs");
    return networks.flatMap((network) => clash(cluster, own, network));
  });
  return [...others, ...inClusters];
}

function clash({ urn }: PolicyResource, own: readonly string[], other: { readonly network: PolicyResource; readonly ranges: readonly string[] }): Violation[] {
  const pair = own.flatMap((range) => other.ranges.filter((theirs) => rangesOverlap(range, theirs)).map((theirs) => [range, theirs] as const))[0];
  return pair === undefined ? [] : [{ urn, message: `${pair[0]} overlaps ${pair[1]} of the network ${other.network.name}.` }];
}
