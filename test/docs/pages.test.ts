import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { plain } from "../../cli/ansi";
import { drawArchitecture } from "../../cli/diagram/draw";
import { planText } from "../../cli/text";
import { environmentPlan } from "../support/plans";

const pages = ["README.md", "CHANGELOG.md", ...fs.readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md")).map((file) => path.join("docs", file))];

/** The links of a page to other files of the project, as paths from its root with their anchors. */
function linksOf(page: string): { file: string; anchor: string | undefined }[] {
  const targets = [...fs.readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets
    .filter((target) => !/^https?:/.test(target))
    .map((target) => {
      const [file = "", anchor] = target.split("#");
      return { file: file === "" ? page : path.join(path.dirname(page), file), anchor };
    });
}

/** The anchors that a page's headings make. */
function anchorsOf(page: string): string[] {
  const headings = [...fs.readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? "");
  return headings.map((heading) => heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-"));
}

describe("the docs", () => {
  it("link to files and headings that exist", () => {
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .filter(({ file, anchor }) => !fs.existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor)))
        .map(({ file, anchor }) => `${page}: ${file}${anchor === undefined ? "" : `#${anchor}`}`),
    );
    assert.deepEqual(broken, []);
  });

  it("have every page in the index", () => {
    // Policies have an index of their own.
    const linked = ["docs/README.md", "docs/policies/README.md"].flatMap(linksOf).map(({ file }) => file);
    assert.deepEqual(pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md" && !linked.includes(page)), []);
  });

  it("show a preview in the README whose lines the preview of dev has", async () => {
    // The tests run the program in a project of another name.
    const oneSpace = (line: string): string => line.trim().replace(/ +/g, " ").replace("azure-delivery-platform", "test");
    const shown = /^Previewing [\s\S]*?(?=\n```)/m.exec(fs.readFileSync("README.md", "utf8"))?.[0].split("\n") ?? [];
    const previewed = planText(await environmentPlan("dev", "preview"), plain, (text) => text).split("\n").map(oneSpace);
    assert.deepEqual(shown.map(oneSpace).filter((line) => !line.includes("…") && !previewed.includes(line)), []);
    assert.ok(shown.length > 10);
  }).timeout(60_000);

  it("show the picture that the preview of dev draws", async () => {
    const drawn = await drawArchitecture({ ...(await environmentPlan("dev", "preview")), project: "azure-delivery-platform" });
    assert.ok(fs.readFileSync("docs/architecture.svg", "utf8") === drawn, "docs/architecture.svg is stale: docs/preview.md says how to draw it anew");
  }).timeout(60_000);
});
