import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { EchoServer } from "../components/apps/echoServer";
import { AksCluster } from "../components/azure/aksCluster";
import { ContainerRegistry } from "../components/azure/containerRegistry";
import { DiskEncryption } from "../components/azure/diskEncryption";
import { EncryptionKeys } from "../components/azure/encryptionKeys";
import { FrontDoor } from "../components/azure/frontDoor";
import { FrontDoorHosts } from "../components/azure/frontDoorHosts";
import { FrontDoorOrigin } from "../components/azure/frontDoorOrigin";
import { Monitoring } from "../components/azure/monitoring";
import { Network } from "../components/azure/network";
import { RunnerPeering } from "../components/azure/runnerPeering";
import { StorageAccount } from "../components/azure/storageAccount";
import { Caller } from "../components/mesh/access";
import { Certificates } from "../components/mesh/certificates";
import { IngressGateway } from "../components/mesh/ingressGateway";
import { Istio } from "../components/mesh/istio";
import { MeshSecurity } from "../components/mesh/meshSecurity";
import { RequireSignIn } from "../components/mesh/requireSignIn";
import { signInProvider } from "../components/services/oauth2ProxyChart";
import { Kayenta } from "../components/services/kayenta";
import { kayentaContainer } from "../components/services/kayentaConfig";
import { Prometheus } from "../components/services/prometheus";
import { RegistryPurge } from "../components/services/registryPurge";
import { SignIn } from "../components/services/signIn";
import { AzureContext } from "../components/shared/azureContext";
import { childrenDependOn } from "../components/shared/childrenDependOn";
import { ImageSource, upstreamRepositories } from "../components/shared/images";
import { Names } from "../components/shared/names";
import { images } from "../components/shared/versions";
import { withoutOldApiAliases } from "../components/shared/withoutOldApiAliases";
import { originHost } from "./config/originHost";
import { PlatformConfig } from "./config/schema";
import { contractVersion, PlatformOutputs } from "./outputs";

/**
 * The whole platform of one environment, wired from its config: `stacks/` decides nothing that a component could decide.
 *
 * The order follows need. Registry, storage, vault, Front Door's profile and firewall wait for no cluster; the cluster waits for every
 * grant of its identity; Front Door's origin waits for the gateway's Service, its routes for the origin and its approval.
 */
export class Platform extends pulumi.ComponentResource {
  readonly outputs: PlatformOutputs;

  constructor(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:stacks:Platform", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    const context = contextOf(config);
    const tags = { location: context.location, tags: context.tags };
    const resourceGroupName = context.names.of("resourceGroup");
    const group = new resources.ResourceGroup("group", { resourceGroupName, ...tags }, { parent: this, protect: context.protect });
    // The network has a group of its own: the cluster's identity may change what is in it, and in no other.
    const networkGroupName = context.names.of("resourceGroup", "network");
    const networkGroup = new resources.ResourceGroup("network-group", { resourceGroupName: networkGroupName, ...tags }, { parent: this, protect: context.protect });
    const inGroup = { context, resourceGroupName };
    const inside = { parent: this, ...childrenDependOn(group, networkGroup) };

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
        cachedRepositories: config.images.source === "registry" ? upstreamRepositories(images) : [],
        dockerHub: config.images.dockerHub,
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
      { parent: this, ...childrenDependOn(group, networkGroup, ...(runner?.ready ?? [])) },
    );
    const cluster = aks.target;
    const imageSource: ImageSource = config.images.source === "registry" ? { registry: registry.loginServer } : {};

    // The first pods wait for the rules by which the registry has their images. All others come after Istio's.
    const firstPods = { parent: this, ...childrenDependOn(group, networkGroup, ...registry.cacheRules) };
    const hosts = Object.keys(config.hosts);
    const signInHosts = hosts.filter((host) => config.hosts[host]?.signIn === true);
    const shared = config.signIn.host === undefined ? undefined : { host: config.signIn.host, cookieDomain: config.domain };
    const extensionProviders = signInHosts.length > 0 ? [signInProvider({ shared: shared !== undefined })] : [];
    const istio = new Istio("istio", { cluster, images: imageSource, extensionProviders }, firstPods);
    new MeshSecurity("mesh-security", { cluster, istio, exceptions: config.mesh.exceptions }, inside);
    const ingress = new IngressGateway(
      "ingress",
      {
        context,
        cluster,
        istio,
        privateLink: { resourceGroupName: networkGroupName, subnetName: network.subnetNames.privateLink, natIpCount: config.network.natAddresses },
        loadBalancerSubnetName: network.subnetNames.nodes,
        frontDoorId: frontDoor.frontDoorId,
        domain: config.domain,
        originHostName: originHost(config.domain),
        hosts,
      },
      inside,
    );
    const dnsZone = { name: config.dns.zone, resourceGroup: config.dns.resourceGroup };
    const certificates = new Certificates(
      "certificates",
      { ...inGroup, ...config.certificates, cluster, oidcIssuerUrl: aks.oidcIssuerUrl, images: imageSource, dnsZone, domain: config.domain, gateway: ingress },
      firstPods,
    );
    const ready = [istio, ingress.namespace];
    const signIn =
      signInHosts.length === 0
        ? undefined
        : new SignIn(
            "sign-in",
            {
              cluster,
              images: imageSource,
              gateway: ingress,
              tenantId: context.tenantId,
              oidcIssuerUrl: aks.oidcIssuerUrl,
              application: config.signIn.application ?? { displayName: `${config.azure.workload} ${config.environment}` },
              allowed: config.signIn.allowed,
              shared,
              hosts: signInHosts,
              ready,
            },
            inside,
          );
    if (config.echo.hosts.length > 0) {
      const echo = new EchoServer("echo", { cluster, images: imageSource, gateway: ingress, hosts: config.echo.hosts, ready }, inside);
      const protectedHosts = config.echo.hosts.filter((host) => signInHosts.includes(host));
      if (signIn !== undefined && protectedHosts.length > 0) {
        new RequireSignIn("echo-sign-in", { cluster, app: echo.app, hosts: protectedHosts, tokens: signIn.tokens, ready: [istio, echo.namespace] }, inside);
      }
    }

