import { stringify } from "yaml";
import { rateLimitDescriptors } from "../mesh/rateLimit/descriptors";
import { Limits } from "../mesh/rateLimit/limits";

/** The service's files, one for each domain, by name. */
export function rateLimitFiles(domains: Readonly<Record<string, Limits>>): Record<string, string> {
  return Object.fromEntries(Object.entries(domains).map(([domain, limits]) => [`${domain}.yaml`, stringify({ domain, descriptors: rateLimitDescriptors(limits) }, { aliasDuplicateObjects: false })]));
}
