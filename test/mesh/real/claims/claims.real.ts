import { testFaults } from "../faults/run";
import { chapters } from "./chapters";
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
  testChapters(chapters, running);
  testFaults(running);
});
