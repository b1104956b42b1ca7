import * as assert from "node:assert/strict";
import { inCluster } from "../../components/shared/cluster";
import { createNamespace, NamespaceSettings } from "../../components/shared/namespace";
import { notForPods } from "../../components/shared/peers";
import * as pulumi from "@pulumi/pulumi";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function made(settings: Partial<NamespaceSettings> = {}, outlivesCluster = false): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const parent = new pulumi.ComponentResource("test:Parent", "parent");
    createNamespace("apps-namespace", { namespace: "apps", ...settings, ...(outlivesCluster && { outlivesCluster: cluster }) }, inCluster(parent, cluster));
  });
}

const names = (plan: Plan): string[] => all(plan, network).map(({ name }) => name).sort();
const spec = (plan: Plan, name: string): unknown => inputs(the(plan, network, `apps-namespace-${name}`))["spec"];
const namespace = (name: string): object => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
const tcp = (port: number): object => ({ protocol: "TCP", port });

describe("createNamespace", () => {
  it("refuses pods that are not `restricted` and is not part of the mesh, unless it is asked to", async () => {
    const labels = async (settings: Partial<NamespaceSettings>): Promise<unknown> => (inputs(the(await made(settings), "kubernetes:core/v1:Namespace"))["metadata"] as { labels: unknown }).labels;
    assert.deepEqual(await labels({}), { "pod-security.kubernetes.io/enforce": "restricted" });
    assert.deepEqual(await labels({ podSecurity: "privileged", injected: true }), { "pod-security.kubernetes.io/enforce": "privileged", "istio-injection": "enabled" });
  });

  it("closes every pod's network, both ways, but for the cluster's name servers", async () => {
    const plan = await made();
    assert.deepEqual(names(plan), ["apps-namespace-default-deny", "apps-namespace-dns"]);
    assert.deepEqual(spec(plan, "default-deny"), { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, "no empty list: the API server would not keep it");
    const servers = { ...namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
    assert.deepEqual(spec(plan, "dns"), { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [servers], ports: [{ protocol: "UDP", port: 53 }, tcp(53)] }] });
  });

  it("lets the pods of the mesh call istiod and hand over spans, and Prometheus read their metrics", async () => {
    const plan = await made({ injected: true });
    assert.deepEqual(names(plan), ["default-deny", "dns", "mesh", "metrics"].map((name) => `apps-namespace-${name}`));
    const istiod = { ...namespace("istio-system"), podSelector: { matchLabels: { app: "istiod", istio: "pilot" } } };
    const collector = { ...namespace("tracing"), podSelector: { matchLabels: { app: "collector" } } };
    assert.deepEqual(spec(plan, "mesh"), { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [istiod], ports: [tcp(15012)] }, { to: [collector], ports: [tcp(4317)] }] });
    assert.deepEqual(spec(plan, "metrics"), { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [namespace("prometheus")], ports: [tcp(15020)] }] });
  });

  it("lets pods call HTTPS outside the cluster only with a reason, and only those that have it", async () => {
    const reason = "the app signs in to Entra ID";
    const egress = [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...notForPods] } }], ports: [tcp(443)] }];
    const every = await made({ outside: { reason } });
    assert.deepEqual(spec(every, "outside"), { podSelector: {}, policyTypes: ["Egress"], egress });
    assert.deepEqual(inputs(the(every, network, "apps-namespace-outside"))["metadata"], { name: "outside", namespace: "apps", annotations: { "delivery-platform/reason": reason } });
    assert.deepEqual(spec(await made({ outside: { reason, podLabels: { app: "app" } } }), "outside"), { podSelector: { matchLabels: { app: "app" } }, policyTypes: ["Egress"], egress });
  });

  it("notes which hosts they call, which the network can't tell apart", async () => {
    const plan = await made({ outside: { reason: "the app signs in to Entra ID", hosts: ["a.example", "b.example"] } });
    const { annotations } = inputs(the(plan, network, "apps-namespace-outside"))["metadata"] as { annotations: unknown };
    assert.deepEqual(annotations, { "delivery-platform/reason": "the app signs in to Entra ID", "delivery-platform/hosts": "a.example b.example" });
  });

  it("is there before its policies, and all of it goes with the cluster", async () => {
    const plan = await made({ injected: true, outside: { reason: "the app signs in" } });
    for (const policy of all(plan, network)) assert.ok(reachable(plan, policy).has(the(plan, "kubernetes:core/v1:Namespace").urn), policy.name);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("can be one whose own deletion runs and that is replaced in order, while its policies still go with the cluster", async () => {
    const plan = await made({}, true);
    assert.deepEqual(deletedByItself(plan), ["apps-namespace"]);
    const { replaceWith, propertyDependencies } = the(plan, "kubernetes:core/v1:Namespace");
    assert.deepEqual([replaceWith, propertyDependencies?.["metadata"]], [undefined, [the(plan, "random:index/randomId:RandomId", "cluster").urn]]);
  });
});
