import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import { isLeft, Mark } from "./real/lab/mark";
import { processFacts } from "./real/lab/processes";

// The lab is for Linux alone.
(os.platform() === "linux" ? describe : describe.skip)("the mark of a lab", () => {
  const begun = processFacts(process.pid)?.begun;
  const mark: Mark = { id: `${process.pid}-${begun}-0`, boot: fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), processSpace: fs.readlinkSync("/proc/self/ns/pid"), folder: "/nowhere" };

  const marks: readonly (readonly [what: string, changes: Partial<Mark>, left: boolean])[] = [
    ["a process that runs", {}, false],
    ["another process of the same number", { id: `${process.pid}-${Number(begun) + 1}-0` }, true],
    ["a process that is no more", { id: "0-1-0" }, true],
    ["a process before the machine was started again", { boot: "another" }, true],
    ["a process of another container, as long as the machine runs", { id: "0-1-0", processSpace: "pid:[1]" }, false],
  ];
  for (const [what, changes, left] of marks) {
    it(`of ${what} is ${left ? "left" : "somebody's"}`, () => assert.equal(isLeft({ ...mark, ...changes }), left));
  }
});
