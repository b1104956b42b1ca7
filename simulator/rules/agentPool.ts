import { isRange, prefixLength, rangeSize } from "../../components/shared/cidr";
import { Reading, Resource } from "../resource";
import { sameText, World } from "../world";
import { rangesOf, subnetType } from "./network";
import { first, refusal, Rule } from "./rule";

export const clusterType = "azure-native:containerservice:ManagedCluster";
export const poolType = "azure-native:containerservice:AgentPool";
const systemPools = "https://learn.microsoft.com/azure/aks/use-system-pools";
const nodePools = "https://learn.microsoft.com/azure/aks/create-node-pools";
const autoscaler = "https://learn.microsoft.com/azure/aks/cluster-autoscaler";
const overlay = "https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay";

/** The pools that a resource asks for: those inside a cluster, or the one that it is. */
function poolsIn(resource: Resource): Reading[] {
  return resource.type === clusterType ? resource.items("agentPoolProfiles") : [resource];
}

function poolName(pool: Reading): string | undefined {
  return pool.text(pool instanceof Resource ? "agentPoolName" : "name");
}

/** The cluster that a resource is, or belongs to. */
export function clusterOf(resource: Resource, world: World): Resource | undefined {
  return resource.type === clusterType ? resource : world.where(clusterType, { resourceName: resource.text("resourceName"), resourceGroupName: resource.text("resourceGroupName") });
}

/** All pools of a resource's cluster so far, and its own. */
function poolsBeside(resource: Resource, world: World): Reading[] {
  const cluster = clusterOf(resource, world);
  if (cluster === undefined) return poolsIn(resource);
  const apart = world.of(poolType).filter((pool) => pool.is("resourceName", cluster.get("resourceName")) && pool.is("resourceGroupName", cluster.get("resourceGroupName")));
  return [...poolsIn(cluster), ...apart, ...(resource === cluster ? [] : [resource])];
}

const isSystem = (pool: Reading): boolean => pool.is("mode", "System");

/** The most nodes that a pool can have. */
function mostNodes(pool: Reading): number {
  return (pool.is("enableAutoScaling", true) ? pool.number("maxCount") : undefined) ?? pool.number("count") ?? 0;
}

/** The nodes that an upgrade may add: a number, or a part of the pool; AKS adds a tenth where nothing is said. */
function surge(pool: Reading): number {
  const text = pool.text("upgradeSettings.maxSurge") ?? "10%";
  return text.endsWith("%") ? Math.ceil((mostNodes(pool) * Number.parseInt(text, 10)) / 100) : Number.parseInt(text, 10);
}

/** A rule that looks at each pool of a cluster, and at each pool apart. */
function eachPool(id: string, source: string, check: (pool: Reading, resource: Resource, world: World) => string | undefined): Rule {
  return {
    id,
    types: [clusterType, poolType],
    source,
    check: (resource, world) =>
      first(poolsIn(resource), (pool) => {
        const message = check(pool, resource, world);
        return message && refusal("InvalidParameter", `Agent pool '${poolName(pool) ?? resource.name}': ${message}.`);
      }),
  };
}

const taint = /^[a-zA-Z\d][\w\-./]{0,252}=[a-zA-Z\d][\w\-.]{0,62}:(NoSchedule|PreferNoSchedule|NoExecute)$/;

