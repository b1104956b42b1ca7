import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { clusterNames } from "../accepted/clusters";
import { checks } from "../accepted/checks";
import { chapters } from "../claims/chapters";
import { signInBinary } from "../claims/signIn/parts";
import { faults } from "../faults/run";
import { redisVersion } from "../tools/debian";
import { toolPath } from "../tools/goTools";
import { pageOf, whatBreaks, withoutFigures } from "./page";
import { found } from "./rows";
import { kubernetesLine, versionRows } from "./versions";

const page = "docs/conformance.md";

// After all others: files run in the order of their names.
describe("the report", () => {
  it(`writes ${page} of what was found, and nothing in it is new`, function () {
    // Of a part of the tests there is no report.
    if (missing().length > 0) this.skip();
    const claims = chapters.flatMap((chapter) => chapter.claims.flatMap(({ id }) => found.claims.filter((row) => row.id === id)));
    const written = pageOf({ ...found, claims, versions: versionRows({ kubernetes: kubernetesLine(), redis: redisVersion(), ...otherOauth2Proxy() }) });
    const committed = fs.existsSync(page) ? fs.readFileSync(page, "utf8") : "";
    fs.writeFileSync(page, written);
    const difference = firstDifference(withoutFigures(committed), withoutFigures(written));
    assert.equal(difference, undefined, `${page} was other than what the tests found: ${difference}\nIt is written anew, to be looked at and committed.`);
  });
});

/** What the tests promise, and this run has no row of. */
function missing(): string[] {
  const changes = [...chapters, { title: whatBreaks, mutations: faults.flatMap(({ mutation }) => mutation ?? []) }];
  const promised = [
    ...clusterNames.flatMap((cluster) => Object.keys(checks).map((id) => `${id} (${cluster})`)),
    ...chapters.flatMap(({ claims }) => claims.map(({ id }) => id)),
    ...faults.map(({ id }) => id),
    ...changes.flatMap(({ title, mutations }) => mutations.map(({ what }) => `${title}: ${what}`)),
  ];
  const had = new Set([
    ...found.accepted.map(({ id, cluster }) => `${id} (${cluster})`),
    ...[...found.claims, ...found.faults].map(({ id }) => id),
    ...found.mutations.map(({ chapter, what }) => `${chapter}: ${what}`),
  ]);
  return promised.filter((row) => !had.has(row));
}

/** What the binary says that it is that OAUTH2_PROXY_BIN names in the place of the pinned one. */
function otherOauth2Proxy(): { otherOauth2Proxy?: string } {
  const binary = signInBinary();
  return binary === toolPath("oauth2Proxy") ? {} : { otherOauth2Proxy: spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout.trim() };
}

/** The first line in which two texts differ, and both texts from there on, shortly. */
function firstDifference(one: string, other: string): string | undefined {
  if (one === other) return undefined;
  const [before, after] = [one.split("\n"), other.split("\n")];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line < 0 ? after.length : line;
  return [`line ${at + 1} was:`, ...before.slice(at, at + 3), "and is:", ...after.slice(at, at + 3)].join("\n").slice(0, 4000);
}
