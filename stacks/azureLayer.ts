import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { AksCluster } from "../components/azure/aksCluster";
import { ContainerRegistry } from "../components/azure/containerRegistry";
import { DiskEncryption } from "../components/azure/diskEncryption";
import { EncryptionKeys } from "../components/azure/encryptionKeys";
import { FrontDoor } from "../components/azure/frontDoor";
import { Monitoring } from "../components/azure/monitoring";
import { Network } from "../components/azure/network";
import { RunnerPeering } from "../components/azure/runnerPeering";
import { StorageAccount } from "../components/azure/storageAccount";
import { kayentaContainer } from "../components/services/kayentaConfig";
import { AzureContext } from "../components/shared/azureContext";
import { childrenDependOn } from "../components/shared/childrenDependOn";
import { ImageSource } from "../components/shared/images";
import { Names } from "../components/shared/names";
import { platformRepositories } from "./config/platformRepositories";
import { PlatformConfig } from "./config/schema";

/** What the layers above use of Azure. */
export type AzureLayer = ReturnType<typeof azureLayer>;

/**
 * Everything in Azure up to the cluster: groups, network, keys, what is encrypted with them, and Front Door's own parts. Registry, storage,
 * vault, Front Door's profile and firewall wait for no cluster; the cluster waits for every grant of its identity.
 */
export function azureLayer(parent: pulumi.Resource, config: PlatformConfig) {
  const context = contextOf(config);
  const tags = { location: context.location, tags: context.tags };
  const resourceGroupName = context.names.of("resourceGroup");
  const group = new resources.ResourceGroup("group", { resourceGroupName, ...tags }, { parent, protect: context.protect });
  // The network has a group of its own: the cluster's identity may change what is in it, and in no other.
  const networkGroupName = context.names.of("resourceGroup", "network");
  const networkGroup = new resources.ResourceGroup("network-group", { resourceGroupName: networkGroupName, ...tags }, { parent, protect: context.protect });
  const inGroup = { context, resourceGroupName };
  const inside = { parent, ...childrenDependOn(group, networkGroup) };

  const { workspaceId } = new Monitoring("monitoring", { ...inGroup, ...config.monitoring }, inside);
  const network = new Network(
    "network",
    {
      context,
      resourceGroupName: networkGroupName,
      addressSpace: config.network.addressSpace,
      subnets: config.network.subnets,
      apiServerZone: config.cluster.apiServer.access === "private",
      workspaceId,
    },
    inside,
  );
  const endpointIn = (zone: "registry" | "vault" | "blob") => ({ subnetId: network.subnetIds.privateEndpoints, zoneId: network.zoneIds[zone] });
  const { runnerVirtualNetworkId } = config.network;
  const runner = runnerVirtualNetworkId === undefined ? undefined : new RunnerPeering("runner", { context, resourceGroupName: networkGroupName, network, runnerVirtualNetworkId }, inside);

  const keys = new EncryptionKeys(
    "keys",
    {
      ...inGroup,
      deployers: config.access.deployers,
      consumers: ["registry", "storage", "disks"],
      key: config.encryption.key,
      privateEndpoint: endpointIn("vault"),
      workspaceId,
      openVaultReason: config.encryption.openVaultReason,
    },
    inside,
  );
  const registry = new ContainerRegistry(
    "registry",
    {
      ...inGroup,
      key: keys.key("registry"),
      privateEndpoint: endpointIn("registry"),
      retentionDays: config.registry.retentionDays,
      zoneRedundant: config.registry.zoneRedundant,
      cachedRepositories: [...new Set([...platformRepositories(config.images), ...config.registry.cachedRepositories])],
      dockerHub: config.images.dockerHub,
      publishers: config.access.publishers,
      workspaceId,
    },
    inside,
  );
  const storage = { ...inGroup, key: keys.key("storage"), privateEndpoint: endpointIn("blob"), sku: config.storage.sku, deleteRetentionDays: config.storage.deleteRetentionDays, workspaceId };
  const generalStorage = new StorageAccount("storage", { ...storage, role: "general", containers: config.storage.containers }, inside);
  const kayentaStorage = config.kayenta.enabled
    ? new StorageAccount(
        "kayenta-storage",
        { ...storage, role: "kayenta", containers: [kayentaContainer], sharedKeyReason: "Kayenta's Azure store signs in with the account's key and with nothing else" },
        inside,
      )
    : undefined;
  const disks = new DiskEncryption("disks", { ...inGroup, key: keys.key("disks") }, inside);
  const frontDoor = new FrontDoor("front-door", { ...inGroup, workspaceId, firewall: config.frontDoor.firewall, responseTimeoutSeconds: config.frontDoor.responseTimeoutSeconds }, inside);

  const { apiServer } = config.cluster;
  const aks = new AksCluster(
    "aks",
    {
      ...inGroup,
      ...config.cluster,
      network: { resourceGroupName: networkGroupName, subnetId: network.subnetIds.nodes },
      registryId: registry.registryId,
      diskEncryptionSetId: disks.diskEncryptionSetId,
      apiServer: apiServer.access === "public" ? apiServer : { access: "private", zoneId: apiServerZone(network) },
      podCidr: config.network.pods,
      serviceCidr: config.network.services,
      dnsServiceIp: config.network.dnsServiceIp,
      access: config.access,
      workspaceId,
    },
    // A private API server is reached over the runner's peering: by the first object that goes in, and still by the last that goes.
    { parent, ...childrenDependOn(group, networkGroup, ...(runner?.ready ?? [])) },
  );

  const imageSource: ImageSource = config.images.source === "registry" ? { registry: registry.loginServer } : {};
  return {
    context,
    inGroup,
    networkGroupName,
    /** For components in this environment's resource groups. */
    inside,
    /** For those with the first pods: they wait until the registry has their images and answers in the network. All others follow Istio. */
    firstPods: { parent, ...childrenDependOn(group, networkGroup, ...registry.ready) },
    workspaceId,
    network,
    keys,
    registry,
    generalStorage,
    kayentaStorage,
    frontDoor,
    aks,
    /** What every component with pods takes. */
    pods: { cluster: aks.target, images: imageSource },
  };
}

/** The zone that names a private API server. The network has it where `apiServerZone` was asked of it, as it is for such a cluster. */
function apiServerZone({ zoneIds }: Network): pulumi.Output<string> {
  if (zoneIds.apiServer === undefined) throw new Error("The network was made without a zone for the private API server.");
  return zoneIds.apiServer;
}

/** Where the environment lives in Azure, from its config. */
function contextOf({ azure, environment, protect }: PlatformConfig): AzureContext {
  const { tenantId, subscriptionId, location, workload } = azure;
  return {
    tenantId,
    subscriptionId,
    location,
    names: new Names({ workload, environment, subscriptionId }),
    tags: { ...azure.tags, workload, environment },
    protect,
  };
}
