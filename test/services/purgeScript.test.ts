import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { purgeScript } from "../../components/services/purgeScript";
import { purgeRules } from "../../components/services/registryPurge";

/**
 * Stands in for Azure's CLI: writes down how it was called, lists the files of a folder as repositories and their lines as tags, newest
 * first, and fails where a file says so. It shows that the script asks for the right things, not that Azure answers so.
 */
const az = `#!/bin/sh
echo "$*" >> "$STAND_IN/calls"
if [ -f "$STAND_IN/fails" ] && echo "$*" | grep -q -f "$STAND_IN/fails"; then echo "refused" >&2; exit 1; fi
case "$1 $2 $3" in
  "acr repository list") (cd "$STAND_IN/repositories" && find . -type f | sed 's,^\\./,,' | sort) ;;
  "acr repository show-tags") cat "$STAND_IN/repositories/$7" ;;
esac
`;

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: string[];
  readonly removed: string[];
}

describe("the purge script", () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "purge-"));
    write("bin/az", az, 0o755);
    write("token", "the token");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function write(name: string, text: string, mode?: number): void {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text, { mode });
  }

  function run(repositories: Record<string, string[]>, rules: Parameters<typeof purgeRules>[0], fails?: string, change: Record<string, string> = {}): Outcome {
    for (const [name, tags] of Object.entries(repositories)) write(`repositories/${name}`, tags.map((tag) => `${tag}\n`).join(""));
    if (fails !== undefined) write("fails", fails);
    write("rules", purgeRules(rules));
    const env = {
      PATH: `${path.join(folder, "bin")}:${process.env["PATH"]}`,
      STAND_IN: folder,
      REGISTRY: "crdev",
      RULES: path.join(folder, "rules"),
      AZURE_CLIENT_ID: "client",
      AZURE_TENANT_ID: "tenant",
      AZURE_FEDERATED_TOKEN_FILE: path.join(folder, "token"),
      ...change,
    };
    const { status, stdout, stderr } = spawnSync("sh", ["-c", purgeScript], { env, encoding: "utf8" });
    const calls = fs.existsSync(path.join(folder, "calls")) ? fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n") : [];
    const removed = calls.flatMap((call) => /untag --name crdev --image (\S+)/.exec(call)?.[1] ?? []);
    return { status, stdout, stderr, calls, removed };
  }

  it("takes off all but the newest tags of the repositories that match, and leaves the others alone", () => {
    const { status, removed, stdout } = run({ "apps/shop": ["v4", "v3", "v2", "v1"], "istio/pilot": ["1.31.1", "1.31.0"] }, { apps: { repositories: "apps/*", keep: 2 } });
    assert.equal(status, 0);
    assert.deepEqual(removed, ["apps/shop:v2", "apps/shop:v1"]);
    assert.equal(stdout, "removed apps/shop:v2\nremoved apps/shop:v1\n");
  });

  it("signs in with the federated token first", () => {
    const { calls } = run({ "apps/shop": ["v1"] }, { apps: { repositories: "apps/*", keep: 1 } });
    assert.equal(calls[0], "login --service-principal --username client --tenant tenant --federated-token the token --output none");
  });

  it("asks for the tags by age, newest first, without the locked ones", () => {
    const { calls } = run({ "apps/shop": ["v1"] }, { apps: { repositories: "apps/*", keep: 1 } });
    assert.equal(calls[2], "acr repository show-tags --name crdev --repository apps/shop --detail --orderby time_desc --query [?changeableAttributes.deleteEnabled].name --output tsv");
  });

  it("never deletes an image, which newer tags may name as well", () => {
    const { calls } = run({ "apps/shop": ["v2", "v1"] }, { apps: { repositories: "*", keep: 1 } });
    assert.ok(calls.every((call) => !/ delete /.test(call)));
  });

  it("removes nothing where there are no more tags than to keep, or none", () => {
    assert.deepEqual(run({ a: ["v2", "v1"], b: [] }, { all: { repositories: "*", keep: 2 } }).removed, []);
  });

  it("matches whole names, with * for any text and ? for one character", () => {
    const repositories = { "apps/a": ["2", "1"], "apps/deep/b": ["2", "1"], "apps-old": ["2", "1"], "team1/c": ["2", "1"], "team12/d": ["2", "1"] };
    const rules = { apps: { repositories: "apps/*", keep: 1 }, teams: { repositories: "team?/*", keep: 1 } };
    assert.deepEqual(run(repositories, rules).removed, ["apps/a:1", "apps/deep/b:1", "team1/c:1"]);
  });

  it("keeps the most that a matching rule says, whatever their order", () => {
    const tags = ["4", "3", "2", "1"];
    const narrow = { repositories: "apps/shop", keep: 3 };
    const wide = { repositories: "*", keep: 1 };
    assert.deepEqual(run({ "apps/shop": tags }, { narrow, wide }).removed, ["apps/shop:1"]);
    fs.rmSync(path.join(folder, "calls"));
    assert.deepEqual(run({ "apps/shop": tags }, { wide, narrow }).removed, ["apps/shop:1"]);
  });

  it("goes on after a tag that can't be taken off, and then fails", () => {
    const { status, removed, stdout, stderr } = run({ a: ["3", "2", "1"] }, { all: { repositories: "*", keep: 1 } }, "a:2");
    assert.equal(status, 1);
    assert.deepEqual(removed, ["a:2", "a:1"]);
    assert.equal(stdout, "removed a:1\n");
    assert.match(stderr, /could not remove a:2/);
  });

  it("goes on after a repository whose tags can't be listed, and then fails", () => {
    const { status, removed, stderr } = run({ a: ["2", "1"], b: ["2", "1"] }, { all: { repositories: "*", keep: 1 } }, "show-tags.*--repository a");
    assert.equal(status, 1);
    assert.deepEqual(removed, ["b:1"]);
    assert.match(stderr, /could not list the tags of a/);
  });

  for (const [what, fails, calls] of [["can't sign in", "^login", 1], ["can't list the repositories", "repository list", 2]] as const) {
    it(`stops at once when it ${what}`, () => {
      const outcome = run({ a: ["2", "1"] }, { all: { repositories: "*", keep: 1 } }, fails);
      assert.notEqual(outcome.status, 0);
      assert.equal(outcome.calls.length, calls);
    });
  }

  it("stops at once without a token", () => {
    const outcome = run({ a: ["2", "1"] }, { all: { repositories: "*", keep: 1 } }, undefined, { AZURE_FEDERATED_TOKEN_FILE: "nowhere" });
    assert.notEqual(outcome.status, 0);
    assert.deepEqual(outcome.calls, []);
  });
});
