import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { PrivateEndpointTarget } from "../shared/privateEndpointTarget";

/** Arguments of `PrivateEndpoint`. */
export interface PrivateEndpointArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** Tells apart the endpoints of one environment, as `registry`. */
  readonly role: string;
  /** The id of the resource that gets an address in the network. */
  readonly resourceId: pulumi.Input<string>;
  /**
   * Which part of the resource it is.
   * @source https://learn.microsoft.com/azure/private-link/private-endpoint-overview#private-link-resource
   */
  readonly groupId: "registry" | "vault" | "blob";
  readonly target: PrivateEndpointTarget;
}

/**
 * An address of our own network for one resource, under the resource's usual name. The zone group keeps the records of the private zone;
 * nobody else should write them.
 *
 * @example
 * new PrivateEndpoint("registry-endpoint", { context, resourceGroupName, role: "registry", resourceId: registry.id, groupId: "registry", target });
 * @source https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export class PrivateEndpoint extends pulumi.ComponentResource {
  /** What must be there before the resource is reached by its name in the network: the records in the zone. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: PrivateEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:azure:PrivateEndpoint", name, {}, opts);
    const { context, resourceGroupName, role, resourceId, groupId, target } = args;
    const privateEndpointName = context.names.of("privateEndpoint", role);

    const endpoint = new network.PrivateEndpoint(
      name,
      {
        resourceGroupName,
        privateEndpointName,
        location: context.location,
        tags: context.tags,
        subnet: { id: target.subnetId },
        privateLinkServiceConnections: [{ name: role, privateLinkServiceId: resourceId, groupIds: [groupId] }],
      },
      { parent: this },
    );
    this.ready = new network.PrivateDnsZoneGroup(
      `${name}-zone`,
      {
        resourceGroupName,
        privateEndpointName,
        privateDnsZoneGroupName: "default",
        privateDnsZoneConfigs: [{ name: groupId, privateDnsZoneId: target.zoneId }],
      },
      { parent: this, dependsOn: endpoint },
    );

    this.registerOutputs({});
  }
}
