import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/*
 * The browser that the page is tried in: the machine's own Chromium or Chrome, or the one that CHROMIUM names. On Debian and Ubuntu it is
 * installed where there is none and the rights to do so.
 */

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS"];

/** Where the browser is; nothing where there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  return folders.flatMap((folder) => [...names, "Google Chrome", "Chromium"].map((name) => path.join(folder, name))).find((file) => fs.existsSync(file));
}

/** Installs it where it isn't there. */
function provision(): void {
  if (findChromium() !== undefined) return;
  const install = "apt-get update && apt-get install --yes --no-install-recommends chromium";
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) spawnSync("sh", ["-c", install], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  if (findChromium() === undefined) throw new Error(`There is no Chromium or Chrome here to try the page in. Install one, as on Debian by "${install}", or name it: CHROMIUM=/path/to/chrome npm run test:page.`);
}

if (require.main === module) {
  try {
    provision();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
