import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { CustomerManagedKey } from "../shared/customerManagedKey";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { PrivateEndpointTarget } from "../shared/privateEndpointTarget";
import { reasonProblems } from "../shared/reason";
import { diagnose } from "./diagnose";
import { PrivateEndpoint } from "./privateEndpoint";

/** Arguments of `StorageAccount`. */
export interface StorageAccountArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** Tells apart the accounts of one environment: `general`, `kayenta`. */
  readonly role: string;
  readonly key: CustomerManagedKey;
  readonly privateEndpoint: PrivateEndpointTarget;
  /** The blob containers, all private. */
  readonly containers: readonly string[];
  /** How copies are kept, as `Standard_ZRS`. */
  readonly sku: string;
  /**
   * Why clients must be let in with the account's key. Default: they sign in with Entra ID. It becomes the account's tag
   * `shared-key-reason`.
   */
  readonly sharedKeyReason?: string;
  /** How long a deleted blob or container can be brought back, in days: 1 to 365. */
  readonly deleteRetentionDays: number;
  readonly workspaceId: pulumi.Input<string>;
}

/**
 * A storage account for blobs: under the customer's key and encrypted a second time below it, TLS 1.2 and https only, nothing public,
 * reached over its private endpoint only, with earlier versions and deleted blobs kept for a while.
 *
 * @throws ArgumentError when a container's name, the retention, the redundancy or the reason is not one that Azure takes.
 * @example
 * const account = new StorageAccount("storage", {
 *   context, resourceGroupName, workspaceId, role: "general", key: keys.key("storage"), privateEndpoint: { subnetId, zoneId },
 *   containers: ["artifacts"], sku: "Standard_ZRS", deleteRetentionDays: 14,
 * });
 * @source https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview
 * @source https://learn.microsoft.com/azure/storage/blobs/security-recommendations
 */
export class StorageAccount extends pulumi.ComponentResource {
  /** The account's resource id. */
  readonly accountId: pulumi.Output<string>;
  readonly accountName: string;
  /** The address of the account's blobs, with a slash at the end. */
  readonly blobEndpoint: pulumi.Output<string>;
  private readonly account: storage.StorageAccount;
  private readonly args: StorageAccountArgs;

  constructor(name: string, args: StorageAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:azure:StorageAccount", name, {}, opts);
    const { context, resourceGroupName, role, key, containers, sku, sharedKeyReason, deleteRetentionDays, workspaceId } = args;

    const accountName = context.names.of("storageAccount", role);
    const account = new storage.StorageAccount(
      name,
      {
        resourceGroupName,
        accountName,
        location: context.location,
        tags: { ...context.tags, ...(sharedKeyReason !== undefined && { "shared-key-reason": sharedKeyReason }) },
        kind: "StorageV2",
        sku: { name: sku },
        identity: { type: "UserAssigned", userAssignedIdentities: [key.identityId] },
        encryption: {
          keySource: "Microsoft.Keyvault",
          // Without a version the account looks for a new one every day.
          keyVaultProperties: { keyName: key.keyName, keyVaultUri: key.vaultUri },
          encryptionIdentity: { encryptionUserAssignedIdentity: key.identityId },
          // These two can be chosen on the account's first day only; without `Account` queues and tables stay under Microsoft's key.
          requireInfrastructureEncryption: true,
          services: { blob: encrypted, file: encrypted, queue: encrypted, table: encrypted },
        },
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: sharedKeyReason !== undefined,
        defaultToOAuthAuthentication: true,
        publicNetworkAccess: "Disabled",
        networkRuleSet: { defaultAction: "Deny", bypass: "None" },
      },
      { parent: this, dependsOn: key.ready, protect: context.protect },
    );
    const blobs = new storage.BlobServiceProperties(
      `${name}-blobs`,
      {
        resourceGroupName,
        accountName: nameWith(account, accountName),
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: { enabled: true, days: deleteRetentionDays },
        containerDeleteRetentionPolicy: { enabled: true, days: deleteRetentionDays },
      },
      { parent: this, dependsOn: account },
    );
    for (const container of containers) {
      new storage.BlobContainer(
        `${name}-${container}`,
        { resourceGroupName, accountName: nameWith(account, accountName), containerName: container, publicAccess: "None" },
        { parent: this, dependsOn: blobs, protect: context.protect },
      );
    }
    const endpoint = { context, resourceGroupName, role: `storage-${role}`, resourceId: account.id, groupId: "blob", target: args.privateEndpoint } as const;
    new PrivateEndpoint(`${name}-endpoint`, endpoint, { parent: this });
    diagnose(`${name}-diagnostics`, { target: account.id, workspaceId, metrics: "Transaction" }, { parent: this });
    const blobService = pulumi.interpolate`${account.id}/blobServices/default`;
    diagnose(`${name}-blobs-diagnostics`, { target: blobService, workspaceId, logs: { group: "allLogs" }, metrics: "Transaction" }, { parent: this });

    this.account = account;
    this.args = args;
    this.accountId = account.id;
    this.accountName = accountName;
    this.blobEndpoint = account.primaryEndpoints.blob;
    this.registerOutputs({ accountId: this.accountId, accountName: this.accountName, blobEndpoint: this.blobEndpoint });
  }