export const agentPools: readonly Rule[] = [
  eachPool("pool-name", nodePools, (pool) => {
    const most = pool.is("osType", "Windows") ? 6 : 12;
    const name = poolName(pool);
    return name === undefined || (/^[a-z][a-z0-9]*$/.test(name) && name.length <= most) ? undefined : `the name must have 1 to ${most} lower-case letters and digits, a letter first`;
  }),
  {
    id: "pool-name-taken",
    types: [poolType],
    source: nodePools,
    check(resource, world) {
      const names = poolsBeside(resource, world).map(poolName);
      const own = poolName(resource);
      return own !== undefined && names.filter((name) => name === own).length > 1 ? refusal("AgentPoolExists", `The cluster already has an agent pool '${own}'.`) : undefined;
    },
  },
  eachPool("system-pool-operating-system", systemPools, (pool) => (isSystem(pool) && pool.is("osType", "Windows") ? "a system pool must run Linux" : undefined)),
  eachPool("system-pool-spot", systemPools, (pool) => (isSystem(pool) && pool.is("scaleSetPriority", "Spot") ? "a system pool can't be a Spot pool" : undefined)),
  eachPool("system-pool-size", systemPools, (pool) =>
    isSystem(pool) && /^Standard_B/i.test(pool.text("vmSize") ?? "") ? `the burstable size ${pool.text("vmSize")} is not supported for a system pool` : undefined,
  ),
  eachPool("system-pool-pods", systemPools, (pool) => (isSystem(pool) && (pool.number("maxPods") ?? 30) < 30 ? "maxPods of a system pool must be at least 30" : undefined)),
  eachPool("pool-count", nodePools, (pool) => {
    const least = isSystem(pool) ? 1 : 0;
    const counts = ["count", "minCount", "maxCount"].map((path) => pool.number(path)).filter((count) => count !== undefined);
    return counts.some((count) => count < least || count > 1000) ? `counts of a ${isSystem(pool) ? "system" : "user"} pool must be from ${least} to 1000` : undefined;
  }),
  eachPool("pool-taint", "https://learn.microsoft.com/azure/aks/use-node-taints", (pool) => {
    const wrong = pool.texts("nodeTaints").find((text) => !taint.test(text));
    return wrong === undefined ? undefined : `the taint '${wrong}' is not of the form key=value:effect`;
  }),
  eachPool("pool-autoscaling-range", autoscaler, (pool) => {
    if (pool.isNot("enableAutoScaling", true)) return undefined;
    const [min, count, max] = [pool.number("minCount"), pool.number("count"), pool.number("maxCount")];
    if (pool.lacks("minCount") || pool.lacks("maxCount")) return "with autoscaling, minCount and maxCount must be given";
    const ordered = (min ?? 0) <= (count ?? min ?? 0) && (count ?? min ?? 0) <= (max ?? Infinity);
    return ordered ? undefined : `minCount ${min}, count ${count} and maxCount ${max} must not be out of order`;
  }),
  eachPool("pool-autoscaling-off", autoscaler, (pool) =>
    pool.isNot("enableAutoScaling", true) && (pool.has("minCount") || pool.has("maxCount")) ? "minCount and maxCount are only for a pool with autoscaling" : undefined,
  ),
  eachPool("pool-spot-surge", "https://learn.microsoft.com/azure/aks/spot-node-pool", (pool) =>
    pool.is("scaleSetPriority", "Spot") && pool.has("upgradeSettings.maxSurge") ? "a Spot pool can't have maxSurge" : undefined,
  ),
  eachPool("pool-max-pods", overlay, (pool) => {
    const pods = pool.number("maxPods");
    return pods !== undefined && (pods < 10 || pods > 250) ? `maxPods is ${pods}: it must be from 10 to 250` : undefined;
  }),
  eachPool("pool-fewest-pods", "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning", (pool) => {
    const [pods, nodes] = [pool.number("maxPods"), pool.number("count") ?? pool.number("minCount")];
    return pods !== undefined && nodes !== undefined && pods < 30 && pods * nodes < 30 ? `maxPods ${pods} on ${nodes} nodes has room for ${pods * nodes} pods: it must be 30 at least` : undefined;
  }),
  eachPool("pool-windows-cilium", "https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium", (pool, resource, world) =>
    pool.is("osType", "Windows") && clusterOf(resource, world)?.is("networkProfile.networkDataplane", "cilium") ? "the Cilium data plane runs on Linux only" : undefined,
  ),
  eachPool("pool-autoscaling-provisioning", "https://learn.microsoft.com/azure/aks/node-autoprovision", (pool, resource, world) =>
    pool.is("enableAutoScaling", true) && clusterOf(resource, world)?.is("nodeProvisioningProfile.mode", "Auto") ? "autoscaling can't be used with node auto-provisioning" : undefined,
  ),
  eachPool("pool-network", nodePools, (pool, resource, world) => {
    const networkOf = (text: string | undefined): string | undefined => text?.split(/\/subnets\//i)[0];
    const own = networkOf(pool.text("vnetSubnetID"));
    const other = poolsBeside(resource, world).map((beside) => networkOf(beside.text("vnetSubnetID"))).find((text) => text !== undefined && own !== undefined && !sameText(text, own));
    return other === undefined ? undefined : "all pools of a cluster must be in one virtual network";
  }),
  {
    id: "pod-range-capacity",
    types: [clusterType, poolType],
    source: overlay,
    check(resource, world) {
      const range = clusterOf(resource, world)?.text("networkProfile.podCidr");
      if (range === undefined || !isRange(range) || clusterOf(resource, world)?.isNot("networkProfile.networkPluginMode", "overlay")) return undefined;
      const room = 2 ** (24 - prefixLength(range));
      const nodes = poolsBeside(resource, world).reduce((sum, pool) => sum + mostNodes(pool), 0);
      return nodes > room ? refusal("InsufficientPodCidr", `The pod range ${range} has a /24 for ${room} nodes, the pools can grow to ${nodes}.`) : undefined;
    },
  },
  {
    id: "subnet-capacity",
    types: [clusterType, poolType],
    source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    check(resource, world) {
      return first(poolsIn(resource), (pool) => {
        const id = pool.text("vnetSubnetID");
        const subnet = world.withId(subnetType, id);
        if (id === undefined || subnet === undefined) return undefined;
        // Azure keeps five addresses of every subnet.
        const room = rangesOf(subnet).reduce((sum, range) => sum + rangeSize(range), 0) - 5;
        const sharing = poolsBeside(resource, world).filter((beside) => sameText(beside.text("vnetSubnetID") ?? "", id));
        const nodes = sharing.reduce((sum, beside) => sum + mostNodes(beside) + surge(beside), 0);
        return nodes > room ? refusal("InsufficientSubnetSize", `Pre-allocated IPs ${nodes} exceed the ${room} IPs available in the subnet '${subnet.name}'.`) : undefined;
      });
    },
  },
];
