import { refusal, Rule } from "./rule";

const general = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

/** A rule for the name of one type of resource. */
function named(id: string, type: string, path: string, pattern: RegExp, allowed: string, source = general): Rule {
  return {
    id,
    types: [`azure-native:${type}`],
    source,
    check(resource) {
      const name = resource.text(path);
      return name === undefined || pattern.test(name) ? undefined : refusal("InvalidResourceName", `'${name}' is not a valid name for '${type}': ${allowed}.`);
    },
  };
}

const hyphens = "letters, digits and hyphens, with a letter or digit at both ends";

export const names: readonly Rule[] = [
  named("resource-group-name", "resources:ResourceGroup", "resourceGroupName", /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, "1 to 90 letters, digits and _ ( ) . -, without a dot at the end"),
  named("cluster-name", "containerservice:ManagedCluster", "resourceName", /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-\w]{0,61}[a-zA-Z0-9]$/, `1 to 63 ${hyphens}; underscores inside`),
  named("cluster-dns-prefix", "containerservice:ManagedCluster", "dnsPrefix", /^[a-zA-Z\d]([-a-zA-Z\d]{0,52}[a-zA-Z\d])?$/, `1 to 54 ${hyphens}`),
  named("registry-name", "containerregistry:Registry", "registryName", /^[a-zA-Z0-9]{5,50}$/, "5 to 50 letters and digits"),
  named("storage-account-name", "storage:StorageAccount", "accountName", /^[a-z0-9]{3,24}$/, "3 to 24 lower-case letters and digits"),
  named("blob-container-name", "storage:BlobContainer", "containerName", /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$|^\$(root|web|logs)$/, "3 to 63 lower-case letters, digits and single hyphens"),
  named("vault-name", "keyvault:Vault", "vaultName", /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/, "3 to 24 letters, digits and single hyphens, a letter first"),
  named("disk-encryption-set-name", "compute:DiskEncryptionSet", "diskEncryptionSetName", /^[\w-]{1,80}$/, "1 to 80 letters, digits, underscores and hyphens"),
  named("front-door-profile-name", "cdn:Profile", "profileName", /^[\da-zA-Z][-\da-zA-Z]{0,88}[\da-zA-Z]$/, `2 to 90 ${hyphens}`),
  named("front-door-endpoint-name", "cdn:AFDEndpoint", "endpointName", /^[\da-zA-Z][-\da-zA-Z]{0,44}[\da-zA-Z]$/, `2 to 46 ${hyphens}`),
  named("front-door-origin-group-name", "cdn:AFDOriginGroup", "originGroupName", /^[\da-zA-Z][-\da-zA-Z]{0,88}[\da-zA-Z]$/, `2 to 90 ${hyphens}`),
  named("front-door-origin-name", "cdn:AFDOrigin", "originName", /^[\da-zA-Z][-\da-zA-Z]{0,88}[\da-zA-Z]$/, `2 to 90 ${hyphens}`),
  named("front-door-route-name", "cdn:Route", "routeName", /^[\da-zA-Z][-\da-zA-Z]{0,88}[\da-zA-Z]$/, `2 to 90 ${hyphens}`),
  named("front-door-domain-name", "cdn:AFDCustomDomain", "customDomainName", /^[\da-zA-Z][-\da-zA-Z]{0,258}[\da-zA-Z]$/, `2 to 260 ${hyphens}`),
  named("front-door-rule-set-name", "cdn:RuleSet", "ruleSetName", /^[a-zA-Z][\da-zA-Z]{0,59}$/, "1 to 60 letters and digits, a letter first"),
  named("firewall-policy-name", "frontdoor:Policy", "policyName", /^[a-zA-Z][\da-zA-Z]{0,127}$/, "1 to 128 letters and digits, a letter first; no hyphens"),
  named(
    "maintenance-configuration-name",
    "containerservice:MaintenanceConfiguration",
    "configName",
    /^(default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule)$/,
    "default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule",
    "https://learn.microsoft.com/azure/aks/planned-maintenance",
  ),
  named("role-assignment-name", "authorization:RoleAssignment", "roleAssignmentName", /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, "a GUID", "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-rest"),
];
