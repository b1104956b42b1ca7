import * as assert from "node:assert/strict";
import { comparePlans } from "../../../cli/diff/compare";
import { PlanDiff, ResourceChange } from "../../../cli/diff/model";
import { Finding, Plan, RecordedResource } from "../../../simulator/engine/plan";
import { Properties, Secret, UNKNOWN } from "../../../simulator/engine/values";
import { targetIn, withAdded, withChange, without, withResource } from "../../support/changePlan";
import { environmentPlan } from "../../support/plans";

const ref = { ref: "main", commit: "0".repeat(40) };
const compare = (base: Plan, head: Plan): PlanDiff => comparePlans(base, head, { ref });
const configMap = "kubernetes:core/v1:ConfigMap";

const resource = (type: string, name: string, inputs: Properties, more: Partial<RecordedResource> = {}): RecordedResource => ({
  urn: `urn:pulumi:dev::shop::${type}::${name}`, type, name, custom: true, inputs, outputs: inputs, ...more,
});
const planOf = (...resources: readonly RecordedResource[]): Plan => ({ project: "shop", stack: "dev", mode: "up", resources, outputs: {}, findings: [], durationMs: 1 });
/** What one resource becomes when its inputs change. */
const changed = (type: string, before: Properties, after: Properties, more: Partial<RecordedResource> = {}): ResourceChange | undefined =>
  compare(planOf(resource(type, "it", before, more)), planOf(resource(type, "it", after, more))).resources[0];
const paths = (change: ResourceChange | undefined): unknown[] => (change?.properties ?? []).map(({ path, kind, before, after }) => [path, kind, before, after]);