  /**
   * The account's first key, which opens everything in it. Secret. For a client that can't sign in otherwise.
   *
   * @throws Error for an account without a `sharedKeyReason`, which lets nobody in with it
   * @source https://learn.microsoft.com/azure/storage/common/storage-account-keys-manage
   */
  sharedKey(): pulumi.Output<string> {
    const { resourceGroupName, sharedKeyReason } = this.args;
    const { accountName } = this;
    if (sharedKeyReason === undefined) throw new Error(`The storage account ${accountName} takes no shared key: give the reason for one as "sharedKeyReason".`);
    const listed = pulumi.secret(storage.listStorageAccountKeysOutput({ resourceGroupName, accountName }, { parent: this, dependsOn: [this.account] }));
    // A lookup that a preview can't make loses what it depends on; the account's id keeps it.
    return pulumi.all([listed, this.account.id]).apply(([{ keys: [first] }]) => {
      if (first === undefined) throw new Error(`Azure lists no key of the storage account ${accountName}.`);
      return first.value;
    });
  }
}

const encrypted = { enabled: true, keyType: "Account" };

function problems({ containers, sku, sharedKeyReason, deleteRetentionDays }: StorageAccountArgs): Problem[] {
  const found: Problem[] = [...reasonProblems("sharedKeyReason", sharedKeyReason)];
  // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#container-names
  for (const container of containers.filter((given) => !/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(given))) {
    const allowed = "3 to 63 lower-case letters, digits and single hyphens between them";
    found.push({ path: "containers", message: "can't be the name of a container", given: container, allowed });
  }
  for (const container of containers.filter((given, index) => containers.indexOf(given) !== index)) {
    found.push({ path: "containers", message: "is listed twice", given: container, fix: "Keep one." });
  }
  // The premium kinds hold only one sort of data each. https://learn.microsoft.com/azure/storage/common/storage-account-overview
  if (!/^Standard_(LRS|ZRS|GRS|GZRS|RAGRS|RAGZRS)$/.test(sku)) {
    const allowed = "Standard_LRS, _ZRS, _GRS, _GZRS, _RAGRS or _RAGZRS";
    found.push({ path: "sku", message: "is not a redundancy of a general-purpose account", given: sku, allowed });
  }
  if (!Number.isInteger(deleteRetentionDays) || deleteRetentionDays < 1 || deleteRetentionDays > 365) {
    const allowed = "a whole number of days from 1 to 365";
    found.push({ path: "deleteRetentionDays", message: "is not a time that deleted blobs are kept for", given: String(deleteRetentionDays), allowed });
  }
  return found;
}
