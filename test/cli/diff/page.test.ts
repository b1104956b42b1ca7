import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { comparePlans } from "../../../cli/diff/compare";
import { html } from "../../../cli/diff/page/html";
import { htmlOf } from "../../../cli/diff/page/page";
import { diagramOf, drawDiff } from "../../../cli/diff/picture";
import { boxesOf } from "../../../cli/diagram/model";
import { Plan } from "../../../simulator/engine/plan";
import { withChange, without } from "../../support/changePlan";
import { diffOf, diffOfEverything, diffOfTheUnusual } from "../../support/diffs";
import { environmentPlan } from "../../support/plans";

const ref = { ref: "main", commit: "0123456789abcdef0123456789abcdef01234567" };

describe("a diff as a page", () => {
  it("runs and shows nothing but what is in it: its policy has the hashes of its own script and style", () => {
    const page = htmlOf([diffOfEverything()]);
    for (const element of ["script", "style"]) {
      const [, text = ""] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page) ?? [];
      assert.ok(page.includes(`${element}-src &#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`));
    }
    assert.match(page, /content="default-src &#39;none&#39;;/);
    assert.doesNotMatch(page, /<(img|link|iframe|script) |\son\w+="| style="/);
  });

  it("escapes what is put into it", () => {
    assert.equal(html`<a title="${`"'<&>`}">${["<b>", html`<i>${1}</i>`, undefined]}</a>`.text, `<a title="&quot;&#39;&lt;&amp;&gt;">&lt;b&gt;<i>1</i></a>`);
  });

  it("has each change once, with its values, and links to what would be lost", () => {
    const page = htmlOf([diffOf("prod"), diffOfEverything()]);
    assert.equal(page.match(/<li class="change"/g)?.length, diffOfEverything().resources.length);
    assert.match(page, /<code>spec\.replicas<\/code><pre><del>- 1<\/del><ins>\+ 2<\/ins><\/pre>/);
    assert.match(page, /<a href="#change-1-0">azure-native:keyvault:Vault vault<\/a> replaced because of location; with it: /);
    assert.match(page, /<del>- \[secret\]<\/del><ins>\+ \[another secret\]<\/ins>/);
  });

  it("leads from a finding to where its rule comes from", () => {
    const finding = { policy: "state-replaced", level: "error", urn: "urn:pulumi:dev::shop::t:i:T::it", message: "It is made anew.", docs: "docs/policies/state-replaced.md" } as const;
    const found = [finding, { ...finding, policy: "unheard" }, { ...finding, policy: "worse", docs: "javascript:alert(1)" }];
    const page = htmlOf([diffOf("dev", { verdict: "dangerous", findings: { new: found, mended: [] } })]);
    assert.match(page, /\(<code>docs\/policies\/state-replaced\.md<\/code>, from <a href="https:\/\/www\.pulumi\.com\/docs\/[^"]+">www\.pulumi\.com<\/a>\)/);
    assert.match(page, /<code>unheard<\/code>[^\n]*\(<code>docs\/policies\/state-replaced\.md<\/code>\)/);
    assert.doesNotMatch(page, /href="javascript/);
  });

  it("tells the worst verdict of all, and counts the outputs", () => {
    const page = htmlOf([diffOf("prod"), diffOfEverything("dev")]);
    assert.match(page, /<p class="verdict dangerous">Dangerous: dev\. No change: prod\.<\/p>/);
    assert.match(page, /<p class="verdict none">No change\.<\/p>/);
    assert.match(page, /<td>1 removed, 1 changed, 1 added<\/td>/);
  });

  it("says above all that there is no base, what is one object under two names, and which encrypted values are others", () => {
    const page = htmlOf([diffOfTheUnusual("dev", "<b>")]);
    assert.match(page, /<h2 id="title-0">dev<\/h2>\n<p class="verdict dangerous">The base doesn't run\. [^<]*<\/p><pre>platform\.region: unknown region\n&lt;b&gt;\n<\/pre>\n<p class="verdict changes">/);
    assert.match(page, /new-map; <span class="lost">same object as kubernetes:core\/v1:ConfigMap old-map: needs an alias, for [^<]*<\/span>/);
    assert.match(page, /<h3>Config<\/h3><ul><li>changed <code>shop:token<\/code>: \[secret\], another one \(or encrypted anew\)<\/li><\/ul>/);
  });

  it("has no id twice, whatever pictures it has", () => {
    const picture = '<svg id="a" aria-labelledby="title"><title id="title">A picture</title><!-- a comment --><g id="node1"></g></svg>';
    const page = htmlOf([diffOfEverything("dev"), diffOfEverything("prod")], new Map([["dev", picture], ["prod", picture]]));
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.match(page, /<svg aria-label="The architecture of prod, [^"]*"><title>A picture<\/title><g><\/g><\/svg>/);
  });
});

describe("the picture of a diff", () => {
  let dev: Plan;
  const none = (plan: Plan): Plan => ({ ...plan, resources: [], outputs: {}, findings: [] });

  before(async () => {
    dev = await environmentPlan("dev", "up");
  });

  it("marks the boxes of what changes, and has those that are deleted", () => {
    const now = without(withChange(dev, { type: "azure-native:containerregistry:Registry" }, "location", "northeurope"), { type: "kubernetes:apps/v1:Deployment", name: "echo-server" });
    const marked = boxesOf(diagramOf(dev, now, comparePlans(dev, now, { ref })).groups).filter(({ mark }) => mark !== undefined);
    assert.deepEqual(
      marked.filter(({ title }) => ["Container registry", "echo"].includes(title)).map(({ title, mark }) => `${title}: ${mark}`).sort(),
      ["Container registry: replace", "echo: delete"],
    );
  });

  it("marks nothing where nothing changes, and everything of a stack that comes or goes", async () => {
    const marks = (before: Plan, after: Plan) => [...new Set(boxesOf(diagramOf(before, after, comparePlans(before, after, { ref })).groups).map(({ mark }) => mark))];
    assert.deepEqual(marks(dev, dev), [undefined]);
    assert.deepEqual(marks(none(dev), dev), ["create"]);
    assert.deepEqual(marks(dev, none(dev)), ["delete"]);
    assert.equal(await drawDiff(none(dev), none(dev), diffOf("dev")), undefined);
  });

  it("keeps the page of a whole environment far below a megabyte", async () => {
    const diff = comparePlans(none(dev), dev, { ref });
    const picture = await drawDiff(none(dev), dev, diff);
    assert.ok(picture?.includes("+ created"));
    assert.ok(htmlOf([diff], new Map([["dev", picture as string]])).length < 500_000);
  });
});
