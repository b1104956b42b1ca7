import { describeConfigs } from "./configProperties";
import { fewTries } from "./tries";

describe("random configs", function () {
  this.timeout(300_000);

  describeConfigs(fewTries);
});
