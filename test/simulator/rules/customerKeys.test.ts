import * as assert from "node:assert/strict";
import { Registration } from "../../../simulator/cloud";
import { EmbeddedCloud } from "../../../simulator/embeddedCloud";
import { testSubscription, testTenant } from "../../support/record";
import { account, clientId, diskEncryptionSet, grant, identity, identityId, key, registry, vault, vaultId, waitedFor } from "../rows/azure";
import { group } from "../rows/row";

/** The rules that trip over registrations. */
function tripped(registrations: readonly Registration[]): string[] {
  const cloud = new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });
  return registrations.flatMap((registration) => cloud.register(registration, "up").findings).map(({ policy }) => policy);
}

const keyOfRegistry = {
  identity: { type: "UserAssigned", userAssignedIdentities: { [identityId()]: {} } },
  encryption: { status: "enabled", keyVaultProperties: { identity: clientId(), keyIdentifier: "https://kv-acme.vault.azure.net/keys/registry" } },
};

describe("the grant on a customer's key", () => {
  const encrypted: readonly (readonly [key: string, make: (after: readonly Registration[]) => Registration])[] = [
    ["disks", (after) => diskEncryptionSet({}, after)],
    ["storage", (after) => account({}, after)],
    ["registry", (after) => registry(keyOfRegistry, after)],
  ];
  for (const [name, make] of encrypted) {
    it(`of ${name} must be on that key, and not on another of the vault`, () => {
      assert.deepEqual(tripped([...waitedFor(name), make(waitedFor(name))]), []);
      assert.deepEqual(tripped([...waitedFor("other"), make(waitedFor("other"))]), ["customer-key-grant"]);
      assert.deepEqual(tripped([...waitedFor(`${name}2`), make(waitedFor(`${name}2`))]), ["customer-key-grant"]);
    });

    it(`of ${name} must be there at all`, () => {
      assert.deepEqual(tripped([identity(), vault(), make([])]), ["customer-key-grant"]);
    });
  }
});

describe("the grant of whoever makes a key", () => {
  const rbac = vault({ "properties.enableRbacAuthorization": true });
  const officer = "Key Vault Crypto Officer";

  it("may be on the vault or above it, as either role that may make keys", () => {
    const above = grant(officer, vaultId.split("/providers/")[0] ?? "");
    const administrator = grant("Key Vault Administrator", vaultId);
    assert.deepEqual(tripped([rbac, above, key({}, above)]), []);
    assert.deepEqual(tripped([rbac, administrator, key({}, administrator)]), []);
  });

  it("is not one on another vault", () => {
    const elsewhere = grant(officer, vaultId.replace(group, "rg-other"));
    assert.deepEqual(tripped([rbac, elsewhere, key({}, elsewhere)]), ["key-deployer-grant"]);
  });

  it("is not one of an identity that the program makes", () => {
    const given = grant(officer, vaultId);
    assert.deepEqual(tripped([identity(), rbac, given, key({}, given)]), ["key-deployer-grant"]);
  });
});
