import { isRange } from "../shared/cidr";

/**
 * What is spoken on a port. `TLS` is what the app itself encrypts, HTTPS included; the others go out as the app sends them. A database has
 * `TCP`, whatever it speaks.
 */
export type EgressProtocol = "TLS" | "HTTP" | "HTTP2" | "GRPC" | "TCP";

/**
 * How a proxy finds the address that it sends to. `DNS`: it asks for the host, whatever address the app wanted. `STATIC`: it takes those of
 * `addresses`. `NONE`: it takes the one that the app wanted, so that the app's word for the host is all there is. `DYNAMIC_DNS`, for hosts
 * with a star on ports of TLS: it asks for the name that the app gives in the handshake.
 */
export type EgressResolution = "DNS" | "STATIC" | "NONE" | "DYNAMIC_DNS";

/** Hosts outside the cluster, and what of them may be called by whom. */
export interface EgressEntry {
  /** Whole names, as `api.example.com`, or `*.example.com` for all below one. */
  readonly hosts: readonly string[];
  /** The ports with what is spoken there. Default: `{ 443: "TLS" }`. */
  readonly ports?: Readonly<Record<number, EgressProtocol>>;
  /** Default: `NONE` where a host has a star, otherwise `DNS`. */
  readonly resolution?: EgressResolution;
  /** The addresses that the hosts have, one by one or as ranges: the network lets out to no others. Default: any; a port of plain TCP needs them. */
  readonly addresses?: readonly string[];
  /** The labels of the pods that may call. Default: every pod of the namespace. */
  readonly usedBy?: Readonly<Record<string, string>>;
  /** Why they are called, in 1 to 256 characters: an annotation. */
  readonly reason: string;
}

/** What may be called. */
export interface EgressEntries {
  /** By a name of the entry's own. One at least. */
  readonly entries: Readonly<Record<string, EgressEntry>>;
}

/** What the rules look at: the entries, and what the objects of each are called. */
export interface EgressSettings extends EgressEntries {
  /** With what the objects' names begin. */
  readonly called: string;
}

/** What both objects of an entry are called. */
export function objectNameOf(called: string, entry: string): string {
  return `${called}-${entry}`;
}

/** Every protocol that a port may be of. */
export const protocols: readonly EgressProtocol[] = ["TLS", "HTTP", "HTTP2", "GRPC", "TCP"];

/** True for `*.example.com`. */
export function isWildcard(host: string): boolean {
  return host.startsWith("*.");
}

/** The ports with their protocols. */
export function portsOf({ ports = { 443: "TLS" } }: EgressEntry): readonly (readonly [port: number, protocol: EgressProtocol])[] {
  return Object.entries(ports).map(([port, protocol]) => [Number(port), protocol]);
}

/** True where a port says of no connection which host it is for. */
export function speaksTcp(entry: EgressEntry): boolean {
  return portsOf(entry).some(([, protocol]) => protocol === "TCP");
}

/** How the proxy finds an address, with the default filled in. */
export function resolutionOf({ hosts, resolution }: EgressEntry): EgressResolution {
  return resolution ?? (hosts.some(isWildcard) ? "NONE" : "DNS");
}

/** An address or a range, as a range. */
export function addressRange(address: string): string {
  return isRange(address) ? address : `${address}/32`;
}
