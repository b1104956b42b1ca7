import { spawnSync } from "node:child_process";
import * as os from "node:os";
import { asCommand, provideGoTool } from "../../../support/goTool";
import { provideCharts } from "./charts";
import { findSystemTool, provideSystemTools } from "./debian";
import { provideEnvoy } from "./envoy";
import { goTools } from "./goTools";

/** Has all that the mesh on one machine is made of; where it is there already, it only asks for the versions. */
function provision(): undefined {
  requireLinuxAndRoot();
  provideSystemTools();
  requireNamespaces();
  provideEnvoy();
  Object.values(goTools).forEach(provideGoTool);
  provideCharts();
}

function requireLinuxAndRoot(): void {
  if (os.platform() !== "linux") throw new Error("The mesh is run in network namespaces: that needs Linux. Run it in a virtual machine or in CI.");
  if (process.getuid?.() !== 0) throw new Error("The mesh is run in network namespaces, which only root can make: sudo npm run test:mesh.");
}

function requireNamespaces(): void {
  const ip = findSystemTool("ip") ?? "ip";
  const name = `mesh${process.pid}-try`;
  const made = spawnSync(ip, ["netns", "add", name], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`Root can make no network namespace here: ${made.stderr.trim()}. A container needs the capabilities NET_ADMIN and SYS_ADMIN, and leave to mount.`);
  spawnSync(ip, ["netns", "delete", name]);
}

if (require.main === module) asCommand(provision);
