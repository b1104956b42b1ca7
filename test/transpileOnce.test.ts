import * as assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
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
});
