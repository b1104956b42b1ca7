import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cache, say } from "../../../support/goTool";

/*
 * What Debian and Ubuntu have a package of. The package redis-server would begin a Redis on the machine: the server itself is in redis-tools,
 * where it goes by the name of a checker and is the server when it is called by the server's name.
 */

/** A program of the system. */
interface SystemTool {
  readonly packages: string;
  readonly name: string;
  /** Asks for its version. */
  readonly asks: readonly string[];
  readonly says: RegExp;
}

const systemTools = {
  ip: { packages: "iproute2", name: "ip", asks: ["-Version"], says: /iproute2-([^,\s]+)/ },
  iptables: { packages: "iptables", name: "iptables", asks: ["--version"], says: /v(\S+)/ },
  openssl: { packages: "openssl", name: "openssl", asks: ["version"], says: /^OpenSSL (\S+)/ },
  redis: { packages: "redis-tools", name: "redis-server", asks: ["--version"], says: /v=(\S+)/ },
} as const satisfies Record<string, SystemTool>;

const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin", cache];

/** Where a program of the system is; nothing where it is not. */
export function findSystemTool(tool: keyof typeof systemTools): string | undefined {
  return fileOf(systemTools[tool].name);
}

/** The version that a program of the system says it is. */
export function systemToolVersion(tool: keyof typeof systemTools): string {
  const { asks, says, packages } = systemTools[tool];
  const file = findSystemTool(tool);
  const answer = file === undefined ? "" : spawnSync(file, [...asks], { encoding: "utf8" }).stdout;
  const version = says.exec(answer)?.[1];
  if (version === undefined) throw new Error(`There is no ${tool} here that says its version. On Debian it is in ${packages}.`);
  return version;
}

/**
 * Installs what is missing.
 *
 * @throws Error that names the packages, where they can't be installed from here
 */
export function provideSystemTools(): void {
  const missing = (): string[] => Object.entries(systemTools).flatMap(([tool, { packages }]) => (findSystemTool(tool as keyof typeof systemTools) === undefined ? [packages] : []));
  nameRedis();
  const packages = missing();
  if (packages.length === 0) return;
  const install = `apt-get update && apt-get install --yes --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    say(`Installing ${packages.join(", ")}.`);
    spawnSync("sh", ["-c", install], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  nameRedis();
  const still = missing();
  if (still.length > 0) throw new Error(`The mesh needs ${still.join(", ")} of Debian here. As root: ${install}`);
}

/** Gives the server that is in redis-tools its name, where the package that does so is not installed. */
function nameRedis(): void {
  const checker = fileOf("redis-check-rdb");
  if (checker === undefined || fileOf("redis-server") !== undefined) return;
  fs.mkdirSync(cache, { recursive: true });
  fs.symlinkSync(checker, path.join(cache, "redis-server"));
}

function fileOf(name: string): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}
