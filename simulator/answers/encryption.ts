import type * as compute from "@pulumi/azure-native/compute";
import type * as containerregistry from "@pulumi/azure-native/containerregistry";
import type * as keyvault from "@pulumi/azure-native/keyvault";
import type * as storage from "@pulumi/azure-native/storage";
import { Answer, autoName, azure, digits, textOf, uuid } from "./answer";

/** Vaults and keys, and what is encrypted with them: disks, registry, storage. */
export const encryption: Readonly<Record<string, Answer>> = {
  "azure-native:keyvault:Vault": azure<keyvault.Vault>("Microsoft.KeyVault", [["vaults", "vaultName"]], (resource) => ({
    properties: { vaultUri: `https://${(resource.text("vaultName") ?? autoName(resource)).toLowerCase()}.vault.azure.net/` },
  })),
  "azure-native:keyvault:Key": azure<keyvault.Key>(
    "Microsoft.KeyVault",
    [
      ["vaults", "vaultName"],
      ["keys", "keyName"],
    ],
    (resource) => {
      const keyUri = `https://${textOf(resource, "vaultName").toLowerCase()}.vault.azure.net/keys/${resource.text("keyName") ?? autoName(resource)}`;
      return { keyUri, keyUriWithVersion: `${keyUri}/${digits(32, resource.urn, "version")}`, kty: resource.text("properties.kty"), keySize: resource.number("properties.keySize") };
    },
  ),
  "azure-native:compute:DiskEncryptionSet": azure<compute.DiskEncryptionSet>("Microsoft.Compute", [["diskEncryptionSets", "diskEncryptionSetName"]]),
  "azure-native:containerregistry:Registry": azure<containerregistry.Registry>("Microsoft.ContainerRegistry", [["registries", "registryName"]], (resource) => ({
    loginServer: `${(resource.text("registryName") ?? autoName(resource)).toLowerCase()}.azurecr.io`,
  })),
  "azure-native:containerregistry:CredentialSet": azure<containerregistry.CredentialSet>(
    "Microsoft.ContainerRegistry",
    [
      ["registries", "registryName"],
      ["credentialSets", "credentialSetName"],
    ],
    (resource, _id, world) => ({ identity: { type: resource.text("identity.type"), principalId: uuid(resource.urn, "principal"), tenantId: world.client.tenantId } }),
  ),
  "azure-native:containerregistry:CacheRule": azure<containerregistry.CacheRule>("Microsoft.ContainerRegistry", [
    ["registries", "registryName"],
    ["cacheRules", "cacheRuleName"],
  ]),
  "azure-native:storage:StorageAccount": azure<storage.StorageAccount>("Microsoft.Storage", [["storageAccounts", "accountName"]], (resource) => {
    const host = (service: string): string => `https://${resource.text("accountName") ?? autoName(resource)}.${service}.core.windows.net/`;
    return { primaryEndpoints: { blob: host("blob"), dfs: host("dfs"), file: host("file"), queue: host("queue"), table: host("table") } };
  }),
  "azure-native:storage:BlobServiceProperties": azure<storage.BlobServiceProperties>("Microsoft.Storage", [
    ["storageAccounts", "accountName"],
    ["blobServices", "blobServicesName"],
  ]),
  "azure-native:storage:BlobContainer": (resource, world) => {
    const created = azure<storage.BlobContainer>("Microsoft.Storage", [
      ["storageAccounts", "accountName"],
      ["containers", "containerName"],
    ])(resource, world);
    return { ...created, id: created.id.replace("/containers/", "/blobServices/default/containers/") };
  },
};
