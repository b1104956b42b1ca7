import * as assert from "node:assert/strict";
import { DiskEncryption } from "../../components/azure/diskEncryption";
import { AzureContext } from "../../components/shared/azureContext";
import { testContext, testGroup, testId, testKeys } from "../support/azure";
import { inputs, reachable, record, the } from "../support/record";

const set = "azure-native:compute:DiskEncryptionSet";

describe("DiskEncryption", () => {
  const run = (context: AzureContext = testContext()) => record(() => new DiskEncryption("disks", { context, resourceGroupName: testGroup, key: testKeys(["disks"]).key("disks") }));

  it("names the version that the key was made with, and follows newer ones by itself", async () => {
    const plan = await run();
    const key = the(plan, "azure-native:keyvault:Key");
    const vaultName = String(the(plan, "azure-native:keyvault:Vault").inputs["vaultName"]);
    assert.match(String(key.outputs["keyUriWithVersion"]), /\/keys\/disks\/[0-9a-f]{32}$/);
    assert.deepEqual(inputs(the(plan, set)), {
      resourceGroupName: testGroup,
      diskEncryptionSetName: "des-acme-dev",
      location: "westeurope",
      tags: { environment: "dev" },
      identity: { type: "UserAssigned", userAssignedIdentities: [testId("Microsoft.ManagedIdentity/userAssignedIdentities/id-acme-dev-disks")] },
      encryptionType: "EncryptionAtRestWithCustomerKey",
      activeKey: { keyUrl: key.outputs["keyUriWithVersion"], sourceVault: { id: testId(`Microsoft.KeyVault/vaults/${vaultName}`) } },
      rotationToLatestKeyVersionEnabled: true,
    });
    assert.deepEqual(the(plan, set).ignoreChanges, ["activeKey.keyUrl"]);
    assert.deepEqual(plan.findings, []);
  });

  it("waits until its identity may use the key", async () => {
    const plan = await run();
    const before = reachable(plan, the(plan, set));
    assert.ok(before.has(the(plan, "time:index/sleep:Sleep", "keys-disks-grants-spread").urn));
    assert.ok(before.has(the(plan, "azure-native:authorization:RoleAssignment", "keys-disks-grants-key").urn));
  });

  it("is protected where the environment says so", async () => {
    assert.equal(the(await run(testContext({ protect: true })), set).protect, true);
  });
});
