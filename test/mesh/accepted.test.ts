import * as assert from "node:assert/strict";
import { alterations } from "./real/accepted/stored";
import { LookedAt, valuesWithoutEffect, Views } from "./real/accepted/values";

describe("what was stored, beside what was sent", () => {
  const rows: readonly [string, unknown, unknown, readonly string[]][] = [
    ["the same, with more that the server says by itself", { spec: { replicas: 2, ports: [{ port: 80 }] } }, { spec: { replicas: 2, ports: [{ port: 80, protocol: "TCP" }] }, status: {} }, []],
    ["a field that is not there", { spec: { replicas: 2, paused: true } }, { spec: { replicas: 2 } }, ["spec.paused was not stored"]],
    ["another value", { spec: { ports: [{ port: 80 }] } }, { spec: { ports: [{ port: 81 }] } }, ["spec.ports.0.port was sent as 80, and stored as 81"]],
    ["nothing, for what is empty", { spec: { paused: false, tier: "", ports: [], tls: {} } }, { spec: {} }, []],
    ["something, for what is empty", { spec: { paused: false } }, { spec: { paused: true } }, ["spec.paused was sent as false, and stored as true"]],
    ["a Secret's text in base64", { stringData: { key: "x" } }, { data: { key: "eA==" } }, []],
    ["another text of a Secret", { stringData: { key: "x" } }, { data: { key: "eQ==" } }, ['data.key was sent as "eA==", and stored as "eQ=="']],
    ["a shorter list", { hosts: ["a", "b"] }, { hosts: ["a"] }, ["hosts.1 was not stored"]],
  ];
  for (const [what, sent, stored, found] of rows) it(`is told where it differs: ${what}`, () => assert.deepEqual(alterations(sent, stored), found));
});

describe("values of a chart", () => {
  // A chart that reads `size`, which is 1 where it isn't said, and nothing else.
  const views: Views = [(_, { size = 1 }) => Promise.resolve(`size ${String(size)}`)];
  const size = { release: "web", path: "size", reason: "so that it stays", other: 2 };

  it("are to a purpose where the chart makes something else without them", async () => {
    assert.deepEqual(await valuesWithoutEffect({ release: "web", values: { size: 3, colour: { dark: true } } }, views, []), ["web: colour.dark changes nothing"]);
  });

  it("may be the chart's own default where that is on the list, and the chart reads it", async () => {
    assert.deepEqual(await valuesWithoutEffect({ release: "web", values: { size: 1 } }, views, []), ["web: size changes nothing"]);
    assert.deepEqual(await valuesWithoutEffect({ release: "web", values: { size: 1 } }, views, [size]), []);
    assert.deepEqual(await valuesWithoutEffect({ release: "web", values: { colour: "red" } }, views, [{ ...size, path: "colour" }]), ["web: colour changes nothing, whatever it is"]);
  });

  it("are looked at once where a release has the very same, and are found again where they are useless", async () => {
    const [lookedAt, looks] = [new LookedAt(), [] as unknown[]];
    const useless = (values: Record<string, unknown>): Promise<readonly string[]> => lookedAt.useless({ release: "web", values }, (given) => (looks.push(given.values), Promise.resolve(["size"])));
    for (const values of [{ size: 1 }, { size: 1 }, { size: 2 }]) assert.deepEqual(await useless(values), ["size"]);
    assert.deepEqual(looks, [{ size: 1 }, { size: 2 }]);
  });
});
