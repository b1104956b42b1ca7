import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { ClusterTarget } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { PoolName } from "../shared/placement";
import { NodeSettings, poolProblems, poolProfile, PoolSettings } from "./agentPools";
import { ClusterIdentities } from "./clusterIdentities";
import { clusterProvider } from "./clusterProvider";
import { diagnose } from "./diagnose";
import { kubeconfig, KubeloginMode } from "./kubeconfig";
import { maintain, upgradeProblems, UpgradeSettings } from "./maintenance";
import { RoleGrants } from "./roleGrants";

/**
 * How the API server is reached. `private`: only from the virtual network and what is joined to it; `zoneId` is the private DNS zone
 * `privatelink.<region>.azmk8s.io`. `public`: from the address ranges that are named.
 */
export type ApiServerAccess =
  | { readonly access: "private"; readonly zoneId: pulumi.Input<string> }
  | { readonly access: "public"; readonly authorizedIpRanges: readonly string[] };

/** Who may do what inside the cluster, and how Pulumi signs in to it. */
export interface ClusterAccess {
  /** The object ids in Entra ID of those who run the deployment; they become administrators inside the cluster. At least one. */
  readonly deployers: readonly string[];
  /** The object ids of groups whose members are administrators inside the cluster. */
  readonly adminGroups: readonly string[];
  readonly kubelogin: KubeloginMode;
}

/** Arguments of `AksCluster`. */
export interface AksClusterArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  readonly network: {
    /** The resource group of the virtual network; the private link service of the ingress gateway is made in it too. */
    readonly resourceGroupName: string;
    /** The subnet of the nodes. */
    readonly subnetId: pulumi.Input<string>;
  };
  /** The registry that the nodes pull from. */
  readonly registryId: pulumi.Input<string>;
  /** Encrypts the disks of nodes and volumes. It can't be changed after the cluster is made. */
  readonly diskEncryptionSetId: pulumi.Input<string>;
  /** `Free` has no promised uptime; `Standard` has. `Premium` adds long-term support. */
  readonly tier: "Free" | "Standard" | "Premium";
  /**
   * The minor version, as `1.34`. Default: the newest that AKS recommends. Patches come by the upgrade channel. Not to be given with the
   * channels `stable` and `rapid`, which move on to newer minor versions.
   */
  readonly kubernetesVersion?: string;
  readonly apiServer: ApiServerAccess;
  readonly pools: Readonly<Record<PoolName, PoolSettings>>;
  /** Availability zones of all pools, as `["1", "2", "3"]`; empty where the region has none. */
  readonly zones: readonly string[];
  readonly upgrades: UpgradeSettings;
  /** The range of the pods' addresses. Each node takes a /24 of it. */
  readonly podCidr: string;
  /** The range of the Services' addresses. */
  readonly serviceCidr: string;
  /** An address of `serviceCidr` other than its first. */
  readonly dnsServiceIp: string;
  /** Encrypts temporary disks and caches too. The subscription must have the feature `Microsoft.Compute/EncryptionAtHost`. */
  readonly encryptionAtHost: boolean;
  readonly access: ClusterAccess;
  /** Where logs and Defender's findings go. */
  readonly workspaceId: pulumi.Input<string>;
}

/**
 * A locked-down AKS cluster: a tainted system pool, a user and an ingress pool; Azure CNI overlay with Cilium; Entra ID with Azure RBAC and
 * no local accounts; workload identity; disks under the customer's key; upgrades in windows. It ends with a Kubernetes provider that waits
 * until the deployers may work in the cluster.
 *
 * What must be there before the cluster beside its arguments, such as the way into a private API server, goes into `opts.dependsOn`.
 *
 * @example
 * const aks = new AksCluster("cluster", { context, resourceGroupName, apiServer: { access: "private", zoneId }, ... });
 * new k8s.core.v1.Namespace("apps", {}, inCluster(this, aks.target));
 * @throws ArgumentError when Azure would refuse the arguments, or nobody could get in.
 * @source https://learn.microsoft.com/azure/architecture/reference-architectures/containers/aks/baseline-aks
 */
export class AksCluster extends pulumi.ComponentResource {
  readonly clusterId: pulumi.Output<string>;
  readonly clusterName: string;
  /** The issuer of the service accounts' tokens: what a federated credential trusts. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  readonly kubeletClientId: pulumi.Output<string>;
  /** Secret. Signs in with kubelogin; it holds no password or token of its own. */
  readonly kubeconfig: pulumi.Output<string>;
  /** What components that put objects into the cluster take. */
  readonly target: ClusterTarget;

  constructor(name: string, args: AksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, argumentProblems(args));
    super("delivery-platform:azure:AksCluster", name, {}, opts);
    const { context, resourceGroupName, access, apiServer, upgrades } = args;
    const clusterName = context.names.of("managedCluster");
    const nodes: NodeSettings = {
      subnetId: args.network.subnetId,
      zones: args.zones,
      encryptionAtHost: args.encryptionAtHost,
      maxSurge: upgrades.maxSurge ?? "33%",
      tags: context.tags,
    };

