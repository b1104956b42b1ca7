import * as assert from "node:assert/strict";
import { plain } from "../../../cli/ansi";
import { lineDiff } from "../../../cli/diff/lines";
import { PlanDiff } from "../../../cli/diff/model";
import { diffText, verdictOf } from "../../../cli/diff/text";
import { changeOf, diffOf, diffOfTheUnusual, propertyOf } from "../../support/diffs";

const vault = "urn:pulumi:prod::shop::shop:index:Keys$azure-native:keyvault:Vault::vault";
const diff: PlanDiff = {
  project: "shop",
  stack: "prod",
  mode: "up",
  base: { ref: "main", commit: "0123456789abcdef0123456789abcdef01234567" },
  verdict: "dangerous",
  summary: { create: 1, update: 1, replace: 2, delete: 0, rename: 1, stateful: 1 },
  resources: [
    {
      kind: "replace", urn: vault, type: "azure-native:keyvault:Vault", name: "vault", custom: true, component: [{ type: "shop:index:Keys", name: "keys" }], lost: "its keys",
      replaceReasons: [{ path: "location", sure: true }],
      properties: [{ path: "location", kind: "change", before: "westeurope", after: "northeurope", secret: false, unknown: false, forcesReplacement: "yes" }],
    },
    {
      kind: "replace", urn: "urn:k", type: "azure-native:keyvault:Key", name: "key", custom: true, component: [{ type: "shop:index:Keys", name: "keys" }],
      replaceReasons: [{ path: "vaultName", sure: false, follows: vault }], properties: [],
    },
    { kind: "create", urn: "urn:c", type: "shop:index:Part", name: "part", custom: false, component: [], replaceReasons: [], properties: [] },
    { kind: "rename", urn: "urn:r", urnBefore: "urn:pulumi:prod::shop::kubernetes:core/v1:Service::old", type: "kubernetes:core/v1:Service", name: "new", custom: true, component: [], replaceReasons: [], properties: [] },
    {
      kind: "update", urn: "urn:u", type: "kubernetes:helm.sh/v3:Release", name: "chart", custom: true, component: [], replaceReasons: [],
      yaml: [{ sign: " ", text: "auth:" }, { sign: "-", text: "  replicas: 1" }, { sign: "+", text: "  replicas: 2" }, { sign: "…", text: "" }],
      properties: [
        { path: "password", kind: "change", before: "[secret]", after: "[secret]", secret: true, unknown: false, forcesReplacement: "no" },
        { path: "config", kind: "change", before: "one\ntwo\n", after: "one\nthree\n", secret: false, unknown: false, forcesReplacement: "no" },
        { path: "empty", kind: "add", after: "", secret: false, unknown: false, forcesReplacement: "unsure" },
        { path: "gone", kind: "remove", before: { a: 1 }, secret: false, unknown: false, forcesReplacement: "no" },
      ],
    },
  ],
  outputs: { added: [{ name: "id", after: "x", secret: false }], changed: [{ name: "key", before: "[secret]", after: "[secret]", secret: true }], removed: [] },
  findings: { new: [{ policy: "state-replaced", level: "error", urn: vault, message: "It is made anew.", docs: "docs/policies/state-replaced.md" }], mended: [] },
};

