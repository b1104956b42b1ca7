import * as ipaddr from "ipaddr.js";
import { prefixLength } from "../../../components/shared/cidr";
import { listed, rule } from "../rule";
import { Sections } from "../schema";

const authorizedRanges = "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges";
const privateClusters = "https://learn.microsoft.com/azure/aks/private-clusters";
const path = "cluster.apiServer.authorizedIpRanges";

// Wider than this is no restriction: 16 million addresses.
const widest = 8;
const mostRanges = 200;

const virtualNetworkId = /^\/subscriptions\/([0-9a-f-]{36})\/resourceGroups\/[\w().-]{1,90}\/providers\/Microsoft\.Network\/virtualNetworks\/[\w.-]{2,64}$/i;

const rangesOf = (cluster: Sections["cluster"]): [string, string][] => Object.entries(listed(path, cluster.apiServer.authorizedIpRanges ?? []));

export const apiServerRules = [
  rule({
    id: "private-needs-runner-network",
    source: privateClusters,
    sections: ["cluster", "network"],
    check: ({ cluster, network }) =>
      cluster.apiServer.access === "public" || network.runnerVirtualNetworkId !== undefined
        ? []
        : [
            {
              path: "network.runnerVirtualNetworkId",
              message: "is missing: the API server is private, and nothing says how the machine that runs `pulumi up` reaches it",
              allowed: "the resource id of the virtual network that this machine is in",
              fix: 'Name that network, or set cluster.apiServer.access to "public" with the ranges that may reach it.',
            },
          ],
  }),
  rule({
    id: "runner-network-id",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    sections: ["network"],
    check: ({ network: { runnerVirtualNetworkId: id } }) =>
      id === undefined || virtualNetworkId.test(id)
        ? []
        : [{ path: "network.runnerVirtualNetworkId", message: "is not the resource id of a virtual network", given: JSON.stringify(id), allowed: "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>" }],
  }),
  rule({
    id: "runner-network-subscription",
    source: "the platform's own: both sides of the peering are made with the environment's one provider",
    sections: ["azure", "network"],
    check: ({ azure, network }) => {
      const subscription = network.runnerVirtualNetworkId?.match(virtualNetworkId)?.[1]?.toLowerCase();
      if (subscription === undefined || subscription === azure.subscriptionId) return [];
      return [{ path: "network.runnerVirtualNetworkId", message: "is in another subscription than the environment", given: subscription, allowed: azure.subscriptionId, fix: "Name a network of the environment's subscription that the machine is in." }];
    },
  }),
  rule({
    id: "private-without-ranges",
    source: authorizedRanges,
    sections: ["cluster"],
    check: ({ cluster }) => (cluster.apiServer.access === "private" && cluster.apiServer.authorizedIpRanges !== undefined ? [{ path, message: "can't be given for a private API server", allowed: "nothing", fix: "Remove it: a private API server has no public address." }] : []),
  }),
  rule({
    id: "public-needs-ranges",
    source: authorizedRanges,
    sections: ["cluster"],
    check: ({ cluster }) =>
      cluster.apiServer.access === "private" || rangesOf(cluster).length > 0
        ? []
        : [{ path, message: "is empty: every address would reach the public API server", allowed: "at least one range", fix: "Name the public addresses of those who deploy, as 203.0.113.0/24." }],
  }),
  rule({
    id: "authorized-ranges-count",
    source: authorizedRanges,
    sections: ["cluster"],
    check: ({ cluster }) => (rangesOf(cluster).length <= mostRanges ? [] : [{ path, message: "has too many ranges", given: String(rangesOf(cluster).length), allowed: `at most ${mostRanges}` }]),
  }),
  rule({
    id: "authorized-ranges-narrow",
    source: "the platform's own: a range of the whole Internet restricts nothing",
    sections: ["cluster"],
    check: ({ cluster }) =>
      rangesOf(cluster)
        .filter(([, range]) => prefixLength(range) < widest)
        .map(([at, range]) => ({ path: at, message: "opens the API server to a large part of the Internet", given: range, allowed: `/${widest} or smaller` })),
  }),
  rule({
    id: "authorized-ranges-public",
    source: authorizedRanges,
    sections: ["cluster"],
    check: ({ cluster }) =>
      rangesOf(cluster)
        .filter(([, range]) => prefixLength(range) >= widest && !isPublic(range))
        .map(([at, range]) => ({ path: at, message: "is not a range of public addresses", given: range, allowed: "the public addresses that requests come from", fix: "Name the address of the gateway or proxy through which these machines reach the Internet." })),
  }),
];

function isPublic(range: string): boolean {
  // "reserved" holds the documentation's ranges, which examples use.
  return ["unicast", "reserved"].includes(ipaddr.IPv4.parseCIDR(range)[0].range());
}
