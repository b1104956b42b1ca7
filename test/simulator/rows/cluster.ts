import { Registration } from "../../../simulator/cloud";
import { testSubscription, testTenant } from "../../support/record";
import { diskEncryptionSet, grant, identity, identityId, sleep, vault, vaultId } from "./azure";
import { Changes, group, idOf, location, registration, Row } from "./row";

const inGroup = { resourceGroupName: group };
const subnetId = idOf("Microsoft.Network/virtualNetworks/vnet/subnets/nodes");
const system = { name: "system", mode: "System", count: 2 };

const cluster = (changes: Changes = {}, after: readonly Registration[] = []): Registration =>
  registration("azure-native:containerservice:ManagedCluster", "cluster", { ...inGroup, location, resourceName: "aks", agentPoolProfiles: [system] }, changes, after);
const pool = (changes: Changes = {}, name = "user"): Registration =>
  registration("azure-native:containerservice:AgentPool", name, { ...inGroup, resourceName: "aks", agentPoolName: name, mode: "User", count: 2 }, changes);
const network = (range = "10.0.0.0/16"): Registration =>
  registration("azure-native:network:VirtualNetwork", "vnet", { ...inGroup, location, virtualNetworkName: "vnet", addressSpace: { addressPrefixes: [range] } });
const subnet = (range: string, changes: Changes = {}): Registration =>
  registration("azure-native:network:Subnet", "nodes", { ...inGroup, virtualNetworkName: "vnet", subnetName: "nodes", addressPrefix: range }, changes);

const maintenance = (durationHours: number): Registration =>
  registration("azure-native:containerservice:MaintenanceConfiguration", "window", { ...inGroup, resourceName: "aks", configName: "default", maintenanceWindow: { durationHours } });

/** A row for the one change of a cluster that is refused, and another that passes. */
const clusterRow = (id: string, refused: Changes, passes: Changes): Row => [id, [cluster(refused)], [cluster(passes)]];
/** The same for a pool apart. */
const poolRow = (id: string, refused: Changes, passes: Changes): Row => [id, [pool(refused)], [pool(passes)]];

