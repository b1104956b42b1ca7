import { limitRules } from "../../../components/mesh/rateLimit/limitRules";
import { problemsOf } from "../../../components/shared/argumentRule";
import { rule } from "../rule";

/** Rate limits on the platform's hosts. */
export const rateLimitRules = [
  rule({
    id: "rate-limit-hosts-listed",
    source: "the platform's own: what limits no request is left out",
    sections: ["rateLimits", "hosts"],
    check: ({ rateLimits, hosts }) =>
      Object.keys(rateLimits.hosts)
        .filter((host) => !Object.hasOwn(hosts, host))
        .map((host) => ({ path: `rateLimits.hosts[${JSON.stringify(host)}]`, message: "is not one of the platform's hosts", given: host, allowed: Object.keys(hosts).join(", ") || "none: hosts is empty", fix: `Add it to hosts: "${host}": {}` })),
  }),
  rule({
    id: "rate-limits",
    source: "https://github.com/envoyproxy/ratelimit#configuration",
    sections: ["rateLimits"],
    check: ({ rateLimits }) =>
      Object.entries(rateLimits.hosts).flatMap(([host, limits]) => problemsOf(limitRules, limits).map((problem) => ({ ...problem, path: problem.path.replace(/^limits/, `rateLimits.hosts[${JSON.stringify(host)}]`) }))),
  }),
  rule({
    id: "rate-limits-unused",
    source: "the platform's own: no setting is without effect",
    sections: ["rateLimits"],
    check: ({ rateLimits }) =>
      rateLimits.failClosed && Object.keys(rateLimits.hosts).length === 0 ? [{ path: "rateLimits.failClosed", message: "is true, and yet no host has a limit", given: "true", allowed: "false, or a limit in rateLimits.hosts" }] : [],
  }),
];
