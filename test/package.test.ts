import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { folderWithPackage } from "./support/packedPackage";

const program = `
import { Monitoring, Names } from "azure-delivery-platform";

const subscriptionId = "22222222-2222-4222-8222-222222222222";
const names = new Names({ workload: "shop", environment: "dev", subscriptionId });
const context = { tenantId: "11111111-1111-4111-8111-111111111111", subscriptionId, location: "westeurope", names, tags: {}, protect: false };
export const workspaceId = new Monitoring("logs", { context, resourceGroupName: "rg-shop-dev", retentionDays: 30 }).workspaceId;
`;

describe("the package", function () {
  // Packing compiles the sources.
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = folderWithPackage();
    fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "shop", private: true }));
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.ts\n");
    fs.writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config: {}\n");
    fs.writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { module: "nodenext", strict: true, skipLibCheck: true, noEmit: true, types: ["node"] }, "ts-node": { transpileOnly: true } }));
    fs.writeFileSync(path.join(folder, "index.ts"), program);
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  it("holds compiled code and types, and no sources, tests or config", () => {
    const inside = fs.readdirSync(path.join(folder, "node_modules/azure-delivery-platform"), { recursive: true, encoding: "utf8" });
    assert.ok(inside.includes(path.join("dist", "components", "index.js")) && inside.includes(path.join("dist", "components", "index.d.ts")));
    assert.deepEqual(inside.filter((file) => (file.endsWith(".ts") && !file.endsWith(".d.ts")) || /Pulumi|tsbuildinfo|test/.test(path.basename(file))), []);
  });

  it("previews a program of another project with its own command", () => {
    const command = path.join(folder, "node_modules/azure-delivery-platform/dist/cli/main.js");
    const plan = JSON.parse(execFileSync(process.execPath, [command, "preview", "dev", "--json", "--mode", "up"], { cwd: folder, encoding: "utf8" })) as { resources: { type: string; name: string }[] };
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

  it("has types that a program of another project is checked against", () => {
    const check = (): void => void execFileSync(process.execPath, [require.resolve("typescript/lib/tsc.js"), "--project", "."], { cwd: folder, stdio: "pipe" });
    check();
    fs.writeFileSync(path.join(folder, "index.ts"), program.replace("retentionDays: 30", "retentionDay: 30"));
    assert.throws(check);
  });
});
