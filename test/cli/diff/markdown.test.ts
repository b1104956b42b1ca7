import * as assert from "node:assert/strict";
import { commentMarker, markdownOf } from "../../../cli/diff/markdown";
import { code, prose } from "../../../cli/diff/markdownText";
import { PlanDiff } from "../../../cli/diff/model";
import { changeOf, diffOf, diffOfEverything, diffOfTheUnusual, hostile, propertyOf } from "../../support/diffs";

const updates = (count: number, length: number): PlanDiff["resources"] =>
  Array.from({ length: count }, (_, index) => changeOf("update", "kubernetes:core/v1:ConfigMap", `map-${index}`, { properties: [propertyOf("data.text", "a".repeat(length), "b".repeat(length))] }));
const creations = (count: number): PlanDiff["resources"] => Array.from({ length: count }, (_, index) => changeOf("create", "kubernetes:core/v1:Service", `service-${index}`));
const vault = changeOf("delete", "azure-native:keyvault:Vault", "vault", { lost: "its keys" });

describe("a diff as Markdown", () => {
  it("says in one line that nothing changes", () => {
    assert.equal(markdownOf([diffOf("dev"), diffOf("prod")]), `${commentMarker}\n\n**No change: \`dev\`, \`prod\`.** Compared with \`main\` (0123456789), in mode up, without a cloud.\n`);
  });

  it("has the verdict, the counts and what is lost above what is folded, and each value before and after", () => {
    const resources = [vault, changeOf("update", "kubernetes:apps/v1:Deployment", "front", { properties: [propertyOf("spec.replicas", 1, 2), propertyOf("spec.size", 1, 3, { forcesReplacement: "unsure" })] })];
    assert.equal(
      markdownOf([diffOf("staging"), diffOf("dev", { verdict: "dangerous", resources })]),
      `<!-- delivery-platform preview diff -->

**Dangerous: \`dev\`. No change: \`staging\`.** Compared with \`main\` (0123456789), in mode up, without a cloud.

| stack | − deleted | ± replaced | ~ updated | → renamed | + created | losing state | outputs | new findings | mended |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| <code>dev</code> | 1 |  | 1 |  |  | 1 |  |  |  |

- \`dev\`: − **deleted** \`azure-native:keyvault:Vault\` \`vault\`. Lost with it: its keys.

<details open><summary><b><code>dev</code></b>: Dangerous: 1 with state replaced or deleted; 1 updated, 1 deleted.</summary>

<details><summary><b><code>shop</code></b>: 1 deleted, 1 updated</summary>

- − **deleted** \`azure-native:keyvault:Vault\` \`vault\`
- ~ **updated** \`kubernetes:apps/v1:Deployment\` \`front\`

\`\`\`diff
@@ spec.replicas @@
-1
+2
@@ spec.size: may force the replacement @@
-1
+3
\`\`\`

</details>

</details>
`,
    );
  });

  it("puts the most dangerous first: stacks, then components, then changes", () => {
    const inComponent = (name: string) => ({ component: [{ type: "shop:index:Part", name }] });
    const sure = { replaceReasons: [{ path: "name", sure: true }] };
    const resources = [
      changeOf("create", "t:i:T", "created", inComponent("calm")),
      changeOf("update", "t:i:T", "updated", inComponent("risky")),
      changeOf("replace", "t:i:T", "replaced", { ...inComponent("risky"), ...sure }),
      changeOf("replace", "t:i:T", "lossy", { ...inComponent("worst"), ...sure, lost: "all" }),
    ];
    const text = markdownOf([diffOf("calm-stack", { verdict: "changes", resources: resources.slice(0, 1) }), diffOf("bad-stack", { verdict: "dangerous", resources })]);
    inOrder(text, ["<code>bad-stack</code>", "<code>worst</code>", "`lossy`", "<code>risky</code>", "`replaced`", "`updated`", "<code>calm</code>", "`created`", "<code>calm-stack</code>"]);
  });

  it("shows that a secret is another one, and never says which", () => {
    assert.match(markdownOf([diffOfEverything()]), /@@ stringData\.password @@\n-\[secret\]\n\+\[another secret\]\n/);
  });

  it("tells why something is replaced, and where that is open", () => {
    const text = markdownOf([diffOfEverything()]);
    assert.match(text, /\*\*replaced\*\* `azure-native:keyvault:Vault` `vault`, because of `location`\n/);
    assert.match(text, /\*\*may be replaced\*\* `kubernetes:core\/v1:Service` `gateway`, because of `replaceWith`, which follows `azure-native:keyvault:Vault vault`\n/);
  });

  it("takes no value for markup: blocks are closed by their own fence alone, and every fold is closed", () => {
    const outside: string[] = [];
    let fence: string | undefined;
    for (const line of markdownOf([diffOfEverything()]).split(/[\r\n]/)) {
      if (fence !== undefined) {
        if (line === fence) fence = undefined;
        else assert.match(line, /^([-+ ]|@@ )/);
      } else if (line.startsWith("```")) fence = line.replace(/diff$/, "");
      else outside.push(line.replace(/(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)/g, "code"));
    }
    assert.equal(fence, undefined);
    const text = outside.join("\n").replace(commentMarker, "");
    assert.equal(text.match(/(?<!\\)<details/g)?.length, text.match(/(?<!\\)<\/details/g)?.length);
    assert.doesNotMatch(text, /(?<!\\)<(?!\/?(details|summary|b|code)\b)|@everyone|(?<!\\)\*\*bold|[\u202a-\u202e]/);
  });

  it("mentions nobody by the name of a stack or a component", () => {
    const text = markdownOf([diffOf("@octocat", { verdict: "changes", resources: [changeOf("create", "t:i:T", "@octocat", { component: [{ type: "c:i:C", name: "@octocat#1" }] })] })]);
    assert.match(text, /@octocat#1/);
    assert.doesNotMatch(text.replace(/`[^`\n]*`|<code>[^<\n]*<\/code>/g, ""), /octocat/);
  });

  it("tells above what is folded which outputs are removed and which are others, and counts them", () => {
    const output = (name: string, more: object) => ({ name, secret: false, ...more });
    const outputs = { removed: [output("address", { before: "a" })], changed: [output("id", { before: 1, after: 2 })], added: [output("more", { after: 3 })] };
    const text = markdownOf([diffOf("prod", { verdict: "changes", outputs })]);
    const [above = "", below = ""] = text.split("<details>", 2);
    assert.match(above, /\| <code>prod<\/code> \|(  \|){6} 1 removed, 1 changed, 1 added \|/);
    assert.match(above, /- `prod`: \*\*removed\*\* output `address`: [^\n]*\n- `prod`: \*\*changed\*\* output `id`: /);
    assert.match(below, /Changes: 1 output removed, 1 output changed, 1 output added\./);
    assert.match(text, /<b>Outputs<\/b>: 1 removed, 1 changed, 1 added<[^]*\*\*removed\*\* `address`\n\n```diff\n-"a"\n```/);
  });

  it("says above all that there is no base, what is one object under two names, and which encrypted values are others", () => {
    const text = markdownOf([diffOfTheUnusual()]);
    const [above = "", below = ""] = text.split("<details>", 2);
    const same = "same object as `kubernetes:core/v1:ConfigMap old-map`: needs an alias, for what was just made is deleted again";
    assert.deepEqual(above.split("\n").filter((line) => line.startsWith("- ")), [
      "- `dev`: **the base doesn't run.** All that is there now counts as created. platform.region\\: unknown region plain",
      `- \`dev\`: + **created** \`kubernetes:core/v1:ConfigMap\` \`new-map\`, ${same}`,
      "- `dev`: config `shop:token`: \\[secret\\], another one (or encrypted anew)",
    ]);
    assert.match(below, /1 encrypted config value\./);
    assert.ok(text.includes("`old-map`, same object as `kubernetes:core/v1:ConfigMap new-map`"));
    const long = markdownOf([diffOfTheUnusual(), diffOf("prod", { verdict: "dangerous", resources: Array.from({ length: 3000 }, (_, index) => changeOf("delete", "t:i:T", `it-${index}`, { lost: "all" })) })]);
    assert.match(long, /the base doesn't run/);
  });

  it("folds what is created or deleted below its line, with all that it has", () => {
    const resources = [changeOf("create", "t:i:T", "new", { properties: [propertyOf("spec", undefined, { a: 1 }, { kind: "add" })] }), changeOf("delete", "t:i:T", "old", { properties: [propertyOf("spec", { b: 2 }, undefined, { kind: "remove" })] }), changeOf("create", "t:i:T", "empty")];
    const text = markdownOf([diffOf("dev", { verdict: "changes", resources })]);
    const below = (line: string): string => `<details><summary>its properties</summary>\n\n\`\`\`diff\n@@ spec @@\n${line}\n\`\`\`\n\n</details>\n\n`;
    assert.ok(text.includes(`- + **created** \`t:i:T\` \`new\`\n\n${below("+a: 1")}- + **created** \`t:i:T\` \`empty\`\n`), text);
    assert.ok(text.includes(`- − **deleted** \`t:i:T\` \`old\`\n\n${below("-b: 2")}`), text);
  });

  it("leads from a finding to where its rule comes from, since a path leads nowhere from a comment", () => {
    const finding = { policy: "state-replaced", level: "error", urn: "urn:pulumi:dev::shop::t:i:T::it", message: "It is made anew.", docs: "docs/policies/state-replaced.md" } as const;
    const text = markdownOf([diffOf("dev", { verdict: "dangerous", findings: { new: [finding, { ...finding, policy: "unheard", docs: "javascript:alert(1)" }], mended: [] } })]);
    assert.match(text, /It is made anew\. \(`docs\/policies\/state-replaced\.md`, \[source\]\(https:\/\/www\.pulumi\.com\/docs\/[^)]+\)\)/);
    assert.match(text, /`unheard`[^\n]*\(`javascript:alert\(1\)`\)/);
  });

  it("keeps what is code as it is, behind a fence that is long enough", () => {
    assert.equal(code("a"), "`a`");
    assert.equal(code("a``b"), "``` a``b ```");
    assert.equal(code("a\nb"), "`a\\u000ab`");
    assert.equal(prose("- see www.example.com, @team, #12 and GH-12"), "\\- see www\\.example.com, \\@\u200bteam, \\#\u200b12 and GH\\-\u200b12");
  });

  it("shows of long lines where they differ", () => {
    const text = (end: string): string => `${"x".repeat(5000)}${end}${"y".repeat(5000)}`;
    const lines = markdownOf([diffOf("dev", { verdict: "changes", resources: [changeOf("update", "t:i:T", "t", { properties: [propertyOf("p", text("old"), text("new"))] })] })]).split("\n");
    for (const [sign, word] of [["-", "old"], ["+", "new"]] as const) assert.ok(lines.some((line) => line.startsWith(`${sign}…xxx`) && line.includes(word) && line.length < 300));
  });

  describe("that is too long for a comment", () => {
    const all = [vault, ...updates(300, 200), ...creations(2000)];
    const text = markdownOf([diffOf("dev", { verdict: "dangerous", resources: all })]);

    it("is shorter than a comment may be, but not by much", () => {
      assert.ok(text.length < 65_000 && text.length > 60_000, `${text.length} characters`);
    });

    it("keeps the most dangerous, and the details of what is left before the lines of what is less so", () => {
      assert.match(text, /Lost with it: its keys/);
      assert.match(text, /`map-0`\n\n```diff/);
      assert.doesNotMatch(text, /`service-\d/);
    });

    it("says what was cut, and where the whole is", () => {
      const kept = new Set(text.match(/`map-\d+`/g)).size;
      const detailed = text.match(/```diff/g)?.length ?? 0;
      assert.ok(text.includes(`of 2301 changes, outputs and findings ${kept - detailed} are shown without details, ${2300 - kept} are left out. The whole: \`npm run preview -- dev --base main\`, or the page`), text.slice(0, 1000));
    });

    it("gives up what is created as a whole before anything else, and counts each change once", () => {
      const contents = { properties: [propertyOf("data", undefined, "x".repeat(100), { kind: "add" })] };
      const lost = Array.from({ length: 200 }, (_, index) => changeOf("delete", "azure-native:keyvault:Vault", `vault-${index}`, { lost: "its keys" }));
      const created = Array.from({ length: 400 }, (_, index) => changeOf("create", "t:i:T", `new-${index}`, contents));
      const some = markdownOf([diffOf("dev", { verdict: "dangerous", resources: [...lost, ...updates(20, 200), ...created] })]);
      assert.match(some, /of 620 changes, outputs and findings (\d+) are shown without details, 0 are left out/);
      assert.equal(new Set(some.match(/`new-\d+`/g)).size, 400);
      assert.match(some, /`map-19`\n\n```diff/);
      const many = Array.from({ length: 4000 }, (_, index) => changeOf("delete", "azure-native:keyvault:Vault", `vault-${index}`, { lost: "its keys" }));
      const all = markdownOf([diffOf("dev", { verdict: "dangerous", resources: many })]);
      assert.ok(all.includes(`of 4000 changes, outputs and findings 0 are shown without details, ${4000 - new Set(all.match(/`vault-\d+`/g)).size} are left out`), all.slice(0, 800));
    });

    it("fits even where all of it is dangerous, or one change alone is too long", () => {
      const states = Array.from({ length: 3000 }, (_, index) => changeOf("delete", "azure-native:keyvault:Vault", `vault-${index}-${hostile}`, { lost: "its keys" }));
      const huge = changeOf("update", "kubernetes:helm.sh/v3:Release", "huge", { yaml: Array.from({ length: 20_000 }, (_, index) => ({ sign: "+", text: `line ${index}` })) });
      assert.ok(markdownOf(["dev", "staging", "prod"].map((stack) => diffOf(stack, { verdict: "dangerous", resources: states }))).length < 65_000);
      const one = markdownOf([diffOf("dev", { verdict: "changes", resources: [huge] })]);
      assert.match(one, /\+line 1\n/);
      assert.match(one, /@@ \d+ more lines @@/);
      assert.ok(one.length < 65_000);
    });
  });
});

function inOrder(text: string, parts: readonly string[]): void {
  const details = text.slice(text.indexOf("<details"));
  const places = parts.map((part) => details.indexOf(part));
  assert.ok(places.every((place, index) => place > (places[index - 1] ?? -1)), `${parts.map((part, index) => `${part} at ${places[index]}`).join(", ")}`);
}
