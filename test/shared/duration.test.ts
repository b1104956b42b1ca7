import * as assert from "node:assert/strict";
import { durationDays } from "../../components/shared/duration";

describe("durationDays", () => {
  for (const [text, days] of [["P90D", 90], ["P12M", 365], ["P2Y", 730]] as const) {
    it(`${text} is ${days} days`, () => assert.equal(durationDays(text), days));
  }

  for (const text of ["", "90", "P0D", "PT5H", "P1Y6M", "p90d", "P90D "]) {
    it(`"${text}" is no duration of days, months or years`, () => assert.equal(durationDays(text), undefined));
  }
});
