import { isIP } from "node:net";
import { ArgumentRule } from "../shared/argumentRule";
import { isAddress, isRange, rangesOverlap } from "../shared/cidr";
import { Problem } from "../shared/errors";
import { allowedLabels, wrongLabels } from "../shared/labels";
import { notForPods } from "../shared/peers";
import { reasonProblems } from "../shared/reason";
import { addressRange, EgressEntry, EgressSettings, isWildcard, objectNameOf, portsOf, protocols, resolutionOf, speaksTcp } from "./egressEntry";

const objectNames = "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/";
const serviceEntries = "https://istio.io/latest/docs/reference/config/networking/service-entry/";
const protocolSelection = "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/";
const tcpTraffic = "https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/";

/** The entries by name; one without hosts, as a program without types may give it, has none. */
function entriesOf({ entries }: EgressSettings): [name: string, entry: EgressEntry][] {
  return Object.entries(entries).map(([name, entry]) => [name, { ...entry, hosts: entry.hosts ?? [] }]);
}

/** A rule that looks at one entry at a time. Its paths begin after the entry's name. */
function eachEntry(id: string, source: string, check: (entry: EgressEntry, name: string) => readonly Problem[]): ArgumentRule<EgressSettings> {
  return {
    id,
    source,
    check: (settings) =>
      entriesOf(settings).flatMap(([name, entry]) => check(entry, name).map((problem) => ({ ...problem, path: [`entries.${name}`, problem.path].filter((part) => part !== "").join(".") }))),
  };
}

/** A rule that looks at one host at a time. */
function eachHost(id: string, source: string, isWrong: (host: string) => boolean, problem: Omit<Problem, "path" | "given">): ArgumentRule<EgressSettings> {
  return eachEntry(id, source, ({ hosts }) => hosts.filter(isWrong).map((host) => ({ path: "hosts", given: JSON.stringify(host), ...problem })));
}

