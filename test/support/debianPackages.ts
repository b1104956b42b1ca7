import { spawnSync } from "node:child_process";

/** The command that installs packages of Debian or Ubuntu. */
export function installCommand(...packages: readonly string[]): string {
  return `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
}

/** Whether this is Debian, Ubuntu, or another system that has their packages. */
export function hasDebianPackages(): boolean {
  return spawnSync("apt-get", ["--version"]).status === 0;
}

/** Installs packages where that can be done from here: as root, on Debian or Ubuntu. Whether they are there then is for the caller to see. */
export function installPackages(...packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !hasDebianPackages()) return;
  spawnSync("sh", ["-c", installCommand(...packages)], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
