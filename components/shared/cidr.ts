import * as ipaddr from "ipaddr.js";

/** A range of IPv4 addresses, from its first to its last as numbers. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Tells whether a text is an IPv4 range in the form that Azure takes: four decimal parts, a prefix length, and no bits set after the prefix
 * (`10.0.0.0/16`, not `10.0.0.1/16`).
 */
export function isRange(text: string): boolean {
  const [address, prefix, ...rest] = text.split("/");
  if (rest.length > 0 || address === undefined || prefix === undefined || !isAddress(address) || !/^(\d|[12]\d|3[0-2])$/.test(prefix)) return false;
  return ipaddr.IPv4.networkAddressFromCIDR(text).toString() === address;
}

/** Tells whether a text is one IPv4 address of four decimal parts. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** The number of addresses in a range: 65536 for `10.0.0.0/16`. */
export function rangeSize(range: string): number {
  const { first, last } = parse(range);
  return last - first + 1;
}

/** Tells whether two ranges have an address in common. */
export function rangesOverlap(one: string, other: string): boolean {
  const a = parse(one);
  const b = parse(other);
  return a.first <= b.last && b.first <= a.last;
}

/** Tells whether every address of the inner range is in the outer one. */
export function rangeContains(outer: string, inner: string): boolean {
  const a = parse(outer);
  const b = parse(inner);
  return a.first <= b.first && b.last <= a.last;
}

/** The place of an address in a range, 0 for its first; undefined when it lies outside. */
export function addressIndex(range: string, address: string): number | undefined {
  const { first, last } = parse(range);
  const value = toNumber(ipaddr.IPv4.parse(address));
  return value >= first && value <= last ? value - first : undefined;
}

/** The length of the prefix: 16 for `10.0.0.0/16`. */
export function prefixLength(range: string): number {
  return ipaddr.IPv4.parseCIDR(range)[1];
}

function parse(range: string): Range {
  const first = toNumber(ipaddr.IPv4.networkAddressFromCIDR(range));
  return { first, last: first + 2 ** (32 - prefixLength(range)) - 1 };
}

function toNumber(address: ipaddr.IPv4): number {
  return address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
