import { prefixLength, rangeSize } from "../../../components/shared/cidr";
import { Problem } from "../../../components/shared/errors";
import { outside, rule } from "../rule";
import { Sections } from "../schema";

const planning = "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning";

// Azure keeps the first four addresses and the last of every subnet.
// https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
const keptByAzure = 5;

// The gateway's internal load balancer, and the private endpoint of a private API server.
const besideNodes = 2;

// The registry's endpoint takes an address for its login server and one for its data; the vault's one; two storage accounts one each.
const privateEndpoints = 5;

export const capacityRules = [
  rule({
    id: "nodes-subnet-size",
    source: planning,
    sections: ["network", "cluster"],
    check: ({ network, cluster }) =>
      tooSmall("network.subnets.nodes", network.subnets.nodes, mostNodes(cluster) + besideNodes, `${mostNodes(cluster)} nodes (every pool's maxCount, and the nodes added while it is upgraded) and ${besideNodes} more addresses`),
  }),
  rule({
    id: "private-link-subnet-size",
    source: "https://learn.microsoft.com/azure/private-link/private-link-service-overview",
    sections: ["network"],
    check: ({ network }) => tooSmall("network.subnets.privateLink", network.subnets.privateLink, network.natAddresses, `network.natAddresses: ${network.natAddresses}`),
  }),
  rule({
    id: "private-endpoints-subnet-size",
    source: "https://learn.microsoft.com/azure/private-link/private-endpoint-overview",
    sections: ["network"],
    check: ({ network }) => tooSmall("network.subnets.privateEndpoints", network.subnets.privateEndpoints, privateEndpoints, `the ${privateEndpoints} addresses of registry, vault and storage`),
  }),
  rule({
    id: "nat-addresses",
    source: "https://learn.microsoft.com/azure/aks/internal-lb",
    sections: ["network"],
    check: ({ network }) => outside("network.natAddresses", network.natAddresses, { min: 1, max: 8 }, "addresses"),
  }),
  rule({
    id: "pod-range-size",
    source: "https://learn.microsoft.com/azure/aks/azure-cni-overlay",
    sections: ["network", "cluster"],
    // Overlay gives each node a /24 of the pods' range.
    check: ({ network, cluster }) => {
      const nodes = Math.floor(rangeSize(network.pods) / 256);
      if (nodes >= mostNodes(cluster)) return [];
      return [{ path: "network.pods", message: `has a /24 for ${nodes} nodes, of ${mostNodes(cluster)} that the pools may reach while they are upgraded`, given: network.pods, allowed: `/${24 - bits(mostNodes(cluster))} or larger`, fix: "Choose a larger range now: it can't be changed to another one later." }];
    },
  }),
  rule({
    id: "service-range-size",
    source: planning,
    sections: ["network"],
    check: ({ network }) => (prefixLength(network.services) > 12 ? [] : [{ path: "network.services", message: "is too large", given: network.services, allowed: "a range smaller than a /12" }]),
  }),
];

/** The nodes that the pools may have at once: their maxCount, and the surge of each while it is upgraded. */
function mostNodes({ pools, upgrades }: Sections["cluster"]): number {
  return Object.values(pools).reduce((sum, { maxCount }) => sum + maxCount + surge(maxCount, upgrades.maxSurge), 0);
}

function surge(count: number, maxSurge: string): number {
  const value = Number.parseInt(maxSurge, 10);
  if (Number.isNaN(value)) return 0;
  return maxSurge.endsWith("%") ? Math.ceil((count * value) / 100) : value;
}

function tooSmall(path: string, subnet: string, needed: number, reason: string): Problem[] {
  const usable = Math.max(0, rangeSize(subnet) - keptByAzure);
  if (usable >= needed) return [];
  return [{ path, message: `has ${usable} usable addresses, fewer than the ${needed} needed for ${reason}`, given: subnet, allowed: `/${32 - bits(needed + keptByAzure)} or larger` }];
}

/** How many bits it takes to count so many. */
function bits(count: number): number {
  return Math.ceil(Math.log2(count));
}
