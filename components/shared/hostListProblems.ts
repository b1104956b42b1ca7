import { Problem } from "./errors";

/** What is wrong with the argument `hosts` of something that has a purpose only with a host, as `the echo server`: none at all, or one twice. */
export function hostListProblems(hosts: readonly string[], what: string): Problem[] {
  if (hosts.length === 0) return [{ path: "hosts", message: "is empty", allowed: "one host at least", fix: `Name a host, or leave ${what} out.` }];
  return hosts
    .filter((host, index) => hosts.indexOf(host) !== index)
    .map((host) => ({ path: "hosts", message: "names a host twice", given: host, fix: "Leave one out." }));
}
