import * as pulumi from "@pulumi/pulumi";
import { namespacesOutsideMesh } from "../components/shared/clusterNamespace";
import { withoutOldApiAliases } from "../components/shared/withoutOldApiAliases";
import { azureLayer } from "./azureLayer";
import { PlatformConfig } from "./config/schema";
import { meshLayer } from "./meshLayer";
import { hostsLayer } from "./hostsLayer";
import { observabilityLayer } from "./observabilityLayer";
import { contractVersion, PlatformOutputs } from "./outputs";
import { platformHosts } from "./platformHosts";
import { servicesLayer } from "./servicesLayer";

/**
 * The whole platform of one environment, wired from its config in layers: Azure, the mesh, what runs in it, what shows how it does, and the hosts
 * that open it. `stacks/` decides nothing that a component could decide.
 */
export class Platform extends pulumi.ComponentResource {
  readonly outputs: PlatformOutputs;

  constructor(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:stacks:Platform", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    const azure = azureLayer(this, config);
    const mesh = meshLayer(azure, config);
    const services = servicesLayer(azure, mesh, config);
    observabilityLayer(azure, mesh, services, config);
    hostsLayer(azure, mesh, services);

    const { registry: imageRegistry } = azure.pods.images;
    this.outputs = {
      contractVersion,
      environment: config.environment,
      tenantId: azure.context.tenantId,
      location: azure.context.location,
      resourceGroupName: azure.inGroup.resourceGroupName,
      networkResourceGroupName: azure.networkGroupName,
      virtualNetworkId: azure.network.virtualNetworkId,
      workspaceId: azure.workspaceId,
      vaultName: azure.keys.vaultName,
      clusterName: azure.aks.clusterName,
      clusterId: azure.aks.clusterId,
      oidcIssuerUrl: azure.aks.oidcIssuerUrl,
      kubeconfig: azure.aks.kubeconfig,
      registryId: azure.registry.registryId,
      registryLoginServer: azure.registry.loginServer,
      // What is undefined is no output: Pulumi warns of each, in every run.
      ...(imageRegistry !== undefined && { imageRegistry }),
      storageAccountName: azure.generalStorage.accountName,
      ...(azure.kayentaStorage && { kayentaStorageAccountName: azure.kayentaStorage.accountName }),
      ...(services.kayenta && { kayentaAddress: services.kayenta.address }),
      prometheusAddress: services.prometheus.address,
      dnsZoneName: config.dns.zone,
      dnsZoneResourceGroupName: config.dns.resourceGroup,
      domain: config.domain,
      hosts: mesh.hosts,
      signInHosts: mesh.signInHosts,
      platformHosts: platformHosts(config),
      certificateIssuer: mesh.certificates.issuerName,
      ...(services.signIn && { signInClientId: services.signIn.clientId }),
      gateway: mesh.ingress.gateway,
      gatewayIdentity: mesh.ingress.identity,
      outsideMesh: namespacesOutsideMesh,
      exceptionNamespaces: Object.keys(config.mesh.exceptions),
      frontDoorEndpoint: azure.frontDoor.endpointHostName,
      frontDoorId: azure.frontDoor.frontDoorId,
      responseTimeoutSeconds: config.frontDoor.responseTimeoutSeconds,
      privateLinkServiceId: mesh.ingress.privateLinkServiceId,
    };
    this.registerOutputs({ ...this.outputs });
  }
}
