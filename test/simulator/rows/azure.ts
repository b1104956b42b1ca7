import { builtInRoles, BuiltInRole, roleDefinitionId } from "../../../components/shared/roles";
import { uuid } from "../../../simulator/answers/answer";
import { Registration } from "../../../simulator/cloud";
import { testSubscription, testTenant } from "../../support/record";
import { Changes, group, idOf, location, registration, Row, urnOf } from "./row";

const inGroup = { resourceGroupName: group };

export const identityType = "azure-native:managedidentity:UserAssignedIdentity";
export const identity = (name = "id"): Registration => registration(identityType, name, { ...inGroup, resourceName: name });
export const identityId = (name = "id"): string => idOf(`Microsoft.ManagedIdentity/userAssignedIdentities/${name}`);
export const clientId = (name = "id"): string => uuid(urnOf(identityType, name), "client");
export const principalId = (name = "id"): string => uuid(urnOf(identityType, name), "principal");

export function grant(role: BuiltInRole, scope: string, changes: Changes = {}, name: string = builtInRoles[role]): Registration {
  return registration(
    "azure-native:authorization:RoleAssignment",
    name,
    { principalId: principalId(), principalType: "ServicePrincipal", roleDefinitionId: roleDefinitionId(testSubscription, role), roleAssignmentName: uuid(name, scope), scope },
    changes,
  );
}

export const sleep = (...after: Registration[]): Registration => registration("time:index/sleep:Sleep", "wait", {}, {}, after);

export const vaultId = idOf("Microsoft.KeyVault/vaults/kv-acme");
export const vault = (changes: Changes = {}): Registration =>
  registration(
    "azure-native:keyvault:Vault",
    "vault",
    { ...inGroup, location, vaultName: "kv-acme", properties: { tenantId: testTenant, sku: { family: "A", name: "standard" }, enablePurgeProtection: true, networkAcls: { bypass: "AzureServices", defaultAction: "Deny" } } },
    changes,
  );
export const key = (changes: Changes = {}, ...after: Registration[]): Registration =>
  registration("azure-native:keyvault:Key", "key", { ...inGroup, vaultName: "kv-acme", keyName: "disks", properties: { kty: "RSA", keySize: 3072 } }, changes, after);

const usesKey = "Key Vault Crypto Service Encryption User";
const waited = [identity(), vault(), grant(usesKey, vaultId), sleep(grant(usesKey, vaultId))];
/** The same with a grant on one key alone. */
export const waitedFor = (key: string): Registration[] => {
  const given = grant(usesKey, `${vaultId}/keys/${key}`);
  return [identity(), vault(), given, sleep(given)];
};
/** The same without the vault, for a row that has a vault of its own. */
const beside = waited.filter(({ name }) => name !== "vault");

export const diskEncryptionSet = (changes: Changes = {}, after: readonly Registration[] = waited): Registration =>
  registration(
    "azure-native:compute:DiskEncryptionSet",
    "des",
    {
      ...inGroup,
      location,
      diskEncryptionSetName: "des-acme",
      activeKey: { keyUrl: `https://kv-acme.vault.azure.net/keys/disks/${"0".repeat(32)}`, sourceVault: { id: vaultId } },
      identity: { type: "UserAssigned", userAssignedIdentities: [identityId()] },
    },
    changes,
    after,
  );
export const account = (changes: Changes = {}, after: readonly Registration[] = waited): Registration =>
  registration(
    "azure-native:storage:StorageAccount",
    "storage",
    {
      ...inGroup,
      location,
      accountName: "stacme",
      kind: "StorageV2",
      identity: { type: "UserAssigned", userAssignedIdentities: [identityId()] },
      encryption: {
        keySource: "Microsoft.Keyvault",
        keyVaultProperties: { keyName: "storage", keyVaultUri: "https://kv-acme.vault.azure.net/" },
        encryptionIdentity: { encryptionUserAssignedIdentity: identityId() },
      },
    },
    changes,
    after,
  );
const blobs = (changes: Changes): Registration => registration("azure-native:storage:BlobServiceProperties", "blobs", { ...inGroup, accountName: "stacme", blobServicesName: "default" }, changes);
export const registry = (changes: Changes = {}, after: readonly Registration[] = []): Registration =>
  registration("azure-native:containerregistry:Registry", "registry", { ...inGroup, location, registryName: "cracme", sku: { name: "Premium" }, publicNetworkAccess: "Disabled" }, changes, after);
