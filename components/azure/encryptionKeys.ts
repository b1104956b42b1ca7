import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { AzureContext } from "../shared/azureContext";
import { CustomerManagedKey } from "../shared/customerManagedKey";
import { refuseProblems } from "../shared/errors";
import { PrivateEndpointTarget } from "../shared/privateEndpointTarget";
import { diagnose } from "./diagnose";
import { encryptionKeyProblems } from "./encryptionKeyProblems";
import { PrivateEndpoint } from "./privateEndpoint";
import { RoleGrants } from "./roleGrants";

/** How every key of a vault is made, and how the vault rotates it. Times are ISO 8601 durations in days, months or years: `P90D`, `P1Y`. */
export interface KeySettings {
  /** `RSA-HSM` keeps the key in hardware and makes it a vault of the premium tier. */
  readonly type: "RSA" | "RSA-HSM";
  /** In bits. */
  readonly size: 2048 | 3072 | 4096;
  /** The age at which a new version is made: at least 7 days, and at least 7 days before `expireAfter`. */
  readonly rotateAfter: string;
  /** The age at which a version made by rotation expires: at least 28 days. */
  readonly expireAfter: string;
  /** How long before its expiry a version is announced on the vault's events: shorter than `expireAfter`. */
  readonly notifyBefore: string;
}

/** Arguments of `EncryptionKeys`. */
export interface EncryptionKeysArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** The object ids of those who run `pulumi up`: the vault asks who makes a key, and being the subscription's owner is not enough. */
  readonly deployers: readonly string[];
  /** Who encrypts, each with a key and an identity of its own: `registry`, `storage`, `disks`. A consumer's name is its key's name. */
  readonly consumers: readonly string[];
  /** Holds for keys made from now on; an existing key keeps what it was made with. */
  readonly key: KeySettings;
  readonly privateEndpoint: PrivateEndpointTarget;
  readonly workspaceId: pulumi.Input<string>;
  /**
   * Why the vault must be open to every network, as for a service that Azure does not let through the firewall. Default: the vault is
   * closed but for its private endpoint and Azure's own trusted services. It becomes the vault's tag `open-vault-reason`.
   */
  readonly openVaultReason?: string;
}

/**
 * The customer's own keys: one vault, and for each consumer a key, an identity, the grant to wrap and unwrap with that one key, and the
 * wait for the grant to spread. Data that is encrypted with a key is lost with it, so nothing here deletes a key by itself.
 *
 * @throws ArgumentError when a consumer, deployer, time or reason is not one that Key Vault takes.
 * @example
 * const keys = new EncryptionKeys("keys", {
 *   context, resourceGroupName, workspaceId, deployers: [objectId], consumers: ["registry", "disks"], privateEndpoint: { subnetId, zoneId },
 *   key: { type: "RSA", size: 3072, rotateAfter: "P90D", expireAfter: "P1Y", notifyBefore: "P30D" },
 * });
 * new DiskEncryption("disks", { context, resourceGroupName, key: keys.key("disks") });
 * @source https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
 * @source https://learn.microsoft.com/azure/key-vault/general/network-security
 */
export class EncryptionKeys extends pulumi.ComponentResource {
  /** The vault's resource id. */
  readonly vaultId: pulumi.Output<string>;
  /** The vault's address, with a slash at the end. */
  readonly vaultUri: pulumi.Output<string>;
  readonly vaultName: pulumi.Output<string>;
  private readonly keys: ReadonlyMap<string, CustomerManagedKey>;

  constructor(
    private readonly instance: string,
    args: EncryptionKeysArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuseProblems(instance, encryptionKeyProblems(args));
    super("delivery-platform:azure:EncryptionKeys", instance, {}, opts);
    const { context, resourceGroupName, deployers, consumers, workspaceId } = args;
    const parent = { parent: this };

    const vault = this.makeVault(args);
    this.vaultId = vault.id;
    this.vaultUri = vault.properties.vaultUri;
    this.vaultName = vault.name;
    diagnose(`${instance}-diagnostics`, { target: vault.id, workspaceId, logs: { group: "audit" }, metrics: true, dedicatedTables: true }, parent);
    const endpoint = { context, resourceGroupName, role: "vault", resourceId: vault.id, groupId: "vault", target: args.privateEndpoint } as const;
    new PrivateEndpoint(`${instance}-endpoint`, endpoint, parent);

    const officer = { keys: { role: "Key Vault Crypto Officer", scope: vault.id } } as const;
    const officers = deployers.map((principalId) => new RoleGrants(`${instance}-deployer-${principalId}`, { context, principalId, grants: officer }, parent).ready);
    this.keys = new Map(consumers.map((consumer) => [consumer, this.makeKey(consumer, args, vault, officers)]));

    this.registerOutputs({ vaultId: this.vaultId, vaultUri: this.vaultUri, vaultName: this.vaultName });
  }

