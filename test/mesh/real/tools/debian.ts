import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { compareVersions } from "../../../../policies/change/compareVersions";
import { hasDebianPackages, installCommand, installPackages } from "../../../support/debianPackages";
import { say } from "../../../support/goTool";
import { cache, putInPlace } from "../../../support/toolCache";

/*
 * What Debian and Ubuntu have a package of. The package redis-server would begin a Redis on the machine: the server itself is in redis-tools,
 * where it goes by the name of a checker and is the server when it is called by the server's name.
 */

/** A program of the system. */
interface SystemTool {
  readonly packageName: string;
  readonly name: string;
}

/** One that can be asked for its version. */
interface VersionedTool extends SystemTool {
  readonly asks: string;
  readonly says: RegExp;
}

const openssl: VersionedTool = { packageName: "openssl", name: "openssl", asks: "version", says: /^OpenSSL (\d[\d.]*)/ };
const redis: VersionedTool = { packageName: "redis-tools", name: "redis-server", asks: "--version", says: /v=(\S+)/ };
const systemTools = {
  ip: { packageName: "iproute2", name: "ip" },
  iptables: { packageName: "iptables", name: "iptables" },
  openssl,
  redis,
} as const satisfies Record<string, SystemTool>;

// Signing with a given authority in one command came with it: Debian 12 and Ubuntu 22.04 have it.
const leastOpenssl = "3.0";

const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin", cache];

/** Where a program of the system is; nothing where it is not. */
export function findSystemTool(tool: keyof typeof systemTools): string | undefined {
  return fileOf(systemTools[tool].name);
}

/** The version that the Redis here says it is. */
export function redisVersion(): string {
  return versionOf(redis);
}

/** What is missing of the system's programs that can't be installed from here, or is too old; nothing where all is well. */
export function systemToolsProblem(): string | undefined {
  nameRedis();
  const packages = missingPackages();
  if (packages.length > 0 && !hasDebianPackages()) return `There is no apt-get here to install ${packages.join(", ")}, as Debian and Ubuntu name them: install what they have in it.`;
  if (packages.includes(openssl.packageName)) return undefined;
  const version = versionOf(openssl);
  return compareVersions(version, leastOpenssl) >= 0 ? undefined : `OpenSSL ${version} is too old: ${leastOpenssl} or later is in Debian 12 and Ubuntu 22.04.`;
}

/**
 * Installs what is missing.
 *
 * @throws Error that names the packages, where they can't be installed from here
 */
export function provideSystemTools(): void {
  const packages = missingPackages();
  if (packages.length === 0) return;
  say(`Installing ${packages.join(", ")}.`);
  installPackages(...packages);
  const problem = systemToolsProblem();
  if (problem !== undefined) throw new Error(problem);
  const still = missingPackages();
  if (still.length > 0) throw new Error(`The mesh needs ${still.join(", ")} of Debian here. As root: ${installCommand(...still)}`);
}

function missingPackages(): string[] {
  return Object.values(systemTools).flatMap(({ name, packageName }) => (fileOf(name) === undefined ? [packageName] : []));
}

function versionOf({ name, packageName, asks, says }: VersionedTool): string {
  const file = fileOf(name);
  const answer = file === undefined ? "" : spawnSync(file, [asks], { encoding: "utf8" }).stdout;
  const version = says.exec(answer)?.[1];
  if (version === undefined) throw new Error(`There is no ${name} here that says its version. On Debian it is in ${packageName}.`);
  return version;
}

/** Gives the server that is in redis-tools its name, where the package that does so is not installed. */
function nameRedis(): void {
  const checker = fileOf("redis-check-rdb");
  if (checker !== undefined && fileOf(redis.name) === undefined) putInPlace(path.join(cache, redis.name), (link) => fs.symlinkSync(checker, link));
}

function fileOf(name: string): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}
