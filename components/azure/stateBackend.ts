import * as keyvault from "@pulumi/azure-native/keyvault";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as ipaddr from "ipaddr.js";
import { AzureContext } from "../shared/azureContext";
import { isAddress, isRange, prefixLength } from "../shared/cidr";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { lacksZones, redundancyProblems } from "./regions";
import { RoleGrants } from "./roleGrants";

/** How the copies of a backend's state can be kept. */
const skus = ["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS"] as const;

/** Arguments of `StateBackend`. */
export interface StateBackendArgs {
  readonly context: AzureContext;
  /** The object id of who makes the backend: the vault asks who makes a key, and being the subscription's owner is not enough. */
  readonly operator: string;
  /** The object ids of those who run `pulumi` with this backend: people, groups, pipelines. They read and write all state in it. */
  readonly deployers: readonly string[];
  /**
   * The public addresses that those machines come from, as `203.0.113.7` or `203.0.113.0/24` (/30 at the longest). Nobody else but
   * `allowedSubnetIds` reaches account and vault; one of the two must name somebody. They don't hold for a machine in Azure, in the backend's
   * own region: Azure sends its requests over private addresses.
   */
  readonly allowedIpRanges?: readonly string[];
  /**
   * The ids of the subnets that those machines in Azure are in. Each must have the service endpoints Microsoft.KeyVault and
   * Microsoft.Storage, or Microsoft.Storage.Global where it is in another region than the backend.
   */
  readonly allowedSubnetIds?: readonly string[];
  /** How copies are kept. Default `Standard_ZRS`; in a region without zones `Standard_GRS`. */
  readonly sku?: (typeof skus)[number];
  /** How long overwritten and deleted state can be brought back, in days: 1 to 365. Default 90. */
  readonly deleteRetentionDays?: number;
}

const container = "state";
const keyName = "pulumi-state";

/**
 * A place for Pulumi's state: a blob container for the state files, and a key that encrypts the secrets in them. Both sign in with Entra ID
 * only and answer to the given addresses and subnets only. Everything that holds state is protected, in whatever environment.
 *
 * The account is encrypted with Microsoft's key: a key of one's own would need the vault and its grants before the state that describes
 * them, and the secrets in the state are under the vault's key in any case.
 *
 * @throws ArgumentError when an address, a subnet, the redundancy, the retention or the list of deployers is not usable.
 * @example
 * const backend = new StateBackend("state", { context, operator, deployers: [operator, pipeline], allowedIpRanges: ["203.0.113.0/24"] });
 * // pulumi login <backend.backendUrl>; pulumi stack init dev --secrets-provider <backend.secretsProvider>
 * @source https://www.pulumi.com/docs/iac/concepts/state-and-backends/#azure-blob-storage
 * @source https://www.pulumi.com/docs/iac/concepts/secrets/#azure-key-vault
 * @source https://learn.microsoft.com/azure/storage/common/storage-network-security-virtual-networks
 */
export class StateBackend extends pulumi.ComponentResource {
  /** The address to log in to: `azblob://state?storage_account=<account>`. */
  readonly backendUrl: string;
  /**
   * What a new stack is given as its secrets provider: `azurekeyvault://<vault>.vault.azure.net/keys/<key>/<version>`. It names the key's
   * version, because Pulumi decrypts with the version that the address names, or else the newest: without it a rotated key could no longer
   * read what the one before had written.
   */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, args: StateBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:azure:StateBackend", name, {}, opts);
    const { context, operator, deployers } = args;

