/**
 * The host that Front Door knows the gateway by, probes it with and, over HTTPS, checks its certificate against. It is one label below the
 * environment's domain, as every app's host is, so that one wildcard certificate covers both; it is in no DNS, and no app can have it.
 */
export function originHost(domain: string): string {
  return `ingress.${domain}`;
}
