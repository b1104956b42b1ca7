import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { RoleGrants } from "./roleGrants";

/** Arguments of `ClusterIdentities`. */
export interface ClusterIdentitiesArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** The resource group of the virtual network; the cluster makes the private link service in it. */
  readonly networkResourceGroupName: string;
  readonly registryId: pulumi.Input<string>;
  readonly diskEncryptionSetId: pulumi.Input<string>;
  /** The private DNS zone of the API server, where it is private. */
  readonly apiServerZoneId?: pulumi.Input<string>;
}

/**
 * The two identities of a cluster and all that they may do, granted before the cluster is made: the control plane's, which works on
 * network, disks and zone, and the nodes' (kubelet's), which pulls images.
 *
 * @example
 * new ClusterIdentities("dev", { context, resourceGroupName, networkResourceGroupName, registryId, diskEncryptionSetId });
 * @source https://learn.microsoft.com/azure/aks/use-managed-identity
 */
export class ClusterIdentities extends pulumi.ComponentResource {
  /** The control plane's identity: its resource id. */
  readonly clusterIdentityId: pulumi.Output<string>;
  /** The nodes' identity: its resource id. */
  readonly kubeletIdentityId: pulumi.Output<string>;
  readonly kubeletClientId: pulumi.Output<string>;
  readonly kubeletPrincipalId: pulumi.Output<string>;
  /** What a cluster must wait for: every grant, and the time for it to spread. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterIdentitiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:azure:ClusterIdentities", name, {}, opts);
    const { context, resourceGroupName } = args;
    const identity = (role: string): managedidentity.UserAssignedIdentity =>
      new managedidentity.UserAssignedIdentity(
        `${name}-${role}`,
        { resourceGroupName, resourceName: context.names.of("userAssignedIdentity", role), location: context.location, tags: context.tags },
        { parent: this },
      );
    const cluster = identity("cluster");
    const kubelet = identity("kubelet");

    const clusterGrants = new RoleGrants(
      `${name}-cluster`,
      {
        context,
        principalId: cluster.principalId,
        principalType: "ServicePrincipal",
        grants: {
          // On the whole group, because the private link service that a Service asks for is made in it, and needs its subnets.
          // https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/
          network: { role: "Network Contributor", scope: `/subscriptions/${context.subscriptionId}/resourceGroups/${args.networkResourceGroupName}` },
          // The control plane puts the kubelet's identity on the nodes. https://learn.microsoft.com/azure/aks/use-managed-identity
          kubelet: { role: "Managed Identity Operator", scope: kubelet.id },
          // https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys
          disks: { role: "Reader", scope: args.diskEncryptionSetId },
          // https://learn.microsoft.com/azure/aks/private-clusters#configure-a-private-dns-zone
          ...(args.apiServerZoneId !== undefined && { zone: { role: "Private DNS Zone Contributor", scope: args.apiServerZoneId } as const }),
        },
      },
      { parent: this },
    );
    const kubeletGrants = new RoleGrants(
      `${name}-kubelet`,
      { context, principalId: kubelet.principalId, principalType: "ServicePrincipal", grants: { images: { role: "AcrPull", scope: args.registryId } } },
      { parent: this },
    );

    this.clusterIdentityId = cluster.id;
    this.kubeletIdentityId = kubelet.id;
    this.kubeletClientId = kubelet.clientId;
    this.kubeletPrincipalId = kubelet.principalId;
    this.ready = [clusterGrants.ready, kubeletGrants.ready];
    this.registerOutputs({
      clusterIdentityId: this.clusterIdentityId,
      kubeletIdentityId: this.kubeletIdentityId,
      kubeletClientId: this.kubeletClientId,
      kubeletPrincipalId: this.kubeletPrincipalId,
    });
  }
}
