import * as assert from "node:assert/strict";
import { plain } from "../../../cli/ansi";
import { lineDiff } from "../../../cli/diff/lines";
import { PlanDiff } from "../../../cli/diff/model";
import { diffText, verdictOf } from "../../../cli/diff/text";

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

Dangerous: 1 with state replaced or deleted; 1 created, 1 updated, 2 replaced, 1 renamed, 2 outputs, 1 new finding.

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
