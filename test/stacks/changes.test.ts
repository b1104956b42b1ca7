import assert from "node:assert/strict";
import { Plan } from "../../simulator/engine/plan";
import { present } from "../../simulator/engine/values";
import { changedPlan, environmentPlan } from "../support/plans";

/** The resources that two plans differ in: in inputs or options, or because one plan lacks them. */
function changed(before: Plan, after: Plan): { type: string; name: string }[] {
  const texts = (plan: Plan): Map<string, string> => new Map(plan.resources.map(({ outputs, ...resource }) => [resource.urn, JSON.stringify(present(resource))]));
  const [old, recent] = [texts(before), texts(after)];
  const urns = new Set([...old.keys(), ...recent.keys()].filter((urn) => old.get(urn) !== recent.get(urn)));
  return [...new Map([...before.resources, ...after.resources].map((resource) => [resource.urn, resource])).values()].filter(({ urn }) => urns.has(urn));
}

const names = (resources: { name: string }[]): string[] => resources.map(({ name }) => name).sort();

describe("a change of an environment", () => {
  it("of a pool's size touches that pool alone", async () => {
    const after = await changedPlan("dev", "up", (config: { cluster?: { pools: { user: { maxCount: number } } } }) => void (config.cluster && (config.cluster.pools.user.maxCount = 6)));
    assert.deepEqual(names(changed(await environmentPlan("dev", "up"), after)), ["aks-user"]);
  });

  it("of the system pool's size touches the cluster alone", async () => {
    const after = await changedPlan("dev", "up", (config: { cluster?: { pools: { system: { maxCount: number } } } }) => void (config.cluster && (config.cluster.pools.system.maxCount = 4)));
    assert.deepEqual(names(changed(await environmentPlan("dev", "up"), after)), ["aks-cluster"]);
  });

  it("of the upgrade window touches the two schedules alone", async () => {
    const after = await changedPlan("dev", "up", (config: { cluster?: { upgrades?: unknown } }) => void (config.cluster && (config.cluster.upgrades = { window: { day: "Monday" } })));
    assert.deepEqual(names(changed(await environmentPlan("dev", "up"), after)), ["aks-aksManagedAutoUpgradeSchedule", "aks-aksManagedNodeOSUpgradeSchedule"]);
  });

  it("of a tag touches resources in Azure alone, and neither the cluster's objects nor its provider", async () => {
    const before = await environmentPlan("dev", "up");
    const after = await changedPlan("dev", "up", (config: { azure?: { tags?: unknown } }) => void (config.azure && (config.azure.tags = { "cost-center": "42" })));
    const touched = changed(before, after);
    assert.ok(names(touched).includes("aks-cluster"));
    assert.deepEqual(touched.filter(({ type }) => !type.startsWith("azure-native:")), []);
  });

  it("to one more host adds that host's own objects and touches only what lists all hosts", async () => {
    const before = await environmentPlan("dev", "up");
    const after = await changedPlan("dev", "up", (config: { hosts?: Record<string, object> }) => void (config.hosts && (config.hosts["shop.dev.example.com"] = {})));
    assert.deepEqual(names(changed(before, after)).filter((name) => !name.startsWith("hosts-shop.dev.example.com-")), ["hosts-firewall", "ingress-hosts", "ingress-probe"]);
  });
});
