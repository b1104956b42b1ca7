import { Problem } from "../../../components/shared/errors";
import { originHost } from "../originHost";
import { malformed, repeated, rule } from "../rule";

const customDomains = "https://learn.microsoft.com/azure/frontdoor/domain";
const dnsNames = "https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1";

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
// A name whose last label is a number is an IPv4 address to every URL. https://url.spec.whatwg.org/#ends-in-a-number-checker
const domainName = new RegExp(`^(?=.{1,253}$)(${label}\\.)+(?=[a-z])${label}$`);
const domainForm = "lower-case letters, digits and hyphens in labels of up to 63, a letter first in the last one, as app.dev.example.com";

// The limit of a Premium profile. https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits
const mostHosts = 200;

// A route has the name of its host, and takes so many characters.
const longestHost = 90;

const hostPath = (host: string): string => `hosts[${JSON.stringify(host)}]`;

/** Hosts whose names are right, so that a rule on what they are part of can look at them. */
const wellFormed = (hosts: Readonly<Record<string, unknown>>): string[] => Object.keys(hosts).filter((host) => domainName.test(host));

export const hostRules = [
  rule({
    id: "dns-zone-name",
    source: dnsNames,
    sections: ["dns"],
    check: ({ dns }) => malformed({ "dns.zone": dns.zone }, domainName, domainForm),
  }),
  rule({
    id: "dns-resource-group",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    sections: ["dns"],
    check: ({ dns }) => malformed({ "dns.resourceGroup": dns.resourceGroup }, /^[\w().-]{0,89}[\w()-]$/, "1 to 90 letters, digits, underscores, hyphens, dots and brackets, no dot at the end"),
  }),
  rule({
    id: "domain-name",
    source: dnsNames,
    sections: ["domain"],
    check: ({ domain }) => malformed({ domain }, domainName, domainForm),
  }),
  rule({
    id: "domain-in-zone",
    source: "https://learn.microsoft.com/azure/dns/dns-zones-records",
    sections: ["domain", "dns"],
    check: ({ domain, dns }) =>
      !domainName.test(domain) || !domainName.test(dns.zone) || domain === dns.zone || domain.endsWith(`.${dns.zone}`)
        ? []
        : [{ path: "domain", message: "is not inside the DNS zone", given: domain, allowed: `${dns.zone}, or a name that ends with .${dns.zone}` }],
  }),
  rule({
    id: "host-name",
    source: dnsNames,
    sections: ["hosts"],
    check: ({ hosts }) => malformed(Object.fromEntries(Object.keys(hosts).filter((host) => !host.includes("*")).map((host) => [hostPath(host), host])), domainName, domainForm),
  }),
  rule({
    id: "host-wildcard",
    source: `${customDomains}#managed-certificates`,
    sections: ["hosts"],
    check: ({ hosts }) =>
      Object.keys(hosts)
        .filter((host) => host.includes("*"))
        .map((host) => ({ path: hostPath(host), message: "is a wildcard, for which Front Door makes no managed certificate", given: JSON.stringify(host), allowed: "a whole name", fix: "List each host by its name." })),
  }),
  rule({
    id: "host-in-domain",
    source: "the platform's own: the gateway takes the hosts of the environment's domain",
    sections: ["hosts", "domain"],
    check: ({ hosts, domain }) =>
      domainName.test(domain)
        ? wellFormed(hosts)
            .filter((host) => !host.endsWith(`.${domain}`))
            .map((host) => ({ path: hostPath(host), message: "is not below the environment's domain", given: host, allowed: `<app>.${domain}` }))
        : [],
  }),
  rule({
    id: "host-one-label",
    source: "the platform's own: one wildcard covers one label",
    sections: ["hosts", "domain"],
    check: ({ hosts, domain }) =>
      wellFormed(hosts)
        .filter((host) => host.endsWith(`.${domain}`) && host.slice(0, -domain.length - 1).includes("."))
        .map((host) => ({ path: hostPath(host), message: "is more than one label below the environment's domain", given: host, allowed: `<app>.${domain}` })),
  }),
  rule({
    id: "host-length",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcdn",
    sections: ["hosts"],
    check: ({ hosts }) =>
      wellFormed(hosts)
        .filter((host) => host.length > longestHost)
        .map((host) => ({ path: hostPath(host), message: "is too long for the name of a route of Front Door", given: host, allowed: `at most ${longestHost} characters` })),
  }),
  rule({
    id: "host-reserved",
    source: "the platform's own: Front Door names its origin so",
    sections: ["hosts", "domain"],
    check: ({ hosts, domain }): Problem[] => {
      const origin = originHost(domain);
      return Object.hasOwn(hosts, origin) ? [{ path: hostPath(origin), message: "is the host that Front Door speaks to", given: origin, allowed: "another name" }] : [];
    },
  }),
  rule({
    id: "hosts-count",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
    sections: ["hosts"],
    check: ({ hosts }) => {
      const count = Object.keys(hosts).length;
      return count <= mostHosts ? [] : [{ path: "hosts", message: "are more than one Front Door profile takes", given: String(count), allowed: `at most ${mostHosts}` }];
    },
  }),
  rule({
    id: "echo-hosts-listed",
    source: "the platform's own: an app answers at hosts that Front Door serves",
    sections: ["hosts", "echo"],
    check: ({ hosts, echo }) =>
      echo.hosts.flatMap((host, index) =>
        Object.hasOwn(hosts, host) ? [] : [{ path: `echo.hosts[${index}]`, message: "is not one of the platform's hosts", given: JSON.stringify(host), allowed: Object.keys(hosts).join(", ") || "none: hosts is empty", fix: `Add it to hosts: "${host}": {}` }],
      ),
  }),
  rule({
    id: "echo-hosts-repeated",
    source: "https://istio.io/latest/docs/reference/config/networking/virtual-service/",
    sections: ["echo"],
    check: ({ echo }) => repeated("echo.hosts", echo.hosts),
  }),
];
