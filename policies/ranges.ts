/** Whether ranges together are half of all addresses or more: `0.0.0.0/0`, its halves, or all that IPv6 gives out. */
export function isMostOfInternet(ranges: readonly string[]): boolean {
  const parts = [...new Set(ranges)].map((range) => range.split("/")).map(([address = "", prefix = ""]) => {
    const length = /^\d+$/.test(prefix) ? Number(prefix) : 128;
    // Public addresses of version 6 are all in 2000::/3. https://www.iana.org/assignments/ipv6-unicast-address-assignments
    return address.includes(":") ? (length <= 3 ? 1 : 0) : 2 ** -length;
  });
  return parts.reduce((sum, part) => sum + part, 0) >= 0.5;
}
