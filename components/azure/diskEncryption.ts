import * as compute from "@pulumi/azure-native/compute";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { CustomerManagedKey } from "../shared/customerManagedKey";

/** Arguments of `DiskEncryption`. */
export interface DiskEncryptionArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** A key in a vault of the same region and subscription. */
  readonly key: CustomerManagedKey;
}

/**
 * The disk encryption set that puts the disks of nodes and volumes under the customer's key. It takes up a rotated key within the hour.
 *
 * @example
 * const disks = new DiskEncryption("disks", { context, resourceGroupName, key: keys.key("disks") });
 * @source https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys
 */
export class DiskEncryption extends pulumi.ComponentResource {
  /** The set's resource id. The identity of a cluster that uses it needs `Reader` on it. */
  readonly diskEncryptionSetId: pulumi.Output<string>;

  constructor(name: string, args: DiskEncryptionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:azure:DiskEncryption", name, {}, opts);
    const { context, resourceGroupName, key } = args;

    const set = new compute.DiskEncryptionSet(
      name,
      {
        resourceGroupName,
        diskEncryptionSetName: context.names.of("diskEncryptionSet"),
        location: context.location,
        tags: context.tags,
        identity: { type: "UserAssigned", userAssignedIdentities: [key.identityId] },
        encryptionType: "EncryptionAtRestWithCustomerKey",
        // Azure takes no address without a version here, even where it rotates by itself.
        activeKey: { keyUrl: key.keyUriWithVersion, sourceVault: { id: key.vaultId } },
        rotationToLatestKeyVersionEnabled: true,
      },
      {
        parent: this,
        dependsOn: key.ready,
        protect: context.protect,
        // After a rotation the set holds a newer version than the program; an update must not put the old one back.
        ignoreChanges: ["activeKey.keyUrl"],
      },
    );

    this.diskEncryptionSetId = set.id;
    this.registerOutputs({ diskEncryptionSetId: this.diskEncryptionSetId });
  }
}