    const prometheus = new Prometheus("prometheus", { cluster, images: imageSource, ...config.prometheus, ready: [istio] }, inside);
    const kayenta =
      kayentaStorage &&
      new Kayenta(
        "kayenta",
        {
          cluster,
          images: imageSource,
          storage: {
            accountName: kayentaStorage.accountName,
            accountKey: kayentaStorage.sharedKey(),
            endpointRange: config.network.subnets.privateEndpoints,
            ready: [kayentaStorage],
          },
          prometheus,
          callers: Object.entries(config.kayenta.callers).map(([account, { reason }]) => callerElsewhere(account, reason)),
          ...(signIn && config.kayenta.host !== undefined && { exposed: { host: config.kayenta.host, gateway: ingress, tokens: signIn.tokens, ready: [ingress.namespace] } }),
          ready: [istio],
        },
        inside,
      );

    const origin = new FrontDoorOrigin(
      "origin",
      {
        resourceGroupName,
        frontDoor,
        privateLinkServiceId: ingress.privateLinkServiceId,
        privateLinkLocation: config.frontDoor.privateLinkLocation,
        unlistedLocationReason: config.frontDoor.unlistedLocationReason,
        originHostName: originHost(config.domain),
        gateway: { service: ingress.service, generation: ingress.serviceUid },
      },
      inside,
    );
    new FrontDoorHosts("hosts", { resourceGroupName, frontDoor, origin, hosts, dnsZone, gatewayCertificate: certificates.certificate }, inside);

    const { purge } = config.registry;
    if (Object.keys(purge.rules).length > 0) {
      new RegistryPurge(
        "registry-purge",
        { ...inGroup, cluster, oidcIssuerUrl: aks.oidcIssuerUrl, images: imageSource, registry: { name: registry.registryName, id: registry.registryId }, ...purge },
        inside,
      );
    }

    this.outputs = {
      contractVersion,
      environment: config.environment,
      location: context.location,
      resourceGroupName,
      networkResourceGroupName: networkGroupName,
      virtualNetworkId: network.virtualNetworkId,
      workspaceId,
      vaultName: keys.vaultName,
      clusterName: aks.clusterName,
      clusterId: aks.clusterId,
      oidcIssuerUrl: aks.oidcIssuerUrl,
      kubeconfig: aks.kubeconfig,
      registryId: registry.registryId,
      registryLoginServer: registry.loginServer,
      storageAccountName: generalStorage.accountName,
      kayentaStorageAccountName: kayentaStorage?.accountName,
      kayentaAddress: kayenta?.address,
      prometheusAddress: prometheus.address,
      domain: config.domain,
      hosts,
      certificateIssuer: certificates.issuerName,
      signInClientId: signIn?.clientId,
      gateway: ingress.gateway,
      frontDoorEndpoint: frontDoor.endpointHostName,
      frontDoorId: frontDoor.frontDoorId,
      privateLinkServiceId: ingress.privateLinkServiceId,
    };
    this.registerOutputs({ ...this.outputs });
  }
}

/** The zone that names a private API server. The network has it where `apiServerZone` was asked of it, as it is for such a cluster. */
function apiServerZone({ zoneIds }: Network): pulumi.Output<string> {
  if (zoneIds.apiServer === undefined) throw new Error("The network was made without a zone for the private API server.");
  return zoneIds.apiServer;
}

/** A caller whose namespace another program makes, from its account as the config writes it: `<namespace>/<name>`. */
function callerElsewhere(account: string, reason: string): Caller {
  const [namespace = "", name = ""] = account.split("/");
  return { serviceAccount: { namespace, name }, reason, elsewhere: true };
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
