import { Reading, Resource } from "../resource";
import { sameText, World } from "../world";
import { grantsOf, identityType, isWithin } from "./grants";
import { first, refusal, Rule } from "./rule";

const vaultType = "azure-native:keyvault:Vault";
const keyType = "azure-native:keyvault:Key";
const rotation = "https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation";

/** The days in a duration such as `P90D`, `P3M` or `P1Y`; months and years as long as they are at least. */
function days(duration: string | undefined): number | undefined {
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/.exec(duration ?? "");
  return found === null ? undefined : Number(found[1] ?? 0) * 365 + Number(found[2] ?? 0) * 30 + Number(found[3] ?? 0);
}

function lifetimeActions(resource: Resource): Reading[] {
  return resource.items("properties.rotationPolicy.lifetimeActions");
}

function vaultOf(resource: Resource, world: World): Resource | undefined {
  return world.where(vaultType, { vaultName: resource.text("vaultName"), resourceGroupName: resource.text("resourceGroupName") });
}

/** The id of the key that an address leads to, with a version or without. */
export function keyAt(url: string | undefined, world: World): string | undefined {
  const name = /^https:\/\/[^/]+\/keys\/([^/]+)/.exec(url ?? "")?.[1];
  const vault = vaultAt(url, world);
  return name === undefined || vault === undefined ? undefined : `${vault.id}/keys/${name}`;
}

/** The vault that an address of a vault or a key belongs to. */
export function vaultAt(url: string | undefined, world: World): Resource | undefined {
  const host = /^https:\/\/([^./]+)\./.exec(url ?? "")?.[1];
  return host === undefined ? undefined : world.of(vaultType).find((vault) => sameText(vault.text("vaultName") ?? vault.text("name") ?? "", host));
}

export const keyVault: readonly Rule[] = [
  {
    id: "vault-purge-protection-off",
    types: [vaultType],
    source: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection",
    check: (resource) =>
      resource.is("properties.enablePurgeProtection", false)
        ? refusal("BadRequest", "The property \\\"enablePurgeProtection\\\" cannot be set to false. Enabling the purge protection for a vault is an irreversible action: set it to true or leave it out.")
        : undefined,
  },
  {
    id: "key-size",
    types: [keyType],
    source: "https://learn.microsoft.com/azure/key-vault/keys/about-keys-details",
    check: (resource) =>
      resource.is("properties.kty", "RSA", "RSA-HSM") && resource.isNot("properties.keySize", undefined, 2048, 3072, 4096)
        ? refusal("BadRequest", `Key size ${String(resource.get("properties.keySize"))} is not supported for RSA: 2048, 3072 or 4096.`)
        : undefined,
  },
  {
    id: "key-hsm-premium",
    types: [keyType],
    source: "https://learn.microsoft.com/azure/key-vault/keys/about-keys",
    check(resource, world) {
      const vault = vaultOf(resource, world);
      return resource.is("properties.kty", "RSA-HSM", "EC-HSM") && vault?.isNot("properties.sku.name", "premium")
        ? refusal("BadRequest", "HSM keys are not supported by a vault of the standard SKU: use a premium vault.")
        : undefined;
    },
  },
  {
    id: "key-notify-trigger",
    types: [keyType],
    source: rotation,
    check: (resource) =>
      lifetimeActions(resource).some((action) => action.is("action.type", "notify") && action.has("trigger.timeAfterCreate"))
        ? refusal("BadParameter", "A notify action can only be triggered by timeBeforeExpiry; timeAfterCreate is for rotate.")
        : undefined,
  },
  {
    id: "key-rotation-times",
    types: [keyType],
    source: rotation,
    check(resource) {
      const expiry = days(resource.text("properties.rotationPolicy.attributes.expiryTime"));
      if (expiry !== undefined && expiry < 28) return refusal("BadParameter", "The expiry time of a rotation policy must be at least 28 days.");
      return first(lifetimeActions(resource), (action) => {
        if (action.isNot("action.type", "rotate")) return undefined;
        const after = days(action.text("trigger.timeAfterCreate"));
        const before = days(action.text("trigger.timeBeforeExpiry"));
        const early = (after !== undefined && after < 7) || (before !== undefined && before < 7);
        const late = expiry !== undefined && after !== undefined && after > expiry - 7;
        return early || late ? refusal("BadParameter", "A key can be rotated 7 days after its creation at the earliest, and 7 days before its expiry at the latest.") : undefined;
      });
    },
  },
  {
    id: "key-deployer-grant",
    types: [keyType],
    level: "warning",
    source: "https://github.com/pulumi/pulumi-azure-native/issues/890",
    check(resource, world) {
      const vault = vaultOf(resource, world);
      if (vault === undefined || vault.isNot("properties.enableRbacAuthorization", true)) return undefined;
      // Whoever deploys is none of the identities that the program makes.
      const granted = grantsOf(world, resource, ["Key Vault Crypto Officer", "Key Vault Administrator"]).some(
        (grant) => (vault.id === "" || isWithin(vault.id, grant.text("scope") ?? "")) && world.where(identityType, { principalId: grant.text("principalId") }) === undefined,
      );
      return granted
        ? undefined
        : 'Code="ForbiddenByRbac" Message="Caller is not authorized to perform action on resource": the vault checks the rights of whoever deploys, and this key waits for no grant of "Key Vault Crypto Officer" on the vault to them.';
    },
  },
];
