import { describeApps } from "./apps/appProperties";
import { fewTries } from "./tries";

describe("random apps", function () {
  this.timeout(300_000);

  describeApps({ ...fewTries, runs: 12 });
});
