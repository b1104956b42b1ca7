import * as assert from "node:assert/strict";
import * as random from "@pulumi/random";
import { StorageAccount, StorageAccountArgs } from "../../components/azure/storageAccount";
import { testContext, testEndpointTarget, testGroup, testId, testKeys, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, the } from "../support/record";

const type = { account: "azure-native:storage:StorageAccount", blobs: "azure-native:storage:BlobServiceProperties", container: "azure-native:storage:BlobContainer" };
const accountName = testContext().names.of("storageAccount", "general");
const accountId = testId(`Microsoft.Storage/storageAccounts/${accountName}`);

function program(changes: Partial<StorageAccountArgs> = {}): StorageAccount {
  return new StorageAccount("storage", {
    context: testContext(),
    resourceGroupName: testGroup,
    role: "general",
    key: testKeys(["storage"]).key("storage"),
    privateEndpoint: testEndpointTarget("privatelink.blob.core.windows.net"),
    containers: ["artifacts"],
    sku: "Standard_ZRS",
    deleteRetentionDays: 14,
    workspaceId: testWorkspace,
    ...changes,
  });
}

describe("StorageAccount", () => {
  it("is under the customer's key, with the strictest settings for who comes in", async () => {
    const plan = await record(() => program());
    const identityId = testId("Microsoft.ManagedIdentity/userAssignedIdentities/id-acme-dev-storage");
    const vaultName = String(the(plan, "azure-native:keyvault:Vault").inputs["vaultName"]);
    const service = { enabled: true, keyType: "Account" };
    assert.deepEqual(inputs(the(plan, type.account)), {
      resourceGroupName: testGroup,
      accountName,
      location: "westeurope",
      tags: { environment: "dev" },
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
      identity: { type: "UserAssigned", userAssignedIdentities: [identityId] },
      encryption: {
        keySource: "Microsoft.Keyvault",
        keyVaultProperties: { keyName: "storage", keyVaultUri: `https://${vaultName}.vault.azure.net/` },
        encryptionIdentity: { encryptionUserAssignedIdentity: identityId },
        requireInfrastructureEncryption: true,
        services: { blob: service, file: service, queue: service, table: service },
      },
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      publicNetworkAccess: "Disabled",
      networkRuleSet: { defaultAction: "Deny", bypass: "None" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("waits until its identity may use the key", async () => {
    const plan = await record(() => program());
    assert.ok(reachable(plan, the(plan, type.account)).has(the(plan, "time:index/sleep:Sleep", "keys-storage-grants-spread").urn));
  });

  it("lets clients in with its key for a written reason only, which becomes its tag, and weakens nothing else", async () => {
    const sharedKeyReason = "The client signs in with the account's key alone.";
    const usual = inputs(the(await record(() => program()), type.account));
    const open = inputs(the(await record(() => program({ sharedKeyReason })), type.account));
    assert.deepEqual(open, { ...usual, allowSharedKeyAccess: true, tags: { environment: "dev", "shared-key-reason": sharedKeyReason } });
  });

  it("gives out its key as a secret, once it is made", async () => {
    const sharedKeyReason = "The client signs in with the account's key alone.";
    for (const [mode, shown] of [["preview", "[unknown]"], ["up", "[secret]"]] as const) {
      const plan = await record(() => new random.RandomString("user", { length: 8, keepers: { key: program({ sharedKeyReason }).sharedKey() } }), { mode });
      const user = the(plan, "random:index/randomString:RandomString", "user");
      assert.deepEqual(inputs(user)["keepers"], { key: shown });
      assert.ok(reachable(plan, user).has(the(plan, type.account).urn), mode);
    }
  });

  it("gives out no key that lets nobody in", async () => {
    await assert.rejects(record(() => program().sharedKey()), /stacmedevgeneral[0-9a-f]+ takes no shared key: give the reason/);
  });

  it("keeps versions and deleted blobs", async () => {
    const plan = await record(() => program());
    const kept = { enabled: true, days: 14 };
    assert.deepEqual(inputs(the(plan, type.blobs)), {
      resourceGroupName: testGroup,
      accountName,
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: kept,
      containerDeleteRetentionPolicy: kept,
    });
    assert.ok(reachable(plan, the(plan, type.blobs)).has(the(plan, type.account).urn));
  });

  it("makes its containers private", async () => {
    const plan = await record(() => program({ containers: ["artifacts", "reports"] }));
    assert.deepEqual(all(plan, type.container).map((container) => container.name).sort(), ["storage-artifacts", "storage-reports"]);
    const container = the(plan, type.container, "storage-reports");
    assert.deepEqual(inputs(container), { resourceGroupName: testGroup, accountName, containerName: "reports", publicAccess: "None" });
    assert.ok(reachable(plan, container).has(the(plan, type.account).urn));
  });

  it("is reached over its private endpoint", async () => {
    const plan = await record(() => program());
    const endpoint = inputs(the(plan, "azure-native:network:PrivateEndpoint", "storage-endpoint"));
    assert.equal(endpoint["privateEndpointName"], "pep-acme-dev-storage-general");
    assert.deepEqual(endpoint["privateLinkServiceConnections"], [{ name: "storage-general", privateLinkServiceId: accountId, groupIds: ["blob"] }]);
  });

  it("keeps the metrics of the account, and logs and metrics of its blobs", async () => {
    const plan = await record(() => program());
    const common = { name: "delivery-platform", workspaceId: testWorkspace, metrics: [{ category: "Transaction", enabled: true }] };
    const setting = (name: string) => inputs(the(plan, "azure-native:monitor:DiagnosticSetting", name));
    assert.deepEqual(setting("storage-diagnostics"), { ...common, resourceUri: accountId });
    assert.deepEqual(setting("storage-blobs-diagnostics"), { ...common, resourceUri: `${accountId}/blobServices/default`, logs: [{ categoryGroup: "allLogs", enabled: true }] });
  });

  it("is protected with its containers where the environment says so", async () => {
    const plan = await record(() => program({ context: testContext({ protect: true }) }));
    assert.equal(the(plan, type.account).protect, true);
    assert.equal(the(plan, type.container).protect, true);
  });

  it("tells its id, its name and the address of its blobs", async () => {
    const plan = await record(() => program());
    assert.deepEqual(the(plan, "delivery-platform:azure:StorageAccount").outputs, { accountId, accountName, blobEndpoint: `https://${accountName}.blob.core.windows.net/` });
  });

  describe("refuses", () => {
    const rows: [string, Partial<StorageAccountArgs>, RegExp][] = [
      ["a container with capital letters", { containers: ["Artifacts"] }, /containers: can't be the name/],
      ["a container with two hyphens in a row", { containers: ["my--artifacts"] }, /containers: can't be the name/],
      ["a container listed twice", { containers: ["artifacts", "artifacts"] }, /containers: is listed twice/],
      ["a premium account", { sku: "Premium_LRS" }, /sku: is not a redundancy/],
      ["no retention", { deleteRetentionDays: 0 }, /deleteRetentionDays: is not a time/],
      ["shared keys without a reason", { sharedKeyReason: "" }, /sharedKeyReason: must say why/],
    ];
    for (const [what, changes, message] of rows) {
      it(what, async () => {
        await assert.rejects(record(() => program(changes)), message);
      });
    }
  });
});