describe("the difference of two plans", () => {
  it("is none for a plan and itself", async () => {
    const plan = await environmentPlan("dev", "up");
    const diff = compare(plan, plan);
    assert.deepEqual(diff, {
      project: plan.project, stack: "dev", mode: "up", base: ref, verdict: "none", resources: [],
      summary: { create: 0, update: 0, replace: 0, delete: 0, rename: 0, stateful: 0 },
      outputs: { added: [], changed: [], removed: [] }, findings: { new: [], mended: [] },
    });
  });

  it("is exactly the value that changes, with its component", async () => {
    const plan = await environmentPlan("dev", "up");
    const workspace = targetIn(plan, "azure-native:operationalinsights:Workspace");
    const diff = compare(plan, withChange(plan, workspace, "retentionInDays", 77));
    assert.equal(diff.verdict, "changes");
    assert.deepEqual(diff.resources.map(({ kind, urn, component }) => [kind, urn, component.map(({ name }) => name)]), [["update", workspace.urn, ["platform", "monitoring"]]]);
    assert.deepEqual(paths(diff.resources[0]), [["retentionInDays", "change", workspace.inputs["retentionInDays"], 77]]);
  });

  it("has what is made anew with the cluster: all that is in it, and its pools, because they follow it", async () => {
    const plan = await environmentPlan("dev", "up");
    const cluster = targetIn(plan, "azure-native:containerservice:ManagedCluster");
    const diff = compare(plan, withChange(plan, cluster, "networkProfile.podCidr", "10.99.0.0/16"));
    const of = (name: string) => diff.resources.find((change) => change.name === name);
    assert.deepEqual(of(cluster.name)?.replaceReasons, [{ path: "networkProfile.podCidr", sure: true }]);
    assert.deepEqual(of("aks-user")?.replaceReasons, [{ path: "resourceName", sure: true, follows: cluster.urn }]);
    assert.equal(diff.verdict, "dangerous");
    assert.equal(diff.resources[0]?.lost !== undefined, true);
    const inside = plan.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    assert.ok(inside.length > 50);
    for (const { urn } of inside) assert.equal(diff.resources.find((change) => change.urn === urn)?.kind, "replace", urn);
    assert.equal(diff.resources.some(({ type }) => type === "azure-native:keyvault:Vault"), false);
  });

  it("has what is created and deleted; what holds state comes first and is dangerous", async () => {
    const plan = await environmentPlan("dev", "up");
    const registry = "azure-native:containerregistry:Registry";
    const diff = compare(plan, withAdded(without(plan, registry), configMap, "new", { metadata: { name: "new" } }));
    assert.equal(diff.verdict, "dangerous");
    assert.deepEqual(diff.resources.map(({ kind, type, lost }) => [kind, type, lost]), [["delete", registry, "all images"], ["create", configMap, undefined]]);
    assert.deepEqual([diff.summary.create, diff.summary.delete, diff.summary.stateful], [1, 1, 1]);
  });

  it("has what a created resource is given and what a deleted one had, a release's values as YAML", () => {
    const map = resource(configMap, "map", { metadata: { name: "map" }, data: { known: new Secret("the-password"), open: "the-password" } });
    const release = resource("kubernetes:helm.sh/v3:Release", "chart", { version: "1.0.0", values: { replicas: 1, password: "the-password" } });
    const code = resource("pulumi-nodejs:dynamic:Resource", "code", { __provider: "function one() {}" });
    const shownIn = (base: Plan, head: Plan): unknown[] => compare(base, head).resources.map(({ kind, properties, yaml }) => [kind, properties.map(({ path, kind: how, before, after }) => [path, how, before, after]), yaml?.map(({ sign, text }) => sign + text)]);
    const [metadata, data, values] = [{ name: "map" }, { known: "[secret]", open: "[secret]" }, ["password: \"[secret]\"", "replicas: 1"]];
    assert.deepEqual(shownIn(planOf(), planOf(map, release, code)), [
      ["create", [["data", "add", undefined, data], ["metadata", "add", undefined, metadata]], undefined],
      ["create", [["version", "add", undefined, "1.0.0"]], values.map((line) => `+${line}`)],
      ["create", [["__provider", "add", undefined, "[code]"]], undefined],
    ]);
    assert.deepEqual(shownIn(planOf(map, release, code), planOf()), [
      ["delete", [["data", "remove", data, undefined], ["metadata", "remove", metadata, undefined]], undefined],
      ["delete", [["version", "remove", "1.0.0", undefined]], values.map((line) => `-${line}`)],
      ["delete", [["__provider", "remove", "[code]", undefined]], undefined],
    ]);
  });

  const inGroup = (name: string, inputs: Properties = {}): Properties => ({ resourceGroupName: "rg", privateEndpointName: name, ...inputs });
  const renames: readonly (readonly [string, string, Properties, Properties, RegExp | undefined, Partial<RecordedResource>?])[] = [
    ["an object of Kubernetes", configMap, { metadata: { name: "a", namespace: "b" } }, { metadata: { name: "a", namespace: "b" }, data: {} }, /deleted again/],
    ["an object without a namespace", configMap, { metadata: { name: "a" } }, { metadata: { name: "a", namespace: "default" } }, /deleted again/],
    ["an object in another namespace", configMap, { metadata: { name: "a", namespace: "b" } }, { metadata: { name: "a", namespace: "c" } }, undefined],
    ["an object that is left behind", configMap, { metadata: { name: "a" } }, { metadata: { name: "a" } }, undefined, { retainOnDelete: true }],
    ["an object that Pulumi names", configMap, { metadata: {} }, { metadata: {} }, undefined],
    ["a release", "kubernetes:helm.sh/v3:Release", { name: "a", namespace: "b" }, { name: "a", namespace: "b" }, /Helm refuses/],
    ["a resource of Azure's", "azure-native:network:PrivateEndpoint", inGroup("a"), inGroup("a", { location: "b" }), /refuses to create/],
    ["a resource of Azure's that is left behind", "azure-native:network:PrivateEndpoint", inGroup("a"), inGroup("a"), /refuses to create/, { retainOnDelete: true }],
    ["one of another name", "azure-native:network:PrivateEndpoint", inGroup("a"), inGroup("b"), undefined],
    ["one that Pulumi names", "azure-native:network:PrivateEndpoint", { resourceGroupName: "rg" }, { resourceGroupName: "rg" }, undefined],
    ["one of a type that no table has", "azure-native:unheard:Thing", { thingName: "a", parentName: "x" }, { thingName: "a", parentName: "x" }, /refuses to create/],
    ["one of such a type in another parent", "azure-native:unheard:Thing", { thingName: "a", parentName: "x" }, { thingName: "a", parentName: "y" }, undefined],
    ["what no cloud knows by a name", "random:index/randomId:RandomId", { byteLength: 4 }, { byteLength: 4 }, undefined],
  ];
  for (const [title, type, before, after, why, options = {}] of renames) {
    it(`${why === undefined ? "does not take" : "takes"} ${title} under another name of the program's for the same object`, () => {
      const [old, now] = [resource(type, "old", before, options), resource(type, "now", after)];
      const diff = compare(planOf(old), planOf(now));
      assert.deepEqual(diff.resources.map(({ kind, sameObject }) => [kind, sameObject?.urn]), [["create", why && old.urn], ["delete", why && now.urn]]);
      assert.equal(diff.verdict, why === undefined ? "changes" : "dangerous");
      for (const { sameObject } of diff.resources) if (why !== undefined) assert.match(sameObject?.why ?? "", why);
    });
  }

  it("is a change where only an encrypted value of the config differs, or the base doesn't run", () => {
    const plan = planOf();
    const encrypted = comparePlans(plan, plan, { ref, encryptedConfig: ["shop:token"] });
    assert.deepEqual([encrypted.verdict, encrypted.encryptedConfig], ["changes", ["shop:token"]]);
    const failed = comparePlans(plan, plan, { ref: { ...ref, failure: "broken" } });
    assert.deepEqual([failed.verdict, failed.base.failure], ["changes", "broken"]);
  });

  it("has a resource renamed that names its former self as an alias, and no change of those that follow it", () => {
    const old = resource("shop:index:Part", "old", {}, { custom: false });
    const part = { ...resource("shop:index:Part", "part", {}, { custom: false }), aliases: [old.urn] };
    const child = (parent: RecordedResource, name: string): RecordedResource => ({ ...resource(configMap, name, { metadata: { name: "map" } }), urn: `urn:pulumi:dev::shop::shop:index:Part$${configMap}::${name}`, parent: parent.urn });
    const follower = (urn: string): RecordedResource => resource(configMap, "follower", { metadata: { name: "follower" } }, { deletedWith: urn });
    const [was, is] = [child(old, "old-map"), child(part, "part-map")];
    const diff = compare(planOf(old, was, follower(was.urn)), planOf(part, is, follower(is.urn)));
    assert.deepEqual(diff.resources.map(({ kind, name, urnBefore }) => [kind, name, urnBefore]), [["rename", "part", old.urn], ["rename", "part-map", was.urn]]);
    assert.deepEqual([diff.summary.rename, diff.verdict], [1, "changes"]);
  });

  it("leaves out what the program ignores, as the engine does", () => {
    assert.equal(changed("azure-native:containerservice:AgentPool", { count: 1, profiles: [{ count: 1, name: "a" }] }, { count: 2, profiles: [{ count: 3, name: "a" }] }, { ignoreChanges: ["count", "profiles[0].count"] }), undefined);
    assert.deepEqual(paths(changed(configMap, { data: { a: "1", b: "1" } }, { data: { a: "2", b: "2" } }, { ignoreChanges: ["data.*"] })), []);
    assert.deepEqual(paths(changed(configMap, { data: { a: "1", b: "1" } }, { data: { a: "2", b: "2" } }, { ignoreChanges: ['data["a"]'] })), [["data.b", "change", "1", "2"]]);
  });

  it("has the options that say what becomes of a resource", () => {
    const [was, is] = [true, undefined].map((protect) => planOf(resource("azure-native:keyvault:Vault", "vault", {}, { protect, dependencies: protect ? ["urn:a"] : [] })));
    const [change] = compare(was as Plan, is as Plan).resources;
    assert.equal(change?.kind, "update");
    assert.deepEqual(paths(change), [["options.protect", "remove", true, undefined]]);
  });

  it("has outputs added, changed and removed", () => {
    const plan = planOf();
    const { outputs } = compare({ ...plan, outputs: { same: 1, gone: 2, other: { a: 1 }, key: new Secret("first") } }, { ...plan, outputs: { same: 1, new: 3, other: { a: 2 }, key: new Secret("second") } });
    assert.deepEqual(outputs, {
      added: [{ name: "new", after: 3, secret: false }],
      changed: [{ name: "other", before: { a: 1 }, after: { a: 2 }, secret: false }, { name: "key", before: "[secret]", after: "[secret]", secret: true }],
      removed: [{ name: "gone", before: 2, secret: false }],
    });
  });

  const finding = (policy: string, message: string): Finding => ({ policy, level: "warning", urn: "urn:x", message, docs: "docs" });

  const reworded: readonly (readonly [string, string, string, boolean])[] = [
    ["a number", "has 3 replicas.", "has 4 replicas.", true],
    ["a fraction", "waits 0.5 s", "waits 10 s", true],
    ["a host", "lets a.example.com out", "lets b.example.com out", false],
    ["a number in a name", "names web-1", "names web-2", false],
    ["an address", "10.0.0.0/16 overlaps", "10.1.0.0/16 overlaps", false],
    ["a version", "is at 1.2.3", "is at 1.2.4", false],
    ["one more of a list", "lets a, b out", "lets a, b, c out", false],
  ];
  for (const [title, before, after, isSame] of reworded) {
    it(`${isSame ? "has no new finding" : "has a new finding and a mended one"} where the message differs in ${title}`, () => {
      const { findings } = compare({ ...planOf(), findings: [finding("a", before)] }, { ...planOf(), findings: [finding("a", after)] });
      assert.deepEqual([findings.new.map(({ message }) => message), findings.mended.map(({ message }) => message)], isSame ? [[], []] : [[after], [before]]);
    });
  }

  it("has findings new and mended; one in other words is neither", () => {
    const plan = planOf();
    const { findings, verdict } = compare({ ...plan, findings: [finding("a", "one"), finding("b", "is 3")] }, { ...plan, findings: [finding("b", "is 4"), finding("c", "two")] });
    assert.deepEqual([findings.new.map(({ policy }) => policy), findings.mended.map(({ policy }) => policy), verdict], [["c"], ["a"], "changes"]);
  });

  it("is dangerous where a policy about changes is broken at level error", () => {
    const plan = planOf(resource(configMap, "it", {}));
    const broken: Finding = { policy: "chart-downgrade", level: "error", urn: "urn:x", message: "older", docs: "docs" };
    assert.equal(comparePlans(plan, plan, { ref, judge: () => [broken] }).verdict, "dangerous");
  });

  it("follows lists by the names of their elements, and by what they have in common where there are none", () => {
    const containers = (...list: [string, string][]): Properties => ({ spec: { containers: list.map(([name, image]) => ({ name, image })) } });
    const deployment = "kubernetes:apps/v1:Deployment";
    assert.deepEqual(paths(changed(deployment, containers(["a", "1"], ["b", "1"]), containers(["new", "1"], ["a", "1"], ["b", "2"]))), [
      ["spec.containers[name=b].image", "change", "1", "2"],
      ["spec.containers[name=new]", "add", undefined, { name: "new", image: "1" }],
    ]);
    assert.deepEqual(paths(changed(deployment, containers(["a", "1"], ["b", "1"]), containers(["b", "1"], ["a", "1"]))), [["spec.containers[order of name]", "change", ["a", "b"], ["b", "a"]]]);
    assert.deepEqual(paths(changed(deployment, { hosts: ["a", "b", "c"] }, { hosts: ["new", "a", "c"] })), [["hosts[0]", "add", undefined, "new"], ["hosts[1]", "remove", "b", undefined]]);
    assert.deepEqual(paths(changed(deployment, { rules: [{ to: { host: "a", x: 1 } }] }, { rules: [{ to: { host: "b", x: 1 } }] })), [["rules[0].to.host", "change", "a", "b"]]);
  });

  it("shows the values of a release as lines of YAML, and what else it has as properties", () => {
    const release = (version: string, replicas: number, password: string): Properties => ({ version, values: { replicas, list: ["a"], auth: { password: new Secret(password) } } });
    const change = changed("kubernetes:helm.sh/v3:Release", release("1.0.0", 1, "first-one"), release("1.1.0", 2, "second-one"));
    assert.deepEqual(paths(change), [["version", "change", "1.0.0", "1.1.0"]]);
    assert.deepEqual(change?.yaml?.map(({ sign, text }) => sign + text), [" auth:", "-  password: \"[secret]\"", "+  password: \"[another secret]\"", " list:", "   - a", "-replicas: 1", "+replicas: 2"]);
  });

  it("does not show the code of a dynamic provider", () => {
    const type = "pulumi-nodejs:dynamic/deliveryPlatform:PrivateLinkApproval";
    assert.deepEqual(paths(changed(type, { __provider: "function one() {}" }, { __provider: "function two() {}" })), [["__provider", "change", "[code]", "[other code]"]]);
    assert.equal(changed(type, { __provider: "function one() {}" }, { __provider: "function two() {}" })?.kind, "update");
  });

  it("marks what is not known on a side", () => {
    const [property] = changed(configMap, { data: { a: UNKNOWN } }, { data: { a: "1" } })?.properties ?? [];
    assert.deepEqual([property?.unknown, property?.before, property?.after], [true, "[unknown]", "1"]);
    assert.equal(changed(configMap, { data: { a: UNKNOWN } }, { data: { a: UNKNOWN } }), undefined);
  });
});