const label = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const names = new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`);
const isName = (host: string): boolean => host.length <= 253 && names.test(host);
const isIp = (host: string): boolean => isIP(host) !== 0;
const isEverything = (host: string): boolean => host === "*" || /^\*\.[^.]*$/.test(host);
const isInCluster = (host: string): boolean => /^[^.]+$|\.(svc|local)$/.test(host);
const pathOf = (port: number): string => `ports.${port}`;
const isTls = ([, protocol]: readonly [number, string]): boolean => protocol === "TLS";
const isTcp = ([, protocol]: readonly [number, string]): boolean => protocol === "TCP";

/** What `Egress` refuses. */
export const egressRules: readonly ArgumentRule<EgressSettings>[] = [
  {
    id: "entries",
    source: "the platform's own: a component without a purpose is a mistake",
    check: ({ entries }) => (Object.keys(entries).length > 0 ? [] : [{ path: "entries", message: "is empty", allowed: "one entry at least", fix: "Name what may be called, or leave the component out." }]),
  },
  {
    id: "object-name",
    source: objectNames,
    check: ({ called }) =>
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(called) ? [] : [{ path: "called", message: "is not what an object's name can begin with", given: JSON.stringify(called), allowed: "lower-case letters, digits and hyphens between them", fix: "Name the component so, or give its objects another name in `called`." }],
  },
  {
    id: "object-name-length",
    source: objectNames,
    check: ({ called, entries }) =>
      Object.keys(entries)
        .filter((entry) => objectNameOf(called, entry).length > 253)
        .map((entry) => ({ path: `entries.${entry}`, message: "makes the name of its objects too long", given: `${objectNameOf(called, entry).length} characters`, allowed: "253 in all, with `called` or the component's name before", fix: "Shorten one of both." })),
  },
  eachEntry("entry-name", objectNames, (_, name) =>
    new RegExp(`^${label}$`).test(name) ? [] : [{ path: "", message: "is not a name that its objects can have", given: JSON.stringify(name), allowed: "lower-case letters, digits and hyphens, 63 at most" }],
  ),
  eachEntry("hosts", serviceEntries, ({ hosts }) => (hosts.length > 0 ? [] : [{ path: "hosts", message: "is missing or empty", allowed: "one host at least" }])),
  eachHost("host-name", serviceEntries, (host) => !isName(host) && !isIp(host) && !isEverything(host), {
    message: "is not the name of a host",
    allowed: "lower-case labels with dots between them, as api.example.com; *.example.com for every host below one; 253 characters at most",
    fix: "Leave out protocol, port and path.",
  }),
  eachHost("host-address", serviceEntries, isIp, { message: "is an address and no name", fix: "Give the entry a name of its own, as db.example.com, and the address under `addresses`." }),
  eachHost("host-everything", "https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-OutboundTrafficPolicy", isEverything, {
    message: "would let out to everything, as if the mesh had no list",
    allowed: "whole names, or a star before a domain of two labels at least, as *.example.com",
  }),
  eachHost("host-in-cluster", "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/", (host) => isName(host) && isInCluster(host), {
    message: "is a name inside the cluster, which the mesh knows already",
    allowed: "hosts outside the cluster",
    fix: "Let the app that is called name this one as a caller.",
  }),
  {
    id: "host-once",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0177/",
    check: (settings) => {
      const hosts = entriesOf(settings).flatMap(([name, entry]) => entry.hosts.map((host) => ({ name, host })));
      return hosts
        .filter(({ host }, index) => hosts.findIndex((other) => other.host === host) < index)
        .map(({ name, host }) => ({ path: `entries.${name}.hosts`, message: "names a host a second time", given: host, fix: "Keep it in one entry, with all of its ports." }));
    },
  },
  eachEntry("ports", serviceEntries, (entry) => (portsOf(entry).length > 0 ? [] : [{ path: "ports", message: "is empty", allowed: "one port at least; left out, TLS on 443" }])),
  eachEntry("port-range", serviceEntries, (entry) =>
    portsOf(entry)
      .filter(([port]) => !Number.isInteger(port) || port < 1 || port > 65535)
      .map(([port]) => ({ path: pathOf(port), message: "is not a port", allowed: "1 to 65535" })),
  ),
  eachEntry("protocol", protocolSelection, (entry) =>
    portsOf(entry)
      .filter(([, protocol]) => !protocols.includes(protocol))
      .map(([port, protocol]) => ({ path: pathOf(port), message: "is not a protocol", given: String(protocol), allowed: protocols.join(", "), fix: "Write HTTPS as TLS, and a database's own protocol as TCP." })),
  ),
  eachEntry("protocol-of-port", protocolSelection, (entry) =>
    portsOf(entry)
      .filter(([port, protocol]) => port === 443 && ["HTTP", "HTTP2", "GRPC"].includes(protocol))
      .map(([port, protocol]) => ({ path: pathOf(port), message: "speaks TLS, which the proxy can't read as HTTP", given: protocol, allowed: "TLS or TCP" })),
  ),
  eachEntry("resolution-wildcard", serviceEntries, (entry) =>
    resolutionOf(entry) === "DNS" && entry.hosts.some(isWildcard)
      ? [{ path: "resolution", message: "can't be DNS for a host with a star: there is no one name to ask for", allowed: "NONE or DYNAMIC_DNS" }]
      : [],
  ),
  eachEntry("resolution-dynamic", serviceEntries, (entry) =>
    resolutionOf(entry) === "DYNAMIC_DNS" && !(entry.hosts.every(isWildcard) && portsOf(entry).every(isTls))
      ? [{ path: "resolution", message: "can be DYNAMIC_DNS only for hosts with a star on ports of TLS: a proxy asks DNS for the name in a handshake, and has no way to a host that a request names", allowed: "DNS for whole names; NONE for other ports", fix: "Give ports of TLS an entry of their own." }]
      : [],
  ),
  eachEntry("resolution-static", serviceEntries, (entry) =>
    resolutionOf(entry) === "STATIC" && (entry.addresses === undefined || entry.addresses.some(isRange))
      ? [{ path: "addresses", message: "must hold what STATIC sends to", given: (entry.addresses ?? []).join(", ") || "nothing", allowed: "one address at least, and no range" }]
      : [],
  ),
  eachEntry("tcp-addresses", tcpTraffic, (entry) =>
    speaksTcp(entry) && entry.addresses === undefined
      ? [{ path: "addresses", message: "is missing: plain TCP doesn't say which host it is for, and without addresses the proxy would take every connection on the port for this host", allowed: "the addresses that the host has" }]
      : [],
  ),
  eachEntry("tcp-range", serviceEntries, (entry) =>
    speaksTcp(entry) && resolutionOf(entry) === "DNS" && (entry.addresses ?? []).some(isRange)
      ? [{ path: "addresses", message: "can't hold a range where the proxy asks DNS for the host of a TCP port", given: (entry.addresses ?? []).join(", "), allowed: "single addresses; ranges with the resolution NONE" }]
      : [],
  ),
  eachEntry("tcp-hosts", serviceEntries, (entry) =>
    portsOf(entry).some(isTcp) && entry.hosts.length > 1 && resolutionOf(entry) !== "NONE"
      ? [{ path: "hosts", message: "names several hosts for a port on which nothing tells them apart", given: entry.hosts.join(", "), allowed: "one host; several with the resolution NONE", fix: "Give each its own entry and addresses." }]
      : [],
  ),
  eachEntry("addresses", "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/", ({ addresses }) => [
    ...(addresses?.length === 0 ? [{ path: "addresses", message: "is empty, and would let nothing out", allowed: "one address at least; left out, any" }] : []),
    ...(addresses ?? [])
      .filter((address) => !isAddress(address) && !isRange(address))
      .map((address) => ({ path: "addresses", message: "is neither an IPv4 address nor a range", given: JSON.stringify(address), allowed: "203.0.113.7, or 203.0.113.0/24 without bits set after the prefix" })),
  ]),
  eachEntry("addresses-not-for-pods", "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16", ({ addresses = [] }) =>
    addresses
      .filter((address) => (isAddress(address) || isRange(address)) && notForPods.some((range) => rangesOverlap(addressRange(address), range)))
      .map((address) => ({
        path: "addresses",
        message: "is, or includes, what no pod may call: the node's own addresses and those by which it gets its identity from Azure",
        given: address,
        allowed: `what has nothing in common with ${notForPods.join(", ")}`,
        fix: "Name a narrower range; leave `addresses` out for any.",
      })),
  ),
  eachEntry("used-by", "https://kubernetes.io/docs/concepts/services-networking/network-policies/", ({ usedBy }) =>
    usedBy !== undefined && Object.keys(usedBy).length === 0 ? [{ path: "usedBy", message: "is empty, and would be for every pod of the namespace", allowed: "one label at least; left out, every pod" }] : [],
  ),
  eachEntry("used-by-labels", "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set", ({ usedBy = {} }) =>
    wrongLabels(usedBy).map(([label, value]) => ({ path: `usedBy[${JSON.stringify(label)}]`, message: "is not a label that a pod can have", given: JSON.stringify(value), allowed: allowedLabels })),
  ),
  eachEntry("reason", "the platform's own: every exception says why", ({ reason }) => reasonProblems("reason", reason ?? "")),
];
