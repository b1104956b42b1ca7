import * as assert from "node:assert/strict";
import { parseArguments } from "../../cli/arguments";
import { CliError } from "../../cli/cliError";

describe("the arguments of the preview command", () => {
  it("are a stack and nothing else by default", () => {
    assert.deepEqual(parseArguments(["preview", "dev"]), { stack: "dev", mode: "preview", json: false, help: false, out: undefined, program: "." });
  });

  it("can each be given", () => {
    const parsed = parseArguments(["preview", "prod", "--mode", "up", "--json", "--out=plan", "--program", "examples/one"]);
    assert.deepEqual(parsed, { stack: "prod", mode: "up", json: true, help: false, out: "plan", program: "examples/one" });
  });

  const refused: readonly (readonly [string[], RegExp])[] = [
    [[], /command is missing/],
    [["deploy", "dev"], /no command "deploy"/],
    [["preview", "dev", "prod"], /"prod" is one argument too many/],
    [["preview", "dev", "--mode", "destroy"], /--mode is "destroy"; it can be preview or up/],
    [["preview", "dev", "--base", "main"], /--base/],
    [["preview", "dev", "--out"], /--out/],
    [["preview", "dev", "--out", ""], /empty/],
  ];
  for (const [argv, message] of refused) {
    it(`are refused: ${JSON.stringify(argv)}`, () => {
      assert.throws(() => parseArguments(argv), (error: unknown) => error instanceof CliError && error.status === 2 && message.test(error.message));
    });
  }
});
