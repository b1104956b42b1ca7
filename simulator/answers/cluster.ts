import type * as containerservice from "@pulumi/azure-native/containerservice";
import { Answer, autoName, azure, digits, uuid } from "./answer";

/** The address of a cluster's API server, as it stands in the cluster's kubeconfig. */
export function apiServerHost(name: string, location: string, isPrivate: boolean, identity: string): string {
  return `${name}-${digits(8, identity)}.${isPrivate ? `privatelink.${location}` : `hcp.${location}`}.azmk8s.io`;
}

/** Managed clusters and what hangs on them. */
export const cluster: Readonly<Record<string, Answer>> = {
  "azure-native:containerservice:ManagedCluster": azure<containerservice.ManagedCluster>(
    "Microsoft.ContainerService",
    [["managedClusters", "resourceName"]],
    (resource, id, world) => {
      const location = resource.text("location") ?? "westeurope";
      const prefix = resource.text("dnsPrefix") ?? resource.text("resourceName") ?? autoName(resource);
      const group = resource.text("resourceGroupName") ?? "";
      const isPrivate = resource.is("apiServerAccessProfile.enablePrivateCluster", true);
      const kubelet = world.withId("azure-native:managedidentity:UserAssignedIdentity", resource.text("identityProfile.kubeletidentity.resourceId"));
      return {
        ...(isPrivate ? { privateFQDN: apiServerHost(prefix, location, true, id) } : { fqdn: apiServerHost(prefix, location, false, id) }),
        nodeResourceGroup: resource.text("nodeResourceGroup") ?? `MC_${group}_${resource.text("resourceName") ?? autoName(resource)}_${location}`,
        currentKubernetesVersion: resource.text("kubernetesVersion") ?? "1.34.2",
        identityProfile: {
          kubeletidentity: { clientId: kubelet?.text("clientId") ?? uuid(resource.urn, "kubelet client"), objectId: kubelet?.text("principalId") ?? uuid(resource.urn, "kubelet principal") },
        },
        ...(resource.is("oidcIssuerProfile.enabled", true) && { oidcIssuerProfile: { issuerURL: `https://${location}.oic.prod-aks.azure.com/${world.client.tenantId}/${uuid(resource.urn, "issuer")}/` } }),
        resourceUID: digits(24, resource.urn),
      };
    },
  ),
  "azure-native:containerservice:AgentPool": azure<containerservice.AgentPool>("Microsoft.ContainerService", [
    ["managedClusters", "resourceName"],
    ["agentPools", "agentPoolName"],
  ]),
  "azure-native:containerservice:MaintenanceConfiguration": azure<containerservice.MaintenanceConfiguration>("Microsoft.ContainerService", [
    ["managedClusters", "resourceName"],
    ["maintenanceConfigurations", "configName"],
  ]),
};