const credentials = registration("azure-native:containerregistry:CredentialSet", "credentials", { ...inGroup, registryName: "cracme", credentialSetName: "docker-hub", loginServer: "docker.io", identity: { type: "SystemAssigned" } });
const readsSecrets = grant("Key Vault Secrets User", `${vaultId}/secrets/name`, { principalId: uuid(credentials.urn, "principal") });
const cacheRule = (changes: Changes = {}, after: readonly Registration[] = [credentials, readsSecrets]): Registration =>
  registration(
    "azure-native:containerregistry:CacheRule",
    "rule",
    { ...inGroup, registryName: "cracme", cacheRuleName: "redis", sourceRepository: "docker.io/library/redis", credentialSetResourceId: idOf("Microsoft.ContainerRegistry/registries/cracme/credentialSets/docker-hub") },
    changes,
    after,
  );
const network = (name: string, range: string, changes: Changes = {}): Registration =>
  registration("azure-native:network:VirtualNetwork", name, { ...inGroup, location, virtualNetworkName: name, addressSpace: { addressPrefixes: [range] } }, changes);
const subnet = (name: string, range: string): Registration =>
  registration("azure-native:network:Subnet", name, { ...inGroup, virtualNetworkName: "vnet", subnetName: name, addressPrefix: range });
const zone = (changes: Changes = {}): Registration =>
  registration("azure-native:privatedns:PrivateZone", "zone", { ...inGroup, privateZoneName: "privatelink.azurecr.io", location: "global" }, changes);
const endpoint = (groupId: string): Registration =>
  registration("azure-native:network:PrivateEndpoint", "endpoint", { ...inGroup, privateEndpointName: "pep", privateLinkServiceConnections: [{ privateLinkServiceId: vaultId, groupIds: [groupId] }] });
const peering = registration("azure-native:network:VirtualNetworkPeering", "peering", {
  ...inGroup,
  virtualNetworkName: "vnet",
  virtualNetworkPeeringName: "peering",
  remoteVirtualNetwork: { id: idOf("Microsoft.Network/virtualNetworks/other") },
});
const profile = (changes: Changes): Registration => registration("azure-native:cdn:Profile", "profile", { ...inGroup, location: "Global", profileName: "afd-acme" }, changes);
const tags = (count: number): Changes => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, ""]));
const rotation = (action: Changes): Changes => ({ "properties.rotationPolicy": { attributes: { expiryTime: "P1Y" }, lifetimeActions: [action] } });

/** One type's name: a bad and a good one. */
function nameRow(id: string, type: string, path: string, bad: string, good: string): Row {
  const rest = { ...inGroup, profileName: "afd-acme", originGroupName: "og", endpointName: "fde", resourceName: "aks", accountName: "stacme" };
  const make = (name: string): Registration[] => [registration(`azure-native:${type}`, "it", { ...rest, ...extras[type] }, { [path]: name })];
  return [id, make(bad), make(good)];
}
const extras: Readonly<Record<string, Changes>> = {
  "containerservice:ManagedCluster": { agentPoolProfiles: [{ name: "system", mode: "System" }] },
  "containerservice:MaintenanceConfiguration": { maintenanceWindow: { durationHours: 4 } },
};

const named: readonly Row[] = [
  nameRow("resource-group-name", "resources:ResourceGroup", "resourceGroupName", "rg.", "rg"),
  nameRow("cluster-name", "containerservice:ManagedCluster", "resourceName", "aks-", "aks"),
  nameRow("cluster-dns-prefix", "containerservice:ManagedCluster", "dnsPrefix", "aks_1", "aks-1"),
  nameRow("registry-name", "containerregistry:Registry", "registryName", "cr-acme", "cracme"),
  nameRow("storage-account-name", "storage:StorageAccount", "accountName", "stAcme", "stacme"),
  nameRow("blob-container-name", "storage:BlobContainer", "containerName", "a--b", "kayenta"),
  nameRow("vault-name", "keyvault:Vault", "vaultName", "kv--acme", "kv-acme"),
  nameRow("disk-encryption-set-name", "compute:DiskEncryptionSet", "diskEncryptionSetName", "des.acme", "des_acme"),
  nameRow("front-door-profile-name", "cdn:Profile", "profileName", "afd_acme", "afd-acme"),
  nameRow("front-door-endpoint-name", "cdn:AFDEndpoint", "endpointName", "e".repeat(47), "e".repeat(46)),
  nameRow("front-door-origin-group-name", "cdn:AFDOriginGroup", "originGroupName", "g", "gg"),
  nameRow("front-door-origin-name", "cdn:AFDOrigin", "originName", "-o", "oo"),
  nameRow("front-door-domain-name", "cdn:AFDCustomDomain", "customDomainName", "app.example.com", "app-example-com"),
  nameRow("front-door-rule-set-name", "cdn:RuleSet", "ruleSetName", "rule-set", "ruleset"),
  nameRow("firewall-policy-name", "frontdoor:Policy", "policyName", "fdfp-acme", "fdfpacme"),
  nameRow("maintenance-configuration-name", "containerservice:MaintenanceConfiguration", "configName", "weekly", "aksManagedNodeOSUpgradeSchedule"),
];

