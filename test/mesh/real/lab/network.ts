import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { findSystemTool } from "../tools/debian";

/*
 * The network namespaces of a lab. All hang on one bridge in the control plane's namespace, and nothing connects that one with the machine.
 * Their names carry the process that made them, so that labs can be up at once, and what a killed one left can be told from them.
 */

const ip = findSystemTool("ip") ?? "ip";
const filesOfNamespaces = "/etc/netns";

/** The network of nodes and pods; it is private, as a cluster's is. */
export const podNetwork = { gateway: "10.244.0.1", range: "10.244.0.0/16", prefix: 16 } as const;

/** The network of all else; it is not private, as the rest of the world is not. */
export const outerNetwork = { gateway: "198.18.0.1", prefix: 16 } as const;

/** Calls `ip`, and throws what it says where it fails. */
export function callIp(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(ip, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}

/** The command that runs another one in a namespace. */
export function inNamespace(namespace: string, command: readonly string[]): string[] {
  return [ip, "netns", "exec", namespace, ...command];
}

/** The name of a namespace of this process. */
export function namespaceName(rest: string): string {
  return `mesh${process.pid}-${rest}`;
}

/** The process that a name of a lab's says has made it. */
export function makerOf(name: string): number | undefined {
  const maker = /^mesh(\d+)-/.exec(name)?.[1];
  return maker === undefined ? undefined : Number(maker);
}

/** Makes a namespace with a loopback and files of its own for names. */
export function addNamespace(namespace: string, hosts: string): void {
  const files = path.join(filesOfNamespaces, namespace);
  fs.mkdirSync(files, { recursive: true });
  fs.writeFileSync(path.join(files, "hosts"), hosts);
  // Nobody answers there: what is in no hosts file is unknown at once.
  fs.writeFileSync(path.join(files, "resolv.conf"), "nameserver 127.0.0.1\noptions attempts:1 timeout:1\n");
  callIp("netns", "add", namespace);
  callIp("-n", namespace, "link", "set", "lo", "up");
}

/** Writes the names that are known in a namespace. The file stays the same one: it is mounted into what runs there. */
export function writeHosts(namespace: string, hosts: string): void {
  fs.writeFileSync(path.join(filesOfNamespaces, namespace, "hosts"), hosts);
}

/** Makes the bridge, in the control plane's namespace. */
export function addBridge(namespace: string): void {
  callIp("-n", namespace, "link", "add", "bridge", "type", "bridge");
  callIp("-n", namespace, "link", "set", "bridge", "up");
  callIp("-n", namespace, "address", "add", `${podNetwork.gateway}/${podNetwork.prefix}`, "dev", "bridge");
  callIp("-n", namespace, "address", "add", `${outerNetwork.gateway}/${outerNetwork.prefix}`, "dev", "bridge");
  // Pods and the outer network reach each other through here.
  callIp("netns", "exec", namespace, "sysctl", "--quiet", "--write", "net.ipv4.ip_forward=1");
}

/** Gives a namespace a cable to the bridge, an address and a way to the other network. */
export function connect(namespace: string, bridgeNamespace: string, cable: string, address: string, network: { readonly gateway: string; readonly prefix: number }): void {
  callIp("-n", bridgeNamespace, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  callIp("-n", bridgeNamespace, "link", "set", cable, "master", "bridge", "up");
  callIp("-n", namespace, "address", "add", `${address}/${network.prefix}`, "dev", "eth0");
  callIp("-n", namespace, "link", "set", "eth0", "up");
  callIp("-n", namespace, "route", "add", "default", "via", network.gateway);
}

/** Kills what runs in a namespace, and removes it with its cable and its files. */
export function removeNamespace(namespace: string): void {
  if (fs.existsSync(path.join("/run/netns", namespace))) {
    for (const pid of processesIn(namespace)) kill(pid);
    callIp("netns", "delete", namespace);
  }
  fs.rmSync(path.join(filesOfNamespaces, namespace), { recursive: true, force: true });
}

/** The namespaces of all labs, of a process where one is given. */
export function namespaces(maker?: number): string[] {
  const named = (folder: string): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);
  const all = new Set([...named("/run/netns"), ...named(filesOfNamespaces)]);
  return [...all].filter((name) => (maker === undefined ? makerOf(name) !== undefined : makerOf(name) === maker));
}

/** The processes in a namespace. */
export function processesIn(namespace: string): number[] {
  return callIp("netns", "pids", namespace).split("\n").filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Whether a process runs. One that has ended and that nobody asked about is none any more. */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
