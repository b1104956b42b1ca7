import { Problem } from "../../../components/shared/errors";
import { malformed, outside, repeated, rule } from "../rule";
import { Sections } from "../schema";

const systemPools = "https://learn.microsoft.com/azure/aks/use-system-pools";
const quotas = "https://learn.microsoft.com/azure/aks/quotas-skus-regions";
const pools = "cluster.pools";

type Pools = Sections["cluster"]["pools"];
type PoolName = keyof Pools;
interface VmSize {
  readonly family: string;
  readonly cpus: number;
}

// Two nodes at least in the system pool, as AKS advises: the mesh's control plane spreads over them.
const fewest: Readonly<Record<PoolName, number>> = { system: 2, user: 1, ingress: 1 };
const fewestCpus: Readonly<Record<PoolName, number>> = { system: 4, user: 2, ingress: 2 };
const fewestPods: Readonly<Record<PoolName, number>> = { system: 30, user: 10, ingress: 10 };

/** One problem list of all pools. */
function ofEach(cluster: Sections["cluster"], check: (name: PoolName, pool: Pools[PoolName], path: string) => Problem[]): Problem[] {
  return (["system", "user", "ingress"] as const).flatMap((name) => check(name, cluster.pools[name], `${pools}.${name}`));
}

export const poolRules = [
  rule({
    id: "pool-name",
    source: systemPools,
    sections: ["cluster"],
    check: ({ cluster }) => ofEach(cluster, (_, pool, path) => malformed({ [`${path}.name`]: pool.name }, /^[a-z][a-z0-9]{0,11}$/, "1 to 12 lower-case letters and digits, a letter first")),
  }),
  rule({
    id: "pool-names-repeated",
    source: systemPools,
    sections: ["cluster"],
    check: ({ cluster }) => repeated(pools, Object.values(cluster.pools).map((pool) => pool.name)),
  }),
  rule({
    id: "pool-counts",
    source: quotas,
    sections: ["cluster"],
    check: ({ cluster }) =>
      ofEach(cluster, (name, pool, path) => [
        ...outside(`${path}.minCount`, pool.minCount, { min: fewest[name], max: 1000 }, "nodes"),
        ...outside(`${path}.maxCount`, pool.maxCount, { min: 1, max: 1000 }, "nodes"),
      ]),
  }),
  rule({
    id: "pool-min-max",
    source: "https://learn.microsoft.com/azure/aks/cluster-autoscaler",
    sections: ["cluster"],
    check: ({ cluster }) =>
      ofEach(cluster, (_, pool, path) => (pool.minCount <= pool.maxCount ? [] : [{ path: `${path}.minCount`, message: "is more than maxCount", given: String(pool.minCount), allowed: `at most ${pool.maxCount}` }])),
  }),
  rule({
    id: "free-tier-nodes",
    source: "https://learn.microsoft.com/azure/aks/free-standard-pricing-tiers",
    sections: ["cluster"],
    check: ({ cluster }) => {
      const nodes = Object.values(cluster.pools).reduce((sum, pool) => sum + pool.maxCount, 0);
      return cluster.tier === "Free" && nodes > 1000 ? [{ path: "cluster.tier", message: `does not take the ${nodes} nodes that the pools may have`, given: cluster.tier, allowed: "Standard, or at most 1000 nodes" }] : [];
    },
  }),
  rule({
    id: "pool-vm-size",
    source: "https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions",
    sections: ["cluster"],
    check: ({ cluster }) => ofEach(cluster, (_, { vmSize }, path) => (parseVmSize(vmSize) ? [] : [{ path: `${path}.vmSize`, message: "is not the name of a virtual machine size", given: JSON.stringify(vmSize), allowed: "as Standard_D4ds_v5" }])),
  }),
  rule({
    id: "system-pool-burstable",
    source: systemPools,
    sections: ["cluster"],
    check: ({ cluster: { pools: { system } } }) =>
      parseVmSize(system.vmSize)?.family === "B" ? [{ path: `${pools}.system.vmSize`, message: "is of the burstable B series, which AKS does not take for a system pool", given: system.vmSize, allowed: "another series, as Standard_D4ds_v5" }] : [],
  }),
  rule({
    id: "pool-cpus",
    source: `${systemPools} and ${quotas}`,
    sections: ["cluster"],
    check: ({ cluster }) =>
      ofEach(cluster, (name, { vmSize }, path) => {
        const cpus = parseVmSize(vmSize)?.cpus;
        return cpus === undefined || cpus >= fewestCpus[name] ? [] : [{ path: `${path}.vmSize`, message: `has ${cpus} virtual CPUs`, given: vmSize, allowed: `a size with ${fewestCpus[name]} or more` }];
      }),
  }),
  rule({
    id: "pool-max-pods",
    source: "https://learn.microsoft.com/azure/aks/azure-cni-overlay",
    sections: ["cluster"],
    check: ({ cluster }) => ofEach(cluster, (name, pool, path) => outside(`${path}.maxPods`, pool.maxPods, { min: fewestPods[name], max: 250 }, "pods for each node")),
  }),
  rule({
    id: "pool-fewest-pods",
    source: "https://learn.microsoft.com/azure/aks/concepts-network-ip-address-planning",
    sections: ["cluster"],
    check: ({ cluster }) =>
      ofEach(cluster, (_, { minCount, maxPods }, path) =>
        maxPods >= 30 || minCount * maxPods >= 30 ? [] : [{ path: `${path}.maxPods`, message: `has room for ${minCount * maxPods} pods on the fewest nodes, ${minCount}`, given: String(maxPods), allowed: "30 or more on all nodes together" }],
      ),
  }),
  rule({
    id: "pool-taint-form",
    source: "https://learn.microsoft.com/azure/aks/use-node-taints",
    sections: ["cluster"],
    check: ({ cluster }) => cluster.pools.user.taints.flatMap((taint, index) => (isTaint(taint) ? [] : [{ path: `${pools}.user.taints[${index}]`, message: "is not a taint", given: JSON.stringify(taint), allowed: "key=value:PreferNoSchedule" }])),
  }),
  rule({
    id: "pool-taint-effect",
    source: "the platform's own: the user pool takes the pods that ask for nothing",
    sections: ["cluster"],
    check: ({ cluster }) =>
      cluster.pools.user.taints.flatMap((taint, index) =>
        isTaint(taint) && !taint.endsWith(":PreferNoSchedule")
          ? [{ path: `${pools}.user.taints[${index}]`, message: "keeps every pod without a toleration from the only pool for apps", given: taint, allowed: "the effect PreferNoSchedule" }]
          : [],
      ),
  }),
];

/** What a size's name says: `Standard_D4ds_v5` is of the family D and has 4 virtual CPUs; of `Standard_M8-4ms` 4 can be used. */
function parseVmSize(name: string): VmSize | undefined {
  const [, family, cpus, constrained] = /^Standard_([A-Z]{1,3})(\d{1,3})(?:-(\d{1,3}))?[a-z]*(?:_[A-Za-z0-9]+)*$/.exec(name) ?? [];
  return family === undefined || cpus === undefined ? undefined : { family, cpus: Number(constrained ?? cpus) };
}

function isTaint(text: string): boolean {
  return /^[a-zA-Z\d][\w\-./]{0,252}=[a-zA-Z\d][\w\-.]{0,62}:(NoSchedule|PreferNoSchedule|NoExecute)$/.test(text);
}
