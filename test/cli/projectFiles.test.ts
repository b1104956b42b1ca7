import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readProject, readStackConfig, secretPlaceholder, stacksOf } from "../../cli/projectFiles";

describe("the files of a project", () => {
  let folder: string;
  const write = (files: Readonly<Record<string, string>>): void => Object.entries(files).forEach(([name, text]) => fs.writeFileSync(path.join(folder, name), text));

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "project-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("are found in a folder above", () => {
    write({ "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options: { typescript: true }\nmain: index.ts\n", "index.ts": "", "Pulumi.dev.yaml": "", "Pulumi.a.b.yaml": "" });
    fs.mkdirSync(path.join(folder, "inside"));
    const project = readProject(path.join(folder, "inside"));
    assert.deepEqual(project, { name: "shop", directory: folder, main: "index.ts", typescript: true, config: {} });
    assert.deepEqual(stacksOf(project), ["a.b", "dev"]);
  });

  it("give the program every value as text, under its whole key, the stack's over the project's", () => {
    write({
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nconfig:\n  colour: { type: string, default: red }\n  size: { value: 3 }\n  other:region: north\n  plain: yes please\n",
      "Pulumi.dev.yaml": "config:\n  shop:colour: blue\n  shop:object: { list: [1, true], text: hello }\n  count: 5\n",
    });
    const { values, secretKeys, notes } = readStackConfig(readProject(folder), "dev");
    assert.deepEqual(values, {
      "shop:colour": "blue",
      "shop:size": "3",
      "other:region": "north",
      "shop:plain": "yes please",
      "shop:object": '{"list":[1,true],"text":"hello"}',
      "shop:count": "5",
    });
    assert.deepEqual([secretKeys, notes], [[], []]);
  });

  it("give a placeholder, marked as secret, where a value is encrypted", () => {
    write({
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nconfig:\n  declared: { type: string, secret: true, default: open }\n",
      "Pulumi.dev.yaml": "config:\n  shop:token: { secure: v1:abc }\n  shop:login: { user: me, password: { secure: v1:def } }\n",
    });
    const { values, secretKeys, encrypted, notes } = readStackConfig(readProject(folder), "dev");
    assert.deepEqual(encrypted, { "shop:token": "v1:abc", "shop:login.password": "v1:def" });
    assert.deepEqual(values, { "shop:declared": "open", "shop:token": secretPlaceholder, "shop:login": `{"user":"me","password":"${secretPlaceholder}"}` });
    assert.deepEqual(secretKeys, ["shop:token", "shop:login", "shop:declared"]);
    assert.equal(notes.length, 2);
  });

  it("are refused when a stack has no file, and the message lists those that have one", () => {
    write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\n", "Pulumi.dev.yaml": "", "Pulumi.prod.yaml": "" });
    assert.throws(() => readStackConfig(readProject(folder), "test"), /no Pulumi\.test\.yaml\. Its stacks: dev, prod\./);
  });

  it("are refused when a declared key has no value", () => {
    write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\nconfig:\n  colour: { type: string }\n", "Pulumi.dev.yaml": "" });
    assert.throws(() => readStackConfig(readProject(folder), "dev"), /no value for shop:colour/);
  });

  const broken: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ["there is no Pulumi.yaml", {}, /no Pulumi\.yaml/],
    ["the project has no name", { "Pulumi.yaml": "runtime: nodejs\n" }, /no name/],
    ["the program is in another language", { "Pulumi.yaml": "name: shop\nruntime: python\n" }, /runtime "python"/],
    ["there is no entry point", { "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: gone.ts\n" }, /main names gone\.ts, which is not there/],
    ["the runtime's option is a word", { "Pulumi.yaml": "name: shop\nruntime: { name: nodejs, options: { typescript: yes please } }\n" }, /option typescript is neither true nor false/],
    ["config is a list", { "Pulumi.yaml": "name: shop\nruntime: nodejs\nconfig: [1]\n" }, /config is not a list of keys/],
  ];
  for (const [when, files, message] of broken) {
    it(`are refused when ${when}`, () => {
      write(files);
      assert.throws(() => readProject(folder), message);
    });
  }

  it("are not quoted when they can't be read", () => {
    write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\n", "Pulumi.dev.yaml": 'config:\n  shop:password: "hunter2\n  x: [\n' });
    assert.throws(
      () => readStackConfig(readProject(folder), "dev"),
      (error: unknown) => error instanceof Error && /Pulumi\.dev\.yaml can't be read/.test(error.message) && !error.message.includes("hunter2"),
    );
  });
});
