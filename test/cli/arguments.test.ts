import * as assert from "node:assert/strict";
import { parseArguments } from "../../cli/arguments";
import { CliError } from "../../cli/cliError";

describe("the arguments of the preview command", () => {
  it("are a stack and nothing else by default", () => {
    assert.deepEqual(parseArguments(["preview", "dev"]), { stacks: ["dev"], mode: "preview", format: "text", help: false, base: undefined, out: undefined, program: ".", outputs: {} });
  });

  it("can each be given", () => {
    const parsed = parseArguments(["preview", "prod", "--mode", "up", "--json", "--out=plan", "--program", "examples/one", "--outputs", "acme/platform/dev=a=b.json", "--outputs=acme/other/dev=c.json"]);
    assert.deepEqual(parsed, { stacks: ["prod"], mode: "up", format: "json", help: false, base: undefined, out: "plan", program: "examples/one", outputs: { "acme/platform/dev": "a=b.json", "acme/other/dev": "c.json" } });
  });

  it("may be several stacks where they are compared with a base, by default with all that the embedded cloud answers", () => {
    const parsed = parseArguments(["preview", "dev", "prod", "--base", "main", "--format", "json"]);
    assert.deepEqual(parsed, { stacks: ["dev", "prod"], mode: "up", format: "json", help: false, base: "main", out: undefined, program: ".", outputs: {} });
    assert.equal(parseArguments(["preview", "dev", "--base", "main", "--mode", "preview"]).mode, "preview");
  });

  const refused: readonly (readonly [string[], RegExp])[] = [
    [[], /command is missing/],
    [["deploy", "dev"], /no command "deploy"/],
    [["preview", "dev", "prod"], /"prod" is one argument too many/],
    [["preview", "dev", "--mode", "destroy"], /--mode is "destroy"; it can be preview or up/],
    [["preview", "dev", "dev", "--base", "main"], /named twice/],
    [["preview", "dev", "--base", ""], /--base takes a git ref/],
    [["preview", "dev", "--format", "pdf"], /--format is "pdf"; it can be text, json, markdown, html/],
    [["preview", "dev", "--format", "html"], /--format html is for a comparison: it takes --base/],
    [["preview", "dev", "--json", "--format", "text"], /contradict/],
    [["preview", "dev", "--out"], /--out/],
    [["preview", "dev", "--out", ""], /empty/],
    [["preview", "dev", "--outputs", "outputs.json"], /--outputs is "outputs\.json"; it takes the name of a stack and a file/],
    [["preview", "dev", "--outputs", "dev=a.json", "--outputs", "prod=b.json", "--outputs", "dev=c.json"], /--outputs gives "dev" twice/],
    [["preview", "dev", "--outputs", "acme/platform/dev="], /it takes the name of a stack and a file/],
  ];
  for (const [argv, message] of refused) {
    it(`are refused: ${JSON.stringify(argv)}`, () => {
      assert.throws(() => parseArguments(argv), (error: unknown) => error instanceof CliError && error.status === 2 && message.test(error.message));
    });
  }
});
