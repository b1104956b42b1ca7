import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowAccess, AllowAccessArgs, Caller, principal } from "../../components/mesh/access";
import { ArgumentError, Problem } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const authorization = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const gateway = { serviceAccount: { namespace: "ingress", name: "gateway" }, podLabels: { istio: "ingress" }, reason: "brings in the requests" };

function allow(change: Partial<AllowAccessArgs>): void {
  const cluster = testCluster();
  const parent = new pulumi.ComponentResource("test:Parent", "parent");
  const namespaces = ["app", "app-b", "ingress"].map((name) => new k8s.core.v1.Namespace(name, { metadata: { name } }, { provider: cluster.provider, deletedWith: cluster.deletedWith }));
  allowAccess("app-access", { cluster, namespace: "app", selector: { app: "app" }, callers: [gateway], ports: [8080], ...change }, { parent, dependsOn: namespaces });
}

const allowed = (change: Partial<AllowAccessArgs> = {}): Promise<Plan> => record(() => allow(change));

/** What it says against arguments. */
async function refused(change: Partial<AllowAccessArgs>): Promise<string[]> {
  let problems: readonly Problem[] = [];
  await record(() => {
    try {
      allow(change);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      problems = error.problems;
    }
  });
  return problems.map(({ path, message }) => `${path} ${message}`);
}

