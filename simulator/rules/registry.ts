import { grantsTo, identityType } from "./grants";
import { refusal, Rule } from "./rule";

const types = ["azure-native:containerregistry:Registry"];
const cacheRules = ["azure-native:containerregistry:CacheRule"];
const credentialSet = "azure-native:containerregistry:CredentialSet";
const skus = "https://learn.microsoft.com/azure/container-registry/container-registry-skus";
const keys = "https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys";

export const registry: readonly Rule[] = [
  {
    id: "registry-premium",
    types,
    source: skus,
    check(resource) {
      if (resource.is("sku.name", "Premium") || resource.isNot("sku.name", "Basic", "Standard")) return undefined;
      const wanted = [
        [resource.is("encryption.status", "enabled"), "encryption"],
        [resource.is("policies.retentionPolicy.status", "enabled"), "policies.retentionPolicy"],
        [resource.is("policies.quarantinePolicy.status", "enabled"), "policies.quarantinePolicy"],
        [resource.is("policies.exportPolicy.status", "disabled"), "policies.exportPolicy"],
        [resource.is("zoneRedundancy", "Enabled"), "zoneRedundancy"],
        [resource.is("dataEndpointEnabled", true), "dataEndpointEnabled"],
        [resource.is("publicNetworkAccess", "Disabled"), "publicNetworkAccess"],
        [resource.is("networkRuleSet.defaultAction", "Deny"), "networkRuleSet"],
      ].flatMap(([is, name]) => (is === true ? [name] : []));
      return wanted.length === 0 ? undefined : refusal("FeatureNotSupported", `The registry SKU ${resource.text("sku.name")} does not support ${wanted.join(", ")}: use Premium.`);
    },
  },
  {
    id: "registry-anonymous-pull",
    types,
    source: skus,
    check: (resource) =>
      resource.is("anonymousPullEnabled", true) && resource.is("sku.name", "Basic") ? refusal("FeatureNotSupported", "Anonymous pull is not supported for the SKU Basic.") : undefined,
  },
  {
    id: "registry-export-policy",
    types,
    source: "https://learn.microsoft.com/azure/container-registry/data-loss-prevention",
    check: (resource) =>
      resource.is("policies.exportPolicy.status", "disabled") && resource.isNot("publicNetworkAccess", "Disabled")
        ? refusal("ExportPolicyDisabled", "To disable the export policy, publicNetworkAccess must be Disabled.")
        : undefined,
  },
  {
    id: "registry-soft-delete-retention",
    types,
    source: "https://learn.microsoft.com/azure/container-registry/container-registry-soft-delete-policy",
    check: (resource) =>
      resource.is("policies.softDeletePolicy.status", "enabled") && resource.is("policies.retentionPolicy.status", "enabled")
        ? refusal("SoftDeletePolicyConflict", "The soft delete policy and the retention policy can't be enabled together.")
        : undefined,
  },
  {
    id: "registry-content-trust",
    types,
    source: keys,
    check: (resource) =>
      resource.is("encryption.status", "enabled") && resource.is("policies.trustPolicy.status", "enabled")
        ? refusal("TrustPolicyConflict", "Content trust is not supported by a registry that is encrypted with a key of the customer's.")
        : undefined,
  },
  {
    id: "registry-key-client-id",
    types,
    source: keys,
    check(resource, world) {
      const given = resource.text("encryption.keyVaultProperties.identity");
      const misnamed = world.of(identityType).find((identity) => given !== undefined && (identity.id === given || identity.is("principalId", given)));
      return misnamed && refusal("InvalidParameter", `encryption.keyVaultProperties.identity must be the client id of ${misnamed.name}, not its resource id or principal id.`);
    },
  },
  {
    id: "registry-cache-docker-hub-credentials",
    types: cacheRules,
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-overview#upstream-support",
    check: (resource) =>
      resource.text("sourceRepository")?.startsWith("docker.io/") === true && resource.lacks("credentialSetResourceId")
        ? refusal("CacheRuleCredentialsRequired", `The rule for ${resource.text("sourceRepository")} needs a credential set: only authenticated pulls are supported from Docker Hub.`)
        : undefined,
  },
  {
    id: "registry-cache-credentials-grant",
    types: cacheRules,
    // The rule is made, but each pull fails.
    level: "warning",
    source: "https://learn.microsoft.com/azure/container-registry/artifact-cache-cli#assign-permissions-to-key-vault-with-azure-rbac",
    check(resource, world) {
      const set = world.withId(credentialSet, resource.text("credentialSetResourceId"));
      const principal = set?.text("identity.principalId");
      return principal === undefined || grantsTo(world, resource, principal, ["Key Vault Secrets User"]).length > 0
        ? undefined
        : refusal("CredentialSetUnhealthy", `${set?.name} may not read its secrets: grant its identity "Key Vault Secrets User" on them and let the rule wait for it.`);
    },
  },
];
