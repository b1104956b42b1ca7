import { durationDays } from "../../components/shared/duration";
import { sameText } from "../../simulator/world";
import { eachOf, Policy, PolicyResource } from "../policy";
import { types } from "../types";

// Shorter RSA keys are to be given up by 2030. https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-57pt1r5.pdf
const shortestKey = 3072;
const longestRotationDays = 365;

/** Encryption of what Azure keeps: registry, vault and keys, storage, disks. */
export const azureEncryption: readonly Policy[] = [
  {
    id: "registry-customer-key",
    group: "encryption",
    level: "error",
    title: "A registry is encrypted with a key of one's own.",
    fix: "Set encryption.status to enabled, with a key and an identity that may use it; it can be set only when the registry is made.",
    source: "https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys",
    check: eachOf([types.registry], (registry) => (registry.isNot("encryption.status", "enabled") ? "The registry is encrypted with a key of Microsoft's." : undefined)),
  },
  {
    id: "storage-customer-key",
    group: "encryption",
    level: "error",
    title: "A storage account is encrypted with a key of one's own.",
    fix: "Set encryption.keySource to Microsoft.Keyvault and name vault, key and identity.",
    source: "https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview",
    check: eachOf([types.storageAccount], (account) => {
      const source = account.text("encryption.keySource");
      const own = source === undefined ? !account.lacks("encryption.keySource") : sameText(source, "Microsoft.Keyvault");
      return own ? undefined : "The storage account is encrypted with a key of Microsoft's.";
    }),
  },
  {
    id: "storage-minimum-tls",
    group: "encryption",
    level: "error",
    title: "A storage account speaks TLS 1.2 or later alone.",
    fix: "Set minimumTlsVersion to TLS1_2.",
    source: "https://learn.microsoft.com/azure/storage/common/transport-layer-security-configure-minimum-version",
    check: eachOf([types.storageAccount], (account) =>
      account.isNot("minimumTlsVersion", "TLS1_2", "TLS1_3") ? `The storage account ${account.has("minimumTlsVersion") ? "asks for a version before 1.2 or one that is none" : "leaves its oldest version of TLS to Azure"}.` : undefined,
    ),
  },
  {
    id: "storage-https-only",
    group: "encryption",
    level: "error",
    title: "A storage account takes no plain HTTP.",
    fix: "Set enableHttpsTrafficOnly to true.",
    source: "https://learn.microsoft.com/azure/storage/common/storage-require-secure-transfer",
    check: eachOf([types.storageAccount], (account) => (account.is("enableHttpsTrafficOnly", false) ? "The storage account takes requests over plain HTTP." : undefined)),
  },
  {
    id: "vault-purge-protection",
    group: "encryption",
    level: "error",
    title: "What is deleted in a vault stays until its time is over.",
    fix: "Set properties.enablePurgeProtection to true.",
    source: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview#purge-protection",
    check: eachOf([types.vault], (vault) => (vault.isNot("properties.enablePurgeProtection", true) ? "Whoever deletes a key can purge it as well, and with it all that it has encrypted." : undefined)),
  },
  {
    id: "vault-role-based-access",
    group: "encryption",
    level: "error",
    title: "Access to a vault is granted by roles.",
    fix: "Set properties.enableRbacAuthorization to true and grant roles on the vault or on single keys.",
    source: "https://learn.microsoft.com/azure/key-vault/general/rbac-access-policy",
    check: eachOf([types.vault], (vault) =>
      vault.isNot("properties.enableRbacAuthorization", true) ? "The vault has access policies: every Contributor can give themselves its keys." : undefined,
    ),
  },
  {
    id: "key-rotation-policy",
    group: "encryption",
    level: "error",
    title: "A key is replaced by a new version by itself, at least once a year.",
    fix: "Give properties.rotationPolicy an action rotate with a timeAfterCreate of P365D at most.",
    source: "https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation",
    check: eachOf([types.key], (key) => rotationProblem(key)),
  },
  {
    id: "key-expiry",
    group: "encryption",
    level: "warning",
    title: "A version of a key expires.",
    fix: "Set properties.rotationPolicy.attributes.expiryTime, later than its rotation.",
    source: "https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation#key-rotation-policy",
    check: eachOf([types.key], (key) => (key.lacks("properties.rotationPolicy.attributes.expiryTime") && key.lacks("properties.attributes.expires") ? "No version of the key ever expires." : undefined)),
  },
  {
    id: "key-length",
    group: "encryption",
    // The shortest that Key Vault makes is allowed by the config, and holds until 2030.
    level: { dev: "info", staging: "warning", prod: "warning" },
    title: `An RSA key has ${shortestKey} bits or more.`,
    fix: `Set properties.keySize to ${shortestKey} or 4096; a new version has to be made for it.`,
    source: "https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final",
    check: eachOf([types.key], (key) => {
      const size = key.lacks("properties.keySize") ? 2048 : key.number("properties.keySize");
      return key.is("properties.kty", "RSA", "RSA-HSM") && size !== undefined && size < shortestKey ? `The key has ${size} bits.` : undefined;
    }),
  },
  {
    id: "disk-key-rotation",
    group: "encryption",
    level: "warning",
    title: "Disks follow the newest version of their key.",
    fix: "Set rotationToLatestKeyVersionEnabled to true.",
    source: "https://learn.microsoft.com/azure/virtual-machines/disk-encryption#automatic-key-rotation-of-customer-managed-keys",
    check: eachOf([types.diskEncryptionSet], (set) => (set.isNot("rotationToLatestKeyVersionEnabled", true) ? "The set keeps the version of the key that it was made with." : undefined)),
  },
  {
    id: "disk-customer-key",
    group: "encryption",
    level: "error",
    title: "A managed disk is encrypted by a disk encryption set.",
    fix: "Set encryption.diskEncryptionSetId.",
    source: "https://learn.microsoft.com/azure/virtual-machines/disk-encryption",
    check: eachOf(["azure-native:compute:Disk", "azure-native:compute:Snapshot"], (disk) => (disk.lacks("encryption.diskEncryptionSetId") ? "The disk is encrypted with a key of Microsoft's." : undefined)),
  },
];

function rotationProblem(key: PolicyResource): string | undefined {
  if (key.lacks("properties.rotationPolicy")) return "The key has no rotation policy.";
  if (!Array.isArray(key.get("properties.rotationPolicy.lifetimeActions"))) return key.lacks("properties.rotationPolicy.lifetimeActions") ? "The key's rotation policy has no action." : undefined;
  const actions = key.items("properties.rotationPolicy.lifetimeActions").filter((action) => !action.isNot("action.type", "rotate", "Rotate"));
  if (actions.length === 0) return "The key's rotation policy notifies, but rotates nothing.";
  const sure = actions.filter((action) => action.is("action.type", "rotate", "Rotate"));
  const late = sure.map((action) => action.text("trigger.timeAfterCreate")).find((after) => (durationDays(after ?? "") ?? 0) > longestRotationDays);
  if (late !== undefined) return `The key is rotated after ${late}.`;
  const expiry = key.text("properties.rotationPolicy.attributes.expiryTime") ?? "";
  const early = sure.map((action) => action.text("trigger.timeBeforeExpiry")).find((before) => (durationDays(expiry) ?? 0) - (durationDays(before ?? "") ?? Infinity) > longestRotationDays);
  return early && `The key is rotated ${early} before the ${expiry} are over that a version lasts.`;
}