describe("allowAccess", () => {
  it("allows a caller by its certificate, on the container's ports", async () => {
    assert.deepEqual(inputs(the(await allowed(), authorization)), {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "app-access", namespace: "app", annotations: { "delivery-platform/reason": "ingress/gateway: brings in the requests" } },
      spec: {
        selector: { matchLabels: { app: "app" } },
        action: "ALLOW",
        rules: [{ from: [{ source: { principals: ["cluster.local/ns/ingress/sa/gateway"] } }], to: [{ operation: { ports: ["8080"] } }] }],
      },
    });
  });

  it("allows the same on the network: into the pods that are called, and out of the caller's", async () => {
    const plan = await allowed();
    const peer = (namespace: string, matchLabels: object): object => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, podSelector: { matchLabels } });
    const ports = [{ protocol: "TCP", port: 8080 }];
    const [into, out] = ["app-access-network", "app-access-from-ingress.gateway"].map((name) => inputs(the(plan, network, name)));
    assert.deepEqual(into?.["metadata"], { name: "app-access", namespace: "app", annotations: { "delivery-platform/reason": "ingress/gateway: brings in the requests" } });
    assert.deepEqual(into?.["spec"], { podSelector: { matchLabels: { app: "app" } }, policyTypes: ["Ingress"], ingress: [{ from: [peer("ingress", { istio: "ingress" })], ports }] });
    assert.deepEqual(out?.["metadata"], { name: "gateway-to-app.app-access", namespace: "ingress", annotations: { "delivery-platform/reason": "brings in the requests" } });
    assert.deepEqual(out?.["spec"], { podSelector: { matchLabels: { istio: "ingress" } }, policyTypes: ["Egress"], egress: [{ to: [peer("app", { app: "app" })], ports }] });
  });

  it("takes a caller without labels for every pod of its namespace, on the network alone", async () => {
    const plan = await allowed({ callers: [{ ...gateway, podLabels: undefined }] });
    const { ingress } = inputs(the(plan, network, "app-access-network"))["spec"] as { ingress: unknown };
    assert.deepEqual(ingress, [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress" } } }], ports: [{ protocol: "TCP", port: 8080 }] }]);
    assert.deepEqual((inputs(the(plan, network, "app-access-from-ingress.gateway"))["spec"] as { podSelector: unknown }).podSelector, {});
  });

  it("narrows it to some requests, whatever port they name after the host", async () => {
    const plan = await allowed({ http: [{ hosts: ["app.example.com"], paths: ["/api/*"] }, { methods: ["GET"] }] });
    const { rules } = inputs(the(plan, authorization))["spec"] as { rules: { to: unknown }[] };
    assert.deepEqual(rules[0]?.to, [
      { operation: { ports: ["8080"], hosts: ["app.example.com", "app.example.com:*"], paths: ["/api/*"] } },
      { operation: { ports: ["8080"], methods: ["GET"] } },
    ]);
  });

  it("gives each caller a rule, and an allowance in its own namespace", async () => {
    const plan = await allowed({ callers: [gateway, { serviceAccount: { namespace: "app", name: "job" }, reason: "fills it" }], tcp: true });
    const { rules } = inputs(the(plan, authorization))["spec"] as { rules: { from: unknown }[] };
    assert.deepEqual(rules.map(({ from }) => from), ["ingress/sa/gateway", "app/sa/job"].map((name) => [{ source: { principals: [`cluster.local/ns/${name}`] } }]));
    assert.deepEqual(all(plan, network).map(({ name }) => name).sort(), ["app-access-from-app.job", "app-access-from-ingress.gateway", "app-access-network"]);
    assert.deepEqual(plan.findings, []);
  });

  it("keeps callers apart whose names read the same when they are put together", async () => {
    const named = (namespace: string, name: string): Caller => ({ serviceAccount: { namespace, name }, reason: "fills it" });
    const plan = await allowed({ callers: [named("app", "b-c"), named("app-b", "c")] });
    assert.deepEqual(all(plan, network).map(({ name }) => name).sort(), ["app-access-from-app-b.c", "app-access-from-app.b-c", "app-access-network"]);
    assert.deepEqual(plan.findings, []);
  });

  it("takes a caller's own requests before those of all", async () => {
    const plan = await allowed({ callers: [gateway, { serviceAccount: { namespace: "app", name: "job" }, reason: "fills it", http: [{ methods: ["PUT"] }] }], http: [{ hosts: ["app.example.com"] }] });
    const { rules } = inputs(the(plan, authorization))["spec"] as { rules: { to: unknown }[] };
    assert.deepEqual(rules.map(({ to }) => to), [
      [{ operation: { ports: ["8080"], hosts: ["app.example.com", "app.example.com:*"] } }],
      [{ operation: { ports: ["8080"], methods: ["PUT"] } }],
    ]);
  });

  it("makes nothing in the namespace of a caller that another program makes", async () => {
    const plan = await allowed({ callers: [{ ...gateway, serviceAccount: { namespace: "elsewhere", name: "gateway" }, elsewhere: true }] });
    assert.deepEqual(all(plan, network).map(({ name }) => name), ["app-access-network"]);
    assert.deepEqual(plan.findings, []);
  });

  it("is made after what the options name, under their parent, and goes with the cluster", async () => {
    const plan = await allowed();
    const made = [...all(plan, authorization), ...all(plan, network)];
    for (const object of made) {
      assert.equal(object.parent, the(plan, "test:Parent").urn);
      for (const namespace of all(plan, "kubernetes:core/v1:Namespace")) assert.ok(reachable(plan, object).has(namespace.urn), object.name);
    }
    assert.equal(made.length, 3);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("refuses to ask about HTTP on a port that speaks none: such a rule would never allow", async () => {
    assert.deepEqual(await refused({ tcp: true, http: [{ methods: ["GET"] }] }), ["http can't be asked of ports that speak no HTTP"]);
    assert.deepEqual(await refused({ tcp: true, callers: [{ ...gateway, http: [{ methods: ["GET"] }] }] }), ["callers.ingress/gateway.http can't be asked of ports that speak no HTTP"]);
  });

  it("refuses what would allow nobody, everybody or everything, all at once", async () => {
    assert.deepEqual(await refused({ selector: {}, callers: [], ports: [], http: [] }), ["selector is empty", "callers is empty", "ports is empty", "http is empty"]);
    assert.deepEqual(await refused({ http: [{ methods: [] }, {}] }), ["http[0] is empty", "http[1] is empty"]);
    assert.deepEqual(await refused({ callers: [{ ...gateway, http: [] }] }), ["callers.ingress/gateway.http is empty"]);
    assert.deepEqual(await refused({ callers: [{ ...gateway, http: [{}] }] }), ["callers.ingress/gateway.http[0] is empty"]);
  });

  it("refuses a port that is none, a caller named twice, and one without a reason", async () => {
    assert.deepEqual(await refused({ ports: [8080, 0, 80.5] }), ["ports is not a port", "ports is not a port"]);
    assert.deepEqual(await refused({ callers: [gateway, gateway] }), ["callers names a caller twice"]);
    assert.deepEqual(await refused({ callers: [{ ...gateway, reason: " " }] }), ["callers.ingress/gateway.reason must say why the exception is needed"]);
  });

  it("names a service account as its certificate does", () => {
    assert.equal(principal({ namespace: "echo", name: "server" }), "cluster.local/ns/echo/sa/server");
  });
});
