import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { images } from "../../components/shared/versions";

/*
 * promtool of the very version that the platform runs. It is built once, from the Go module that test/rules/promtool names and pins with all
 * that it is made of, into a cache outside the checkout: about three minutes on two cores.
 */

const version = images.prometheus.tag.replace(/^v/, "");
const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "azure-delivery-platform");

/** Where it is once it was built. */
export const promtool = path.join(cache, `promtool-${version}`);

/** What promtool says that it is; nothing where it isn't there. */
function builtVersion(file: string): string | undefined {
  return /version (\S+)/.exec(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];
}

/** Builds it where it isn't there. */
function provision(): void {
  if (builtVersion(promtool) === version) return;
  // The module counts the same releases another way: v3.14.0 is v0.314.0. https://github.com/prometheus/prometheus#prometheus-code-base
  const [major, minor = "", patch] = version.split(".");
  const pinned = `github.com/prometheus/prometheus v0.${major}${minor.padStart(2, "0")}.${patch}`;
  const folder = path.join(__dirname, "promtool");
  if (!fs.readFileSync(path.join(folder, "go.mod"), "utf8").includes(`${pinned} `)) {
    throw new Error(`test/rules/promtool/go.mod names another version than the platform runs. In that folder: go get -tool github.com/prometheus/prometheus/cmd/promtool@${pinned.split(" ")[1]}`);
  }
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.error !== undefined) throw new Error("Go is missing, which builds promtool: install Go 1.26 or later (https://go.dev/dl), and see that `go version` answers.");
  console.log(`Building promtool ${version} into ${cache}, once: about three minutes.`);
  fs.mkdirSync(cache, { recursive: true });
  const unfinished = `${promtool}.${process.pid}`;
  const linked = `-s -w -X github.com/prometheus/common/version.Version=${version}`;
  const { status } = spawnSync("go", ["build", "-trimpath", "-ldflags", linked, "-o", unfinished, "github.com/prometheus/prometheus/cmd/promtool"], { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`promtool could not be built with ${go.stdout.trim()}.`);
  fs.renameSync(unfinished, promtool);
  if (builtVersion(promtool) !== version) throw new Error(`${promtool} is not promtool ${version}.`);
}

if (require.main === module) {
  try {
    provision();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