  /** The key of one consumer. Throws for a name that `consumers` does not list. */
  key(consumer: string): CustomerManagedKey {
    const key = this.keys.get(consumer);
    if (key === undefined) throw new Error(`${this.instance} has no key for "${consumer}"; its consumers are ${[...this.keys.keys()].join(", ")}.`);
    return key;
  }

  private makeVault({ context, resourceGroupName, key, openVaultReason }: EncryptionKeysArgs): keyvault.Vault {
    // A deleted vault keeps its name until its retention is over, so that a new one needs another. The suffix stays in the state.
    const suffix = new random.RandomString(`${this.instance}-suffix`, { length: 6, special: false, upper: false }, { parent: this });
    return new keyvault.Vault(
      this.instance,
      {
        resourceGroupName,
        vaultName: pulumi.interpolate`${context.names.of("vaultPrefix")}-${suffix.result}`,
        location: context.location,
        tags: { ...context.tags, ...(openVaultReason !== undefined && { "open-vault-reason": openVaultReason }) },
        properties: {
          tenantId: context.tenantId,
          sku: { family: "A", name: key.type === "RSA-HSM" ? "premium" : "standard" },
          enableRbacAuthorization: true,
          accessPolicies: [],
          // Every service that encrypts with a key demands these two. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
          enableSoftDelete: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: 90,
          publicNetworkAccess: openVaultReason === undefined ? "Disabled" : "Enabled",
          // Registry, storage and disks come in as trusted services, not through the private endpoint.
          // https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints#trusted-services
          networkAcls: { defaultAction: openVaultReason === undefined ? "Deny" : "Allow", bypass: "AzureServices" },
        },
      },
      { parent: this, protect: context.protect },
    );
  }

  private makeKey(consumer: string, args: EncryptionKeysArgs, vault: keyvault.Vault, officers: readonly pulumi.Resource[]): CustomerManagedKey {
    const { context, resourceGroupName, key: settings } = args;
    const key = new keyvault.Key(
      `${this.instance}-${consumer}`,
      {
        resourceGroupName,
        vaultName: vault.name,
        keyName: consumer,
        tags: context.tags,
        properties: {
          kty: settings.type,
          keySize: settings.size,
          keyOps: ["wrapKey", "unwrapKey"],
          rotationPolicy: {
            attributes: { expiryTime: settings.expireAfter },
            lifetimeActions: [
              { action: { type: "rotate" }, trigger: { timeAfterCreate: settings.rotateAfter } },
              { action: { type: "notify" }, trigger: { timeBeforeExpiry: settings.notifyBefore } },
            ],
          },
        },
      },
      {
        parent: this,
        dependsOn: [...officers],
        protect: context.protect,
        // A key is deleted over the vault's own address, which a runner outside the network does not reach; it goes with its vault instead.
        retainOnDelete: true,
        // Azure Resource Manager makes a key and never changes it. An update would be reported as done and change nothing: an existing key
        // is changed with `az keyvault key rotation-policy update`.
        // https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
        ignoreChanges: ["properties"],
      },
    );
    const identity = new managedidentity.UserAssignedIdentity(
      `${this.instance}-${consumer}-identity`,
      { resourceGroupName, resourceName: context.names.of("userAssignedIdentity", consumer), location: context.location, tags: context.tags },
      { parent: this },
    );
    const grants = new RoleGrants(
      `${this.instance}-${consumer}-grants`,
      {
        context,
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        grants: { key: { role: "Key Vault Crypto Service Encryption User", scope: key.id } },
      },
      { parent: this },
    );
    return {
      vaultId: vault.id,
      vaultUri: vault.properties.vaultUri,
      keyName: consumer,
      keyUri: key.keyUri,
      keyUriWithVersion: key.keyUriWithVersion,
      identityId: identity.id,
      identityClientId: identity.clientId,
      identityPrincipalId: identity.principalId,
      ready: grants.ready,
    };
  }
}
