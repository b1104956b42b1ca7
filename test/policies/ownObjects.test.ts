import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as storage from "@pulumi/azure-native/storage";
import { availability } from "../../policies/availability";
import { change } from "../../policies/change";
import { delivery } from "../../policies/delivery";
import { mesh } from "../../policies/mesh";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Platform } from "../../stacks/platform";
import { fileConfig } from "../support/plans";
import { record } from "../support/record";
import { found } from "./rows";

/** The program for prod, with objects beside the platform that no component of ours makes. */
function platformAndOwn(own: (platform: Platform) => void): Promise<Plan> {
  const config = parseConfig(fileConfig("prod"), "prod");
  const program = (): unknown => {
    const platform = new Platform("platform", config);
    own(platform);
    return platform.outputs;
  };
  return record(program, { mode: "preview", stack: "prod", cloud: new EmbeddedCloud(config.azure) });
}

describe("policies, when the program runs", function () {
  this.timeout(120_000);

  it("see what a program makes beside the platform, in each group", async () => {
    const labels = { app: "own" };
    const plan = await platformAndOwn((platform) => {
      const dependsOn = platform;
      const metadata = { namespace: "echo" };
      new k8s.apiextensions.CustomResource(
        "own-rule",
        { apiVersion: "networking.istio.io/v1", kind: "DestinationRule", metadata: { name: "own", ...metadata }, spec: { host: "echo.echo.svc.cluster.local", trafficPolicy: { tls: { mode: "DISABLE" } } } },
        { dependsOn },
      );
      new k8s.apps.v1.Deployment(
        "own-server",
        { metadata: { name: "own", ...metadata }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: "own", image: "bitnami/redis:latest" }] } } } },
        { dependsOn },
      );
      new storage.StorageAccount("own-account", { accountName: "own", resourceGroupName: "own", kind: "StorageV2", sku: { name: "Standard_LRS" } });
    });
    assert.deepEqual(found(plan, mesh), ["destination-rule-tls at own-rule"]);
    assert.deepEqual(found(plan, availability).sort(), ["budget-missing at own-server", "storage-redundancy at own-account", "workload-memory-limit at own-server", "workload-requests at own-server", "workload-spread at own-server"]);
    assert.deepEqual(found(plan, delivery), ["image-registry at own-server", "image-retired at own-server", "image-tag at own-server"]);
    assert.deepEqual(found(plan, change), ["state-unprotected at own-account", "storage-soft-delete at own-account"]);
  });
});
