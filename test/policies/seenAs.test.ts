import * as assert from "node:assert/strict";
import { policies } from "../../policies/all";
import { changeFindings } from "../../policies/change/changeFindings";
import { plainType } from "../../policies/seenAs";
import { stackOf } from "../../policies/stack";
import { statefulness } from "../../policies/stateful";
import { Plan } from "../../simulator/engine/plan";
import { Properties, Secret, UNKNOWN } from "../../simulator/engine/values";
import { withAdded, without } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { found } from "./rows";

describe("what policies see of a resource", function () {
  this.timeout(60_000);
  let plan: Plan;
  before(async () => {
    plan = await environmentPlan("prod", "up");
  });
  const changed = (type: string, inputs: Properties): string[] => found(withAdded(plan, type, "own", inputs), policies);
  const metadata = { name: "own", namespace: "echo" };
  const nodePort = { type: "NodePort", ports: [{ name: "http", port: 80 }] };

  it("is the same kind in each of its API versions", () => {
    const account = { accountName: "own", resourceGroupName: "own", kind: "FileStorage", minimumTlsVersion: "TLS1_0" };
    for (const type of ["azure-native_storage_v20240101:storage:StorageAccount", "azure-native_storage_v20240101:storage/v20240101:StorageAccount", "azure-native:storage/v20240101:StorageAccount"]) {
      assert.equal(plainType(type), "azure-native:storage:StorageAccount");
      assert.ok(changed(type, account).includes("storage-minimum-tls at own"), type);
      assert.equal(statefulness({ type })?.protect, true);
    }
    assert.deepEqual(changed("kubernetes:autoscaling/v1:HorizontalPodAutoscaler", { metadata, spec: { scaleTargetRef: { kind: "Deployment", name: "gone" } } }), ["autoscaler-target-unknown at own"]);
    for (const type of ["kubernetes:networking.istio.io/v1beta1:Gateway", "kubernetes:core/v1:Pod", "random:index/randomPassword:RandomPassword", "pulumi:pulumi:Stack"]) assert.equal(plainType(type), type);
  });

  it("is what makes pods, by a ReplicationController too", () => {
    const own = changed("kubernetes:core/v1:ReplicationController", { metadata, spec: { template: { metadata: { labels: { app: "own" } }, spec: { hostNetwork: true, containers: [] } } } });
    assert.ok(own.includes("pod-host-network at own"), own.join());
  });

  it("is the objects of a list, each by itself", () => {
    assert.deepEqual(changed("kubernetes:core/v1:ServiceList", { items: [{ metadata, spec: { ports: [{ name: "http", port: 80 }] } }, { metadata: { ...metadata, name: "open" }, spec: nodePort }] }), ["node-port at own"]);
    const mixed = [{ apiVersion: "v1", kind: "Service", metadata, spec: nodePort }, { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata, spec: { mtls: { mode: "DISABLE" } } }];
    assert.deepEqual(changed("kubernetes:core/v1:List", { items: mixed }), ["mutual-tls-disabled at own", "node-port at own"]);
    assert.deepEqual(changed("kubernetes:core/v1:List", { items: new Secret(mixed) }), ["mutual-tls-disabled at own", "node-port at own"]);
    for (const items of [UNKNOWN, [UNKNOWN]]) assert.deepEqual(changed("kubernetes:core/v1:ServiceList", { items }), []);
    assert.deepEqual(changed("kubernetes:acme.example.com/v1:AllowList", { metadata, spec: {} }), []);
  });

  it("is of a patch what it names, and nothing of what it leaves as it is", () => {
    assert.deepEqual(changed("kubernetes:core/v1:ServicePatch", { metadata, spec: { type: "NodePort" } }), ["node-port at own"]);
    assert.deepEqual(changed("kubernetes:core/v1:ServicePatch", { metadata, spec: { type: "LoadBalancer" } }), []);
    assert.deepEqual(changed("kubernetes:security.istio.io/v1:PeerAuthenticationPatch", { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication", metadata, spec: { mtls: { mode: "DISABLE" } } }), ["mutual-tls-disabled at own"]);
    assert.deepEqual(changed("kubernetes:networking.istio.io/v1:DestinationRulePatch", { metadata, spec: { host: "echo.echo.svc.cluster.local", trafficPolicy: { tls: { mode: "DISABLE" } } } }), ["destination-rule-tls at own"]);
    assert.deepEqual(changed("kubernetes:apps/v1:DeploymentPatch", { metadata, spec: { template: { spec: { containers: [{ name: "own", image: "cracmeprod3730d8.azurecr.io/own:1.0.0" }] } } } }), []);
    assert.deepEqual(changed("kubernetes:core/v1:NamespacePatch", { metadata: { name: "team", labels: { team: "own" } } }), []);
    const outside = changed("kubernetes:core/v1:NamespacePatch", { metadata: { name: "echo", labels: { "istio-injection": "disabled" } } });
    assert.deepEqual([...new Set(outside.map((text) => text.split(" ")[0]))], ["mesh-policy-without-proxies"]);
  });

  it("is a kind of one's own that is called a patch, if it says so", () => {
    const own = { apiVersion: "acme.example.com/v1", kind: "RoutePatch", metadata, spec: {} };
    assert.deepEqual(stackOf(withAdded(plan, "kubernetes:acme.example.com/v1:RoutePatch", "own", own), "prod").ofType("kubernetes:acme.example.com/v1:RoutePatch").map(({ isPatch }) => isPatch), [false]);
  });

  it("is no state where it is a patch of what somebody else makes", () => {
    const before = withAdded(plan, "kubernetes:core/v1:NamespacePatch", "own", { metadata: { name: "team" } });
    assert.deepEqual(changeFindings(stackOf(before, "prod"), stackOf(without(before, { name: "own" }), "prod"), "prod"), []);
  });
});
