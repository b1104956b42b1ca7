import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goProblem, placeOf } from "./goTool";
import { putInPlace } from "./toolCache";

describe("tools that are built once", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "tools-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  };
  const module = (name: string, go: string): string => {
    write(`${name}/go.mod`, `module ${name}\n\ngo ${go}\n`);
    write(`${name}/go.sum`, "");
    return path.join(folder, name);
  };

  describe("and Go", () => {
    /** What is said of a machine whose `go version` does this, where there is a Go. */
    const problemOf = (script: string | undefined, ...folders: readonly string[]): string | undefined => {
      const searched = process.env["PATH"];
      fs.mkdirSync(path.join(folder, "bin"));
      if (script !== undefined) write("bin/go", `#!/bin/sh\n${script}\n`);
      process.env["PATH"] = path.join(folder, "bin");
      try {
        return goProblem(folders);
      } finally {
        process.env["PATH"] = searched;
      }
    };
    const install = "install Go 1.26 or later (https://go.dev/dl), and see that `go version` answers.";

    it("which is missing", () => {
      assert.equal(problemOf(undefined, module("a", "1.26.0")), `Go is missing: ${install}`);
    });

    it("which is older than any of the modules asks for", () => {
      assert.equal(problemOf("echo go version go1.19.8 linux/amd64", module("a", "1.19"), module("b", "1.26.0"), module("c", "1.9")), `Go 1.19.8 is too old: ${install}`);
    });

    it("which should take a newer version of itself and can't", () => {
      assert.equal(problemOf("echo 'go: download go1.26.0: toolchain not available' >&2; exit 1", module("a", "1.26.0")), `Go does not say its version (go: download go1.26.0: toolchain not available): ${install}`);
    });

    it("which is new enough in the module's folder", () => {
      assert.equal(problemOf('case "$PWD" in */a) echo go version go1.26.8 linux/amd64 ;; esac', module("a", "1.26.0")), undefined);
    });

    it("which nothing needs", () => {
      assert.equal(problemOf(undefined), undefined);
    });
  });

  it("have another place for other pins and another way to build them", () => {
    const tool = { name: "a", version: "1.0.0", folder: module("a", "1.26"), importPath: "example.com/a", says: /(.*)/, takes: "long" };
    const places = [placeOf(tool), placeOf({ ...tool, linked: "-X a=b" })];
    write("a/go.sum", "example.com/b v1.0.0 h1:x=");
    places.push(placeOf(tool));
    write("a/go.mod", "module a\n\ngo 1.26\n\nreplace example.com/b => example.com/c v1.0.0\n");
    places.push(placeOf(tool));
    assert.equal(new Set(places).size, 4);
    assert.deepEqual(places.filter((place) => !/^a-1\.0\.0-[0-9a-f]{12}$/.test(path.basename(place))), []);
    assert.equal(placeOf(tool), placeOf({ ...tool }));
  });

  describe("and their places", () => {
    const names = (): string[] => fs.readdirSync(folder).sort();
    const put = (name: string, text: string): void => putInPlace(path.join(folder, name), (file) => fs.writeFileSync(file, text));

    it("have a file whole or not at all, the last one", () => {
      put("a", "one");
      put("a", "two");
      assert.throws(() => putInPlace(path.join(folder, "a"), (file) => {
        fs.writeFileSync(file, "half of it");
        throw new Error("broke");
      }), /broke/);
      assert.deepEqual([names(), fs.readFileSync(path.join(folder, "a"), "utf8")], [["a"], "two"]);
    });

    it("keep the folder of another run that was faster", () => {
      const place = path.join(folder, "charts");
      putInPlace(place, (unfinished) => {
        write("charts/other", "");
        fs.mkdirSync(unfinished);
        fs.writeFileSync(path.join(unfinished, "ours"), "");
      });
      assert.deepEqual([names(), fs.readdirSync(place)], [["charts"], ["other"]]);
    });

    it("have a link anew where it led nowhere", () => {
      fs.symlinkSync("/nowhere", path.join(folder, "redis"));
      putInPlace(path.join(folder, "redis"), (link) => fs.symlinkSync(folder, link));
      assert.deepEqual([names(), fs.readlinkSync(path.join(folder, "redis"))], [["redis"], folder]);
    });

    it("lose what a killed run left and what was not used for a month, and nothing else", () => {
      const { pid: gone } = spawnSync("true");
      write(`a.unfinished-${gone}`, "");
      write(`b.unfinished-${gone}/file`, "");
      write(`c.unfinished-${process.ppid}`, "");
      write("old", "");
      write("recent", "");
      const daysAgo = (days: number): number => Date.now() / 1000 - days * 24 * 60 * 60;
      fs.utimesSync(path.join(folder, "old"), daysAgo(31), daysAgo(31));
      fs.utimesSync(path.join(folder, "recent"), daysAgo(29), daysAgo(29));
      put("new", "");
      assert.deepEqual(names(), [`c.unfinished-${process.ppid}`, "new", "recent"]);
    });
  });
});
