import * as containerservice from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../shared/errors";
import { Placement, placements, PoolName } from "../shared/placement";

/** One node pool. Azure's autoscaler keeps the number of nodes between the two counts. */
export interface PoolSettings {
  /** 1 to 12 lower-case letters and digits, a letter first. A change replaces the pool; Azure refuses it for the system pool. */
  readonly name: string;
  /** The size of the virtual machines, as `Standard_D4ds_v5`. A change replaces the pool; Azure refuses it for the system pool. */
  readonly vmSize: string;
  /** The fewest nodes, and the number to begin with: 1 to 1000. */
  readonly minCount: number;
  /** The most nodes: 1 to 1000. */
  readonly maxCount: number;
  /** The most pods on one node: 30 to 250 in the system pool, 10 to 250 in the others. Default 110. A change replaces the pool. */
  readonly maxPods?: number;
  /** Taints beside the pool's own, as `dedicated=gpu:NoSchedule`. What is to run there must tolerate them. Default: none. */
  readonly taints?: readonly string[];
}

/** What the nodes of all pools have in common. */
export interface NodeSettings {
  readonly subnetId: pulumi.Input<string>;
  /** Availability zones, as `["1", "2", "3"]`; none where the region has none. */
  readonly zones: readonly string[];
  readonly encryptionAtHost: boolean;
  /** How many more nodes an upgrade may add while it runs, as a number or a share. */
  readonly maxSurge: string;
  readonly tags: Readonly<Record<string, string>>;
}

const defaultMaxPods = 110;

// https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/acs/_validators.py
const taintForm = /^[a-zA-Z\d][\w\-./]{0,252}=[a-zA-Z\d][\w\-.]{0,62}:(NoSchedule|PreferNoSchedule|NoExecute)$/;

/**
 * The properties of one pool, for the pool inside the cluster and for one of its own alike.
 * AKS reserves the prefix `kubernetes.azure.com/` and sets those labels itself.
 */
export function poolProfile(pool: PoolName, settings: PoolSettings, nodes: NodeSettings): Omit<inputs.containerservice.ManagedClusterAgentPoolProfileArgs, "name"> {
  const placement: Placement = placements[pool];
  const taints = [...placement.tolerations.map(({ key, value, effect }) => `${key}=${value}:${effect}`), ...(settings.taints ?? [])];
  const ownLabels = Object.entries(placement.nodeSelector).filter(([key]) => !key.startsWith("kubernetes.azure.com/"));
  return {
    mode: pool === "system" ? containerservice.AgentPoolMode.System : containerservice.AgentPoolMode.User,
    type: containerservice.AgentPoolType.VirtualMachineScaleSets,
    osType: containerservice.OSType.Linux,
    osSKU: containerservice.OSSKU.AzureLinux,
    vmSize: settings.vmSize,
    enableAutoScaling: true,
    // Azure asks for a count of every new pool, an autoscaled one too. https://github.com/pulumi/pulumi-azure-native/issues/2943
    count: settings.minCount,
    minCount: settings.minCount,
    maxCount: settings.maxCount,
    maxPods: settings.maxPods ?? defaultMaxPods,
    // Every size of machine takes a managed disk of this size, and the disk encryption set covers it.
    osDiskType: containerservice.OSDiskType.Managed,
    osDiskSizeGB: 128,
    vnetSubnetID: nodes.subnetId,
    enableEncryptionAtHost: nodes.encryptionAtHost,
    upgradeSettings: { maxSurge: nodes.maxSurge },
    // With LocalDNS a pod asks the node itself, which no NetworkPolicy can name: a namespace that denies by default would have no names.
    // Off is what leaving it out means today, and Azure says that it will not stay so. https://learn.microsoft.com/azure/aks/localdns-custom
    localDNSProfile: { mode: containerservice.LocalDNSMode.Disabled },
    tags: nodes.tags,
    ...(nodes.zones.length > 0 && { availabilityZones: [...nodes.zones] }),
    ...(ownLabels.length > 0 && { nodeLabels: Object.fromEntries(ownLabels) }),
    ...(taints.length > 0 && { nodeTaints: taints }),
  };
}

/**
 * What Azure would refuse of a pool's settings.
 * @source https://learn.microsoft.com/azure/aks/use-system-pools and https://learn.microsoft.com/azure/aks/quotas-skus-regions
 */
export function poolProblems(path: string, pool: PoolName, settings: PoolSettings): Problem[] {
  const problems: Problem[] = [];
  const { name, vmSize, minCount, maxCount, maxPods = defaultMaxPods, taints = [] } = settings;
  if (!/^[a-z][a-z0-9]{0,11}$/.test(name)) {
    problems.push({ path: `${path}.name`, message: "is not a name that Azure allows for a pool", given: name, allowed: "1 to 12 lower-case letters and digits, a letter first" });
  }
  for (const taint of taints.filter((taint) => !taintForm.test(taint))) {
    problems.push({ path: `${path}.taints`, message: "is not a taint", given: taint, allowed: "key=value:NoSchedule, key=value:PreferNoSchedule or key=value:NoExecute" });
  }
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1000;
  if (!isCount(minCount) || !isCount(maxCount) || minCount > maxCount) {
    problems.push({ path: `${path}.minCount`, message: "the counts are not a range that Azure takes", given: `${minCount} to ${maxCount}`, allowed: "1 to 1000 nodes, the lower number first" });
  }
  const fewestPods = pool === "system" ? 30 : 10;
  if (!Number.isInteger(maxPods) || maxPods < fewestPods || maxPods > 250) {
    problems.push({ path: `${path}.maxPods`, message: "a node can't be told to hold this many pods", given: String(maxPods), allowed: `${fewestPods} to 250` });
  }
  if (pool === "system" && /^Standard_B/i.test(vmSize)) {
    problems.push({ path: `${path}.vmSize`, message: "burstable machines can't carry the system pool", given: vmSize, allowed: "a size with at least 4 vCPU and 4 GiB that is not of the B series" });
  }
  return problems;
}
