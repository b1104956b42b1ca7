import * as assert from "node:assert/strict";
import { Istio } from "../../components/mesh/istio";
import { MeshException, MeshSecurity } from "../../components/mesh/meshSecurity";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const peerAuthentication = "kubernetes:security.istio.io/v1:PeerAuthentication";
const authorizationPolicy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const billing: MeshException = { mode: "PERMISSIVE", reason: "called by the old batch servers" };

function security(exceptions?: Readonly<Record<string, MeshException>>): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    new MeshSecurity("security", { cluster, istio: new Istio("istio", { cluster, images: {} }), exceptions });
  });
}

describe("MeshSecurity", () => {
  it("takes only connections with a mesh certificate, in the whole mesh", async () => {
    const strict = the(await security(), peerAuthentication);
    assert.deepEqual(inputs(strict), {
      apiVersion: "security.istio.io/v1",
      kind: "PeerAuthentication",
      metadata: { name: "default", namespace: "istio-system" },
      spec: { mtls: { mode: "STRICT" } },
    });
  });

  it("allows nothing by itself, in the whole mesh: a policy without rules, action or selector", async () => {
    assert.deepEqual(inputs(the(await security(), authorizationPolicy)), {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "deny-all", namespace: "istio-system" },
      spec: {},
    });
  });

  it("has its rules wait for istiod, which checks them, and go with the cluster", async () => {
    const plan = await security({ billing });
    const rules = [...all(plan, peerAuthentication), ...all(plan, authorizationPolicy)];
    assert.equal(rules.length, 3);
    for (const rule of rules) {
      assert.ok(reachable(plan, rule).has(the(plan, "kubernetes:helm.sh/v3:Release", "istio-istiod").urn), rule.name);
      assert.equal(rule.parent, the(plan, "delivery-platform:mesh:MeshSecurity").urn);
    }
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("lets plain connections into a namespace of an exception alone, with the reason, and makes the namespace", async () => {
    const plan = await security({ billing });
    const exception = the(plan, peerAuthentication, "security-billing");
    assert.deepEqual(inputs(exception)["metadata"], { name: "default", namespace: "billing", annotations: { "delivery-platform/reason": "called by the old batch servers" } });
    assert.deepEqual(inputs(exception)["spec"], { mtls: { mode: "PERMISSIVE" } });
    const namespace = the(plan, "kubernetes:core/v1:Namespace", "security-billing-namespace");
    assert.deepEqual(inputs(namespace)["metadata"], { name: "billing", labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" } });
    assert.ok(reachable(plan, exception).has(namespace.urn));
    assert.deepEqual(inputs(the(plan, peerAuthentication, "security-strict"))["spec"], { mtls: { mode: "STRICT" } });
    assert.deepEqual(plan.findings, []);
  });

  it("refuses an exception without a reason, and one for the root namespace, which would be one for the whole mesh", async () => {
    await assert.rejects(security({ billing: { ...billing, reason: " " }, "istio-system": billing }), (error: unknown) => {
      assert.ok(error instanceof ArgumentError);
      assert.deepEqual(error.problems.map(({ path }) => path), ["exceptions.billing.reason", "exceptions.istio-system"]);
      return true;
    });
  });
});
