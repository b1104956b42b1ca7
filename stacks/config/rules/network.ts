import { addressIndex, rangeContains, rangesOverlap } from "../../../components/shared/cidr";
import { Problem } from "../../../components/shared/errors";
import { rule } from "../rule";
import { Sections } from "../schema";

const overlay = "https://learn.microsoft.com/azure/aks/azure-cni-overlay";
const virtualNetworks = "https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq";

/** What Azure keeps for itself in every virtual network, and what AKS does not take for nodes, pods or services. */
const reserved: Readonly<Record<string, string>> = {
  "169.254.0.0/16": "link-local addresses",
  "172.30.0.0/16": "AKS",
  "172.31.0.0/16": "AKS",
  "192.0.2.0/24": "AKS",
  "168.63.129.16/32": "Azure's DNS and health probes",
  "127.0.0.0/8": "loopback addresses",
  "224.0.0.0/4": "multicast",
  "255.255.255.255/32": "broadcast",
};

const subnetsOf = (network: Sections["network"]): Record<string, string> => named("network.subnets.", network.subnets);
const rangesOf = ({ addressSpace, pods, services }: Sections["network"]): Record<string, string> => named("network.", { addressSpace, pods, services });

export const networkRules = [
  rule({
    id: "subnet-inside-address-space",
    source: virtualNetworks,
    sections: ["network"],
    check: ({ network }) =>
      Object.entries(subnetsOf(network))
        .filter(([, subnet]) => !rangeContains(network.addressSpace, subnet))
        .map(([path, subnet]) => ({ path, message: "is not inside the network's address space", given: subnet, allowed: `a range inside ${network.addressSpace}` })),
  }),
  rule({
    id: "subnets-overlap",
    source: virtualNetworks,
    sections: ["network"],
    check: ({ network }) => overlapping(subnetsOf(network)),
  }),
  rule({
    id: "pods-services-network-overlap",
    source: overlay,
    sections: ["network"],
    check: ({ network }) => overlapping(rangesOf(network)),
  }),
  rule({
    id: "reserved-ranges",
    source: `${overlay} and ${virtualNetworks}`,
    sections: ["network"],
    check: ({ network }) =>
      Object.entries(rangesOf(network)).flatMap(([path, range]) =>
        Object.entries(reserved)
          .filter(([taken]) => rangesOverlap(range, taken))
          .map(([taken, by]) => ({ path, message: `overlaps ${taken}, which is kept for ${by}`, given: range, allowed: "a private range elsewhere, as 10.0.0.0/16" })),
      ),
  }),
  rule({
    id: "dns-ip-in-services",
    source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    sections: ["network"],
    check: ({ network }) => (addressIndex(network.services, network.dnsServiceIp) === undefined ? [dnsProblem(network, "is not inside the range of the services")] : []),
  }),
  rule({
    id: "dns-ip-not-first",
    source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    sections: ["network"],
    // The first usable address is that of kubernetes.default.svc.
    check: ({ network }) => ([0, 1].includes(addressIndex(network.services, network.dnsServiceIp) ?? -1) ? [dnsProblem(network, "is the first address of the services, which the API server has")] : []),
  }),
];

function dnsProblem({ dnsServiceIp, services }: Sections["network"], message: string): Problem {
  return { path: "network.dnsServiceIp", message, given: dnsServiceIp, allowed: `an address inside ${services}, from the third on` };
}

function named(prefix: string, ranges: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(ranges).map(([name, range]) => [prefix + name, range]));
}

function overlapping(ranges: Readonly<Record<string, string>>): Problem[] {
  const entries = Object.entries(ranges);
  return entries.flatMap(([path, range], index) =>
    entries
      .slice(0, index)
      .filter(([, other]) => rangesOverlap(range, other))
      .map(([otherPath, other]) => ({ path, message: `overlaps ${otherPath}`, given: range, allowed: `a range without an address of ${other}` })),
  );
}
