import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { source as axeSource } from "axe-core";
import type { AxeResults, RunOptions } from "axe-core";
import { Browser, chromium, Page } from "playwright-core";
import { comparePlans } from "../../cli/diff/compare";
import { htmlOf } from "../../cli/diff/page/page";
import { drawDiff } from "../../cli/diff/picture";
import { diffOf, diffOfEverything, diffOfTheUnusual } from "../support/diffs";
import { withChange, without } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { findChromium } from "./chromium";

declare const axe: { run(options: RunOptions): Promise<AxeResults> };

/*
 * The page of a diff in a real browser, from a file and with the policy that the page has for itself: two made-up stacks, one of them with
 * hostile text everywhere, and a change of dev's with its picture.
 */
describe("the page of a diff", function () {
  this.timeout(60_000);
  let folder: string;
  let address: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  before(async () => {
    const executablePath = findChromium();
    assert.ok(executablePath !== undefined, "there is no Chromium or Chrome here: npm run test:page says how to get one");
    browser = await chromium.launch({ executablePath });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
    const file = path.join(folder, "diff.html");
    fs.writeFileSync(file, await pageOfDev());
    address = pathToFileURL(file).href;
  });

  after(async () => {
    await browser?.close();
    if (folder !== undefined) fs.rmSync(folder, { recursive: true });
  });

  const open = async (options: Parameters<Browser["newPage"]>[0] = {}): Promise<void> => {
    page = await browser.newPage(options);
    complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => void (request.url() === address || complaints.push(`request: ${request.url()}`)));
    await page.goto(address);
  };

  afterEach(async () => {
    await page?.close();
    assert.deepEqual(complaints, []);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 360]) {
      it(`has nothing that keeps anybody out, ${colorScheme} and ${width} pixels wide`, async () => {
        await open({ colorScheme, viewport: { width, height: 800 } });
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
        await page.evaluate(axeSource);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3).join(" ")}`), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, "the page is wider than the window");
        const [ground, text] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
        assert.equal(ground === "rgb(255, 255, 255)", colorScheme === "light", `${ground} under ${text}`);
      });
    }
  }

  it("takes no value for markup", async () => {
    await open();
    assert.equal(await page.locator("img, section script, section b:text-is('bold')").count(), 0);
    assert.ok((await page.locator("ins").allTextContents()).some((text) => text.includes("<img src=x onerror=alert(1)>")));
  });

  it("is worked by the keyboard: the first stop skips to the changes, Enter opens one", async () => {
    await open();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to the changes");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "changes");
    const change = page.locator(".change details").first();
    for (let stops = 0; stops < 40 && !(await change.evaluate((details) => document.activeElement === details.querySelector("summary"))); stops++) await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle), "none");
    assert.equal(await change.getAttribute("open"), null);
    await page.keyboard.press("Enter");
    assert.equal(await change.getAttribute("open"), "");
  });

  it("filters by words, of names and of values, and by kinds", async () => {
    await open();
    const shown = (): Promise<string | null> => page.getByRole("status").textContent();
    const all = Number(/^(\d+) of \1 changes shown$/.exec((await shown()) ?? "")?.[1]);
    assert.ok(all > 8, `${all} changes`);
    await page.getByRole("searchbox").fill("gnp vault");
    assert.equal(await shown(), `1 of ${all} changes shown`);
    await page.getByRole("searchbox").fill("front-end replicas");
    assert.deepEqual(await page.locator(".change:visible").evaluateAll((items) => items.map((item) => item.getAttribute("data-kind"))), ["update"]);
    await page.getByRole("checkbox", { name: "updated" }).uncheck();
    assert.equal(await shown(), `0 of ${all} changes shown`);
    assert.equal(await page.locator(".component:visible").count(), 0);
  });

  it("opens what has a hit inside, and closes it again with the search", async () => {
    await open();
    const opened = (): Promise<(string | undefined)[]> => page.locator(".change details[open]").evaluateAll((items) => items.map((item) => item.querySelector("summary")?.textContent?.trim()));
    await page.getByRole("searchbox").fill("northeurope registry");
    const hits = await opened();
    assert.ok(hits.length > 0 && hits.every((text) => text !== undefined && !text.includes("northeurope")), hits.join(", "));
    assert.ok(await page.getByText('+ "northeurope"').first().isVisible());
    await page.getByRole("searchbox").fill("front");
    assert.equal((await opened()).some((text) => hits.includes(text)), false);
    await page.getByRole("searchbox").fill("");
    assert.deepEqual(await opened(), []);
  });

  it("opens and closes all that is shown on demand", async () => {
    await open();
    const count = (state: string): Promise<number> => page.locator(`.change:not([hidden]) details${state}`).count();
    await page.getByRole("searchbox").fill("kubernetes");
    await page.getByRole("button", { name: "Open all" }).press("Enter");
    assert.ok((await count("[open]")) > 1);
    assert.equal(await count(":not([open])"), 0);
    assert.equal(await page.locator(".change[hidden] details[open]").count(), 0);
    await page.getByRole("button", { name: "Close all" }).press("Enter");
    assert.equal(await count("[open]"), 0);
  });

  it("is printed with everything open, and is as it was afterwards", async () => {
    await open();
    await page.evaluate(() => addEventListener("beforeprint", () => void (document.body.dataset["folded"] = String(document.querySelectorAll("details:not([open])").length))));
    const closed = await page.locator("details:not([open])").count();
    assert.ok(closed > 0);
    await page.pdf();
    assert.equal(await page.evaluate(() => document.body.dataset["folded"]), "0");
    assert.equal(await page.locator("details:not([open])").count(), closed);
  });

  it("leads from what would be lost to the change, also one that is filtered out", async () => {
    await open();
    await page.getByRole("searchbox").fill("no such change");
    await page.getByRole("link", { name: "azure-native:keyvault:Vault vault" }).first().click();
    await page.locator(".change:target details[open]").waitFor();
    assert.equal(await page.getByRole("searchbox").inputValue(), "");
    assert.match((await page.evaluate(() => document.activeElement?.textContent)) ?? "", /replaced.*vault/);
  });

  it("has a verdict of danger that looks like none other", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await open({ colorScheme });
      const looks = await page.locator("section .verdict").evaluateAll((items) => items.map((item) => ({ verdict: item.className, look: [getComputedStyle(item).color, getComputedStyle(item).backgroundColor, getComputedStyle(item).borderLeftColor].join() })));
      const [verdicts, seen] = [new Set(looks.map(({ verdict }) => verdict)), new Set(looks.map(({ look }) => look))];
      assert.deepEqual([verdicts.size, seen.size], [3, 3], [...seen].join(" "));
      await page.close();
    }
  });
});

/** The page of the two made-up stacks and of dev, in which a key, the echo server and a number are others. */
async function pageOfDev(): Promise<string> {
  const plan = await environmentPlan("dev", "up");
  const changed = without(withChange(plan, { type: "azure-native:operationalinsights:Workspace" }, "retentionInDays", 77), { type: "kubernetes:apps/v1:Deployment", name: "echo-server" });
  const replaced = withChange(changed, { type: "azure-native:containerregistry:Registry" }, "location", "northeurope");
  const diff = comparePlans(plan, replaced, { ref: { ref: "main", commit: "0123456789abcdef0123456789abcdef01234567" } });
  const picture = await drawDiff(plan, replaced, diff);
  assert.ok(picture !== undefined && diff.resources.length >= 3);
  const made = diffOfEverything("made-up");
  return htmlOf([diff, made, diffOfTheUnusual("unusual"), diffOf("unchanged")], new Map([[diff.stack, picture]]));
}
