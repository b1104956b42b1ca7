import { describeConfigs } from "./configProperties";
import { manyTries } from "./tries";

const tries = manyTries(process.env);

describe(`random configs, FUZZ_SEED=${tries.seed}`, function () {
  this.timeout(0);

  describeConfigs(tries);
});