describe("the difference of two plans with secrets", () => {
  const secretType = "kubernetes:core/v1:Secret";

  it("shows that a secret changed and not what it is", () => {
    const change = changed(secretType, { stringData: new Secret({ password: "first-password" }) }, { stringData: new Secret({ password: "second-password" }) });
    assert.deepEqual(paths(change), [["stringData", "change", "[secret]", "[secret]"]]);
    assert.equal(change?.properties[0]?.secret, true);
  });

  it("shows no value that the other side, or another place, marks as secret", () => {
    const known = resource(secretType, "known", { stringData: { password: new Secret("the-password") } });
    const leaky = (text: string): RecordedResource => resource(configMap, "leaky", { metadata: { name: "leaky" }, data: { text, marked: "the-password" } });
    const marked = resource(configMap, "leaky", { metadata: { name: "leaky" }, data: { text: "x", marked: new Secret("the-password") } });
    const bare = resource(secretType, "known", { stringData: { password: "the-password" } });
    for (const [base, head] of [[planOf(known, leaky("a")), planOf(known, leaky("b the-password"))], [planOf(leaky("a")), planOf(marked)], [planOf(known), planOf(bare)], [planOf(marked), planOf(leaky("x"))]] as const) {
      const diff = compare(base, { ...head, outputs: { shown: "the-password" }, findings: [{ policy: "p", level: "info", urn: "u", message: "it is the-password", docs: "d" }] });
      assert.equal(diff.resources.length > 0, true);
      assert.doesNotMatch(JSON.stringify(diff), /the-password/);
    }
  });

  const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n";
  const indented = pem.replaceAll("\n", "\n    ");
  const known = resource(secretType, "known", { stringData: { key: new Secret(pem), pin: new Secret(123456789), word: new Secret("the-password") } });
  const leaks: readonly (readonly [string, RecordedResource])[] = [
    ["several lines in a release's values", resource("kubernetes:helm.sh/v3:Release", "chart", { values: { tls: { key: pem } } })],
    ["several lines with indentation in a text", resource(configMap, "leaky", { data: { "a.yaml": `key: |\n    ${indented}` } })],
    ["several lines with the other line breaks", resource(configMap, "leaky", { data: { a: indented.replaceAll("\n", "\r\n") } })],
    ["several lines without the last break", resource(configMap, "leaky", { data: { a: JSON.stringify({ key: pem.trim() }), b: Buffer.from(pem.trim()).toString("base64") } })],
    ["a number in a text", resource(configMap, "leaky", { data: { a: "pin=123456789;" } })],
    ["a number as a number", resource(configMap, "leaky", { data: { a: 123456789 } })],
    ["a key", resource(configMap, "leaky", { data: { "the-password": "x", inner: { "at-the-password": "x" } } })],
    ["a resource's name", resource(configMap, "named-the-password", {})],
    ["what a resource follows", resource(configMap, "follower", {}, { replaceWith: [resource(configMap, "named-the-password", {}).urn] })],
  ];
  for (const [title, leaky] of leaks) {
    it(`shows no secret that another place marks: ${title}`, () => {
      const other = { ...leaky, inputs: { ...leaky.inputs, kept: "x", values: { kept: 1 }, data: { kept: "x" }, metadata: { name: "x" } } };
      const leader = resource(configMap, "named-the-password", { metadata: { name: "y" } });
      const sides = [[planOf(known), planOf(known, leaky)], [planOf(known, leaky), planOf(known)], [planOf(known, leader, other), planOf(known, { ...leader, inputs: {} }, leaky)]] as const;
      const text = JSON.stringify(sides.map(([base, head]) => compare(base, head)));
      assert.match(text, /\[secret\]/);
      for (const secret of ["MIIEvQ", "TUlJRXZR", "123456789", "the-password"]) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    });
  }

  it("is the same where they are the same", () => {
    assert.equal(changed(secretType, { stringData: new Secret({ a: "1" }) }, { stringData: new Secret({ a: "1" }) }), undefined);
  });
});

