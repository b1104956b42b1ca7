import { eachOf, Policy, PolicyStack, Violation } from "../policy";
import { Reading } from "../../simulator/resource";
import { types } from "../types";

/** A policy for each pool of nodes, those inside a cluster too. */
function eachPool(check: (pool: Reading) => string | undefined): Policy["check"] {
  return (stack: PolicyStack): Violation[] => {
    const inline = stack.ofType(types.cluster).flatMap((cluster) => cluster.items("agentPoolProfiles").map((pool) => ({ urn: cluster.urn, pool, name: pool.text("name") })));
    const apart = stack.ofType(types.agentPool).map((pool) => ({ urn: pool.urn, pool, name: pool.text("agentPoolName") }));
    return [...inline, ...apart].flatMap(({ urn, pool, name }) => {
      const problem = check(pool);
      return problem === undefined ? [] : [{ urn, message: `The pool ${name ?? ""} ${problem}.` }];
    });
  };
}

/** A cluster outlives a node, a zone and an upgrade. */
export const clusterPolicies: readonly Policy[] = [
  {
    id: "pool-zones",
    group: "availability",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "A pool has nodes in more than one zone.",
    fix: "Set availabilityZones to two or three; they can be set only when the pool is made. In a region without zones, make an exception.",
    source: "https://learn.microsoft.com/azure/aks/availability-zones",
    check: eachPool((pool) => ((Array.isArray(pool.get("availabilityZones")) || pool.lacks("availabilityZones")) && pool.list("availabilityZones").length < 2 ? "goes down with one zone" : undefined)),
  },
  {
    id: "pool-nodes",
    group: "availability",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "A pool has two nodes or more.",
    fix: "Set minCount, or count where it does not scale, to 2 or more.",
    source: "https://learn.microsoft.com/azure/aks/use-system-pools",
    check: eachPool((pool) => {
      const path = pool.is("enableAutoScaling", true) ? "minCount" : "count";
      const nodes = pool.lacks(path) ? 1 : pool.number(path);
      return nodes !== undefined && nodes < 2 ? `may have ${nodes === 1 ? "one node" : "no node"}` : undefined;
    }),
  },
  {
    id: "cluster-tier",
    group: "availability",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "A cluster's API server has an uptime agreement.",
    fix: "Set sku.tier to Standard or Premium.",
    source: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
    check: eachOf([types.cluster], (cluster) => (cluster.isNot("sku.tier", "Standard", "Premium") ? "The free tier's API server may be away at any time, and is small." : undefined)),
  },
  {
    id: "storage-redundancy",
    group: "availability",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "A storage account keeps copies in more than one zone.",
    fix: "Set sku.name to Standard_ZRS, or Standard_GRS in a region without zones.",
    source: "https://learn.microsoft.com/azure/storage/common/storage-redundancy",
    check: eachOf([types.storageAccount], (account) => (account.is("sku.name", "Standard_LRS", "Premium_LRS") ? `${account.text("sku.name")} keeps all copies in one building.` : undefined)),
  },
];
