import * as assert from "node:assert/strict";
import { StateBackend, StateBackendArgs } from "../../components/azure/stateBackend";
import { ArgumentError } from "../../components/shared/errors";
import { Names } from "../../components/shared/names";
import { builtInRoles } from "../../components/shared/roles";
import { Plan } from "../../simulator/engine/plan";
import { all, inputs, reachable, record, testSubscription, testTenant, the } from "../support/record";

const names = new Names({ workload: "acme", environment: "state", subscriptionId: testSubscription });
const args: StateBackendArgs = {
  context: { tenantId: testTenant, subscriptionId: testSubscription, location: "westeurope", names, tags: { owner: "platform" }, protect: false },
  operator: "33333333-3333-4333-8333-333333333333",
  deployers: ["33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"],
  allowedIpRanges: ["203.0.113.0/24", "198.51.100.7"],
};
const subnet = `/subscriptions/${testSubscription}/resourceGroups/rg-runners/providers/Microsoft.Network/virtualNetworks/vnet-runners/subnets/runners`;
const inRegion = (location: string): Partial<StateBackendArgs> => ({ context: { ...args.context, location } });
const made = (change: Partial<StateBackendArgs> = {}): Promise<Plan> => record(() => void new StateBackend("state", { ...args, ...change }));

describe("StateBackend", () => {
  it("has an account that only the named addresses and subnets reach, by Entra ID, over TLS 1.2", async () => {
    const { sku, kind, networkRuleSet, ...rest } = inputs(the(await made({ allowedSubnetIds: [subnet] }), "azure-native:storage:StorageAccount", "state-account"));
    assert.deepEqual({ sku, kind }, { sku: { name: "Standard_ZRS" }, kind: "StorageV2" });
    assert.deepEqual(networkRuleSet, {
      defaultAction: "Deny",
      bypass: "None",
      ipRules: [
        { iPAddressOrRange: "203.0.113.0/24", action: "Allow" },
        { iPAddressOrRange: "198.51.100.7", action: "Allow" },
      ],
      virtualNetworkRules: [{ virtualNetworkResourceId: subnet, action: "Allow" }],
    });
    const { minimumTlsVersion, enableHttpsTrafficOnly, allowBlobPublicAccess, allowCrossTenantReplication, allowSharedKeyAccess, accountName } = rest;
    assert.deepEqual(
      { minimumTlsVersion, enableHttpsTrafficOnly, allowBlobPublicAccess, allowCrossTenantReplication, allowSharedKeyAccess, accountName },
      {
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowCrossTenantReplication: false,
        allowSharedKeyAccess: false,
        accountName: names.of("storageAccount"),
      },
    );
  });

  it("may be for subnets alone", async () => {
    const { networkRuleSet } = inputs(the(await made({ allowedIpRanges: undefined, allowedSubnetIds: [subnet] }), "azure-native:storage:StorageAccount"));
    assert.deepEqual(networkRuleSet, { defaultAction: "Deny", bypass: "None", ipRules: [], virtualNetworkRules: [{ virtualNetworkResourceId: subnet, action: "Allow" }] });
  });

  it("keeps copies in the region's pair where the region has no zones", async () => {
    assert.deepEqual(inputs(the(await made(inRegion("westus")), "azure-native:storage:StorageAccount"))["sku"], { name: "Standard_GRS" });
  });

  it("keeps earlier versions of the state, and what was deleted, for as long as it is told to", async () => {
    const { isVersioningEnabled, deleteRetentionPolicy, containerDeleteRetentionPolicy } = inputs(the(await made({ deleteRetentionDays: 30 }), "azure-native:storage:BlobServiceProperties"));
    assert.deepEqual({ isVersioningEnabled, deleteRetentionPolicy, containerDeleteRetentionPolicy }, { isVersioningEnabled: true, deleteRetentionPolicy: { enabled: true, days: 30 }, containerDeleteRetentionPolicy: { enabled: true, days: 30 } });
  });

  it("has a vault that only the named addresses and subnets reach and that nobody can purge", async () => {
    const { properties } = inputs(the(await made({ allowedSubnetIds: [subnet] }), "azure-native:keyvault:Vault"));
    assert.deepEqual(properties, {
      tenantId: testTenant,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      accessPolicies: [],
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: "Enabled",
      networkAcls: { defaultAction: "Deny", bypass: "None", ipRules: [{ value: "203.0.113.0/24" }, { value: "198.51.100.7" }], virtualNetworkRules: [{ id: subnet }] },
    });
  });

  it("makes the key after the operator's grant has spread, and never rotates it", async () => {
    const plan = await made();
    const key = the(plan, "azure-native:keyvault:Key", "state-key");
    const { keyName, properties } = inputs(key);
    assert.deepEqual({ keyName, properties }, { keyName: "pulumi-state", properties: { kty: "RSA", keySize: 3072, keyOps: ["encrypt", "decrypt"] } });
    assert.ok(reachable(plan, key).has(the(plan, "time:index/sleep:Sleep", "state-operator-spread").urn));
    assert.equal(key.deletedWith, the(plan, "azure-native:keyvault:Vault").urn);
  });

  it("grants each deployer the state's blobs and the use of the key, and only the operator the making of keys", async () => {
    const plan = await made();
    const grants = all(plan, "azure-native:authorization:RoleAssignment").map((grant) => {
      const { principalId, roleDefinitionId, scope } = inputs(grant) as Record<string, string>;
      const role = Object.entries(builtInRoles).find(([, id]) => roleDefinitionId?.endsWith(id))?.[0];
      return `${principalId?.slice(0, 8)}: ${role} on ${scope?.split("/").at(-2)}`;
    });
    assert.deepEqual(grants.sort(), [
      "33333333: Key Vault Crypto Officer on vaults",
      "33333333: Key Vault Crypto User on vaults",
      "33333333: Storage Blob Data Contributor on storageAccounts",
      "44444444: Key Vault Crypto User on vaults",
      "44444444: Storage Blob Data Contributor on storageAccounts",
    ]);
  });

  it("protects all that holds state, whatever the environment says", async () => {
    const guarded = (await made()).resources.filter(({ protect }) => protect).map(({ name }) => name);
    assert.deepEqual(guarded.sort(), ["state-account", "state-container", "state-group", "state-key", "state-vault"]);
  });

  it("tells the addresses that pulumi takes, the key's with its version", async () => {
    const plan = await made();
    const { backendUrl, secretsProvider } = the(plan, "delivery-platform:azure:StateBackend").outputs;
    assert.equal(backendUrl, `azblob://state?storage_account=${names.of("storageAccount")}`);
    assert.match(String(secretsProvider), /^azurekeyvault:\/\/kv-acme-state-\w{6}\.vault\.azure\.net\/keys\/pulumi-state\/[0-9a-f]{32}$/);
  });

  const refused: [string, Partial<StateBackendArgs>, RegExp][] = [
    ["no deployer", { deployers: [] }, /deployers: is empty/],
    ["a deployer twice", { deployers: [args.operator, args.operator] }, /deployers: is listed twice/],
    ["neither address nor subnet", { allowedIpRanges: [] }, /allowedIpRanges: is empty, and so is allowedSubnetIds/],
    ["a network for a subnet", { allowedSubnetIds: [subnet.replace("/subnets/runners", "")] }, /allowedSubnetIds: is not the id of a subnet/],
    ["zones in a region without", { ...inRegion("westus"), sku: "Standard_ZRS" }, /sku: asks for availability zones, [^]*allowed: Standard_LRS, Standard_GRS$/],
    ["a pair in a region without", { ...inRegion("qatarcentral"), sku: "Standard_GZRS" }, /sku: asks for a paired region, [^]*allowed: Standard_LRS, Standard_ZRS$/],
    ["everybody's address", { allowedIpRanges: ["0.0.0.0/0"] }, /allowedIpRanges: /],
    ["a private range", { allowedIpRanges: ["10.0.0.0/8"] }, /allowedIpRanges: /],
    ["a /31, which storage does not take", { allowedIpRanges: ["203.0.113.6/31"] }, /allowedIpRanges: /],
    ["a range that is not one", { allowedIpRanges: ["203.0.113.1/24"] }, /allowedIpRanges: /],
    ["a retention of nothing", { deleteRetentionDays: 0 }, /deleteRetentionDays: /],
  ];
  for (const [what, change, expected] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(made(change), (error) => error instanceof ArgumentError && error.problems.length === 1 && expected.test(error.message));
    });
  }
});