describe("what forces a replacement", () => {
  const forced = (type: string, before: Properties, after: Properties, more: Partial<RecordedResource> = {}): unknown[] => (changed(type, before, after, more)?.properties ?? []).map(({ path, forcesReplacement }) => [path, forcesReplacement]);

  it("is in a table by type, and is unsure where the service decides", () => {
    const account = "azure-native:storage:StorageAccount";
    assert.deepEqual(forced(account, { location: "a", kind: "A", tags: { a: "1" } }, { location: "b", kind: "B", tags: { a: "2" } }), [["kind", "unsure"], ["location", "yes"], ["tags.a", "no"]]);
    assert.deepEqual(forced("azure-native:network:PrivateEndpoint", { subnet: { id: "a" } }, { subnet: { id: "b" } }), [["subnet.id", "yes"]]);
    assert.deepEqual(forced("azure-native:containerservice:ManagedCluster", { networkProfile: { podCidr: "a", ipFamilies: ["a"] } }, { networkProfile: { podCidr: "b", ipFamilies: ["b"] } }), [["networkProfile.ipFamilies[0]", "unsure"], ["networkProfile.podCidr", "yes"]]);
    assert.deepEqual(forced("azure-native:unheard:Thing", { thingName: "a", resourceGroupName: "a", x: 1 }, { thingName: "b", resourceGroupName: "b", x: 2 }), [["resourceGroupName", "yes"], ["thingName", "unsure"], ["x", "no"]]);
    assert.deepEqual(forced("random:index/randomPassword:RandomPassword", { length: 16 }, { length: 32 }), [["length", "yes"]]);
    assert.deepEqual(forced("pulumi-nodejs:dynamic:Resource", { a: 1 }, { a: 2 }), [["a", "unsure"]]);
  });

  it("looks into what is added or taken away as a whole", () => {
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", {}, { spec: { selector: {} } }), [["spec", "yes"]]);
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", {}, { spec: { replicas: 1 } }), [["spec", "no"]]);
  });

  it("is the data of a ConfigMap, unless its provider changes it in place", () => {
    const provider = (mutable?: string): RecordedResource => resource("pulumi:providers:kubernetes", "in", { ...(mutable && { enableConfigMapMutable: mutable }) });
    const kinds = [provider(), provider("true")].map((the) => {
      const map = (data: string): RecordedResource => resource(configMap, "it", { data: { a: data } }, { provider: `${the.urn}::id` });
      return compare(planOf(the, map("1")), planOf(the, map("2"))).resources.map(({ kind }) => kind);
    });
    assert.deepEqual(kinds, [["replace"], ["update"]]);
  });

  it("is refused by the API server for what nobody may change", () => {
    assert.deepEqual(forced("kubernetes:core/v1:Service", { spec: { loadBalancerClass: "a" } }, { spec: { loadBalancerClass: "b" } }), [["spec.loadBalancerClass", "unsure"]]);
    assert.deepEqual(forced("kubernetes:scheduling.k8s.io/v1:PriorityClass", { value: 1 }, { value: 2 }), [["value", "unsure"]]);
    assert.deepEqual(forced("kubernetes:networking.k8s.io/v1:IngressClass", { spec: { controller: "a" } }, { spec: { controller: "b" } }), [["spec.controller", "unsure"]]);
    for (const kind of ["RoleBinding", "ClusterRoleBinding"]) assert.deepEqual(forced(`kubernetes:rbac.authorization.k8s.io/v1beta1:${kind}`, { roleRef: { name: "a" } }, { roleRef: { name: "b" } }), [["roleRef.name", "yes"]]);
  });

  it("is what the program says itself", () => {
    // Whether the provider tells of the whole or of its part, which alone is asked for, is its own affair.
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", {}, { spec: { replicas: 2 } }, { replaceOnChanges: ["spec.replicas"] }), [["spec", "unsure"]]);
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", {}, { spec: { paused: true } }, { replaceOnChanges: ["spec.replicas", "spec.*.image"] }), [["spec", "no"]]);
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, { replaceOnChanges: ["spec.replicas"] }), [["spec.replicas", "yes"]]);
    assert.deepEqual(forced("kubernetes:apps/v1:Deployment", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, { replaceOnChanges: ["*"] }), [["spec.replicas", "yes"]]);
  });

  it("is a provider that is made anew, for all that it made", async () => {
    const provider = (id: string): RecordedResource => resource("pulumi:providers:kubernetes", "in", { clusterIdentifier: id, kubeconfig: id });
    const map = resource(configMap, "it", {}, { provider: `${provider("").urn}::id` });
    const { resources } = compare(planOf(provider("a"), map), planOf(provider("b"), map));
    assert.deepEqual(resources.map(({ name, replaceReasons }) => [name, replaceReasons.map(({ path, sure }) => [path, sure])]), [["in", [["clusterIdentifier", true]]], ["it", [["options.provider", true]]]]);
  });

  /** Why something is made anew that has a property of what is. */
  const followed = (leader: readonly [string, Properties, Properties], key: string, follower: RecordedResource, outputs: Properties = {}): unknown => {
    const [type, before, after] = leader;
    const [was, is] = [resource(type, "leader", before), { ...resource(type, "leader", after), outputs }];
    const tied = { ...follower, propertyDependencies: { [key]: [was.urn] } };
    const change = compare(planOf(was, tied), planOf(is, tied)).resources.find(({ name }) => name === follower.name);
    return change?.replaceReasons.map(({ path, sure }) => [path, sure]);
  };
  const account = "azure-native:storage:StorageAccount";
  const container = resource("azure-native:storage:BlobContainer", "container", { accountName: "a", containerName: "c" });
  const binding = resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "binding", { roleRef: { name: "a" } });
  const pods = (selector: string, value: string): RecordedResource => resource("kubernetes:apps/v1:Deployment", "pods", { spec: { selector: { matchLabels: { app: selector } }, template: { metadata: { annotations: { checksum: value } } } } });
  const role = "kubernetes:rbac.authorization.k8s.io/v1:Role";
  const password = ["random:index/randomPassword:RandomPassword", { length: 16 }, { length: 32 }] as const;
  const followers: readonly (readonly [string, unknown, unknown])[] = [
    ["for sure where Azure's provider deletes the leader first", followed([account, { accountName: "a", location: "x" }, { accountName: "a", location: "y" }], "accountName", container), [["accountName", true]]],
    ["unsure where that may be replaced", followed([account, { accountName: "a", kind: "x" }, { accountName: "a", kind: "y" }], "accountName", container), [["accountName", false]]],
    ["nothing where Pulumi names the leader and no value of its is there", followed([account, { location: "x" }, { location: "y" }], "accountName", container), undefined],
    ["unsure where Pulumi names it and the value is its", followed([account, { location: "x" }, { location: "y" }], "accountName", { ...container, inputs: { accountName: "a-name-it-was-given" } }, { name: "a-name-it-was-given" }), [["accountName", false]]],
    ["unsure where the value is not known", followed([account, { location: "x" }, { location: "y" }], "accountName", { ...container, inputs: { accountName: UNKNOWN } }), [["accountName", false]]],
    ["for sure where an object of Kubernetes keeps its name", followed([role, { metadata: { name: "a" }, apiVersion: "x" }, { metadata: { name: "a" }, apiVersion: "y" }], "roleRef", binding), [["roleRef", true]]],
    ["nothing where it gets another one", followed([role, { metadata: { name: "a" } }, { metadata: { name: "b" } }], "roleRef", binding), undefined],
    ["nothing for a checksum of a password", followed(password, "spec", pods("web", "0123456789abcdef"), { result: new Secret("0123456789abcdef") }), undefined],
    ["unsure for a selector with it", followed(password, "spec", pods("0123456789abcdef", "x"), { result: new Secret("0123456789abcdef") }), [["spec", false]]],
    ["nothing for a part of a Deployment, which the provider does not ask as a whole", followed([account, { accountName: "a", location: "x" }, { accountName: "a", location: "y" }], "spec", pods("web", "a")), undefined],
  ];
  for (const [title, reasons, wanted] of followers) it(`is, for what follows another resource, ${title}`, () => assert.deepEqual(reasons, wanted));

  it("is sure for what has an id of an identity that goes first", async () => {
    const plan = await environmentPlan("dev", "up");
    const identity = plan.resources.find(({ type, name }) => type.endsWith(":UserAssignedIdentity") && plan.resources.some((other) => other.propertyDependencies?.["principalId"]?.some((urn) => urn.endsWith(`::${name}`))));
    assert.ok(identity !== undefined);
    const grants = plan.resources.filter(({ propertyDependencies }) => propertyDependencies?.["principalId"]?.includes(identity.urn));
    const diff = compare(plan, withResource(plan, { urn: identity.urn }, (it) => ({ ...it, inputs: { ...it.inputs, location: "elsewhere" } })));
    for (const { urn } of grants) assert.deepEqual(diff.resources.find((change) => change.urn === urn)?.replaceReasons[0], { path: "principalId", sure: true, follows: identity.urn });
  });
});
