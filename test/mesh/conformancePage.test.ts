import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { Findings, pageOf, withoutFigures } from "./real/report/page";
import { givenText } from "./real/report/given";
import { ClaimRow, takeDown } from "./real/report/rows";
import { kubernetesLine, versionRows } from "./real/report/versions";

const claim: ClaimRow = { chapter: "Calls", id: "call", claims: "a call | gets there", request: "a → GET http://<pod of b>/", expected: "status 200", answer: "status 200", held: true, restsOn: ["Service b/b", "Service b/b"] };
const slow: ClaimRow = { ...claim, id: "slow", expected: "millis 100 to 200", answer: "millis 150", late: "b sleeps" };
const given: ClaimRow = { ...claim, id: "given", given: "b is stopped", expected: "status 503", answer: "status 503", unbroken: "b can't stop more" };
const pair = (caller: string, target: string, status: number): ClaimRow => ({ ...claim, id: `${caller}-${target}`, request: `${caller} → GET http://${target}/`, expected: `status ${status}`, answer: `status ${status}`, pair: { caller, target } });
const findings: Findings = {
  clusters: [{ name: "dev", ownObjects: 3, chartObjects: 2, rendered: ["istiod"], notRendered: ["redis"], pods: ["b/b-0"], standIns: ["redis/redis-0"] }],
  accepted: [{ cluster: "dev", id: "objects", claims: "all are accepted", what: "applied", held: true, problems: "" }],
  mistakes: [{ claim: "objects", what: "an unknown field", caught: true, answer: "field not declared" }],
  claims: [claim, slow, given, pair("a", "b", 200), pair("b", "a", 403)],
  mutations: [{ chapter: "Calls", claim: "call, slow, a-b", what: "b is gone", expected: "status 503", caught: true, answer: "status 503" }],
  faults: [{ id: "stop", claims: "traffic goes on", what: "a server stops", expected: "lost 0", figures: "requests 10, lost 0", held: true }],
  versions: [{ server: "Redis", tested: "7.0.15, Debian's", shipped: "8.10.0" }, { server: "Envoy", tested: "1.40.0", shipped: "1.39" }],
};

const changed = (change: Partial<Findings>): string => withoutFigures(pageOf({ ...findings, ...change }));

describe("the page of what the mesh was seen to do", () => {
  it("has a line for each of them, with the answer where it is a figure", () => {
    const lines = pageOf(findings).split("\n");
    for (const line of [
      "- **dev**: 3 objects of the programs, 2 of charts. Not rendered: redis. Pods made of templates: b/b-0. Stand-ins for pods: redis/redis-0.",
      "| objects | all are accepted | applied | yes |",
      "| objects | an unknown field | yes | field not declared |",
      "| call | a call \\| gets there | `a → GET http://<pod of b>/` | Service b/b | status 200 | yes |  |",
      "| slow | a call \\| gets there | `a → GET http://<pod of b>/` | Service b/b | millis 100 to 200 | yes, late: b sleeps | millis 150 |",
      "| given | a call \\| gets there | `a → GET http://<pod of b>/`, while b is stopped | Service b/b | status 503 | yes |  |",
      "| call, slow, a → b | b is gone | status 503 | yes |",
      "- given: b can't stop more",
      "| stop | traffic goes on | a server stops | lost 0 | yes | requests 10, lost 0 |",
      "| Redis | 8.10.0 | 7.0.15, Debian's |",
    ]) {
      assert.ok(lines.includes(line), line);
    }
  });

  it("has a matrix of who may call whom", () => {
    const page = pageOf(findings);
    assert.match(page, /\|  \| a \| b \|\n\|---\|---\|---\|\n\| \*\*a\*\* \| – \| 200 \|\n\| \*\*b\*\* \| 403 \| – \|/);
    assert.match(page, /\| b \| `GET http:\/\/b\/` \| Service b\/b \|/);
    assert.match(pageOf({ ...findings, claims: [{ ...pair("a", "b", 403), answer: "status 200", held: false }] }), /\| \*\*a\*\* \| \*\*no\*\*: 200, not 403 \|/);
  });

  it("is the same for other figures, other words of servers and another machine's Redis", () => {
    const [mutation, fault, mistake] = [findings.mutations[0], findings.faults[0], findings.mistakes[0]];
    assert.ok(mutation && fault && mistake);
    const others: readonly Partial<Findings>[] = [
      { claims: findings.claims.map((row) => (row === slow ? { ...row, answer: "millis | 160" } : row)) },
      { mistakes: [{ ...mistake, answer: "another field" }] },
      { faults: [{ ...fault, figures: "requests 12, lost 0" }] },
      { versions: findings.versions.map((row) => (row.server === "Redis" ? { ...row, tested: "7.2, Debian's" } : row)) },
    ];
    for (const other of others) assert.equal(changed(other), changed({}));
  });

  it("is another for other claims, another order, what no longer holds, and another version of what is pinned", () => {
    const [mutation, fault, accepted] = [findings.mutations[0], findings.faults[0], findings.accepted[0]];
    assert.ok(mutation && fault && accepted);
    const others: readonly Partial<Findings>[] = [
      { claims: findings.claims.map((row) => (row === claim ? { ...row, held: false, answer: "status 403" } : row)) },
      { claims: findings.claims.map((row) => (row === claim ? { ...row, expected: "status 403" } : row)) },
      { claims: [slow, claim, ...findings.claims.slice(2)] },
      { claims: [...findings.claims, claim] },
      { accepted: [{ ...accepted, held: false, problems: "one was refused" }] },
      { mutations: [] },
      { mutations: [{ ...mutation, expected: "status 404", answer: "status 404" }] },
      { faults: [{ ...fault, claims: "it stops" }] },
      { versions: findings.versions.map((row) => (row.server === "Envoy" ? { ...row, tested: "1.41.0" } : row)) },
      { versions: findings.versions.map((row) => ({ ...row, shipped: "9" })) },
    ];
    for (const other of others) assert.notEqual(changed(other), changed({}));
  });

  it("names the versions that are pinned and shipped now, and no others", () => {
    const line = /^\| Redis \| .*$/m;
    const pinned = pageOf({ ...findings, versions: versionRows({ kubernetes: kubernetesLine(), redis: "0" }) });
    const table = (page: string): string => /## Versions\n[^]*?(?=\n## )/.exec(withoutFigures(page))?.[0] ?? "none";
    assert.match(pinned, line);
    assert.equal(table(fs.readFileSync("docs/conformance.md", "utf8")), table(pinned), "docs/conformance.md is of other versions: run `npm run test:mesh`, and commit what it writes");
  });
});

describe("what is other while a claim is asked", () => {
  it("is said in words", () => {
    const changes = [{ object: "Service b/b" }, { object: "Service b/b", at: ["spec", "ports", 0] }, { object: "Service b/b", at: ["spec", "ports", 0, "port"], value: 81 }];
    assert.equal(
      givenText({ changes, mesh: { enableAutoMtls: false }, stopped: ["b-0"] }),
      "Service b/b is gone, spec.ports.0 of Service b/b is gone, spec.ports.0.port of Service b/b is 81, enableAutoMtls of the mesh's configuration is false, b-0 is stopped",
    );
  });
});

describe("what tests have found", () => {
  it("has a row for a question without an answer, too, which says why", async () => {
    const rows: string[] = [];
    await takeDown(rows, () => Promise.resolve("held"), (why) => why);
    await assert.rejects(takeDown(rows, () => Promise.reject(new Error("nobody listens")), (why) => why), /^Error: nobody listens$/);
    assert.deepEqual(rows, ["held", "no answer: nobody listens"]);
  });
});
