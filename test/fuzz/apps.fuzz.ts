import { describeApps } from "./apps/appProperties";
import { manyTries } from "./tries";

const tries = manyTries(process.env);

describe(`random apps, FUZZ_SEED=${tries.seed}`, function () {
  this.timeout(0);

  describeApps(tries);
});
