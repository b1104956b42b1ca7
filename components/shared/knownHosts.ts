/*
 * The hosts outside the cluster that the platform calls, from plain facts. What needs one names it through these, so that no list of hosts is
 * kept by hand. All of them are those of Azure's public cloud.
 */

/**
 * Where people and programs sign in to Entra ID, and where it publishes its keys. It is the same host for every tenant.
 * @source https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 */
export const entraIdHost = "login.microsoftonline.com";

/** The address of a tenant at Entra ID, as `https://login.microsoftonline.com/<tenant>`. */
export function entraIdAuthority(tenantId: string): string {
  return `https://${entraIdHost}/${tenantId}`;
}

/** Microsoft Graph, which knows who is in which group. */
export const microsoftGraphHost = "graph.microsoft.com";

/** Azure Resource Manager, by which Azure's own resources are found and changed. */
export const azureResourceManagerHost = "management.azure.com";

/** The end of the names of Azure's storage accounts. */
export const storageSuffix = "core.windows.net";

/**
 * The host of a storage account's blobs. It is the same with a private endpoint: inside the network the name then has a private address.
 * @source https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
export function blobHost(storageAccountName: string): string {
  return `${storageAccountName}.blob.${storageSuffix}`;
}

/**
 * The host of a registry's lists of repositories and tags. Layers come from others, but it is the nodes that pull, and not pods.
 * @source https://learn.microsoft.com/azure/container-registry/container-registry-firewall-access-rules
 */
export function registryHost(registryName: string): string {
  return `${registryName}.azurecr.io`;
}

/** The host of an address, as of an authority's directory. */
export function hostOf(address: string): string {
  return new URL(address).hostname;
}
