import * as pulumi from "@pulumi/pulumi";
import { withoutOldApiAliases } from "../components/shared/withoutOldApiAliases";
import { azureLayer } from "./azureLayer";
import { PlatformConfig } from "./config/schema";
import { meshLayer } from "./meshLayer";
import { hostsLayer } from "./hostsLayer";
import { contractVersion, PlatformOutputs } from "./outputs";
import { servicesLayer } from "./servicesLayer";

/**
 * The whole platform of one environment, wired from its config in four layers: Azure, the mesh, what runs in it, and the hosts that
 * open it. `stacks/` decides nothing that a component could decide.
 */
export class Platform extends pulumi.ComponentResource {
  readonly outputs: PlatformOutputs;

  constructor(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:stacks:Platform", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    const azure = azureLayer(this, config);
    const mesh = meshLayer(azure, config);
    const services = servicesLayer(azure, mesh, config);
    hostsLayer(azure, mesh, services);

    this.outputs = {
      contractVersion,
      environment: config.environment,
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
      storageAccountName: azure.generalStorage.accountName,
      kayentaStorageAccountName: azure.kayentaStorage?.accountName,
      kayentaAddress: services.kayenta?.address,
      prometheusAddress: services.prometheus.address,
      domain: config.domain,
      hosts: mesh.hosts,
      certificateIssuer: mesh.certificates.issuerName,
      signInClientId: services.signIn?.clientId,
      gateway: mesh.ingress.gateway,
      frontDoorEndpoint: azure.frontDoor.endpointHostName,
      frontDoorId: azure.frontDoor.frontDoorId,
      privateLinkServiceId: mesh.ingress.privateLinkServiceId,
    };
    this.registerOutputs({ ...this.outputs });
  }
}
