import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { linkPackages } from "../../../cli/diff/linkPackages";

describe("the packages that the base has from here", () => {
  it("are links to those installed; a part of the repository itself is the base's own", () => {
    const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "linked-"));
    try {
      const [repository, tree] = ["now", "base"].map((name) => path.join(root, name)) as [string, string];
      for (const folder of ["now/node_modules/one", "now/node_modules/@scope/two", "now/node_modules/.bin", "now/parts/own", "base/parts/own"]) fs.mkdirSync(path.join(root, folder), { recursive: true });
      fs.symlinkSync("../parts/own", path.join(repository, "node_modules", "own"));
      fs.symlinkSync("..", path.join(repository, "node_modules", "whole"));
      linkPackages({ repository, tree, here: repository, there: tree });
      const to = (name: string): string => path.relative(root, fs.realpathSync(path.join(tree, "node_modules", name)));
      assert.deepEqual(["one", "@scope/two", "own", "whole"].map(to), ["now/node_modules/one", "now/node_modules/@scope/two", "base/parts/own", "base"]);
      assert.deepEqual(fs.readdirSync(path.join(tree, "node_modules")).sort(), ["@scope", "one", "own", "whole"]);
    } finally {
      fs.rmSync(root, { recursive: true });
    }
  });
});
