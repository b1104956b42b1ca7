import * as assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import * as tsNode from "ts-node";

describe("what the sources are transpiled with", () => {
  const { target, module, moduleResolution } = { target: "ES2022", module: "nodenext", moduleResolution: "nodenext" };
  const compiler = tsNode.create({ skipProject: true, transpileOnly: true, compilerOptions: { target, module, moduleResolution, isolatedModules: true } });
  const ours = tsNode.create();
  const file = path.resolve("test/noSuchFile.ts");
  // Text that no run before has left behind.
  const source = (value: string): string => `import { inspect } from "node:util";\n// ${randomUUID()}\nexport const value: string = inspect("${value}");\nexport const late = () => import("node:fs");\n`;

  it("is what tsconfig.json names", () => {
    assert.equal(ours.options.transpiler, "./transpileOnce.cjs");
  });

  it("gives what the compiler gives, at first, again, and for another text", () => {
    for (const text of [source("a"), source("b")]) {
      const expected = compiler.compile(text, file);
      assert.deepEqual([ours.compile(text, file), ours.compile(text, file)], [expected, expected]);
    }
  });

  it("refuses what is no TypeScript, each time", () => {
    const broken = `${source("a")}const = 1;\n`;
    const refused = (): void => assert.throws(() => ours.compile(broken, file), /TS1134/);
    refused();
    refused();
  });

  it("keeps what it made as the packages' owner's, also when root runs it", () => {
    const project = fs.mkdtempSync(path.join(os.tmpdir(), "transpiled-"));
    try {
      const packages = path.join(project, "node_modules");
      fs.mkdirSync(path.join(packages, "typescript"), { recursive: true });
      fs.writeFileSync(path.join(packages, "typescript", "package.json"), JSON.stringify({ main: "index.js" }));
      fs.writeFileSync(path.join(packages, "typescript", "index.js"), 'exports.transpileModule = () => ({ outputText: "made", diagnostics: [] });');
      if (process.getuid?.() === 0) fs.chownSync(packages, 4711, 4711);
      const copy = path.join(project, "transpileOnce.cjs");
      fs.copyFileSync("transpileOnce.cjs", copy);
      const { create } = createRequire(copy)(copy) as { create(options: object): { transpile(text: string, options: object): { outputText: string } } };
      const { transpile } = create({ service: { config: { options: {} } } });
      assert.equal(transpile("", { fileName: path.join(project, "a.ts") }).outputText, "made");
      const made = fs.readdirSync(path.join(packages, ".cache"), { recursive: true, encoding: "utf8" });
      assert.equal(made.length, 2);
      const { uid } = fs.statSync(packages);
      assert.deepEqual([".", ...made].filter((name) => fs.statSync(path.join(packages, ".cache", name)).uid !== uid), []);
    } finally {
      fs.rmSync(project, { recursive: true });
    }
  });
});
