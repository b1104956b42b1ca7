import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { present } from "../simulator/engine/values";
import { folderWithPackage } from "./support/packedPackage";
import { environmentPlan } from "./support/plans";

/** The files that the README shows for another project, by name. */
function filesOfReadme(): Map<string, string> {
  const section = /^## Use the components in another project\n(.*?)^## /ms.exec(fs.readFileSync("README.md", "utf8"))?.[1] ?? "";
  return new Map([...section.matchAll(/^`([\w.]+)`\n\n```\w+\n(.*?)^```$/gms)].map(([, name = "", text = ""]) => [name, text]));
}

/** The files below a folder whose names end so, without that end. */
function modulesIn(folder: string, end: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(end)).map((file) => file.slice(0, -end.length));
}

const referenceProgram = `
import { PlatformReference } from "azure-delivery-platform/reference";

export = async () => {
  const platform = await PlatformReference.load("platform", { stack: "acme/azure-delivery-platform/dev" });
  return { hosts: Object.keys(platform.app.hosts) };
};
`;

describe("the package", function () {
  // Packing compiles the sources, and Pulumi checks the types of a program that it runs.
  this.timeout(180_000);
  const program = filesOfReadme();
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  const node = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  before(() => {
    // What an older build left behind.
    fs.mkdirSync("dist/components", { recursive: true });
    fs.writeFileSync("dist/components/gone.js", "");
    ({ folder, environment } = folderWithPackage(["typescript"]));
    fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "shop", private: true }));
    for (const [name, text] of program) fs.writeFileSync(path.join(folder, name), text);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("holds the code and the types of all sources, and nothing else", () => {
    const packed = path.join(folder, "node_modules/azure-delivery-platform");
    const sources = ["components", "stacks", "simulator", "policies", "cli"].flatMap((room) => modulesIn(room, ".ts").map((file) => path.join("dist", room, file))).sort();
    assert.deepEqual(modulesIn(packed, ".js").sort(), sources);
    assert.deepEqual(modulesIn(packed, ".d.ts").sort(), sources);
    const others = fs.readdirSync(packed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !/\.(js|d\.ts)$/.test(entry.name));
    assert.deepEqual(others.map(({ name }) => name).sort(), ["CHANGELOG.md", "LICENSE", "PulumiPolicy.yaml", "README.md", "package.json", "package.json"]);
  });

  it("previews the README's program with its own command", () => {
    assert.deepEqual([...program.keys()], ["Pulumi.yaml", "Pulumi.dev.yaml", "tsconfig.json", "index.ts"]);
    const plan = JSON.parse(node("node_modules/azure-delivery-platform/dist/cli/main.js", "preview", "dev", "--json", "--mode", "up")) as { resources: { type: string; name: string }[] };
    assert.deepEqual(
      plan.resources.map(({ type, name }) => `${type} ${name}`).sort(),
      [
        "azure-native:monitor:DiagnosticSetting logs-diagnostics",
        "azure-native:operationalinsights:Workspace logs",
        "delivery-platform:azure:Monitoring logs",
        "pulumi:pulumi:Stack shop-dev",
      ],
    );
  });

  it("previews a program that takes the platform by its outputs, from a file", async () => {
    const outputs = path.join(folder, "outputs.json");
    fs.writeFileSync(outputs, JSON.stringify(present((await environmentPlan("dev", "up")).outputs)));
    fs.writeFileSync(path.join(folder, "index.ts"), referenceProgram);
    const plan = JSON.parse(node("node_modules/azure-delivery-platform/dist/cli/main.js", "preview", "dev", "--json", "--outputs", `acme/azure-delivery-platform/dev=${outputs}`)) as { resources: { type: string }[]; outputs: unknown };
    assert.deepEqual(plan.outputs, { hosts: ["echo.dev.example.com", "private.dev.example.com", "guestbook.dev.example.com", "guestbook-api.dev.example.com"] });
    assert.ok(plan.resources.some(({ type }) => type === "delivery-platform:stacks:PlatformReference"));
  });

  it("has types that a program is checked against, where the compiler follows exports and where it does not", () => {
    const index = program.get("index.ts") ?? "";
    const check = (text: string, ...options: string[]): void => {
      fs.writeFileSync(path.join(folder, "index.ts"), text);
      node("node_modules/typescript/lib/tsc.js", "--project", ".", "--preserveSymlinks", ...options);
    };
    check(index);
    check(index, "--module", "commonjs", "--moduleResolution", "node10");
    check(referenceProgram);
    check(referenceProgram, "--module", "commonjs", "--moduleResolution", "node10");
    assert.throws(() => check(referenceProgram.replace("app.hosts", "app.host")));
    assert.throws(() => check(index.replace("retentionDays: 30", "retentionDay: 30")));
  });
});
