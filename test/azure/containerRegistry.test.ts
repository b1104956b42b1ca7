import * as assert from "node:assert/strict";
import { ContainerRegistry, ContainerRegistryArgs } from "../../components/azure/containerRegistry";
import { testContext, testEndpointTarget, testGroup, testId, testKeys, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, the } from "../support/record";

const type = { registry: "azure-native:containerregistry:Registry", rule: "azure-native:containerregistry:CacheRule", identity: "azure-native:managedidentity:UserAssignedIdentity" };
const registryName = testContext().names.of("registry");

function program(changes: Partial<ContainerRegistryArgs> = {}): ContainerRegistry {
  return new ContainerRegistry("registry", {
    context: testContext(),
    resourceGroupName: testGroup,
    key: testKeys(["registry"]).key("registry"),
    privateEndpoint: testEndpointTarget("privatelink.azurecr.io"),
    retentionDays: 15,
    zoneRedundant: true,
    cachedRepositories: [],
    workspaceId: testWorkspace,
    ...changes,
  });
}

describe("ContainerRegistry", () => {
  it("is encrypted with the customer's key from its first day and closed to everything public", async () => {
    const plan = await record(() => program());
    const identityId = testId("Microsoft.ManagedIdentity/userAssignedIdentities/id-acme-dev-registry");
    const keyUri = the(plan, "azure-native:keyvault:Key").outputs["keyUri"];
    assert.match(String(keyUri), /\/keys\/registry$/, "no version, so that the registry follows a rotation");
    assert.deepEqual(inputs(the(plan, type.registry)), {
      resourceGroupName: testGroup,
      registryName,
      location: "westeurope",
      tags: { environment: "dev" },
      sku: { name: "Premium" },
      identity: { type: "UserAssigned", userAssignedIdentities: { [identityId]: {} } },
      encryption: { status: "enabled", keyVaultProperties: { identity: the(plan, type.identity).outputs["clientId"], keyIdentifier: keyUri } },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccess: "Disabled",
      networkRuleSet: { defaultAction: "Deny" },
      networkRuleBypassOptions: "AzureServices",
      zoneRedundancy: "Enabled",
      policies: {
        azureADAuthenticationAsArmPolicy: { status: "disabled" },
        exportPolicy: { status: "disabled" },
        retentionPolicy: { status: "enabled", days: 15 },
      },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("waits until its identity may use the key", async () => {
    const plan = await record(() => program());
    assert.ok(reachable(plan, the(plan, type.registry)).has(the(plan, "time:index/sleep:Sleep", "keys-registry-grants-spread").urn));
  });

  it("is spread over zones only where it is told to", async () => {
    const plan = await record(() => program({ zoneRedundant: false }));
    assert.equal(inputs(the(plan, type.registry))["zoneRedundancy"], "Disabled");
  });

  it("caches each public repository under its own path", async () => {
    const plan = await record(() => program({ cachedRepositories: ["docker.io/istio/pilot", "mcr.microsoft.com/azure-cli"] }));
    assert.equal(all(plan, type.rule).length, 2);
    const rule = the(plan, type.rule, "registry-cache-docker.io/istio/pilot");
    assert.deepEqual(inputs(rule), {
      resourceGroupName: testGroup,
      registryName,
      cacheRuleName: "cache-acme-dev-docker-io-istio-pilot",
      sourceRepository: "docker.io/istio/pilot",
      targetRepository: "istio/pilot",
    });
    assert.equal(inputs(the(plan, type.rule, "registry-cache-mcr.microsoft.com/azure-cli"))["targetRepository"], "azure-cli");
    assert.ok(reachable(plan, rule).has(the(plan, type.registry).urn));
  });

  it("shortens the name of a rule to what Azure takes", async () => {
    const plan = await record(() => program({ cachedRepositories: ["registry.k8s.io/sig-storage/livenessprobe/with/a/long/path"] }));
    assert.match(String(inputs(the(plan, type.rule))["cacheRuleName"]), /^[a-z0-9-]{5,50}$/);
  });

  it("is reached over its private endpoint and keeps its logs", async () => {
    const plan = await record(() => program());
    const registryId = testId(`Microsoft.ContainerRegistry/registries/${registryName}`);
    const endpoint = inputs(the(plan, "azure-native:network:PrivateEndpoint", "registry-endpoint"));
    assert.deepEqual(endpoint["privateLinkServiceConnections"], [{ name: "registry", privateLinkServiceId: registryId, groupIds: ["registry"] }]);
    assert.deepEqual(inputs(the(plan, "azure-native:monitor:DiagnosticSetting", "registry-diagnostics")), {
      name: "delivery-platform",
      resourceUri: registryId,
      workspaceId: testWorkspace,
      logs: [{ categoryGroup: "allLogs", enabled: true }],
      metrics: [{ category: "AllMetrics", enabled: true }],
    });
  });

  it("knows its host in a preview", async () => {
    const plan = await record(() => program(), { mode: "preview" });
    const outputs = the(plan, "delivery-platform:azure:ContainerRegistry").outputs;
    assert.equal(outputs["loginServer"], `${registryName}.azurecr.io`);
    assert.equal(outputs["registryName"], registryName);
  });

  it("is protected where the environment says so", async () => {
    const plan = await record(() => program({ context: testContext({ protect: true }) }));
    assert.equal(the(plan, type.registry).protect, true);
  });

  describe("refuses", () => {
    const rows: [string, Partial<ContainerRegistryArgs>, RegExp][] = [
      ["a retention of more than a year", { retentionDays: 366 }, /retentionDays: is not a time/],
      ["a repository without a host", { cachedRepositories: ["istio/pilot"] }, /cachedRepositories: is not a repository/],
      ["a repository with a tag", { cachedRepositories: ["docker.io/istio/pilot:1.31.1"] }, /cachedRepositories: is not a repository/],
      ["a registry that can't be cached", { cachedRepositories: ["registry.example.com/istio/pilot"] }, /cachedRepositories: is not a repository/],
      ["two repositories of one path", { cachedRepositories: ["docker.io/istio/pilot", "ghcr.io/istio/pilot"] }, /same path as docker\.io\/istio\/pilot/],
    ];
    for (const [what, changes, message] of rows) {
      it(what, async () => {
        await assert.rejects(record(() => program(changes)), message);
      });
    }
  });
});
