import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CliError } from "../../cli/cliError";
import { checkOutDirectory, manifestName, writeOutDirectory } from "../../cli/outDirectory";

describe("the folder of --out", () => {
  let folder: string;
  const files = (): string[] => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  const content = (file: string): string => fs.readFileSync(path.join(folder, file), "utf8");

  beforeEach(() => {
    folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "out-")), "plan");
  });
  afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true }));

  it("is made, and written anew without what the last plan had more", () => {
    writeOutDirectory(folder, new Map([["plan.json", "1"], ["azure/001-a.yaml", "a"], ["azure/002-b.yaml", "b"]]));
    assert.deepEqual(files(), [manifestName, "azure/001-a.yaml", "azure/002-b.yaml", "plan.json"]);
    writeOutDirectory(folder, new Map([["plan.json", "2"], ["azure/001-b.yaml", "b"]]));
    assert.deepEqual(files(), [manifestName, "azure/001-b.yaml", "plan.json"]);
    assert.equal(content("plan.json"), "2");
  });

  it("keeps files that no preview wrote", () => {
    writeOutDirectory(folder, new Map([["azure/001-a.yaml", "a"]]));
    fs.writeFileSync(path.join(folder, "azure", "notes.txt"), "mine");
    writeOutDirectory(folder, new Map([["plan.json", "2"]]));
    assert.deepEqual(files(), [manifestName, "azure/notes.txt", "plan.json"]);
    fs.writeFileSync(path.join(folder, "helm"), "mine too");
    assert.throws(() => writeOutDirectory(folder, new Map([["helm", "x"]])), /helm is in the way: no preview wrote it/);
    assert.equal(content("helm"), "mine too");
  });

  it("is refused when it holds something else, and left as it is", () => {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "plan.json"), "mine");
    assert.throws(() => writeOutDirectory(folder, new Map([["plan.json", "x"]])), /is not empty and was not written by a preview/);
    assert.deepEqual(files(), ["plan.json"]);
    assert.equal(content("plan.json"), "mine");
  });

  it("is refused when its list names a path outside", () => {
    const outside = path.join(path.dirname(folder), "precious");
    fs.mkdirSync(folder);
    fs.writeFileSync(outside, "mine");
    fs.writeFileSync(path.join(folder, manifestName), '["../precious"]');
    assert.throws(() => writeOutDirectory(folder, new Map([["plan.json", "x"]])), /is not the list that a preview writes/);
    assert.equal(fs.readFileSync(outside, "utf8"), "mine");
  });

  it("is refused before anything is written when its list is damaged", () => {
    writeOutDirectory(folder, new Map([["plan.json", "1"]]));
    fs.writeFileSync(path.join(folder, manifestName), '["plan.js');
    assert.throws(() => checkOutDirectory(folder), (error) => error instanceof CliError && /is not the list that a preview writes/.test(error.message));
    assert.equal(content("plan.json"), "1");
  });

  it("names the file that can't be written", () => {
    writeOutDirectory(folder, new Map([["plan.json", "1"]]));
    fs.writeFileSync(path.join(folder, "azure"), "a file where a folder must be");
    assert.throws(() => writeOutDirectory(folder, new Map([["azure/001-a.yaml", "a"]])), /azure[/\\]001-a\.yaml can't be written/);
  });
});
