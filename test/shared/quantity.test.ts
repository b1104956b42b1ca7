import * as assert from "node:assert/strict";
import { quantity } from "../../components/shared/quantity";

describe("quantity", () => {
  for (const [text, number] of [["250m", 0.25], ["2", 2], ["0.5", 0.5], ["128Mi", 134_217_728], ["1G", 1e9], ["1.5Gi", 1_610_612_736]] as const) {
    it(`${text} is ${number}`, () => assert.equal(quantity(text), number));
  }

  for (const text of ["", "Mi", "1 Gi", "-1", "1mi", "1KiB", "lots"]) it(`"${text}" is no quantity`, () => assert.equal(quantity(text), undefined));
});
