import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as ts from "typescript";

// What PrivateLinkApproval consists of.
const sources = ["components/azure/approvePrivateLink", "components/azure/privateLinkApproval", "components/shared/errors"];
const entry = `exports.PrivateLinkApproval = require("./azure/privateLinkApproval").PrivateLinkApproval;\n`;

// Registers one approval under Pulumi's mocks and prints the serialised provider.
const consumer = `
const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({ call: (call) => call.inputs, newResource: ({ inputs }) => { process.stdout.write(inputs.__provider); return { id: "id", state: inputs }; } });
const { PrivateLinkApproval } = require("azure-delivery-platform");
new PrivateLinkApproval("approval", { privateLinkServiceId: "id", requestMessage: "m", originName: "o", token: "t", triggers: [] });
`;

/**
 * Makes a project that has this package in its node_modules, compiled and with the package's own `exports`, and serialises the provider
 * there. The other packages are linked; Node is told to take them by the place of the link, as if they were installed.
 */
export async function installedPackage(): Promise<{ directory: string; text: string; nodeFlags: string[]; remove: () => void }> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "consumer-"));
  const modules = path.join(directory, "node_modules");
  const root = path.join(modules, "azure-delivery-platform");
  for (const source of sources) {
    const file = path.join(root, "dist", `${source}.js`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, ts.transpileModule(fs.readFileSync(`${source}.ts`, "utf8"), { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } }).outputText);
  }
  fs.writeFileSync(path.join(root, "dist/components/index.js"), entry);
  fs.copyFileSync("package.json", path.join(root, "package.json"));
  // The repository's own link to the package would stand where the package is.
  for (const name of fs.readdirSync("node_modules").filter((name) => name !== "azure-delivery-platform")) {
    // The package's own dependency lies below the package, where only the package finds it.
    const place = name === "@azure" ? path.join(root, "node_modules") : modules;
    fs.mkdirSync(place, { recursive: true });
    fs.symlinkSync(path.resolve("node_modules", name), path.join(place, name));
  }
  const nodeFlags = ["--preserve-symlinks", "--preserve-symlinks-main"];
  const text = execFileSync(process.execPath, [...nodeFlags, "-e", consumer], { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return { directory, text, nodeFlags, remove: () => fs.rmSync(directory, { recursive: true }) };
}
