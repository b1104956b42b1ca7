import { addressIndex, isAddress, isRange, prefixLength, rangesOverlap } from "../../components/shared/cidr";
import { Resource } from "../resource";
import { World } from "../world";
import { clusterType, poolType } from "./agentPool";
import { never } from "./managedCluster";
import { rangesOf, spaceOf, subnetType, virtualNetwork } from "./network";
import { first, refusal, Rule } from "./rule";

const types = [clusterType];
const planning = "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning";
const cilium = "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium";
const egress = "https://learn.microsoft.com/azure/aks/egress-outboundtype";

const serviceRange = "networkProfile.serviceCidr";
const podRange = "networkProfile.podCidr";
const dnsAddress = "networkProfile.dnsServiceIP";

/** The range at a path, where it is known and one. */
function rangeAt(cluster: Resource, path: string): string | undefined {
  const text = cluster.text(path);
  return text !== undefined && isRange(text) ? text : undefined;
}

/** A rule that a range of the cluster has no address in common with the network that its nodes are in. */
function apartFromNetwork(id: string, path: string): Rule {
  return {
    id,
    types,
    source: planning,
    check(cluster, world) {
      const own = rangeAt(cluster, path);
      if (own === undefined) return undefined;
      return first(networksOf(cluster, world), (network) => {
        const theirs = spaceOf(network).find((range) => rangesOverlap(own, range));
        return theirs && refusal("ServiceCidrOverlapExistingSubnetsCidr", `'${path}' ${own} overlaps ${theirs} of the virtual network '${network.name}'.`);
      });
    },
  };
}

/** The virtual networks that the nodes of a cluster are in. */
function networksOf(cluster: Resource, world: World): Resource[] {
  const ids = cluster.items("agentPoolProfiles").map((pool) => pool.text("vnetSubnetID")?.split(/\/subnets\//i)[0]);
  return ids.map((id) => world.withId(virtualNetwork, id)).filter((found) => found !== undefined);
}

export const clusterNetwork: readonly Rule[] = [
  // "Smaller than /12" is how the documentation puts it.
  never("service-range-size", planning, "InvalidParameter", "serviceCidr must be smaller than /12.", (cluster) => {
    const range = rangeAt(cluster, serviceRange);
    return range !== undefined && prefixLength(range) <= 12;
  }),
  never("service-range-pods", planning, "InvalidParameter", "serviceCidr and podCidr must not overlap.", (cluster) => {
    const [services, pods] = [rangeAt(cluster, serviceRange), rangeAt(cluster, podRange)];
    return services !== undefined && pods !== undefined && rangesOverlap(services, pods);
  }),
  apartFromNetwork("service-range-network", serviceRange),
  apartFromNetwork("pod-range-network", podRange),
  never("dns-address-range", planning, "InvalidParameter", "dnsServiceIP must be in serviceCidr, and not its first address.", (cluster) => {
    const [range, address] = [rangeAt(cluster, serviceRange), cluster.text(dnsAddress)];
    return range !== undefined && address !== undefined && !(isAddress(address) && (addressIndex(range, address) ?? 0) > 1);
  }),
  never("dns-address-alone", planning, "InvalidParameter", "serviceCidr and dnsServiceIP must be given together.", (cluster) => cluster.has(serviceRange) !== cluster.has(dnsAddress)),
  never("pod-range-plugin", planning, "InvalidParameter", "podCidr is only for the overlay mode or kubenet.", (cluster) =>
    cluster.has(podRange) && cluster.isNot("networkProfile.networkPluginMode", "overlay") && cluster.isNot("networkProfile.networkPlugin", "kubenet", "none"),
  ),
  never("cilium-plugin", cilium, "InvalidParameter", "The Cilium data plane needs networkPlugin azure, in overlay mode or with a pod subnet.", (cluster) => {
    const podSubnet = cluster.items("agentPoolProfiles").some((pool) => pool.has("podSubnetID"));
    return cluster.is("networkProfile.networkDataplane", "cilium") && (cluster.isNot("networkProfile.networkPlugin", "azure") || (cluster.isNot("networkProfile.networkPluginMode", "overlay") && !podSubnet));
  }),
  never("cilium-policy", cilium, "InvalidParameter", "With the Cilium data plane, networkPolicy must be cilium.", (cluster) =>
    cluster.is("networkProfile.networkDataplane", "cilium") && cluster.isNot("networkProfile.networkPolicy", undefined, "cilium"),
  ),
  never("provisioning-network", "https://learn.microsoft.com/azure/aks/node-autoprovision", "InvalidParameter", "Node auto-provisioning can't be used with Calico.", (cluster) =>
    cluster.is("nodeProvisioningProfile.mode", "Auto") && cluster.is("networkProfile.networkPolicy", "calico"),
  ),
  never("outbound-none-source", egress, "InvalidParameter", "With outboundType none, bootstrapProfile.artifactSource must be Cache.", (cluster) =>
    cluster.is("networkProfile.outboundType", "none") && cluster.isNot("bootstrapProfile.artifactSource", "Cache"),
  ),
  {
    id: "pools-load-balancer",
    types: [poolType],
    source: "https://learn.microsoft.com/azure/aks/create-node-pools#limitations",
    check(pool, world) {
      const cluster = world.where(clusterType, { resourceName: pool.text("resourceName"), resourceGroupName: pool.text("resourceGroupName") });
      return cluster?.is("networkProfile.loadBalancerSku", "basic") ? refusal("InvalidParameter", "A cluster with several agent pools needs the Standard load balancer.") : undefined;
    },
  },
  {
    id: "overlay-names",
    types,
    source: "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay",
    check(cluster) {
      if (cluster.isNot("networkProfile.networkPluginMode", "overlay")) return undefined;
      const ids = cluster.items("agentPoolProfiles").map((pool) => pool.text("vnetSubnetID") ?? "");
      const long = ids.flatMap((id) => /\/resourceGroups\/([^/]+)\/.*\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)$/i.exec(id)?.slice(1) ?? []).find((name) => name.length > 63);
      return long && refusal("InvalidParameter", `'${long}' becomes a label of the nodes: in overlay mode the names of resource group, network and subnet have at most 63 characters.`);
    },
  },
  {
    id: "api-server-subnet",
    types,
    source: "https://learn.microsoft.com/azure/aks/api-server-vnet-integration",
    check(cluster, world) {
      const subnet = world.withId(subnetType, cluster.text("apiServerAccessProfile.subnetId"));
      if (subnet === undefined) return undefined;
      const small = rangesOf(subnet).some((range) => prefixLength(range) > 28);
      const delegated = subnet.items("delegations").some((delegation) => delegation.is("serviceName", "Microsoft.ContainerService/managedClusters"));
      return small || !delegated ? refusal("InvalidParameter", `The API server's subnet '${subnet.name}' must be /28 or larger and delegated to Microsoft.ContainerService/managedClusters.`) : undefined;
    },
  },
];
