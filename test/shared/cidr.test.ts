import * as assert from "node:assert/strict";
import { addressIndex, isAddress, isRange, prefixLength, rangeContains, rangeSize, rangesOverlap } from "../../components/shared/cidr";

describe("IPv4 ranges", () => {
  for (const range of ["10.0.0.0/16", "0.0.0.0/0", "203.0.113.7/32", "10.0.0.128/25"]) {
    it(`${range} is a range`, () => assert.equal(isRange(range), true));
  }

  for (const text of ["10.0.0.1/16", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0/8", "256.0.0.0/8", "10.0.0.0/16/1", "10.0.0.0/", "::/0", "", "ten"]) {
    it(`${JSON.stringify(text)} is not a range`, () => assert.equal(isRange(text), false));
  }

  it("an address has four decimal parts", () => {
    assert.equal(isAddress("10.0.0.10"), true);
    for (const text of ["10.0.0", "0x0a.0.0.1", "10.0.0.256", "::1", "10.0.0.0/32"]) assert.equal(isAddress(text), false, text);
  });

  it("knows how many addresses a range has", () => {
    assert.equal(rangeSize("10.0.0.0/16"), 65536);
    assert.equal(rangeSize("10.0.0.0/32"), 1);
    assert.equal(rangeSize("0.0.0.0/0"), 2 ** 32);
    assert.equal(prefixLength("10.0.0.0/16"), 16);
  });

  it("ranges overlap when they share an address, and neighbours do not", () => {
    assert.equal(rangesOverlap("10.0.0.0/16", "10.0.255.0/24"), true);
    assert.equal(rangesOverlap("10.0.255.0/24", "10.0.0.0/16"), true);
    assert.equal(rangesOverlap("10.0.0.0/16", "10.1.0.0/16"), false);
    assert.equal(rangesOverlap("192.168.0.0/24", "192.168.0.0/24"), true);
    assert.equal(rangesOverlap("128.0.0.0/1", "255.255.255.255/32"), true);
  });

  it("a range contains itself and what lies inside, not what is larger or beside it", () => {
    assert.equal(rangeContains("10.0.0.0/16", "10.0.0.0/16"), true);
    assert.equal(rangeContains("10.0.0.0/16", "10.0.3.0/24"), true);
    assert.equal(rangeContains("10.0.3.0/24", "10.0.0.0/16"), false);
    assert.equal(rangeContains("10.0.0.0/16", "10.1.0.0/24"), false);
  });

  it("counts an address from the first of its range", () => {
    assert.equal(addressIndex("10.1.0.0/16", "10.1.0.0"), 0);
    assert.equal(addressIndex("10.1.0.0/16", "10.1.1.10"), 266);
    assert.equal(addressIndex("10.1.0.0/16", "10.2.0.0"), undefined);
    assert.equal(addressIndex("10.1.0.0/16", "10.0.255.255"), undefined);
  });
});
