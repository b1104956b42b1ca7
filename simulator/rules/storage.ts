import { refusal, Rule } from "./rule";

const account = "azure-native:storage:StorageAccount";

export const storage: readonly Rule[] = [
  {
    id: "storage-key-kind",
    types: [account],
    source: "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview",
    check: (resource) =>
      resource.is("encryption.keySource", "Microsoft.Keyvault") && resource.isNot("kind", "StorageV2", "BlockBlobStorage", "FileStorage")
        ? refusal("InvalidEncryptionKeySource", `A storage account of the kind ${resource.text("kind")} can't use a key of the customer's: use StorageV2.`)
        : undefined,
  },
  {
    id: "storage-key-reference",
    types: [account],
    source: "https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create",
    check: (resource) =>
      resource.is("encryption.keySource", "Microsoft.Keyvault") && ["keyName", "keyVaultUri"].some((key) => resource.lacks(`encryption.keyVaultProperties.${key}`))
        ? refusal("InvalidRequestPropertyValue", "With the key source Microsoft.Keyvault, encryption.keyVaultProperties must have keyName and keyVaultUri.")
        : undefined,
  },
  {
    id: "storage-versioning-hierarchy",
    types: ["azure-native:storage:BlobServiceProperties"],
    source: "https://learn.microsoft.com/azure/storage/blobs/versioning-overview",
    check(resource, world) {
      const owner = world.where(account, { accountName: resource.text("accountName"), resourceGroupName: resource.text("resourceGroupName") });
      return resource.is("isVersioningEnabled", true) && owner?.is("isHnsEnabled", true)
        ? refusal("FeatureNotSupportedForAccount", "Blob versioning is not supported for an account with a hierarchical namespace.")
        : undefined;
    },
  },
  {
    id: "storage-restore-policy",
    types: ["azure-native:storage:BlobServiceProperties"],
    source: "https://learn.microsoft.com/azure/storage/blobs/point-in-time-restore-overview",
    check(resource) {
      const needed = ["isVersioningEnabled", "changeFeed.enabled", "deleteRetentionPolicy.enabled"].filter((path) => resource.isNot(path, true));
      return resource.is("restorePolicy.enabled", true) && needed.length > 0 ? refusal("ConflictFeature", `A restore policy needs ${needed.join(", ")} as well.`) : undefined;
    },
  },
];
