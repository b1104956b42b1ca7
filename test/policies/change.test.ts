import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { change } from "../../policies/change";
import { changeFindings } from "../../policies/change/changeFindings";
import { compareVersions } from "../../policies/change/compareVersions";
import { changePolicies } from "../../policies/change/changePolicies";
import { stackOf } from "../../policies/stack";
import { statefulTypes } from "../../policies/stateful";
import { Plan } from "../../simulator/engine/plan";
import { Target, targetIn, without, withAdded, withChange, withResource } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { PolicyRow, testPolicies } from "./rows";

const storage = { type: "azure-native:storage:StorageAccount", name: "storage" };
const blobs = { type: "azure-native:storage:BlobServiceProperties", name: "storage-blobs" };
const registry = { type: "azure-native:containerregistry:Registry" };
const key = { type: "azure-native:keyvault:Key", name: "keys-storage" };
const pool = { type: "azure-native:containerservice:AgentPool", name: "aks-user" };
const cluster = { type: "azure-native:containerservice:ManagedCluster" };
const istiod = { type: "kubernetes:helm.sh/v3:Release", name: "istio-istiod" };
const group = { type: "azure-native:resources:ResourceGroup", name: "group" };
const namespace = { type: "kubernetes:core/v1:Namespace", name: "kayenta-namespace" };

const unprotected = (plan: Plan, target: Target): Plan => withResource(plan, target, ({ protect, ...resource }) => resource);
const deletedAlone = (plan: Plan, target: Target): Plan => withResource(plan, target, ({ retainOnDelete, deletedWith, ...resource }) => resource);
const stateful = (plan: Plan, policy: object | undefined): Plan => withAdded(plan, "kubernetes:apps/v1:StatefulSet", "store", { spec: { persistentVolumeClaimRetentionPolicy: policy } });
const storageClass = (plan: Plan, reclaimPolicy: string | undefined): Plan => withAdded(plan, "kubernetes:storage.k8s.io/v1:StorageClass", "disks", { provisioner: "disk.csi.azure.com", reclaimPolicy });

const rows: readonly PolicyRow[] = [
  { policy: "state-unprotected", at: "registry", fails: (plan) => unprotected(plan, registry) },
  { policy: "state-unprotected", at: "group", fails: (plan) => unprotected(plan, group) },
  { policy: "key-outlives-program", at: "keys-storage", fails: (plan) => deletedAlone(plan, key), passes: (plan) => withResource(deletedAlone(plan, key), key, (resource) => ({ ...resource, deletedWith: "urn:of:the:vault" })) },
  { policy: "pool-goes-with-cluster", at: "aks-user", fails: (plan) => deletedAlone(plan, pool) },
  { policy: "provider-cluster-identifier", at: "aks-kubernetes", fails: (plan) => withChange(plan, "pulumi:providers:kubernetes", "clusterIdentifier", undefined) },
  { policy: "storage-soft-delete", at: "storage", fails: (plan) => without(plan, blobs) },
  { policy: "storage-soft-delete", at: "storage", fails: (plan) => withChange(plan, blobs, "isVersioningEnabled", undefined), passes: (plan) => withChange(without(plan, blobs), storage, "kind", "FileStorage") },
  { policy: "volume-reclaim", at: "disks", fails: (plan) => storageClass(plan, undefined), passes: (plan) => storageClass(plan, "Retain") },
  { policy: "claim-retention", at: "store", fails: (plan) => stateful(plan, { whenDeleted: "Retain", whenScaled: "Delete" }), passes: (plan) => stateful(plan, undefined) },
];

describe("policies about what a change can lose", function () {
  this.timeout(120_000);
  testPolicies(change, rows);
});

/** What a change of prod's plan is against, as `policy at name`. */
async function changed(alter: (plan: Plan) => Plan, circumstances: Parameters<typeof changeFindings>[3] = {}, environment = "prod"): Promise<string[]> {
  const plan = await environmentPlan("prod", "preview");
  return changeFindings(stackOf(plan, environment), stackOf(alter(plan), environment), environment, circumstances).map(({ policy, level, urn }) => `${level}: ${policy} at ${urn.split("::").at(-1)}`);
}

