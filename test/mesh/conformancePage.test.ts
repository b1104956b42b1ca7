import * as assert from "node:assert/strict";
import { Findings, pageOf, withoutFigures } from "./real/report/page";

const findings: Findings = {
  claims: [{ chapter: "Calls", id: "call", claims: "a call | gets there", request: "a → GET http://<pod of b>/", expected: "status 200", answer: "status 200", held: true, restsOn: ["Service b/b"] }],
  mutations: [{ chapter: "Calls", claim: "call", what: "b is gone", caught: true, answer: "status 503" }],
  faults: [{ id: "stop", claims: "traffic goes on", what: "a server stops", expected: "lost 0", figures: "requests 10, lost 0", held: true }],
  versions: [{ server: "Redis", tested: "7.0.15", shipped: "8.10.0" }],
  checker: "the real one",
};

describe("the page of what the mesh was seen to do", () => {
  it("has a line for each claim, each change, each fault and each version", () => {
    const page = pageOf(findings);
    for (const line of [
      "| call | a call \\| gets there | `a → GET http://<pod of b>/` | Service b/b | status 200 | yes | status 200 |",
      "| call | b is gone | yes | status 503 |",
      "| stop | traffic goes on | a server stops | lost 0 | yes | requests 10, lost 0 |",
      "| Redis | 8.10.0 | 7.0.15 |",
    ]) {
      assert.ok(page.split("\n").includes(line), line);
    }
  });

  it("is the same for other figures and other machines, and another for other claims and what no longer holds", () => {
    const [claim, mutation, fault, version] = [findings.claims[0], findings.mutations[0], findings.faults[0], findings.versions[0]];
    assert.ok(claim && mutation && fault && version);
    const bare = (changed: Partial<Findings>): string => withoutFigures(pageOf({ ...findings, ...changed }));
    const same: readonly Partial<Findings>[] = [{ claims: [{ ...claim, answer: "status | 200" }] }, { mutations: [{ ...mutation, answer: "closed" }] }, { faults: [{ ...fault, figures: "requests 12, lost 0" }] }, { versions: [{ ...version, tested: "7.2" }] }];
    for (const changed of same) assert.equal(bare(changed), bare({}));
    const other: readonly Partial<Findings>[] = [{ claims: [{ ...claim, held: false }] }, { claims: [{ ...claim, expected: "status 403" }] }, { mutations: [] }, { faults: [{ ...fault, claims: "it stops" }] }, { versions: [{ ...version, shipped: "9" }] }, { checker: "another" }];
    for (const changed of other) assert.notEqual(bare(changed), bare({}));
  });
});
