import * as assert from "node:assert/strict";
import { EncryptionKeysArgs } from "../../components/azure/encryptionKeys";
import { testContext, testDeployer, testEndpointTarget, testGroup, testKeys } from "../support/azure";
import { all, inputs, reachable, record, testTenant, the } from "../support/record";

const type = {
  vault: "azure-native:keyvault:Vault",
  key: "azure-native:keyvault:Key",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  assignment: "azure-native:authorization:RoleAssignment",
  sleep: "time:index/sleep:Sleep",
};
const settings = { type: "RSA", size: 3072, rotateAfter: "P90D", expireAfter: "P1Y", notifyBefore: "P30D" } as const;

describe("EncryptionKeys", () => {
  it("makes a vault that is closed to the public network and can't be purged", async () => {
    const plan = await record(() => testKeys(["registry"]));
    const { vaultName, ...rest } = inputs(the(plan, type.vault));
    assert.match(String(vaultName), /^kv-acme-dev-[a-z0-9]{6}$/);
    assert.deepEqual(rest, {
      resourceGroupName: testGroup,
      location: "westeurope",
      tags: { environment: "dev" },
      properties: {
        tenantId: testTenant,
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        accessPolicies: [],
        enableSoftDelete: true,
        enablePurgeProtection: true,
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        softDeleteRetentionInDays: 90,
        publicNetworkAccess: "Disabled",
        networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
      },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("ends the vault's name with six characters that stay in the state", async () => {
    const plan = await record(() => testKeys(["registry"]));
    const suffix = the(plan, "random:index/randomString:RandomString");
    assert.deepEqual(inputs(suffix), { length: 6, special: false, upper: false });
    assert.deepEqual(the(plan, type.vault).propertyDependencies?.["vaultName"], [suffix.urn]);
  });

  it("opens the vault for a written reason only, which becomes its tag", async () => {
    const plan = await record(() => testKeys(["registry"], { openVaultReason: "The registry is refused at the firewall." }));
    const { tags, properties } = the(plan, type.vault).inputs as { tags: object; properties: Record<string, unknown> };
    assert.deepEqual(tags, { environment: "dev", "open-vault-reason": "The registry is refused at the firewall." });
    assert.equal(properties["publicNetworkAccess"], "Enabled");
    assert.deepEqual(properties["networkAcls"], { defaultAction: "Allow", bypass: "AzureServices" });
  });

  it("takes the premium tier for keys in hardware", async () => {
    const plan = await record(() => testKeys(["registry"], { key: { ...settings, type: "RSA-HSM" } }));
    assert.deepEqual((the(plan, type.vault).inputs["properties"] as Record<string, unknown>)["sku"], { family: "A", name: "premium" });
  });

  it("makes a key that only wraps, with its rotation from the first day", async () => {
    const plan = await record(() => testKeys(["registry", "disks"]));
    const key = the(plan, type.key, "keys-disks");
    assert.deepEqual(inputs(key), {
      resourceGroupName: testGroup,
      vaultName: the(plan, type.vault).inputs["vaultName"],
      keyName: "disks",
      tags: { environment: "dev" },
      properties: {
        kty: "RSA",
        keySize: 3072,
        keyOps: ["wrapKey", "unwrapKey"],
        rotationPolicy: {
          attributes: { expiryTime: "P1Y" },
          lifetimeActions: [
            { action: { type: "rotate" }, trigger: { timeAfterCreate: "P90D" } },
            { action: { type: "notify" }, trigger: { timeBeforeExpiry: "P30D" } },
          ],
        },
      },
    });
    assert.equal(key.retainOnDelete, true);
    assert.deepEqual(key.ignoreChanges, ["properties"]);
  });

  it("lets each identity use its own key and nothing else", async () => {
    const plan = await record(() => testKeys(["registry", "disks"]));
    for (const consumer of ["registry", "disks"]) {
      const identity = the(plan, type.identity, `keys-${consumer}-identity`);
      assert.equal(inputs(identity)["resourceName"], `id-acme-dev-${consumer}`);
      const grant = inputs(the(plan, type.assignment, `keys-${consumer}-grants-key`));
      assert.equal(grant["principalId"], identity.outputs["principalId"]);
      assert.equal(grant["principalType"], "ServicePrincipal");
      assert.match(String(grant["scope"]), new RegExp(`/vaults/kv-acme-dev-[a-z0-9]{6}/keys/${consumer}$`));
      assert.match(String(grant["roleDefinitionId"]), /e147488a-f6f5-4113-8e2d-b22465e65bf6$/);
    }
  });

  it("lets the deployers make keys before it makes one, and waits for that", async () => {
    const plan = await record(() => testKeys(["registry"]));
    const grant = the(plan, type.assignment, `keys-deployer-${testDeployer}-keys`);
    assert.equal(inputs(grant)["principalId"], testDeployer);
    assert.match(String(inputs(grant)["roleDefinitionId"]), /14b46e9e-c2b7-41b4-b07b-48a6ebf60603$/);
    assert.match(String(inputs(grant)["scope"]), /\/vaults\/kv-acme-dev-[a-z0-9]{6}$/);
    const before = reachable(plan, the(plan, type.key));
    assert.ok(before.has(grant.urn));
    assert.ok(before.has(the(plan, type.sleep, `keys-deployer-${testDeployer}-spread`).urn));
  });

  it("hands out a key with what must be done before it can be used", async () => {
    let ready = "";
    const plan = await record(() => {
      testKeys(["registry", "disks"]).key("disks").ready.urn.apply((urn) => (ready = urn));
    });
    const wait = the(plan, type.sleep, "keys-disks-grants-spread");
    assert.equal(ready, wait.urn);
    const before = reachable(plan, wait);
    assert.ok(before.has(the(plan, type.assignment, "keys-disks-grants-key").urn));
    assert.ok(before.has(the(plan, type.key, "keys-disks").urn));
    assert.ok(!before.has(the(plan, type.key, "keys-registry").urn), "one consumer does not wait for another");
  });

  it("has no key for a consumer that is not listed", async () => {
    await assert.rejects(record(() => testKeys(["registry"]).key("disks")), /keys has no key for "disks"; its consumers are registry/);
  });

  it("is reached over a private endpoint and writes down who asks for keys", async () => {
    const plan = await record(() => testKeys(["registry"]));
    const endpoint = inputs(the(plan, "azure-native:network:PrivateEndpoint"));
    assert.equal(endpoint["privateEndpointName"], "pep-acme-dev-vault");
    assert.equal((endpoint["subnet"] as { id: string }).id, testEndpointTarget("").subnetId);
    const diagnostics = inputs(the(plan, "azure-native:monitor:DiagnosticSetting"));
    assert.deepEqual(diagnostics["logs"], [{ categoryGroup: "audit", enabled: true }]);
  });

  it("protects vault and keys where the environment says so", async () => {
    const plan = await record(() => testKeys(["registry"], { context: testContext({ protect: true }) }));
    assert.equal(the(plan, type.vault).protect, true);
    assert.equal(the(plan, type.key).protect, true);
  });

  it("registers the same in a preview", async () => {
    const [preview, up] = [await record(() => testKeys(["registry"]), { mode: "preview" }), await record(() => testKeys(["registry"]))];
    assert.deepEqual(preview.resources.map((resource) => resource.urn).sort(), up.resources.map((resource) => resource.urn).sort());
    assert.equal(all(preview, type.key).length, 1);
  });

  describe("refuses", () => {
    const rows: [string, Partial<EncryptionKeysArgs>, RegExp][] = [
      ["no deployer", { deployers: [] }, /deployers: is empty/],
      ["a deployer that is not an object id", { deployers: ["somebody@example.com"] }, /deployers: is not an object id/],
      ["a deployer listed twice", { deployers: [testDeployer, testDeployer.toUpperCase()] }, /deployers: is listed twice/],
      ["a consumer that can't name a key", { consumers: ["my_key"] }, /consumers: can't be the name of a key/],
      ["a consumer listed twice", { consumers: ["disks", "disks"] }, /consumers: is listed twice/],
      ["a time that is not a duration", { key: { ...settings, rotateAfter: "90 days" } }, /key\.rotateAfter: is not a duration/],
      ["a rotation that comes too soon", { key: { ...settings, rotateAfter: "P6D" } }, /key\.rotateAfter: is too short/],
      ["a rotation in the last week of a key", { key: { ...settings, rotateAfter: "P12M" } }, /key\.rotateAfter: comes too late/],
      ["a life that is too short", { key: { ...settings, rotateAfter: "P7D", expireAfter: "P27D", notifyBefore: "P7D" } }, /key\.expireAfter: is too short/],
      ["a notice before the key is made", { key: { ...settings, notifyBefore: "P1Y" } }, /key\.notifyBefore: lies before/],
      ["an open vault without a reason", { openVaultReason: " " }, /openVaultReason: must say why/],
      ["a reason that is longer than a tag", { openVaultReason: "x".repeat(257) }, /openVaultReason: must say why/],
    ];
    for (const [what, changes, message] of rows) {
      it(what, async () => {
        await assert.rejects(record(() => testKeys(["registry"], changes)), message);
      });
    }

    it("everything at once", async () => {
      await assert.rejects(record(() => testKeys([], { deployers: [], openVaultReason: "" })), /deployers: is empty[^]*openVaultReason: must say why/);
    });
  });
});
