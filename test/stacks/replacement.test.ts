import assert from "node:assert/strict";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { environmentPlan } from "../support/plans";
import { the } from "../support/record";

// Inputs by which Azure's and Kubernetes' providers know a resource: another value is another resource.
const identities: readonly [type: RegExp, inputs: readonly string[]][] = [
  [/^azure-native:/, ["resourceName", "originName", "routeName", "scope", "resourceUri", "registryName", "accountName", "virtualNetworkName", "privateZoneName", "profileName", "endpointName"]],
  [/^kubernetes:/, ["metadata", "namespace"]],
];

/**
 * What the engine replaces in an order of its dependencies when it replaces a resource: it takes every output of a replaced resource to be
 * unknown and asks the provider whether that makes another resource.
 */
function replacedInOrder(plan: Plan, root: RecordedResource): RecordedResource[] {
  const replaced = [root];
  for (const resource of plan.resources) {
    const known = identities.filter(([type]) => type.test(resource.type)).flatMap(([, inputs]) => inputs);
    const from = known.flatMap((input) => resource.propertyDependencies?.[input] ?? []);
    if (!replaced.includes(resource) && replaced.some(({ urn }) => from.includes(urn))) replaced.push(resource);
  }
  return replaced.slice(1);
}

/** What the engine replaces too, but deletes in any order, before all others. */
const replacedAnyhow = (plan: Plan, { urn }: RecordedResource): RecordedResource[] => plan.resources.filter(({ replaceWith }) => replaceWith?.includes(urn));

const cluster = (plan: Plan): RecordedResource => the(plan, "azure-native:containerservice:ManagedCluster");
const theWayIn = ["hosts-echo.dev.example.com-route", "hosts-guestbook-api.dev.example.com-route", "hosts-guestbook.dev.example.com-route", "hosts-private.dev.example.com-route", "ingress-service", "origin-origin"];

describe("a part that is made anew", () => {
  let plan: Plan;
  before(async () => {
    plan = await environmentPlan("dev", "up");
  });

  it("takes along everything inside, as far as it is the cluster, its pools, and what is told of its id", () => {
    const replaced = [...replacedInOrder(plan, cluster(plan)), ...replacedAnyhow(plan, cluster(plan))];
    const left = plan.resources.filter((resource) => resource.type.startsWith("kubernetes:") && !replaced.includes(resource));
    assert.deepEqual(left.map(({ name }) => name), []);
    const inAzure = replaced.filter(({ type }) => type.startsWith("azure-native:containerservice:") || type === "azure-native:authorization:RoleAssignment" || type === "azure-native:monitor:DiagnosticSetting");
    assert.deepEqual(inAzure.map(({ name }) => name).sort(), [
      "aks-aksManagedAutoUpgradeSchedule",
      "aks-aksManagedNodeOSUpgradeSchedule",
      "aks-deployer-33333333-3333-4333-8333-333333333333-cluster",
      "aks-ingress",
      "aks-logs",
      "aks-user",
    ]);
    // There can't be two clusters of one name.
    assert.equal(cluster(plan).deleteBeforeReplace, true);
  });

  const holders: readonly (readonly [holder: string, type: string, held: RegExp])[] = [
    ["network", "azure-native:network:VirtualNetwork", /^azure-native:network:Subnet$/],
    ["network-zone-blob", "azure-native:privatedns:PrivateZone", /^azure-native:privatedns:VirtualNetworkLink$/],
    ["storage", "azure-native:storage:StorageAccount", /^azure-native:storage:BlobServiceProperties$/],
    ["kayenta-storage", "azure-native:storage:StorageAccount", /^azure-native:storage:Blob/],
    ["front-door-profile", "azure-native:cdn:Profile", /^azure-native:cdn:(AFD|Route|SecurityPolicy)/],
  ];
  for (const [holder, type, held] of holders) {
    it(`takes along what Azure keeps in it, as far as it is ${holder}`, () => {
      const replaced = replacedInOrder(plan, the(plan, type, holder)).filter((resource) => held.test(resource.type));
      const inside = plan.resources.filter((resource) => held.test(resource.type) && resource.dependencies?.includes(the(plan, type, holder).urn));
      assert.ok(inside.length > 0);
      assert.deepEqual(inside.filter((resource) => !replaced.includes(resource)).map(({ name }) => name), []);
    });
  }

  it("takes along the registry's rules for images, as far as it is the registry", async () => {
    const staging = await environmentPlan("staging", "up");
    const replaced = replacedInOrder(staging, the(staging, "azure-native:containerregistry:Registry"));
    const rules = staging.resources.filter(({ type }) => /:(CacheRule|CredentialSet)$/.test(type));
    assert.ok(rules.length > 5);
    assert.deepEqual(rules.filter((rule) => !replaced.includes(rule)).map(({ name }) => name), []);
  });

  it("has the way into the cluster deleted in order: a private link service with a connection can't be deleted, nor an origin under a route", () => {
    const inOrder = replacedInOrder(plan, cluster(plan)).map(({ name }) => name);
    assert.deepEqual([...theWayIn, "ingress-namespace"].filter((name) => !inOrder.includes(name)), []);
    const anyhow = plan.resources.filter(({ replaceWith }) => replaceWith !== undefined).map(({ name }) => name);
    assert.deepEqual([...theWayIn, "ingress-namespace", "aks-user", "aks-ingress"].filter((name) => anyhow.includes(name)), []);
  });

  it("takes along the origin and its routes, as far as it is the gateway's Service", () => {
    const service = the(plan, "kubernetes:core/v1:Service", "ingress-service");
    assert.deepEqual([service, ...replacedInOrder(plan, service)].map(({ name }) => name).sort(), theWayIn);
    assert.equal(service.deleteBeforeReplace, true);
    assert.equal(the(plan, "azure-native:cdn:AFDOrigin").deleteBeforeReplace, true);
  });

  it("has its inside known by one cluster's id, since the engine can't delete what hangs on a provider that is replaced", () => {
    const provider = the(plan, "pulumi:providers:kubernetes");
    assert.equal(provider.propertyDependencies?.["clusterIdentifier"], undefined);
    assert.equal(provider.replaceWith, undefined);
  });
});
