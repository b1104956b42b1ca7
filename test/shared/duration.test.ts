import * as assert from "node:assert/strict";
import { durationDays, durationMs } from "../../components/shared/duration";

describe("durationDays", () => {
  for (const [text, days] of [["P90D", 90], ["P12M", 365], ["P2Y", 730]] as const) {
    it(`${text} is ${days} days`, () => assert.equal(durationDays(text), days));
  }

  for (const text of ["", "90", "P0D", "PT5H", "P1Y6M", "p90d", "P90D "]) {
    it(`"${text}" is no duration of days, months or years`, () => assert.equal(durationDays(text), undefined));
  }
});

describe("durationMs", () => {
  for (const [text, ms] of [["1ms", 1], ["250ms", 250], ["10s", 10_000], ["1m30s", 90_000], ["1.5h", 5_400_000], ["0s", 0]] as const) {
    it(`${text} is ${ms} milliseconds`, () => assert.equal(durationMs(text), ms));
  }

  for (const text of ["", "10", "s", "-1s", "10 s", "10S", "1d", "10s!", ".5s"]) {
    it(`"${text}" is no duration of Go's`, () => assert.equal(durationMs(text), undefined));
  }
});
