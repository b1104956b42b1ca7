import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { asCommand, GoTool, placeOf, provideGoTool } from "../support/goTool";

/* Checks the workflows of .github with actionlint: https://github.com/rhysd/actionlint. Its version is the one of the module's folder. */

const folder = path.join(__dirname, "actionlint");

function lint(): number {
  const version = /rhysd\/actionlint v(\S+)/.exec(fs.readFileSync(path.join(folder, "go.mod"), "utf8"))?.[1] ?? "";
  const linked = `-X github.com/rhysd/actionlint.version=v${version}`;
  const tool: GoTool = { name: "actionlint", version, folder, importPath: "github.com/rhysd/actionlint/cmd/actionlint", says: /^v?(\S+)/, linked, takes: "some seconds" };
  provideGoTool(tool);
  // Without the checkers that some machines have and others lack.
  const workflows = path.join(__dirname, "../../.github/workflows");
  const files = fs.readdirSync(workflows).map((file) => path.join(workflows, file));
  const { status } = spawnSync(placeOf(tool), ["-shellcheck=", "-pyflakes=", "-config-file", path.join(workflows, "../actionlint.yaml"), ...files], { stdio: "inherit" });
  if (status === 0) console.log(`actionlint ${version}: ${files.length} workflows, no findings.`);
  return status ?? 1;
}

if (require.main === module) asCommand(lint);
