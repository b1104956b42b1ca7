import * as assert from "node:assert/strict";
import { AppIdentity, AppIdentityArgs } from "../../components/azure/appIdentity";
import { Plan } from "../../simulator/engine/plan";
import { testContext, testGroup, testId } from "../support/azure";
import { all, inputs, record, testSubscription, the } from "../support/record";

const credential = "azure-native:managedidentity:FederatedIdentityCredential";
const assignment = "azure-native:authorization:RoleAssignment";
const wait = "time:index/sleep:Sleep";
const issuer = "https://oidc.example.com/cluster/";
const account = testId("Microsoft.Storage/storageAccounts/stacmedev");

async function appIdentity(change: Partial<AppIdentityArgs> = {}): Promise<{ plan: Plan; ready: string[] }> {
  const ready: string[] = [];
  const plan = await record(() => {
    const identity = new AppIdentity("orders-identity", {
      context: testContext(),
      resourceGroupName: testGroup,
      role: "orders",
      oidcIssuerUrl: issuer,
      serviceAccount: { namespace: "shop", name: "orders" },
      grants: { files: { role: "Storage Blob Data Contributor", scope: account } },
      ...change,
    });
    for (const resource of identity.ready) resource.urn.apply((urn) => ready.push(urn));
  });
  return { plan, ready };
}

describe("AppIdentity", () => {
  it("is a managed identity that trusts one service account of one cluster, and has no password", async () => {
    const { plan } = await appIdentity();
    assert.deepEqual(inputs(the(plan, "azure-native:managedidentity:UserAssignedIdentity")), { resourceName: "id-acme-dev-orders", resourceGroupName: testGroup, location: "westeurope", tags: { environment: "dev" } });
    assert.deepEqual(inputs(the(plan, credential)), {
      federatedIdentityCredentialResourceName: "orders",
      resourceName: "id-acme-dev-orders",
      resourceGroupName: testGroup,
      issuer,
      subject: "system:serviceaccount:shop:orders",
      audiences: ["api://AzureADTokenExchange"],
    });
    assert.deepEqual(plan.findings, []);
    assert.ok(the(plan, credential).dependencies?.includes(the(plan, "azure-native:managedidentity:UserAssignedIdentity").urn), "it names the identity by plain text, which is no edge");
  });

  it("may do what it is granted, and is ready when Azure knows of that", async () => {
    const { plan, ready } = await appIdentity();
    const { clientId, principalId } = the(plan, "azure-native:managedidentity:UserAssignedIdentity").outputs;
    const { principalId: granted, scope, roleDefinitionId } = inputs(the(plan, assignment));
    assert.deepEqual([granted, scope, roleDefinitionId], [principalId, account, `/subscriptions/${testSubscription}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`]);
    assert.deepEqual(ready.sort(), [the(plan, credential).urn, the(plan, wait).urn].sort());
    const outputs = the(plan, "delivery-platform:azure:AppIdentity").outputs as Record<string, unknown>;
    assert.deepEqual([outputs["clientId"], outputs["principalId"]], [clientId, principalId]);
  });

  it("may do nothing where nothing is granted, and waits for nothing then", async () => {
    const { plan, ready } = await appIdentity({ grants: undefined });
    assert.deepEqual([...all(plan, assignment), ...all(plan, wait)], []);
    assert.deepEqual(ready, [the(plan, credential).urn]);
  });
});