const identified = { identity: { type: "UserAssigned", userAssignedIdentities: [identityId()] } };
const zoneId = idOf(`Microsoft.Network/privateDnsZones/privatelink.${location}.azmk8s.io`);
const kubelet = { "identityProfile.kubeletidentity.resourceId": identityId("kubelet") };
const inSubnet = { agentPoolProfiles: [{ ...system, vnetSubnetID: subnetId }] };
const overlay = { networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", podCidr: "10.244.0.0/16" } };
const services = { networkProfile: { serviceCidr: "10.0.0.0/20", dnsServiceIP: "10.0.0.10" } };
const kms = (more: Changes): Changes => ({ ...identified, "securityProfile.azureKeyVaultKms": { enabled: true, keyId: "https://kv-acme.vault.azure.net/keys/kms/1", ...more } });

/** A cluster that its grants come before: all of them, or all but the last. */
function granted(id: string, changes: Changes, given: Registration): Row {
  const with_ = [identity(), given];
  return [id, [identity(), cluster({ ...identified, ...changes })], [...with_, cluster({ ...identified, ...changes }, with_)]];
}

const key = [identity(), vault(), grant("Key Vault Crypto Service Encryption User", vaultId), sleep(grant("Key Vault Crypto Service Encryption User", vaultId))];
const desId = idOf("Microsoft.Compute/diskEncryptionSets/des-acme");

export const clusterRows: readonly Row[] = [
  clusterRow("image-cleaner-interval", { "securityProfile.imageCleaner.intervalHours": 12 }, { "securityProfile.imageCleaner.intervalHours": 24 }),
  ["maintenance-window-length", [maintenance(3)], [maintenance(4)]],
  clusterRow("cluster-system-pool", { agentPoolProfiles: [{ name: "user", mode: "User" }] }, {}),
  clusterRow("cluster-node-group-name", { nodeResourceGroup: "n".repeat(81) }, { nodeResourceGroup: "n".repeat(63) }),
  clusterRow("cluster-node-group-label", { nodeResourceGroup: "n".repeat(64) }, { nodeResourceGroup: "n".repeat(63) }),
  clusterRow("cluster-workload-identity", { "securityProfile.workloadIdentity.enabled": true }, { "securityProfile.workloadIdentity.enabled": true, "oidcIssuerProfile.enabled": true }),
  clusterRow("cluster-local-accounts", { disableLocalAccounts: true }, { disableLocalAccounts: true, "aadProfile.managed": true }),
  clusterRow(
    "cluster-image-channel",
    { autoUpgradeProfile: { upgradeChannel: "node-image", nodeOSUpgradeChannel: "None" } },
    { autoUpgradeProfile: { upgradeChannel: "node-image", nodeOSUpgradeChannel: "NodeImage" } },
  ),
  clusterRow(
    "cluster-defender-workspace",
    { "securityProfile.defender.securityMonitoring.enabled": true },
    { "securityProfile.defender": { logAnalyticsWorkspaceResourceId: idOf("Microsoft.OperationalInsights/workspaces/log"), securityMonitoring: { enabled: true } } },
  ),
  clusterRow("cluster-cost-analysis", { "metricsProfile.costAnalysis.enabled": true, sku: { tier: "Free" } }, { "metricsProfile.costAnalysis.enabled": true, sku: { tier: "Standard" } }),
  clusterRow(
    "cluster-private-address-ranges",
    { apiServerAccessProfile: { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.0/24"] } },
    { apiServerAccessProfile: { enablePrivateCluster: false, authorizedIPRanges: ["203.0.113.0/24"] } },
  ),
  clusterRow(
    "cluster-private-zone-none",
    { apiServerAccessProfile: { privateDNSZone: "none", enablePrivateClusterPublicFQDN: false } },
    { apiServerAccessProfile: { privateDNSZone: "none", enablePrivateClusterPublicFQDN: true } },
  ),
  clusterRow("cluster-zone-identity", { "identity.type": "SystemAssigned", "apiServerAccessProfile.privateDNSZone": zoneId }, { ...identified, "apiServerAccessProfile.privateDNSZone": zoneId }),
  clusterRow(
    "cluster-zone-name",
    { ...identified, "apiServerAccessProfile.privateDNSZone": zoneId.replace(location, "northeurope") },
    { ...identified, "apiServerAccessProfile.privateDNSZone": zoneId },
  ),
  granted("cluster-zone-grant", { "apiServerAccessProfile.privateDNSZone": zoneId }, grant("Private DNS Zone Contributor", zoneId)),
  granted("cluster-network-grant", inSubnet, grant("Network Contributor", subnetId)),
  granted("cluster-kubelet-grant", kubelet, grant("Managed Identity Operator", identityId("kubelet"))),
  clusterRow("cluster-kubelet-key", { "identityProfile.kubelet.resourceId": identityId("kubelet") }, kubelet),
  [
    "cluster-disk-encryption-place",
    [cluster({ diskEncryptionSetID: desId.replace(testSubscription, testTenant) })],
    [...key, diskEncryptionSet(), cluster({ diskEncryptionSetID: desId })],
  ],
  granted("cluster-disk-encryption-grant", { diskEncryptionSetID: desId }, grant("Reader", desId)),
  clusterRow("cluster-kms-identity", { "securityProfile.azureKeyVaultKms.enabled": true }, kms({})),
  clusterRow("cluster-kms-private", kms({ keyVaultNetworkAccess: "Private", keyVaultResourceId: vaultId }), { ...kms({ keyVaultNetworkAccess: "Private", keyVaultResourceId: vaultId }), "apiServerAccessProfile.enableVnetIntegration": true }),
  clusterRow("cluster-kms-public", kms({ keyVaultNetworkAccess: "Public", keyVaultResourceId: vaultId }), kms({ keyVaultNetworkAccess: "Public" })),
  ["cluster-kms-firewall", [vault(), cluster(kms({}))], [vault({ "properties.publicNetworkAccess": "Disabled" }), cluster(kms({}))]],

  clusterRow("service-range-size", { networkProfile: { serviceCidr: "10.0.0.0/12", dnsServiceIP: "10.0.0.10" } }, { networkProfile: { serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" } }),
  clusterRow(
    "service-range-pods",
    { networkProfile: { ...overlay.networkProfile, serviceCidr: "10.244.0.0/20", dnsServiceIP: "10.244.0.10" } },
    { networkProfile: { ...overlay.networkProfile, serviceCidr: "10.0.0.0/20", dnsServiceIP: "10.0.0.10" } },
  ),
  ["service-range-network", [network(), cluster({ ...inSubnet, ...services })], [network("10.1.0.0/16"), cluster({ ...inSubnet, ...services })]],
  ["pod-range-network", [network("10.244.0.0/16"), cluster({ ...inSubnet, ...overlay })], [network(), cluster({ ...inSubnet, ...overlay })]],
  clusterRow("dns-address-range", { networkProfile: { serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.1" } }, { networkProfile: { serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" } }),
  clusterRow("dns-address-alone", { networkProfile: { serviceCidr: "10.0.0.0/16" } }, { networkProfile: { serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" } }),
  clusterRow("pod-range-plugin", { networkProfile: { networkPlugin: "azure", podCidr: "10.244.0.0/16" } }, overlay),
  clusterRow("cilium-plugin", { networkProfile: { networkDataplane: "cilium", networkPlugin: "azure" } }, { networkProfile: { networkDataplane: "cilium", ...overlay.networkProfile } }),
  clusterRow(
    "cilium-policy",
    { networkProfile: { networkDataplane: "cilium", networkPolicy: "calico", ...overlay.networkProfile } },
    { networkProfile: { networkDataplane: "cilium", networkPolicy: "cilium", ...overlay.networkProfile } },
  ),
  clusterRow("provisioning-network", { "nodeProvisioningProfile.mode": "Auto", "networkProfile.networkPolicy": "calico" }, { "nodeProvisioningProfile.mode": "Auto", "networkProfile.networkPolicy": "azure" }),
  clusterRow("outbound-none-source", { "networkProfile.outboundType": "none" }, { "networkProfile.outboundType": "none", "bootstrapProfile.artifactSource": "Cache" }),
  ["pools-load-balancer", [cluster({ "networkProfile.loadBalancerSku": "basic" }), pool()], [cluster({ "networkProfile.loadBalancerSku": "standard" }), pool()]],
  clusterRow("overlay-names", { ...overlay, agentPoolProfiles: [{ ...system, vnetSubnetID: `${subnetId}${"s".repeat(60)}` }] }, { ...overlay, ...inSubnet }),
  [
    "api-server-subnet",
    [subnet("10.0.0.0/28"), cluster({ "apiServerAccessProfile.subnetId": subnetId })],
    [subnet("10.0.0.0/28", { delegations: [{ serviceName: "Microsoft.ContainerService/managedClusters" }] }), cluster({ "apiServerAccessProfile.subnetId": subnetId })],
  ],

  poolRow("pool-name", { agentPoolName: "user-pool" }, { agentPoolName: "user" }),
  ["pool-name-taken", [cluster(), pool({ agentPoolName: "system" })], [cluster(), pool()]],
  poolRow("system-pool-operating-system", { mode: "System", osType: "Windows" }, { mode: "System", osType: "Linux" }),
  poolRow("system-pool-spot", { mode: "System", scaleSetPriority: "Spot" }, { mode: "User", scaleSetPriority: "Spot" }),
  poolRow("system-pool-size", { mode: "System", vmSize: "Standard_B4ms" }, { mode: "System", vmSize: "Standard_D4ds_v5" }),
  poolRow("system-pool-pods", { mode: "System", maxPods: 29 }, { mode: "System", maxPods: 30 }),
  poolRow("pool-count", { mode: "System", count: 0 }, { mode: "User", count: 0 }),
  poolRow("pool-taint", { nodeTaints: ["ingress:NoSchedule"] }, { nodeTaints: ["pool=ingress:NoSchedule"] }),
  poolRow("pool-autoscaling-range", { enableAutoScaling: true, minCount: 4, count: 3, maxCount: 5 }, { enableAutoScaling: true, minCount: 2, count: 3, maxCount: 5 }),
  poolRow("pool-autoscaling-off", { maxCount: 5 }, {}),
  poolRow("pool-spot-surge", { scaleSetPriority: "Spot", "upgradeSettings.maxSurge": "33%" }, { "upgradeSettings.maxSurge": "33%" }),
  poolRow("pool-max-pods", { maxPods: 251 }, { maxPods: 250 }),
  poolRow("pool-fewest-pods", { maxPods: 14 }, { maxPods: 15 }),
  ["pool-windows-cilium", [cluster({ networkProfile: { networkDataplane: "cilium", ...overlay.networkProfile } }), pool({ osType: "Windows" })], [cluster(overlay), pool({ osType: "Windows" })]],
  [
    "pool-autoscaling-provisioning",
    [cluster({ "nodeProvisioningProfile.mode": "Auto" }), pool({ enableAutoScaling: true, minCount: 1, maxCount: 3 })],
    [cluster({ "nodeProvisioningProfile.mode": "Manual" }), pool({ enableAutoScaling: true, minCount: 1, maxCount: 3 })],
  ],
  ["pool-network", [cluster(inSubnet), pool({ vnetSubnetID: subnetId.replace("vnet", "other") })], [cluster(inSubnet), pool({ vnetSubnetID: subnetId.replace("nodes", "more") })]],
  [
    "pod-range-capacity",
    [cluster({ networkProfile: { ...overlay.networkProfile, podCidr: "10.244.0.0/22" } }), pool({ count: 3 })],
    [cluster({ networkProfile: { ...overlay.networkProfile, podCidr: "10.244.0.0/22" } }), pool({ count: 2 })],
  ],
  ["subnet-capacity", [network(), subnet("10.0.0.0/28"), cluster({ agentPoolProfiles: [{ ...system, count: 11, vnetSubnetID: subnetId }] })], [network(), subnet("10.0.0.0/28"), cluster({ agentPoolProfiles: [{ ...system, count: 9, vnetSubnetID: subnetId }] })]],
];