    const identities = new ClusterIdentities(
      `${name}-identities`,
      {
        context,
        resourceGroupName,
        networkResourceGroupName: args.network.resourceGroupName,
        registryId: args.registryId,
        diskEncryptionSetId: args.diskEncryptionSetId,
        ...(apiServer.access === "private" && { apiServerZoneId: apiServer.zoneId }),
      },
      { parent: this },
    );

    const cluster = new containerservice.ManagedCluster(
      `${name}-cluster`,
      {
        resourceGroupName,
        resourceName: clusterName,
        location: context.location,
        tags: context.tags,
        sku: { name: containerservice.ManagedClusterSKUName.Base, tier: args.tier },
        dnsPrefix: clusterName,
        ...(args.kubernetesVersion !== undefined && { kubernetesVersion: args.kubernetesVersion }),
        // Short enough to be a node's label; Azure's own name for it is not. https://learn.microsoft.com/azure/aks/concepts-network-azure-cni-overlay
        nodeResourceGroup: context.names.of("resourceGroup", "nodes"),
        // Nothing is changed there by hand. The private link service is in the network's group, so that its connections can be approved.
        nodeResourceGroupProfile: { restrictionLevel: containerservice.RestrictionLevel.ReadOnly },
        identity: { type: containerservice.ResourceIdentityType.UserAssigned, userAssignedIdentities: [identities.clusterIdentityId] },
        identityProfile: {
          kubeletidentity: { resourceId: identities.kubeletIdentityId, clientId: identities.kubeletClientId, objectId: identities.kubeletPrincipalId },
        },
        enableRBAC: true,
        disableLocalAccounts: true,
        aadProfile: { managed: true, enableAzureRBAC: true, tenantID: context.tenantId, adminGroupObjectIDs: [...access.adminGroups] },
        oidcIssuerProfile: { enabled: true },
        securityProfile: {
          workloadIdentity: { enabled: true },
          imageCleaner: { enabled: true, intervalHours: 168 },
          defender: { logAnalyticsWorkspaceResourceId: args.workspaceId, securityMonitoring: { enabled: true } },
        },
        addonProfiles: { azurepolicy: { enabled: true } },
        diskEncryptionSetID: args.diskEncryptionSetId,
        apiServerAccessProfile: {
          // "az aks command invoke" would be a way around the ranges or the private address.
          disableRunCommand: true,
          ...(apiServer.access === "private"
            ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: apiServer.zoneId }
            : { enablePrivateCluster: false, authorizedIPRanges: [...apiServer.authorizedIpRanges] }),
        },
        networkProfile: {
          networkPlugin: containerservice.NetworkPlugin.Azure,
          networkPluginMode: containerservice.NetworkPluginMode.Overlay,
          networkDataplane: containerservice.NetworkDataplane.Cilium,
          networkPolicy: containerservice.NetworkPolicy.Cilium,
          outboundType: containerservice.OutboundType.LoadBalancer,
          loadBalancerSku: containerservice.LoadBalancerSku.Standard,
          // A private link service needs the network interfaces in the pool, not the addresses. https://learn.microsoft.com/azure/aks/internal-lb
          loadBalancerProfile: { backendPoolType: containerservice.BackendPoolType.NodeIPConfiguration },
          podCidr: args.podCidr,
          serviceCidr: args.serviceCidr,
          dnsServiceIP: args.dnsServiceIp,
        },
        autoUpgradeProfile: { upgradeChannel: upgrades.channel, nodeOSUpgradeChannel: upgrades.nodeOsChannel },
        agentPoolProfiles: [{ name: args.pools.system.name, ...poolProfile("system", args.pools.system, nodes) }],
      },
      {
        parent: this,
        protect: context.protect,
        dependsOn: [...identities.ready],
        // Azure's provider asks for it where a change replaces the cluster, but is not asked at "pulumi up --replace".
        deleteBeforeReplace: true,
        customTimeouts: { create: "60m", update: "120m", delete: "60m" },
        ignoreChanges: [
          // The autoscaler decides the number of nodes, and an upgrade the version; both come into the state with a refresh.
          // A smallest count above the number in the state is taken. https://github.com/Azure/AKS/issues/1758
          "agentPoolProfiles[0].count",
          "agentPoolProfiles[0].orchestratorVersion",
        ],
      },
    );

    const resourceName = nameWith(cluster, clusterName);
    const pools = (["user", "ingress"] as const).map(
      (pool) =>
        new containerservice.AgentPool(
          `${name}-${pool}`,
          { resourceGroupName, resourceName, agentPoolName: args.pools[pool].name, ...poolProfile(pool, args.pools[pool], nodes) },
          { parent: this, dependsOn: [cluster], deletedWith: cluster, ignoreChanges: ["count", "orchestratorVersion"], customTimeouts: { create: "60m", update: "120m", delete: "60m" } },
        ),
    );
    maintain(name, { resourceGroupName, resourceName, window: upgrades.window }, { parent: this, dependsOn: [cluster], deletedWith: cluster });
    diagnose(
      `${name}-logs`,
      {
        target: cluster.id,
        workspaceId: args.workspaceId,
        // kube-audit-admin leaves out what only reads, which is most of kube-audit. https://learn.microsoft.com/azure/aks/monitor-aks-reference
        logs: {
          categories: ["kube-apiserver", "kube-audit-admin", "kube-controller-manager", "kube-scheduler", "cloud-controller-manager", "cluster-autoscaler", "guard"],
        },
        metrics: true,
        dedicatedTables: true,
      },
      { parent: this },
    );

    // Being the owner of a cluster in Azure gives no right inside it. https://learn.microsoft.com/azure/aks/manage-azure-rbac
    const deployerGrants = access.deployers.map(
      (objectId) =>
        new RoleGrants(
          `${name}-deployer-${objectId}`,
          { context, principalId: objectId, grants: { cluster: { role: "Azure Kubernetes Service RBAC Cluster Admin", scope: cluster.id } } },
          { parent: this },
        ),
    );
    const credentials = pulumi.secret(containerservice.listManagedClusterUserCredentialsOutput({ resourceGroupName, resourceName: clusterName, format: "exec" }, { dependsOn: [cluster] }));
    // A lookup that a preview can't make loses what it depends on; the cluster's id keeps it.
    this.kubeconfig = pulumi.all([credentials, cluster.id]).apply(([{ kubeconfigs }]) =>
      kubeconfig({ credentials: kubeconfigs[0]?.value ?? "", clusterName, tenantId: context.tenantId, login: access.kubelogin }),
    );
    const provider = clusterProvider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        // Its id, in words that a preview knows.
        clusterId: `/subscriptions/${context.subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${clusterName}`,
      },
      // The system pool takes nothing but what tolerates its taint, so that workloads need the other pools.
      { parent: this, dependsOn: [...deployerGrants.map((grants) => grants.ready), ...pools] },
    );

    this.clusterId = cluster.id;
    this.clusterName = clusterName;
    // A preview knows the profile as the program wrote it, without the address in it; like the id, that comes with the cluster.
    this.oidcIssuerUrl = pulumi.all([cluster.oidcIssuerProfile, cluster.id]).apply(([profile]) => profile?.issuerURL ?? "");
    this.kubeletClientId = identities.kubeletClientId;
    this.target = { provider, deletedWith: cluster };
    this.registerOutputs({
      clusterId: this.clusterId,
      clusterName: this.clusterName,
      oidcIssuerUrl: this.oidcIssuerUrl,
      kubeletClientId: this.kubeletClientId,
      kubeconfig: this.kubeconfig,
    });
  }
}

