import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { ChartDeclaration } from "../../components/shared/chart";
import { HelmRelease } from "../../components/shared/helmRelease";
import { testCluster } from "../support/insideCluster";
import { inputs, reachable, record, the } from "../support/record";

const declares: ChartDeclaration = {
  services: { web: { ports: { http: { port: 80, targetPort: 8080 } } } },
  workloads: { web: { kind: "Deployment", podLabels: { app: "web" }, serviceAccount: "web" } },
};

function release(timeoutMinutes?: number): ReturnType<typeof record> {
  return record(() => {
    const cluster = testCluster();
    const before = new k8s.core.v1.Namespace("before", { metadata: { name: "before" } }, { provider: cluster.provider });
    const chart = { address: "oci://registry.example.com/charts/web", version: "1.2.3" };
    new HelmRelease("web", { cluster, chart, releaseName: "web", namespace: "apps", values: { replicas: 2 }, declares, timeoutMinutes }, { dependsOn: before });
  });
}

describe("HelmRelease", () => {
  it("installs an exact chart under a fixed name, into a namespace it does not make, and rolls back what fails", async () => {
    const installed = the(await release(), "kubernetes:helm.sh/v3:Release");
    assert.deepEqual(inputs(installed), {
      // The SDK's own mark of a release.
      compat: "true",
      name: "web",
      namespace: "apps",
      createNamespace: false,
      chart: "oci://registry.example.com/charts/web",
      version: "1.2.3",
      values: { replicas: 2 },
      atomic: true,
      cleanupOnFail: true,
      timeout: 600,
      maxHistory: 5,
    });
  });

  it("waits as many minutes as asked", async () => {
    assert.equal(inputs(the(await release(3), "kubernetes:helm.sh/v3:Release"))["timeout"], 180);
  });

  it("shows what the chart makes in its outputs", async () => {
    assert.deepEqual(the(await release(), "delivery-platform:shared:HelmRelease").outputs, { releaseName: "web", declares });
  });

  it("gives its own dependencies to the release, and goes with the cluster", async () => {
    const plan = await release();
    const installed = the(plan, "kubernetes:helm.sh/v3:Release");
    assert.ok(reachable(plan, installed).has(the(plan, "kubernetes:core/v1:Namespace", "before").urn));
    assert.match(installed.deletedWith ?? "", /::cluster$/);
    assert.equal(installed.parent, the(plan, "delivery-platform:shared:HelmRelease").urn);
  });
});