describe("the text of a difference", () => {
  it("has the verdict, what holds state, the rest by component, outputs and findings", () => {
    assert.equal(
      diffText([diff], plain, 1.23),
      `Comparing shop, stack prod with main (0123456789ab)

Dangerous: 1 with state replaced or deleted; 1 created, 1 updated, 2 replaced, 1 renamed, 1 output changed, 1 output added, 1 new finding.

State that would be lost:
 +- azure-native:keyvault:Vault  vault  in keys
      with it go: its keys
      is replaced: location
      location: westeurope → northeurope  forces replacement

keys
 +- azure-native:keyvault:Key  key
      may be replaced: vaultName, which follows azure-native:keyvault:Vault vault

outside of components
 +  shop:index:Part  part
 →  kubernetes:core/v1:Service  new  was kubernetes:core/v1:Service old
 ~  kubernetes:helm.sh/v3:Release  chart
      password: [secret], another one
      config
          one
        - two
        + three
      empty: + ""  may force replacement
      gone: - {"a":1}
      values
          auth:
        -   replicas: 1
        +   replicas: 2
        …

Outputs:
 +  id: x
 ~  key: [secret], another one

New findings:
    error    state-replaced  azure-native:keyvault:Vault vault
             It is made anew.
             docs/policies/state-replaced.md

Took 1.2 s. No cloud was asked: this is how two programs differ, not what Azure has.
`,
    );
  });

  it("says in one line when there is nothing", () => {
    assert.equal(verdictOf({ ...diff, verdict: "none" }), "No change.");
  });

  it("counts the outputs by what becomes of them: who reads a removed one fails", () => {
    const outputs = { added: [], changed: [], removed: [{ name: "address", before: "x", secret: false }, { name: "id", before: "y", secret: false }] };
    assert.equal(verdictOf(diffOf("dev", { verdict: "changes", outputs })), "Changes: 2 outputs removed.");
  });

  it("says above all that there is no base, what is one object under two names, and which encrypted values are others", () => {
    const text = diffText([diffOfTheUnusual()], plain, 0);
    assert.match(text, /^Comparing [^\n]*\n\nThe base doesn't run: platform\.region: unknown region\nplain\nAll that is there now counts as created\.\n\nChanges: 1 created, 1 deleted, 1 encrypted config value\.\n/);
    assert.match(text, / new-map\n      same object as kubernetes:core\/v1:ConfigMap old-map: needs an alias, for what was just made is deleted again\n/);
    assert.match(text, /\nConfig:\n ~  shop:token: \[secret\], another one \(or encrypted anew\)\n/);
  });

  const sides: readonly (readonly [string, unknown, unknown, string])[] = [
    ["a number and its text", 1, "1", '1 → "1"'],
    ["a boolean and its text", "true", true, '"true" → true'],
    ["texts that read as numbers", "1", "2", '"1" → "2"'],
    ["texts that do not", "10.0.0.0/16", "1.2.3", "10.0.0.0/16 → 1.2.3"],
    ["a text and an object", { a: 1 }, '{"a":1}', '{"a":1} → "{\\"a\\":1}"'],
    ["a text in quotes and one without", '"a"', "a", '"\\"a\\"" → a'],
    ["a space at the end", "a", "a ", 'a → "a "'],
    ["a text and nothing", null, "null", 'null → "null"'],
    ["a character and what is written for it", "a\u202e", "a\\u202e", '"a\\u202e" → "a\\\\u202e"'],
    ["what is not known and a number", "[unknown]", 1, "[unknown] → 1"],
    ["secrets in an object", { key: "[secret]" }, { key: "[secret]" }, '{"key":"[secret]"}, another one'],
  ];
  for (const [title, before, after, text] of sides) {
    it(`tells apart ${title}`, () => {
      const lines = diffText([diffOf("dev", { resources: [changeOf("update", "t:i:T", "it", { properties: [propertyOf("p", before, after)] })] })], plain, 0);
      assert.ok(lines.includes(`      p: ${text}\n`), lines);
    });
  }

  it("tells apart texts of several lines that differ in what lines don't show", () => {
    const text = (before: unknown, after: unknown): string => diffText([diffOf("dev", { resources: [changeOf("update", "t:i:T", "it", { properties: [propertyOf("p", before, after)] })] })], plain, 0);
    assert.match(text("one\ntwo", "one\ntwo\n"), / p\n +- "one\\ntwo"\n +\+ "one\\ntwo\\n"\n/);
    assert.match(text("a: 1\nb: 2\n", { a: 1, b: 2 }), / p\n +- "a: 1\\nb: 2\\n"\n +\+ {"a":1,"b":2}\n/);
  });

  it("lets nothing through to the terminal that would move, colour or turn round what a reader sees", () => {
    const bad = "x\u001b[1A\u001b[2K\u009b2J\u202e\r\u200b";
    const urn = `urn:pulumi:dev::shop::t:i:T::${bad}`;
    const finding = { policy: bad, level: "error", urn, message: `${bad}\n${bad}`, docs: bad } as const;
    const text = diffText(
      [
        diffOf(bad, {
          project: bad,
          base: { ref: bad, commit: "0".repeat(40), failure: `${bad}\n${bad}` },
          encryptedConfig: [bad],
          verdict: "changes",
          resources: [
            changeOf("replace", `t:i:${bad}`, bad, {
              urnBefore: urn,
              component: [{ type: "c:i:C", name: bad }],
              replaceReasons: [{ path: bad, sure: true, follows: urn }],
              properties: [propertyOf(bad, bad, `${bad}1`), propertyOf("list", [bad], `${bad}\n${bad}`), propertyOf("long", bad.repeat(30), bad)],
              yaml: [{ sign: "+", text: bad }],
            }),
            changeOf("delete", "t:i:T", bad, { lost: "all", excepted: bad, sameObject: { urn, why: bad }, component: [{ type: "c:i:C", name: bad }] }),
          ],
          outputs: { added: [{ name: bad, after: bad, secret: false }], changed: [{ name: bad, before: bad, after: [bad], secret: false }], removed: [{ name: bad, before: { a: bad }, secret: false }] },
          findings: { new: [finding], mended: [finding] },
        }),
      ],
      plain,
      0,
    );
    assert.match(text, /x\\u001b\[1A/);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  });
});

describe("the lines that differ", () => {
  const numbered = (count: number, change: Readonly<Record<number, string>> = {}): string => Array.from({ length: count }, (_, index) => `${change[index] ?? index}\n`).join("");
  const marked = (before: string, after: string): string[] => lineDiff(before, after).map(({ sign, text }) => sign + text);

  it("have three lines around them, and a mark for what is left out", () => {
    assert.deepEqual(marked(numbered(20), numbered(20, { 4: "four", 15: "fifteen" })), ["…", " 1", " 2", " 3", "-4", "+four", " 5", " 6", " 7", "…", " 12", " 13", " 14", "-15", "+fifteen", " 16", " 17", " 18", "…"]);
  });

  it("are those that go and those that come, not all between them", () => {
    assert.deepEqual(marked("a\nb\nc\nd\n", "b\nx\nc\nd\ne\n"), ["-a", " b", "+x", " c", " d", "+e"]);
    assert.deepEqual(marked("", "a\n"), ["+a"]);
  });
});
