import { AzureContext } from "../../components/shared/azureContext";
import { Names } from "../../components/shared/names";
import { EncryptionKeys, EncryptionKeysArgs } from "../../components/azure/encryptionKeys";
import { testSubscription, testTenant } from "./record";

/** The environment that the tests of Azure components are about: `acme`, `dev`, West Europe. */
export function testContext(changes: Partial<AzureContext> = {}): AzureContext {
  return {
    tenantId: testTenant,
    subscriptionId: testSubscription,
    location: "westeurope",
    names: new Names({ workload: "acme", environment: "dev", subscriptionId: testSubscription }),
    tags: { environment: "dev" },
    protect: false,
    ...changes,
  };
}

export const testGroup = "rg-acme-dev";

/** The id of a resource in the test's resource group, from its provider on: `Microsoft.Network/virtualNetworks/vnet-acme-dev`. */
export function testId(path: string): string {
  return `/subscriptions/${testSubscription}/resourceGroups/${testGroup}/providers/${path}`;
}

export const testWorkspace = testId("Microsoft.OperationalInsights/workspaces/log-acme-dev");
export const testDeployer = "aaaaaaaa-0000-4000-8000-000000000001";

/** A place for private endpoints whose zone has the given name. */
export function testEndpointTarget(zone: string): { subnetId: string; zoneId: string } {
  return { subnetId: testId("Microsoft.Network/virtualNetworks/vnet-acme-dev/subnets/snet-acme-dev-endpoints"), zoneId: testId(`Microsoft.Network/privateDnsZones/${zone}`) };
}

/** Keys for consumers, as a test of something encrypted needs them. Must be called inside a recorded program. */
export function testKeys(consumers: readonly string[], changes: Partial<EncryptionKeysArgs> = {}): EncryptionKeys {
  return new EncryptionKeys("keys", {
    context: testContext(),
    resourceGroupName: testGroup,
    deployers: [testDeployer],
    consumers,
    key: { type: "RSA", size: 3072, rotateAfter: "P90D", expireAfter: "P1Y", notifyBefore: "P30D" },
    privateEndpoint: testEndpointTarget("privatelink.vaultcore.azure.net"),
    workspaceId: testWorkspace,
    ...changes,
  });
}