// They move on to newer minor versions, which Azure does not take back: a version that is given would be asked for again.
const movingChannels: readonly string[] = ["stable", "rapid"];

function argumentProblems(args: AksClusterArgs): Problem[] {
  const problems: Problem[] = Object.entries(args.pools).flatMap(([pool, settings]) => poolProblems(`pools.${pool}`, pool as PoolName, settings));
  problems.push(...upgradeProblems("upgrades", args.upgrades));
  const names = Object.values(args.pools).map((pool) => pool.name);
  if (new Set(names).size < names.length) {
    problems.push({ path: "pools", message: "two pools have the same name", given: names.join(", "), allowed: "a name for each pool" });
  }
  if (args.access.deployers.length === 0) {
    problems.push({ path: "access.deployers", message: "nobody could work in the cluster", allowed: "at least one object id", fix: 'Name whoever runs the deployment: "az ad signed-in-user show --query id".' });
  }
  if (args.apiServer.access === "public" && (args.apiServer.authorizedIpRanges.length === 0 || args.apiServer.authorizedIpRanges.some((range) => range.endsWith("/0")))) {
    problems.push({
      path: "apiServer.authorizedIpRanges",
      message: "the API server would be open to everyone",
      given: JSON.stringify(args.apiServer.authorizedIpRanges),
      allowed: "at least one range, none of them all addresses",
      fix: "Name the ranges that the deployment and its people come from, or choose a private API server.",
    });
  }
  if (args.kubernetesVersion !== undefined && !/^1\.\d+$/.test(args.kubernetesVersion)) {
    problems.push({ path: "kubernetesVersion", message: "is not a minor version", given: args.kubernetesVersion, allowed: "as 1.34", fix: "Leave the patch to the upgrade channel, which would be undone by a fixed one." });
  }
  if (args.kubernetesVersion !== undefined && movingChannels.includes(args.upgrades.channel)) {
    problems.push({ path: "kubernetesVersion", message: `does not go with the channel ${args.upgrades.channel}, which moves on to newer minor versions`, given: args.kubernetesVersion, allowed: "nothing", fix: "Leave it out, or choose the channel patch." });
  }
  return problems;
}