describe("policies about changes", function () {
  this.timeout(120_000);

  it("find nothing where nothing changes", async () => assert.deepEqual(await changed((plan) => plan), []));

  it("state-deleted finds what holds state and is gone, and nothing else that is gone", async () => {
    assert.deepEqual(await changed((plan) => without(without(plan, namespace), blobs)), ["error: state-deleted at kayenta-namespace"]);
    assert.deepEqual(await changed((plan) => without(plan, namespace), {}, "dev"), ["warning: state-deleted at kayenta-namespace"]);
  });

  it("state-deleted lets pass what an alias carries over to another name", async () => {
    const { urn } = targetIn(await environmentPlan("prod", "preview"), namespace);
    const renamed = (plan: Plan): Plan => withResource(plan, namespace, (resource) => ({ ...resource, urn: `${urn}-2` }));
    assert.deepEqual(await changed(renamed), ["error: state-deleted at kayenta-namespace"]);
    assert.deepEqual(await changed(renamed, { renamed: new Map([[urn, `${urn}-2`]]) }), []);
  });

  it("state-deleted lets pass what is left behind, and state-replaced says so", async () => {
    const { urn } = targetIn(await environmentPlan("prod", "preview"), key);
    assert.deepEqual(await changed((plan) => without(plan, key)), []);
    const before = stackOf(await environmentPlan("prod", "preview"), "prod");
    const told = (replaced: string): string[] => changeFindings(before, before, "prod", { replaced: new Set([replaced]) }).map(({ message }) => message.split(".")[0] ?? "");
    assert.deepEqual(told(urn), ["It is made anew, and the program leaves the old one behind, and with it all that it encrypts"]);
    const vault = targetIn(await environmentPlan("prod", "preview"), "azure-native:keyvault:Vault").urn;
    assert.deepEqual(told(vault), ["It is made anew, and with the old one go its keys and secrets, and with them all that they encrypt"]);
  });

  it("state-deleted finds who an identity is, and a password that data is set up with", async () => {
    assert.deepEqual(await changed((plan) => without(plan, { type: "azure-native:managedidentity:UserAssignedIdentity", name: "keys-storage-identity" })), ["error: state-deleted at keys-storage-identity"]);
    assert.deepEqual(await changed((plan) => without(plan, { type: "random:index/randomPassword:RandomPassword", name: "kayenta-redis-password" })), ["error: state-deleted at kayenta-redis-password"]);
  });

  it("state-replaced finds what holds state and is made anew", async () => {
    const plan = await environmentPlan("prod", "preview");
    const replaced = new Set([registry, blobs].map((target) => targetIn(plan, target).urn));
    assert.deepEqual(await changed((same) => same, { replaced }), ["error: state-replaced at registry"]);
  });

  it("state-protection-removed finds what is no longer protected", async () => {
    assert.deepEqual(await changed((plan) => unprotected(plan, registry)), ["error: state-protection-removed at registry"]);
    assert.deepEqual(await changed((plan) => withResource(plan, namespace, (resource) => ({ ...resource, protect: true }))), []);
  });

  it("chart-downgrade finds an older chart, by its numbers", async () => {
    const to = (version: string) => changed((plan) => withChange(plan, istiod, "version", version));
    assert.deepEqual(await to("1.31.0"), ["error: chart-downgrade at istio-istiod"]);
    assert.deepEqual(await to("v1.9.10"), ["error: chart-downgrade at istio-istiod"]);
    assert.deepEqual(await to("1.31.10"), []);
    assert.deepEqual(await to("1.31.1-rc.1"), ["error: chart-downgrade at istio-istiod"]);
    assert.deepEqual(await changed((plan) => withChange(withChange(plan, istiod, "version", "0.1.0"), istiod, "chart", "oci://ghcr.io/other/istiod-2")), [], "another chart");
  });

  it("chart-downgrade finds what is no release, too", async () => {
    const chart = { type: "kubernetes:helm.sh/v4:Chart", name: "own" };
    const before = withAdded(await environmentPlan("prod", "preview"), chart.type, chart.name, { chart: "own", version: "1.1.0" });
    const to = (version: string): string[] => changeFindings(stackOf(before, "prod"), stackOf(withChange(before, chart, "version", version), "prod"), "prod").map(({ policy }) => policy);
    assert.deepEqual([to("1.0.9"), to("1.2.0")], [["chart-downgrade"], []]);
  });

  it("tell the older of two versions", () => {
    const ordered = ["1.9", "v1.31.0", "1.31.1-alpha", "1.31.1-rc", "1.31.1-rc.2", "1.31.1-rc.10", "1.31.1-rc.x", "1.31.1", "1.31.2+build.1", "2.0.0"];
    for (const [index, version] of ordered.entries()) {
      assert.ok(ordered.slice(index + 1).every((later) => compareVersions(version, later) < 0 && compareVersions(later, version) > 0), version);
    }
    for (const [a = "", b = ""] of [["1.31", "1.31.4"], ["1.0.0+a", "1.0.0+b"], ["v1.0.0", "1.0.0"]]) assert.equal(compareVersions(a, b), 0, `${a}, ${b}`);
  });

  it("cluster-downgrade finds an older Kubernetes", async () => {
    const to = (version: string) => changed((plan) => withChange(plan, cluster, "kubernetesVersion", version));
    assert.deepEqual(await to("1.9"), ["error: cluster-downgrade at aks-cluster"]);
    assert.deepEqual(await to("1.36.4"), []);
    const pools = async (version: string) => {
      const before = withChange(await environmentPlan("prod", "preview"), pool, "orchestratorVersion", "1.36.1");
      return changeFindings(stackOf(before, "prod"), stackOf(withChange(before, pool, "orchestratorVersion", version), "prod"), "prod").map(({ policy }) => policy);
    };
    assert.deepEqual([await pools("1.35.9"), await pools("1.36.2")], [["cluster-downgrade"], []]);
  });

  it("look away from what is excepted, until the exception has expired", async () => {
    const entry = { policy: "state-deleted", resource: "kayenta-namespace", reason: "moved to another stack", until: "2027-03-31" };
    const entries = [entry];
    const on = (today: string) => changed((plan) => without(plan, namespace), { today, exceptions: { entries, problems: [] } });
    assert.deepEqual(await on("2027-03-31"), []);
    assert.deepEqual(await on("2027-04-01"), ["error: state-deleted at kayenta-namespace"]);
    const wide = await changed((plan) => without(plan, namespace), { today: "2027-03-31", exceptions: { entries: [{ ...entry, resource: "*" }], problems: [] } });
    assert.deepEqual(wide, ["error: state-deleted at kayenta-namespace"]);
  });

  it("say what is lost with each type that holds state", () => {
    for (const [type, { lost }] of Object.entries(statefulTypes)) assert.match(lost, /^\S.*[^.]$/, type);
  });

  it("have a page each that tells why, how it fails and what to do", () => {
    for (const { id, title, fix, source } of changePolicies) {
      const page = fs.readFileSync(`docs/policies/${id}.md`, "utf8");
      for (const part of [`# ${id}\n`, title, fix, source]) assert.ok(page.includes(part), `docs/policies/${id}.md lacks ${part}`);
    }
  });
});
