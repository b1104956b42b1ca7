import { isRecord } from "../engine/values";
import { Resource } from "../resource";
import { sameText, World } from "../world";
import { grantsTo, identityType, isGranted } from "./grants";
import { keyAt, vaultAt } from "./keyVault";
import { refusal, Rule } from "./rule";

const registry = "azure-native:containerregistry:Registry";
const storage = "azure-native:storage:StorageAccount";
const disks = "azure-native:compute:DiskEncryptionSet";
const encrypted = [registry, storage, disks];

/** Where each type says which key it uses, and by which identity. */
const keyPaths: Readonly<Record<string, string>> = {
  [registry]: "encryption.keyVaultProperties.keyIdentifier",
  [storage]: "encryption.keyVaultProperties.keyVaultUri",
  [disks]: "activeKey.keyUrl",
};

/** The vault whose key a resource is encrypted with. */
function vaultOf(resource: Resource, world: World): Resource | undefined {
  return vaultAt(resource.text(keyPaths[resource.type] ?? ""), world);
}

/** The id of the key that a resource is encrypted with. A storage account names vault and key apart. */
function keyOf(resource: Resource, world: World): string | undefined {
  const address = resource.text(keyPaths[resource.type] ?? "");
  if (resource.type !== storage) return keyAt(address, world);
  const name = resource.text("encryption.keyVaultProperties.keyName");
  return name === undefined ? undefined : keyAt(`${address?.replace(/\/$/, "")}/keys/${name}`, world);
}

/** The ids of the user-assigned identities: a list in some services' APIs, the keys of a map in others'. */
function identityIds(resource: Resource): string[] {
  const given = resource.get("identity.userAssignedIdentities");
  return isRecord(given) ? Object.keys(given) : resource.texts("identity.userAssignedIdentities");
}

/** The identity that wraps and unwraps with the key. */
function identityOf(resource: Resource, world: World): Resource | undefined {
  if (resource.type === registry) return world.where(identityType, { clientId: resource.text("encryption.keyVaultProperties.identity") });
  const id = resource.type === storage ? resource.text("encryption.encryptionIdentity.encryptionUserAssignedIdentity") : identityIds(resource)[0];
  return world.withId(identityType, id);
}

const cryptoRoles = ["Key Vault Crypto Service Encryption User", "Key Vault Crypto User", "Key Vault Crypto Officer"] as const;

export const customerKeys: readonly Rule[] = [
  {
    id: "customer-key-identity",
    types: encrypted,
    source: "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-configure-new-account",
    check(resource, world) {
      if (!resource.has(keyPaths[resource.type] ?? "")) return undefined;
      if (resource.lacks("identity.userAssignedIdentities")) {
        return refusal("InvalidEncryptionIdentity", "A key of the customer's needs an identity that may use it: list a user-assigned identity under identity.userAssignedIdentities.");
      }
      const identity = identityOf(resource, world);
      const listed = identityIds(resource);
      return identity === undefined || listed.length === 0 || listed.some((id) => sameText(id, identity.id))
        ? undefined
        : refusal("InvalidEncryptionIdentity", `The identity ${identity.name} that is to use the key is not among identity.userAssignedIdentities.`);
    },
  },
  {
    id: "customer-key-grant",
    types: encrypted,
    source: "https://learn.microsoft.com/azure/key-vault/general/rbac-guide",
    check(resource, world) {
      const key = keyOf(resource, world);
      const identity = identityOf(resource, world);
      const principal = identity?.text("principalId");
      if (key === undefined || principal === undefined || isGranted(world, resource, principal, cryptoRoles, key)) return undefined;
      return refusal(
        "KeyVaultAuthenticationFailure",
        `The identity ${identity?.name} has no role that may wrap and unwrap with the key, as "Key Vault Crypto Service Encryption User" on ${key}: let the resource wait for the grant.`,
      );
    },
  },
  {
    id: "customer-key-grant-spread",
    types: encrypted,
    level: "warning",
    source: "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected",
    check(resource, world) {
      const principal = identityOf(resource, world)?.text("principalId");
      const given = principal === undefined ? [] : grantsTo(world, resource, principal, cryptoRoles);
      const sleeps = world.neededBy(resource).filter(({ type }) => type === "time:index/sleep:Sleep");
      const waits = given.every((grant) => sleeps.some((sleep) => world.neededBy(sleep).includes(grant)));
      return waits ? undefined : refusal("KeyVaultAuthenticationFailure", "A grant takes minutes to reach the vault: put a wait between it and what is encrypted.");
    },
  },
  {
    id: "customer-key-vault-protection",
    types: encrypted,
    source: "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview",
    check: (resource, world) =>
      vaultOf(resource, world)?.isNot("properties.enablePurgeProtection", true)
        ? refusal("KeyVaultPolicyError", "Keyvault policy recoverable is not set: the vault of a customer's key must have soft delete and purge protection.")
        : undefined,
  },
  {
    id: "customer-key-vault-firewall",
    types: encrypted,
    source: "https://learn.microsoft.com/azure/key-vault/general/network-security#trusted-services",
    check(resource, world) {
      const vault = vaultOf(resource, world);
      const closed = vault?.is("properties.publicNetworkAccess", "Disabled", "disabled") || vault?.is("properties.networkAcls.defaultAction", "Deny");
      return closed && vault?.isNot("properties.networkAcls.bypass", "AzureServices")
        ? refusal("ForbiddenByFirewall", "Client address is not authorized and caller is not a trusted service: a vault behind a firewall must let AzureServices pass.")
        : undefined;
    },
  },
  {
    id: "customer-key-region",
    types: [disks],
    source: "https://learn.microsoft.com/azure/virtual-machines/disk-encryption#restrictions",
    check: (resource, world) => elsewhere(resource, world),
  },
  {
    // The sources disagree on whether a storage account may use a vault of another region.
    id: "storage-key-region",
    types: [storage],
    level: "warning",
    source: "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview",
    check: (resource, world) => elsewhere(resource, world),
  },
  {
    id: "disk-encryption-key-version",
    types: [disks],
    source: "https://learn.microsoft.com/rest/api/compute/disk-encryption-sets/create-or-update",
    check(resource) {
      const url = resource.text("activeKey.keyUrl");
      return url === undefined || /^https:\/\/[^/]+\/keys\/[^/]+\/[0-9a-f]{32}$/.test(url)
        ? undefined
        : refusal("InvalidParameter", `The value of parameter activeKey.keyUrl is invalid: ${url} carries no key version.`);
    },
  },
  {
    id: "disk-encryption-subscription",
    types: [disks],
    source: "https://learn.microsoft.com/azure/virtual-machines/disk-encryption#restrictions",
    check(resource, world) {
      const vault = resource.text("activeKey.sourceVault.id");
      const theirs = vault?.split("/")[2];
      return theirs !== undefined && !sameText(world.client.subscriptionId, theirs)
        ? refusal("InvalidParameter", `The vault of a disk encryption set must be in the same subscription; ${vault} is in another.`)
        : undefined;
    },
  },
];

function elsewhere(resource: Resource, world: World): string | undefined {
  const vault = vaultOf(resource, world);
  const [own, theirs] = [resource.text("location"), vault?.text("location")];
  return own === undefined || theirs === undefined || sameText(own, theirs)
    ? undefined
    : refusal("InvalidParameter", `The vault ${vault?.name} is in ${theirs}, what is encrypted with its key in ${own}: both must be in the same region.`);
}