    const group = new resources.ResourceGroup(
      `${name}-group`,
      { resourceGroupName: context.names.of("resourceGroup"), location: context.location, tags: context.tags },
      { parent: this, protect: true },
    );
    const account = this.makeAccount(name, args, group);
    const vault = this.makeVault(name, args, group);
    const officer = new RoleGrants(`${name}-operator`, { context, principalId: operator, grants: { keys: { role: "Key Vault Crypto Officer", scope: vault.id } } }, { parent: this });
    for (const deployer of deployers) {
      const grants = { blobs: { role: "Storage Blob Data Contributor", scope: account.id }, keys: { role: "Key Vault Crypto User", scope: vault.id } } as const;
      new RoleGrants(`${name}-deployer-${deployer}`, { context, principalId: deployer, grants }, { parent: this });
    }
    const key = new keyvault.Key(
      `${name}-key`,
      {
        resourceGroupName: group.name,
        vaultName: vault.name,
        keyName,
        tags: context.tags,
        // No rotation: Pulumi goes over to a new version only by `pulumi stack change-secrets-provider`.
        properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] },
      },
      // Azure Resource Manager makes a key and never changes it.
      // https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
      { parent: this, dependsOn: officer.ready, protect: true, deletedWith: vault, ignoreChanges: ["properties"] },
    );

    this.backendUrl = `azblob://${container}?storage_account=${context.names.of("storageAccount")}`;
    this.secretsProvider = key.keyUriWithVersion.apply((uri) => uri.replace(/^https:/, "azurekeyvault:"));
    this.registerOutputs({ backendUrl: this.backendUrl, secretsProvider: this.secretsProvider });
  }

  private makeAccount(name: string, args: StateBackendArgs, group: resources.ResourceGroup): storage.StorageAccount {
    const { context, allowedIpRanges = [], allowedSubnetIds = [], deleteRetentionDays = 90 } = args;
    const { sku = lacksZones(context.location) ? "Standard_GRS" : "Standard_ZRS" } = args;
    const accountName = context.names.of("storageAccount");
    const resourceGroupName = group.name;
    const account = new storage.StorageAccount(
      `${name}-account`,
      {
        resourceGroupName,
        accountName,
        location: context.location,
        tags: context.tags,
        kind: "StorageV2",
        sku: { name: sku },
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: false,
        defaultToOAuthAuthentication: true,
        publicNetworkAccess: "Enabled",
        networkRuleSet: {
          defaultAction: "Deny",
          bypass: "None",
          ipRules: allowedIpRanges.map((iPAddressOrRange) => ({ iPAddressOrRange, action: "Allow" })),
          virtualNetworkRules: allowedSubnetIds.map((virtualNetworkResourceId) => ({ virtualNetworkResourceId, action: "Allow" })),
        },
      },
      { parent: this, protect: true },
    );
    const retention = { enabled: true, days: deleteRetentionDays };
    const blobs = new storage.BlobServiceProperties(
      `${name}-blobs`,
      { resourceGroupName, accountName: nameWith(account, accountName), blobServicesName: "default", isVersioningEnabled: true, deleteRetentionPolicy: retention, containerDeleteRetentionPolicy: retention },
      { parent: this, dependsOn: account },
    );
    new storage.BlobContainer(`${name}-container`, { resourceGroupName, accountName: nameWith(account, accountName), containerName: container, publicAccess: "None" }, { parent: this, dependsOn: blobs, protect: true });
    return account;
  }

  private makeVault(name: string, { context, allowedIpRanges = [], allowedSubnetIds = [] }: StateBackendArgs, group: resources.ResourceGroup): keyvault.Vault {
    // A deleted vault keeps its name until its retention is over, so that a new one needs another. The suffix stays in the state.
    const suffix = new random.RandomString(`${name}-suffix`, { length: 6, special: false, upper: false }, { parent: this });
    return new keyvault.Vault(
      `${name}-vault`,
      {
        resourceGroupName: group.name,
        vaultName: pulumi.interpolate`${context.names.of("vaultPrefix")}-${suffix.result}`,
        location: context.location,
        tags: context.tags,
        properties: {
          tenantId: context.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          accessPolicies: [],
          enableSoftDelete: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: 90,
          publicNetworkAccess: "Enabled",
          networkAcls: {
            defaultAction: "Deny",
            bypass: "None",
            ipRules: allowedIpRanges.map((value) => ({ value })),
            virtualNetworkRules: allowedSubnetIds.map((id) => ({ id })),
          },
        },
      },
      { parent: this, protect: true },
    );
  }
}

const subnetId = /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[\w().-]{1,90}\/providers\/Microsoft\.Network\/virtualNetworks\/[\w.-]{2,64}\/subnets\/[\w.-]{1,80}$/i;

function problems({ context, deployers, allowedIpRanges = [], allowedSubnetIds = [], sku, deleteRetentionDays = 90 }: StateBackendArgs): Problem[] {
  const found: Problem[] = [];
  if (deployers.length === 0) found.push({ path: "deployers", message: "is empty: nobody could use the backend", fix: "Name whoever runs pulumi, the operator too." });
  for (const deployer of deployers.filter((given, index) => deployers.indexOf(given) !== index)) {
    found.push({ path: "deployers", message: "is listed twice", given: deployer, fix: "Keep one." });
  }
  if (allowedIpRanges.length + allowedSubnetIds.length === 0) {
    found.push({ path: "allowedIpRanges", message: "is empty, and so is allowedSubnetIds: nobody could reach the backend", fix: "Name the public addresses, or the subnets in Azure, of the machines that run pulumi." });
  }
  // https://learn.microsoft.com/azure/storage/common/storage-network-security-limitations
  for (const given of allowedIpRanges.filter((range) => !isPublic(range))) {
    found.push({ path: "allowedIpRanges", message: "is not something that a storage account's firewall takes", given, allowed: "a public IPv4 address, or a range of them of /30 or shorter" });
  }
  for (const given of allowedSubnetIds.filter((id) => !subnetId.test(id))) {
    const allowed = "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>/subnets/<name>";
    found.push({ path: "allowedSubnetIds", message: "is not the id of a subnet", given, allowed, fix: "Copy it from `az network vnet subnet show --query id`." });
  }
  if (sku !== undefined) found.push(...redundancyProblems("sku", sku, context.location, skus));
  if (!Number.isInteger(deleteRetentionDays) || deleteRetentionDays < 1 || deleteRetentionDays > 365) {
    found.push({ path: "deleteRetentionDays", message: "is not a time that deleted state is kept for", given: String(deleteRetentionDays), allowed: "a whole number of days from 1 to 365" });
  }
  return found;
}

function isPublic(range: string): boolean {
  if (!isAddress(range) && !(isRange(range) && prefixLength(range) <= 30)) return false;
  // The ranges reserved for documentation, which examples use, are `reserved`.
  return ["unicast", "reserved"].includes(ipaddr.IPv4.parse(range.split("/")[0] ?? "").range());
}