export const azureRows: readonly Row[] = [
  ...named,
  ["role-assignment-name", [grant("Reader", vaultId, { roleAssignmentName: "reader" })], [grant("Reader", vaultId)]],
  ["registry-retention-days", [registry({ "policies.retentionPolicy": { status: "enabled", days: 366 } })], [registry({ "policies.retentionPolicy": { status: "enabled", days: 365 } })]],
  ["registry-soft-delete-days", [registry({ "policies.softDeletePolicy": { status: "enabled", retentionDays: 91 } })], [registry({ "policies.softDeletePolicy": { status: "enabled", retentionDays: 90 } })]],
  ["vault-soft-delete-days", [vault({ "properties.softDeleteRetentionInDays": 6 })], [vault({ "properties.softDeleteRetentionInDays": 7 })]],

  ["private-dns-tag-count", [zone({ tags: tags(16) })], [zone({ tags: tags(15) })]],
  ["key-tag-count", [key({ tags: tags(16) })], [key({ tags: tags(15) })]],
  ["tag-name-characters", [network("vnet", "10.0.0.0/16", { tags: { "a/b": "" } })], [network("vnet", "10.0.0.0/16", { tags: { "a b": "" } })]],
  ["dns-tag-name", [zone({ tags: { "a b": "" } })], [zone({ tags: { "a-b": "" } })]],
  ["front-door-tag-name", [profile({ tags: { "a:b": "" } })], [profile({ tags: { "a b": "" } })]],

  ["role-assignment-exists", [grant("Reader", vaultId), grant("Reader", vaultId, { roleAssignmentName: uuid("other") }, "other")], [grant("Reader", vaultId), grant("AcrPull", vaultId)]],
  ["role-assignment-principal-type", [identity(), grant("Reader", vaultId, { principalType: undefined })], [identity(), grant("Reader", vaultId)]],
  ["role-assignment-principal-mismatch", [identity(), grant("Reader", vaultId, { principalType: "User" })], [identity(), grant("Reader", vaultId)]],

  ["subnet-outside-network", [network("vnet", "10.0.0.0/16"), subnet("a", "10.1.0.0/24")], [network("vnet", "10.0.0.0/16"), subnet("a", "10.0.1.0/24")]],
  ["subnet-overlap", [subnet("a", "10.0.0.0/23"), subnet("b", "10.0.1.0/24")], [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")]],
  ["peering-overlap", [network("vnet", "10.0.0.0/16"), network("other", "10.0.0.0/8"), peering], [network("vnet", "10.0.0.0/16"), network("other", "10.1.0.0/16"), peering]],
  ["private-zone-location", [zone({ location: "westeurope" })], [zone()]],
  ["private-endpoint-group", [endpoint("blob")], [endpoint("vault")]],
  ["resource-exists", [zone(), { ...zone(), name: "twin", urn: "twin" }], [zone(), zone({ privateZoneName: "privatelink.vaultcore.azure.net" })]],

  ["vault-purge-protection-off", [vault({ "properties.enablePurgeProtection": false })], [vault({ "properties.enablePurgeProtection": undefined })]],
  ["key-size", [key({ "properties.keySize": 1024 })], [key()]],
  ["key-hsm-premium", [vault(), key({ "properties.kty": "RSA-HSM" })], [vault({ "properties.sku.name": "premium" }), key({ "properties.kty": "RSA-HSM" })]],
  [
    "key-notify-trigger",
    [key(rotation({ action: { type: "notify" }, trigger: { timeAfterCreate: "P300D" } }))],
    [key(rotation({ action: { type: "notify" }, trigger: { timeBeforeExpiry: "P30D" } }))],
  ],
  [
    "key-rotation-times",
    [key(rotation({ action: { type: "rotate" }, trigger: { timeAfterCreate: "P360D" } }))],
    [key(rotation({ action: { type: "rotate" }, trigger: { timeAfterCreate: "P90D" } }))],
  ],
  [
    "key-deployer-grant",
    [vault({ "properties.enableRbacAuthorization": true }), grant("Key Vault Crypto User", vaultId), key({}, grant("Key Vault Crypto User", vaultId))],
    [vault({ "properties.enableRbacAuthorization": true }), grant("Key Vault Crypto Officer", vaultId), key({}, grant("Key Vault Crypto Officer", vaultId))],
  ],

  ["customer-key-identity", [...waited, diskEncryptionSet({ identity: undefined })], [...waited, diskEncryptionSet()]],
  ["customer-key-grant", [...waitedFor("other"), diskEncryptionSet({}, waitedFor("other"))], [...waitedFor("disks"), diskEncryptionSet({}, waitedFor("disks"))]],
  ["customer-key-grant-spread", [...waited, account({}, waited.slice(0, 3))], [...waited, account()]],
  ["customer-key-vault-protection", [...beside, vault({ "properties.enablePurgeProtection": undefined }), account()], [...waited, account()]],
  ["customer-key-vault-firewall", [...beside, vault({ "properties.networkAcls.bypass": "None" }), account()], [...waited, account()]],
  ["customer-key-region", [...waited, diskEncryptionSet({ location: "northeurope" })], [...waited, diskEncryptionSet()]],
  ["storage-key-region", [...waited, account({ location: "northeurope" })], [...waited, account()]],
  ["disk-encryption-key-version", [...waited, diskEncryptionSet({ "activeKey.keyUrl": "https://kv-acme.vault.azure.net/keys/disks" })], [...waited, diskEncryptionSet()]],
  ["disk-encryption-subscription", [...waited, diskEncryptionSet({ "activeKey.sourceVault.id": vaultId.replace(testSubscription, testTenant) })], [...waited, diskEncryptionSet()]],

  ["registry-premium", [registry({ sku: { name: "Standard" } })], [registry()]],
  ["registry-anonymous-pull", [registry({ sku: { name: "Basic" }, publicNetworkAccess: "Enabled", anonymousPullEnabled: true })], [registry({ anonymousPullEnabled: true })]],
  ["registry-export-policy", [registry({ publicNetworkAccess: "Enabled", "policies.exportPolicy.status": "disabled" })], [registry({ "policies.exportPolicy.status": "disabled" })]],
  [
    "registry-soft-delete-retention",
    [registry({ "policies.softDeletePolicy.status": "enabled", "policies.retentionPolicy.status": "enabled" })],
    [registry({ "policies.softDeletePolicy.status": "disabled", "policies.retentionPolicy.status": "enabled" })],
  ],
  ["registry-content-trust", [registry({ "encryption.status": "enabled", "policies.trustPolicy.status": "enabled" })], [registry({ "encryption.status": "enabled", "policies.trustPolicy.status": "disabled" })]],
  ["registry-key-client-id", [identity(), registry({ "encryption.keyVaultProperties.identity": principalId() })], [identity(), registry({ "encryption.keyVaultProperties.identity": clientId() })]],
  ["registry-cache-docker-hub-credentials", [cacheRule({ credentialSetResourceId: undefined })], [credentials, readsSecrets, cacheRule()]],
  ["registry-cache-credentials-grant", [credentials, readsSecrets, cacheRule({}, [credentials])], [credentials, readsSecrets, cacheRule()]],

  ["storage-key-kind", [...waited, account({ kind: "BlobStorage" })], [...waited, account()]],
  ["storage-key-reference", [...waited, account({ "encryption.keyVaultProperties.keyName": undefined })], [...waited, account()]],
  ["storage-versioning-hierarchy", [...waited, account({ isHnsEnabled: true }), blobs({ isVersioningEnabled: true })], [...waited, account(), blobs({ isVersioningEnabled: true })]],
  [
    "storage-restore-policy",
    [blobs({ "restorePolicy.enabled": true, isVersioningEnabled: true })],
    [blobs({ "restorePolicy.enabled": true, isVersioningEnabled: true, "changeFeed.enabled": true, "deleteRetentionPolicy.enabled": true })],
  ],
];
