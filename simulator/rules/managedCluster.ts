import { Resource } from "../resource";
import { sameText, World } from "../world";
import { clusterType } from "./agentPool";
import { identityType, isGranted } from "./grants";
import { vaultAt } from "./keyVault";
import { refusal, Rule } from "./rule";

const types = [clusterType];
const identities = "https://learn.microsoft.com/azure/aks/use-managed-identity";
const diskKeys = "https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys";
const kms = "https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption";

/** The identity that a cluster acts as, where it is one that the program has made. */
export function identityOf(cluster: Resource, world: World): Resource | undefined {
  return world.withId(identityType, cluster.texts("identity.userAssignedIdentities")[0]);
}

/** A rule that a cluster trips over by its own properties alone. */
export function never(id: string, source: string, code: string, message: string, when: (cluster: Resource) => boolean): Rule {
  return { id, types, source, check: (cluster) => (when(cluster) ? refusal(code, message) : undefined) };
}

export const managedCluster: readonly Rule[] = [
  never("cluster-system-pool", "https://learn.microsoft.com/azure/aks/use-system-pools", "InvalidParameter", "A cluster must have at least one agent pool of mode System.", (cluster) => {
    const modes = cluster.items("agentPoolProfiles").map((pool) => pool.get("mode"));
    return cluster.isNot("nodeProvisioningProfile.mode", "Auto") && !modes.some((mode) => mode === "System" || typeof mode === "symbol");
  }),
  never("cluster-node-group-name", identities, "InvalidParameter", "The node resource group name is too long. The maximum length is 80.", (cluster) => (cluster.text("nodeResourceGroup") ?? "").length > 80),
  {
    ...never(
      "cluster-node-group-label",
      "https://github.com/Azure/bicep-registry-modules/issues/5109",
      "InvalidParameter",
      "The node resource group's name becomes a label of every node, and a label's value has at most 63 characters.",
      (cluster) => /^.{64,80}$/.test(cluster.text("nodeResourceGroup") ?? ""),
    ),
    level: "warning",
  },
  never("cluster-workload-identity", "https://learn.microsoft.com/azure/aks/workload-identity-overview", "InvalidParameter", "Workload identity needs the OIDC issuer: set oidcIssuerProfile.enabled.", (cluster) =>
    cluster.is("securityProfile.workloadIdentity.enabled", true) && cluster.isNot("oidcIssuerProfile.enabled", true),
  ),
  never("cluster-local-accounts", "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad", "BadRequest", "Local accounts can only be disabled for a cluster with managed Entra ID.", (cluster) =>
    cluster.is("disableLocalAccounts", true) && cluster.isNot("aadProfile.managed", true),
  ),
  never("cluster-image-channel", "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image", "InvalidParameter", "With the upgrade channel node-image, nodeOSUpgradeChannel must be NodeImage.", (cluster) =>
    cluster.is("autoUpgradeProfile.upgradeChannel", "node-image") && cluster.isNot("autoUpgradeProfile.nodeOSUpgradeChannel", undefined, "NodeImage"),
  ),
  never("cluster-defender-workspace", "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-enable", "InvalidParameter", "Defender needs logAnalyticsWorkspaceResourceId.", (cluster) =>
    cluster.is("securityProfile.defender.securityMonitoring.enabled", true) && cluster.lacks("securityProfile.defender.logAnalyticsWorkspaceResourceId"),
  ),
  never("cluster-cost-analysis", "https://learn.microsoft.com/azure/aks/cost-analysis", "BadRequest", "Cost analysis needs the Standard or the Premium tier.", (cluster) =>
    cluster.is("metricsProfile.costAnalysis.enabled", true) && cluster.isNot("sku.tier", "Standard", "Premium"),
  ),
  never("cluster-private-address-ranges", "https://learn.microsoft.com/azure/aks/private-clusters", "InvalidParameter", "authorizedIPRanges can't be used with a private cluster.", (cluster) =>
    cluster.is("apiServerAccessProfile.enablePrivateCluster", true) && cluster.list("apiServerAccessProfile.authorizedIPRanges").length > 0,
  ),
  never("cluster-private-zone-none", "https://learn.microsoft.com/azure/aks/private-clusters", "InvalidParameter", "Without a private DNS zone, the public FQDN must stay on.", (cluster) =>
    cluster.is("apiServerAccessProfile.privateDNSZone", "none", "None") && cluster.is("apiServerAccessProfile.enablePrivateClusterPublicFQDN", false),
  ),
  never("cluster-zone-identity", "https://learn.microsoft.com/azure/aks/private-clusters", "CustomPrivateDNSZoneMissingPermissionError", "A private DNS zone of your own needs a user-assigned identity of the cluster.", (cluster) =>
    ownZone(cluster) !== undefined && cluster.isNot("identity.type", "UserAssigned"),
  ),
  {
    id: "cluster-zone-name",
    types,
    source: "https://learn.microsoft.com/azure/aks/private-clusters",
    check(cluster) {
      const name = ownZone(cluster)?.split("/").at(-1);
      const integrated = cluster.is("apiServerAccessProfile.enableVnetIntegration", true);
      const allowed = integrated ? /^(([a-z0-9-]{1,32}\.)?privatelink|private)\.[a-z0-9]+\.azmk8s\.io$/i : /^([a-z0-9-]{1,32}\.)?privatelink\.[a-z0-9]+\.azmk8s\.io$/i;
      const region = cluster.text("location");
      return name === undefined || (allowed.test(name) && (region === undefined || name.toLowerCase().endsWith(`.${region.toLowerCase()}.azmk8s.io`)))
        ? undefined
        : refusal("InvalidPrivateDNSZone", `The private DNS zone of a cluster must be named privatelink.${region ?? "<region>"}.azmk8s.io, not ${name}.`);
    },
  },
  {
    id: "cluster-zone-grant",
    types,
    source: "https://learn.microsoft.com/azure/aks/private-clusters",
    check(cluster, world) {
      const zone = ownZone(cluster);
      const principal = identityOf(cluster, world)?.text("principalId");
      return zone === undefined || principal === undefined || isGranted(world, cluster, principal, ["Private DNS Zone Contributor"], zone)
        ? undefined
        : refusal("CustomPrivateDNSZoneMissingPermissionError", `The cluster's identity needs Private DNS Zone Contributor on ${zone} before the cluster is created.`);
    },
  },
  {
    id: "cluster-network-grant",
    types,
    source: "https://learn.microsoft.com/azure/aks/configure-azure-cni#prerequisites",
    check(cluster, world) {
      const subnet = cluster.items("agentPoolProfiles").map((pool) => pool.text("vnetSubnetID")).find((id) => id !== undefined);
      const principal = identityOf(cluster, world)?.text("principalId");
      return subnet === undefined || principal === undefined || isGranted(world, cluster, principal, ["Network Contributor"], subnet)
        ? undefined
        : refusal("LinkedAuthorizationFailed", `The cluster's identity needs Network Contributor on ${subnet} before the cluster is created.`);
    },
  },
  {
    id: "cluster-kubelet-grant",
    types,
    source: identities,
    check(cluster, world) {
      const kubelet = cluster.text("identityProfile.kubeletidentity.resourceId");
      const principal = identityOf(cluster, world)?.text("principalId");
      return kubelet === undefined || principal === undefined || isGranted(world, cluster, principal, ["Managed Identity Operator"], kubelet)
        ? undefined
        : refusal("CustomKubeletIdentityMissingPermissionError", `The cluster's identity needs Managed Identity Operator on ${kubelet} before the cluster is created.`);
    },
  },
  never("cluster-kubelet-key", identities, "InvalidParameter", "identityProfile has one key, kubeletidentity.", (cluster) =>
    Object.keys((cluster.get("identityProfile") as object | undefined) ?? {}).some((key) => key !== "kubeletidentity"),
  ),
  {
    id: "cluster-disk-encryption-place",
    types,
    source: diskKeys,
    check(cluster, world) {
      const id = cluster.text("diskEncryptionSetID");
      const location = world.withId("azure-native:compute:DiskEncryptionSet", id)?.text("location");
      const foreign = id !== undefined && !sameText(id.split("/")[2] ?? "", world.client.subscriptionId);
      const elsewhere = location !== undefined && cluster.text("location") !== undefined && !sameText(location, cluster.text("location") ?? "");
      return foreign || elsewhere ? refusal("DiskEncryptionSetInvalid", `The disk encryption set ${id} must be in the subscription and region of the cluster.`) : undefined;
    },
  },
  {
    id: "cluster-disk-encryption-grant",
    types,
    source: diskKeys,
    check(cluster, world) {
      const id = cluster.text("diskEncryptionSetID");
      const principal = identityOf(cluster, world)?.text("principalId");
      return id === undefined || principal === undefined || isGranted(world, cluster, principal, ["Reader"], id)
        ? undefined
        : refusal("LinkedAuthorizationFailed", `The cluster's identity needs Reader on ${id} before the cluster is created.`);
    },
  },
  never("cluster-kms-identity", kms, "InvalidParameter", "KMS with a key vault needs a user-assigned identity of the cluster.", (cluster) =>
    cluster.is("securityProfile.azureKeyVaultKms.enabled", true) && cluster.isNot("identity.type", "UserAssigned"),
  ),
  never("cluster-kms-private", kms, "InvalidParameter", "A private KMS vault needs keyVaultResourceId and the API server's VNet integration.", (cluster) =>
    cluster.is("securityProfile.azureKeyVaultKms.keyVaultNetworkAccess", "Private") &&
    (cluster.lacks("securityProfile.azureKeyVaultKms.keyVaultResourceId") || cluster.isNot("apiServerAccessProfile.enableVnetIntegration", true)),
  ),
  never("cluster-kms-public", kms, "InvalidParameter", "With a public KMS vault, keyVaultResourceId must be empty.", (cluster) =>
    cluster.is("securityProfile.azureKeyVaultKms.keyVaultNetworkAccess", "Public") && cluster.has("securityProfile.azureKeyVaultKms.keyVaultResourceId"),
  ),
  {
    id: "cluster-kms-firewall",
    types,
    source: kms,
    check(cluster, world) {
      const vault = vaultAt(cluster.text("securityProfile.azureKeyVaultKms.keyId"), world);
      return vault?.is("properties.networkAcls.defaultAction", "Deny") && vault.isNot("properties.publicNetworkAccess", "Disabled", "disabled")
        ? refusal("InvalidParameter", `The KMS vault ${vault.name} must be open to all networks or closed to the public one; selected networks are not supported.`)
        : undefined;
    },
  },
];

/** The private DNS zone that the program gives a cluster; nothing where AKS makes one or there is none. */
function ownZone(cluster: Resource): string | undefined {
  const zone = cluster.text("apiServerAccessProfile.privateDNSZone");
  return zone?.startsWith("/") ? zone : undefined;
}
