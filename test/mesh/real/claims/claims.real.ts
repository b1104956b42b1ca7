import assert from "node:assert/strict";
import { testFaults } from "../faults/run";
import { chapters } from "./chapters";
import { appOf, askedApps } from "./rows/access";
import { testChapters } from "./run";
import { World } from "./world";

describe("the platform on a real mesh", function () {
  let world: World | undefined;
  this.timeout(120_000);

  before(async function () {
    this.timeout(300_000);
    world = await World.start();
  });

  after(() => world?.stop());

  afterEach(function () {
    if (this.currentTest?.state === "failed") world?.lab.keep();
  });

  const running = (): World => {
    if (world === undefined) throw new Error("The mesh has not started.");
    return world;
  };
  it("rests on objects that there are", () => {
    for (const { claims } of chapters) for (const { restsOn } of claims) for (const name of restsOn) running().object(name);
  });

  it("asks of every pair of pods", () => {
    const apps = new Set(running().pods.filter(({ proxy }) => proxy !== undefined).map(({ name }) => appOf(name)));
    // The gateway has chapters of its own; Prometheus' calls go past its proxy, and are among the metrics.
    assert.deepEqual([...apps].filter((app) => !askedApps.callers.includes(app)).sort(), ["istio-ingress", "prometheus-server"]);
    assert.deepEqual([...apps].filter((app) => !askedApps.called.includes(app)), ["istio-ingress"]);
  });
  testChapters(chapters, running);
  testFaults(running);
});
