import * as assert from "node:assert/strict";
import { ContainerRegistry, ContainerRegistryArgs } from "../../components/azure/containerRegistry";
import { roleDefinitionId } from "../../components/shared/roles";
import { testContext, testEndpointTarget, testGroup, testId, testKeys, testWorkspace } from "../support/azure";
import { all, inputs, reachable, record, the } from "../support/record";

const type = {
  registry: "azure-native:containerregistry:Registry",
  rule: "azure-native:containerregistry:CacheRule",
  credentials: "azure-native:containerregistry:CredentialSet",
  grant: "azure-native:authorization:RoleAssignment",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
};
const otherSubscription = "88888888-8888-4888-8888-888888888888";
const dockerHub = {
  vaultId: `/subscriptions/${otherSubscription}/resourceGroups/rg-shared/providers/Microsoft.KeyVault/vaults/kv-shared`,
  usernameSecretUri: "https://kv-shared.vault.azure.net/secrets/docker-hub-username",
  passwordSecretUri: "https://kv-shared.vault.azure.net/secrets/docker-hub-token",
};
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
    const plan = await record(() => program({ cachedRepositories: ["ghcr.io/mccutchen/go-httpbin", "mcr.microsoft.com/azure-cli"] }));
    assert.equal(all(plan, type.rule).length, 2);
    const rule = the(plan, type.rule, "registry-cache-ghcr.io/mccutchen/go-httpbin");
    assert.deepEqual(inputs(rule), {
      resourceGroupName: testGroup,
      registryName,
      cacheRuleName: "cache-acme-dev-ghcr-io-mccutchen-go-httpbin",
      sourceRepository: "ghcr.io/mccutchen/go-httpbin",
      targetRepository: "mccutchen/go-httpbin",
    });
    assert.equal(inputs(the(plan, type.rule, "registry-cache-mcr.microsoft.com/azure-cli"))["targetRepository"], "azure-cli");
    assert.ok(reachable(plan, rule).has(the(plan, type.registry).urn));
    assert.equal(all(plan, type.credentials).length, 0, "no other registry than Docker Hub is signed in to");
  });

  it("signs in to Docker Hub with secrets that it names and does not know", async () => {
    const plan = await record(() => program({ cachedRepositories: ["docker.io/istio/pilot", "mcr.microsoft.com/azure-cli"], dockerHub }));
    const set = the(plan, type.credentials);
    assert.deepEqual(inputs(set), {
      resourceGroupName: testGroup,
      registryName,
      credentialSetName: "cred-acme-dev-docker-hub",
      loginServer: "docker.io",
      identity: { type: "SystemAssigned" },
      authCredentials: [{ name: "Credential1", usernameSecretIdentifier: dockerHub.usernameSecretUri, passwordSecretIdentifier: dockerHub.passwordSecretUri }],
    });
    assert.ok(reachable(plan, set).has(the(plan, type.registry).urn));
    assert.equal(
      inputs(the(plan, type.rule, "registry-cache-docker.io/istio/pilot"))["credentialSetResourceId"],
      testId(`Microsoft.ContainerRegistry/registries/${registryName}/credentialSets/cred-acme-dev-docker-hub`),
    );
    assert.ok(!("credentialSetResourceId" in inputs(the(plan, type.rule, "registry-cache-mcr.microsoft.com/azure-cli"))), "Microsoft's registry takes no sign-in");
    assert.deepEqual(plan.findings, []);
  });

  it("lets the credential set read its two secrets alone, in whichever subscription they are", async () => {
    const plan = await record(() => program({ cachedRepositories: ["docker.io/istio/pilot"], dockerHub }));
    const principalId = Reflect.get(the(plan, type.credentials).outputs["identity"] as object, "principalId") as string;
    const grants = all(plan, type.grant).map(inputs).filter((grant) => grant["principalId"] === principalId);
    assert.deepEqual(grants.map((grant) => grant["scope"]).sort(), ["token", "username"].map((name) => `${dockerHub.vaultId}/secrets/docker-hub-${name}`));
    for (const grant of grants) {
      assert.equal(grant["principalType"], "ServicePrincipal");
      assert.equal(grant["roleDefinitionId"], roleDefinitionId(otherSubscription, "Key Vault Secrets User"));
    }
  });

  it("caches from Docker Hub once the grants have spread, and from others at once", async () => {
    const plan = await record(() => program({ cachedRepositories: ["docker.io/istio/pilot", "mcr.microsoft.com/azure-cli"], dockerHub }));
    const spread = the(plan, "time:index/sleep:Sleep", "registry-docker-hub-grants-spread").urn;
    assert.ok(reachable(plan, the(plan, type.rule, "registry-cache-docker.io/istio/pilot")).has(spread));
    assert.ok(!reachable(plan, the(plan, type.rule, "registry-cache-mcr.microsoft.com/azure-cli")).has(spread));
  });

  it("does not know the credential set's principal before the set is made", async () => {
    const plan = await record(() => program({ cachedRepositories: ["docker.io/istio/pilot"], dockerHub }), { mode: "preview" });
    assert.equal(inputs(the(plan, type.grant, "registry-docker-hub-grants-username"))["principalId"], "[unknown]");
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

  it("lets those push whom it names, and nobody else", async () => {
    assert.ok(all(await record(() => program()), type.grant).every((grant) => inputs(grant)["roleDefinitionId"] !== roleDefinitionId(testContext().subscriptionId, "AcrPush")));
    const publishers = ["44444444-4444-4444-8444-444444444444", "55555555-5555-4555-8555-555555555555"];
    const plan = await record(() => program({ publishers }));
    for (const principalId of publishers) {
      const { roleAssignmentName, ...grant } = inputs(the(plan, type.grant, `registry-publisher-${principalId}-push`));
      assert.match(String(roleAssignmentName), /^[0-9a-f-]{36}$/);
      assert.deepEqual(grant, {
        principalId,
        roleDefinitionId: roleDefinitionId(testContext().subscriptionId, "AcrPush"),
        scope: testId(`Microsoft.ContainerRegistry/registries/${registryName}`),
      });
    }
    assert.deepEqual(plan.findings, []);
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
      ["an image of Docker's own by its short name", { cachedRepositories: ["docker.io/redis"], dockerHub }, /write docker\.io\/library\/redis/],
      ["a repository of Docker Hub without an account there", { cachedRepositories: ["docker.io/istio/pilot"] }, /dockerHub: is missing.*only when it signs in there.*docker\.io\/istio\/pilot/s],
      ["a publisher that is not an object id", { publishers: ["somebody@example.com"] }, /publishers: is not an object id/],
      ["a publisher listed twice", { publishers: [otherSubscription, otherSubscription] }, /publishers: is listed twice/],
      ["a vault that is named by its name", { dockerHub: { ...dockerHub, vaultId: "kv-shared" } }, /dockerHub\.vaultId: is not the resource id/],
      ["a secret in another vault", { dockerHub: { ...dockerHub, passwordSecretUri: "https://kv-other.vault.azure.net/secrets/token" } }, /dockerHub\.passwordSecretUri: is in another vault/],
      ["a version of a secret", { dockerHub: { ...dockerHub, passwordSecretUri: `${dockerHub.passwordSecretUri}/${"0".repeat(32)}` } }, /dockerHub\.passwordSecretUri: is not the identifier/],
      ["a token in the place of the name", { dockerHub: { ...dockerHub, usernameSecretUri: dockerHub.passwordSecretUri } }, /is the secret that holds the account's name/],
      ["two repositories of one path", { cachedRepositories: ["docker.io/istio/pilot", "ghcr.io/istio/pilot"], dockerHub }, /same path as docker\.io\/istio\/pilot/],
    ];
    for (const [what, changes, message] of rows) {
      it(what, async () => {
        await assert.rejects(record(() => program(changes)), message);
      });
    }
  });
});
