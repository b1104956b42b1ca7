import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findSystemTool } from "../tools/debian";
import { marks } from "./mark";
import { allProcesses, kill } from "./processes";

/*
 * The network namespaces of a lab. All hang on one bridge in the control plane's namespace, and nothing connects that one with the machine.
 * Their names carry the id of the lab's mark, so that labs can be up at once, and what is a lab's can be told from what is not.
 */

const handles = "/run/netns";
const filesOfNamespaces = "/etc/netns";
/** Says that a lab made the folder of namespaces' files, which not every machine has. */
const filesAreOurs = path.join(marks, "made-etc-netns");

/** The network of nodes and pods; it is private, as a cluster's is. */
export const podNetwork = { gateway: "10.244.0.1", range: "10.244.0.0/16", prefix: 16 } as const;

/** The network of all else; it is not private, as the rest of the world is not. */
export const outerNetwork = { gateway: "198.18.0.1", prefix: 16 } as const;

/** The command that runs another one in a namespace. */
export function inNamespace(namespace: string, command: readonly string[]): string[] {
  return [ip(), "netns", "exec", namespace, ...command];
}

/** The name of a namespace of a lab. */
export function namespaceName(id: string, rest: string): string {
  return `azure-delivery-${id}-${rest}`;
}

/** The namespaces of a lab, also those that were only half made. */
export function namespacesOf(id: string): string[] {
  const named = (folder: string): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  const all = new Set([...named(handles), ...named(filesOfNamespaces)]);
  return [...all].filter((name) => name.startsWith(namespaceName(id, "")));
}

/** Makes a namespace with a loopback and files of its own for names. */
export function addNamespace(namespace: string, hosts: string): void {
  const files = path.join(filesOfNamespaces, namespace);
  if (fs.mkdirSync(files, { recursive: true }) === filesOfNamespaces) fs.writeFileSync(filesAreOurs, "");
  fs.writeFileSync(path.join(files, "hosts"), hosts);
  // Nobody answers there: what is in no hosts file is unknown at once.
  fs.writeFileSync(path.join(files, "resolv.conf"), "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n");
  callIp("netns", "add", namespace);
  callIp("-n", namespace, "link", "set", "lo", "up");
}

/**
 * Writes the names that are known in a namespace. The file stays the same one: it is mounted into what runs there. Who reads it meanwhile finds
 * the names, and empty lines where there were more.
 */
export function writeHosts(namespace: string, hosts: string): void {
  const file = fs.openSync(path.join(filesOfNamespaces, namespace, "hosts"), "r+");
  try {
    const names = Buffer.from(hosts);
    fs.writeSync(file, Buffer.concat([names, Buffer.alloc(Math.max(0, fs.fstatSync(file).size - names.length), "\n")]), 0, undefined, 0);
    fs.ftruncateSync(file, names.length);
  } finally {
    fs.closeSync(file);
  }
}

/** Makes the bridge, in the control plane's namespace. */
export function addBridge(namespace: string): void {
  callIp("-n", namespace, "link", "add", "bridge", "type", "bridge");
  callIp("-n", namespace, "link", "set", "bridge", "up");
  callIp("-n", namespace, "address", "add", `${podNetwork.gateway}/${podNetwork.prefix}`, "dev", "bridge");
  callIp("-n", namespace, "address", "add", `${outerNetwork.gateway}/${outerNetwork.prefix}`, "dev", "bridge");
  // Pods and the outer network reach each other through here.
  setSysctl(namespace, "net.ipv4.ip_forward", "1");
}

/** Gives a namespace a cable to the bridge, an address and a way to the other network. A cable's name has 15 letters at most. */
export function connect(namespace: string, bridgeNamespace: string, cable: string, address: string, network: { readonly gateway: string; readonly prefix: number }): void {
  callIp("-n", bridgeNamespace, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  callIp("-n", bridgeNamespace, "link", "set", cable, "master", "bridge", "up");
  callIp("-n", namespace, "address", "add", `${address}/${network.prefix}`, "dev", "eth0");
  callIp("-n", namespace, "link", "set", "eth0", "up");
  callIp("-n", namespace, "route", "add", "default", "via", network.gateway);
}

/**
 * Gives a namespace a setting of the kernel's.
 *
 * @throws Error where the setting is none of a network's, and so would be the machine's, or where the kernel doesn't take it
 */
export function setSysctl(namespace: string, name: string, value: string): void {
  if (!/^net(\.[\w-]+)+$/.test(name)) throw new Error(`${name} is no setting of a network namespace: it would be the machine's.`);
  const [file = "", ...args] = inNamespace(namespace, ["tee", `/proc/sys/${name.replaceAll(".", "/")}`]);
  const { status, stderr, error } = spawnSync(file, args, { input: value, encoding: "utf8" });
  if (status !== 0) throw new Error(`${name}=${value} in ${namespace}: ${error?.message ?? stderr.trim()}`);
}

/**
 * Kills what runs in namespaces, and removes them with their cables and files.
 *
 * @throws Error that names what is still there
 */
export function removeNamespaces(namespaces: readonly string[]): void {
  if (namespaces.length === 0) return;
  const left = endProcesses(namespaces);
  const made = (): string[] => namespaces.filter((namespace) => fs.existsSync(path.join(handles, namespace)));
  // All in one go, and in a session of its own: a terminal's Ctrl-C does not reach it.
  const { stderr, error } = spawnSync("setsid", ["--wait", ip(), "-force", "-batch", "-"], { input: made().map((namespace) => `netns delete ${namespace}\n`).join(""), encoding: "utf8" });
  for (const namespace of namespaces) fs.rmSync(path.join(filesOfNamespaces, namespace), { recursive: true, force: true });
  removeFolderOfFiles();
  if (left.length > 0) throw new Error(`the processes ${left.join(", ")} do not end`);
  if (made().length > 0) throw new Error(`${made().join(", ")}: ${error?.message ?? stderr.trim()}`);
}

/** The processes in namespaces. */
export function processesIn(namespaces: readonly string[]): number[] {
  const wanted = new Set(namespaces.flatMap((namespace) => identity(path.join(handles, namespace)) ?? []));
  return allProcesses().filter((pid) => wanted.has(identity(`/proc/${pid}/ns/net`) ?? ""));
}

/** Kills what runs in namespaces, and returns what does not end. One that is killed may have begun another one just before: it is looked again. */
function endProcesses(namespaces: readonly string[]): readonly number[] {
  const deadline = Date.now() + 10_000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const left = processesIn(namespaces);
    if (left.length === 0 || Date.now() > deadline) return left;
    left.forEach(kill);
    // A process that exits can't wait for a promise.
    Atomics.wait(pause, 0, 0, 10);
  }
}

function removeFolderOfFiles(): void {
  if (!fs.existsSync(filesAreOurs)) return;
  try {
    if (fs.existsSync(filesOfNamespaces)) fs.rmdirSync(filesOfNamespaces);
  } catch {
    // Others have files there.
    return;
  }
  fs.rmSync(filesAreOurs, { force: true });
}

/** What tells a namespace from all others. */
function identity(file: string): string | undefined {
  try {
    const { dev, ino } = fs.statSync(file);
    return `${dev}:${ino}`;
  } catch {
    // There is none, or the process has ended.
    return undefined;
  }
}

function callIp(...args: string[]): void {
  const { status, stderr, error } = spawnSync(ip(), args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}

function ip(): string {
  return findSystemTool("ip") ?? "ip";
}
