import * as assert from "node:assert/strict";
import { MeshApp } from "../../../components/apps/meshApp";
import { MeshAppArgs } from "../../../components/apps/meshApp/args";
import { ArgumentError } from "../../../components/shared/errors";
import { Plan } from "../../../simulator/engine/plan";
import { testAppPlatform } from "../../support/appPlatform";
import { all, inputs, record } from "../../support/record";

const envoyFilter = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";

function message(change: Partial<MeshAppArgs>, refused?: (error: unknown) => void): Promise<Plan> {
  return record(() => {
    try {
      new MeshApp("message", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image: "cr.example.com/apps/message:1.0.0" } }, ...change });
    } catch (error) {
      if (refused === undefined) throw error;
      refused(error);
    }
  });
}

describe("MeshApp's localRateLimit", () => {
  it("limits what each of its pods takes, of every version, and is not there unless it is asked for", async () => {
    assert.deepEqual(all(await message({}), envoyFilter), []);
    const plan = await message({ localRateLimit: { rate: { requests: 50, unit: "second" } } });
    assert.deepEqual(plan.findings, []);
    const [filter] = all(plan, envoyFilter).map((made) => inputs(made));
    assert.deepEqual(filter?.["metadata"], { name: "message-local-limit", namespace: "message" });
    assert.deepEqual((filter?.["spec"] as Record<string, unknown>)["workloadSelector"], { labels: { app: "message" } });
  });

  it("is refused with the app's other arguments, before anything is registered", async () => {
    let paths: string[] = [];
    await message({ localRateLimit: {} }, (error) => {
      assert.ok(error instanceof ArgumentError);
      paths = error.problems.map(({ path }) => path);
    });
    assert.deepEqual(paths, ["localRateLimit"]);
  });
});
