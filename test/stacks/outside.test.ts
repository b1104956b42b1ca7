import * as assert from "node:assert/strict";
import { BlockList, isIPv6 } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { anywhereOutside, istiod } from "../../components/shared/peers";
import { Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { AccessObject, objectsOf } from "../support/meshAccess";
import { changedPlan, Environment, environmentPlan, environments, everythingPlan, fileConfig } from "../support/plans";
import { all, inputs } from "../support/record";

/*
 * Who may call what is outside the cluster, and which hosts. Nobody else's pods leave it.
 */

interface Way {
  /** The namespace, and which of its pods. */
  readonly who: string;
  readonly to: string;
  readonly ports: string;
  /** What the mesh lets through; for pods without a proxy, which hosts they say they call besides the API server. */
  readonly hosts: string;
  readonly why: string;
}

const anywhere = "anywhere";
const { ipBlock: anyAddress } = anywhereOutside;
const https = "443/TCP";
const oauth2Proxy = "app.kubernetes.io/instance=oauth2-proxy,app.kubernetes.io/name=oauth2-proxy";
const certManagerController = "app.kubernetes.io/component=controller,app.kubernetes.io/instance=cert-manager,app.kubernetes.io/name=cert-manager";

/** What differs between environments. */
interface Facts {
  /** The range that private endpoints are in. */
  readonly endpoints: string;
  readonly authority: string;
  readonly registry: string;
  readonly kayentaStorage: string;
  /** True where groups decide who may sign in. */
  readonly groups: boolean;
}

const waysOut = ({ endpoints, authority, registry, kayentaStorage, groups }: Facts): Way[] => [
  {
    who: `cert-manager ${certManagerController}`, to: anywhere, ports: "53/UDP 53/TCP", hosts: "",
    why: "the controller asks the zone's own name servers whether its record has arrived, before the authority does",
  },
  {
    who: "cert-manager", to: anywhere, ports: https, hosts: `${authority} login.microsoftonline.com management.azure.com`,
    why: "cert-manager talks to the API server; its controller to the authority, to Entra ID and to Azure DNS",
  },
  { who: "istio-cni", to: anywhere, ports: https, hosts: "", why: "the node agent watches the API server for pods that came up before it" },
  { who: "istio-system", to: anywhere, ports: https, hosts: "", why: "istiod watches the API server, and fetches the keys that a JWT rule names" },
  { who: "kayenta app=kayenta", to: endpoints, ports: https, hosts: `${kayentaStorage}.blob.core.windows.net`, why: "Kayenta keeps its configurations and results in its storage account" },
  { who: `oauth2-proxy ${oauth2Proxy}`, to: anywhere, ports: https, hosts: "login.microsoftonline.com", why: "signs people in with Entra ID, and fetches its keys" },
  ...(groups ? [{ who: `oauth2-proxy ${oauth2Proxy}`, to: anywhere, ports: https, hosts: "graph.microsoft.com", why: "asks who is in more groups than a token holds" }] : []),
  {
    who: "prometheus app.kubernetes.io/component=server,app.kubernetes.io/instance=prometheus,app.kubernetes.io/name=prometheus",
    to: anywhere,
    ports: https,
    hosts: "",
    why: "Prometheus asks the API server which pods there are",
  },
  {
    who: "prometheus app.kubernetes.io/instance=prometheus,app.kubernetes.io/name=kube-state-metrics", to: anywhere, ports: https, hosts: "",
    why: "kube-state-metrics asks the API server whether workloads are ready",
  },
  {
    who: "registry-purge", to: anywhere, ports: https, hosts: `login.microsoftonline.com management.azure.com ${registry}`,
    why: "the purge signs in to Entra ID and talks to the registry over its private endpoint",
  },
];

interface ServiceEntry extends AccessObject {
  readonly spec: AccessObject["spec"] & { readonly hosts: readonly string[]; readonly exportTo: readonly string[]; readonly ports: readonly { readonly number: number }[] };
}

const serviceEntries = (plan: Plan): ServiceEntry[] => objectsOf(plan, "ServiceEntry") as ServiceEntry[];
const isSame = (one: AccessObject, other: AccessObject): boolean => one.metadata.namespace === other.metadata.namespace && one.metadata.name === other.metadata.name;
const leaves = ({ spec }: AccessObject): boolean => (spec.egress ?? []).some(({ to }) => to?.some(({ ipBlock }) => ipBlock !== undefined) ?? true);

function waysOutOf(plan: Plan): Way[] {
  const known = serviceEntries(plan);
  return objectsOf(plan, "NetworkPolicy").flatMap((policy) => {
    const { metadata, spec } = policy;
    return (spec.egress ?? []).flatMap(({ to, ports }) =>
      // A rule without another side is for everyone, the world outside included.
      (to ?? [{ ipBlock: { cidr: "everyone" } }]).flatMap(({ ipBlock }) => {
        if (ipBlock === undefined) return [];
        const labels = Object.entries(spec.podSelector?.matchLabels ?? {}).map((label) => label.join("="));
        return {
          who: [metadata.namespace, ...(labels.length > 0 ? [labels.sort().join(",")] : [])].join(" "),
          to: isDeepStrictEqual(ipBlock, anyAddress) ? anywhere : Object.keys(ipBlock).length === 1 ? ipBlock.cidr : JSON.stringify(ipBlock),
          ports: ports.map(({ port, protocol }) => `${port}/${protocol}`).join(" "),
          hosts: known.find((entry) => isSame(entry, policy))?.spec.hosts.join(" ") ?? metadata.annotations?.["delivery-platform/hosts"] ?? "",
          why: metadata.annotations?.["delivery-platform/reason"] ?? "",
        };
      }),
    );
  });
}

/** What the table must be in an environment, from its config and from the names that the program exports. */
function factsOf(environment: Environment, plan: Plan): Facts {
  const { certificates, network, signIn } = parseConfig(fileConfig(environment), environment);
  return {
    endpoints: network.subnets.privateEndpoints,
    authority: { "letsencrypt": "acme-v02.api.letsencrypt.org", "letsencrypt-staging": "acme-staging-v02.api.letsencrypt.org" }[certificates.authority],
    registry: String(plan.outputs["registryLoginServer"]),
    kayentaStorage: String(plan.outputs["kayentaStorageAccountName"]),
    groups: (signIn.allowed.groups ?? []).length > 0,
  };
}

/** Namespaces of the mesh whose pods go out and need no ServiceEntry for it, and why. */
const withoutEntry: Readonly<Record<string, string>> = {
  prometheus: "it calls by address alone, the API server as the pods, and its proxy is told to leave that be",
  kiali: "it calls the API server alone, which the mesh knows as the Service kubernetes",
};

/** The objects that let pods of the mesh out on the network without the mesh knowing a host for it, or the other way about. */
function halfOpen(plan: Plan): string[] {
  const injected = objectsOf(plan, "Namespace").filter(({ metadata }) => metadata.labels?.["istio-injection"] === "enabled").map(({ metadata }) => metadata.name);
  const policies = objectsOf(plan, "NetworkPolicy").filter((policy) => injected.includes(policy.metadata.namespace) && !(policy.metadata.namespace in withoutEntry) && leaves(policy));
  const entries = serviceEntries(plan);
  const portsOf = (policy: AccessObject): number[] => [...new Set((policy.spec.egress ?? []).flatMap(({ ports }) => ports.map(({ port }) => port)))];
  return [
    ...policies.filter((policy) => !entries.some((entry) => isSame(entry, policy) && isDeepStrictEqual(entry.spec.ports.map(({ number }) => number), portsOf(policy)))),
    ...entries.filter((entry) => !policies.some((policy) => isSame(entry, policy)) || !isDeepStrictEqual(entry.spec.exportTo, ["."])),
  ].map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
}

const inOrder = (ways: readonly Way[]): Way[] => [...ways].sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));

/** Ranges that no public server has. https://www.iana.org/assignments/iana-ipv4-special-registry and its like for IPv6; the one address is Azure's own. */
const notPublic = [
  "127.0.0.0/8", "169.254.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "168.63.129.16/32", "::1/128", "fe80::/10", "fc00::/7",
];

function isInside(range: string, wider: string): boolean {
  const [address = "", bits] = range.split("/");
  const [network = "", most] = wider.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, Number(most), family);
  return isIPv6(address) === (family === "ipv6") && Number(bits) >= Number(most) && list.check(address, family);
}

const publicRanges = (ranges: readonly string[]): string[] => ranges.filter((range) => !notPublic.some((wider) => isInside(range, wider)));

describe("what is outside the cluster", () => {
  for (const environment of environments) {
    it(`is called by these alone in ${environment}`, async () => {
      const plan = await environmentPlan(environment, "up");
      assert.deepEqual(inOrder(waysOutOf(plan)), inOrder(waysOut(factsOf(environment, plan))));
    });

    it(`is let through by the mesh where it is by the network, for one namespace each, in ${environment}`, async () => {
      assert.deepEqual(halfOpen(await environmentPlan(environment, "up")), []);
    });

    it(`is refused by the mesh unless it knows the host in ${environment}`, async () => {
      const istiod = all(await environmentPlan(environment, "up"), "kubernetes:helm.sh/v3:Release").map(inputs).find(({ name }) => name === "istiod") as { values: { meshConfig: { outboundTrafficPolicy: unknown } } };
      assert.deepEqual(istiod.values.meshConfig.outboundTrafficPolicy, { mode: "REGISTRY_ONLY" });
    });

    it(`has the keys of every issuer of tokens, which istiod fetches in ${environment}`, async () => {
      const plan = await environmentPlan(environment, "up");
      const rules = objectsOf(plan, "RequestAuthentication").flatMap(({ spec }) => (spec as unknown as { jwtRules: { jwksUri: string }[] }).jwtRules);
      assert.deepEqual([...new Set(rules.map(({ jwksUri }) => new URL(jwksUri)).map(({ protocol, port, hostname }) => `${protocol}//${hostname}:${port}`))], ["https://login.microsoftonline.com:"]);
      assert.ok(waysOutOf(plan).some(({ who, to, ports }) => who === istiod.pods.namespace && to === anywhere && ports === https));
      const release = all(plan, "kubernetes:helm.sh/v3:Release").map(inputs).find(({ name }) => name === "istiod") as { values: { env: { BLOCKED_CIDRS_IN_JWKS_URIS: string } } };
      assert.deepEqual(publicRanges(release.values.env.BLOCKED_CIDRS_IN_JWKS_URIS.split(",")), []);
    });
  }

  it("includes Microsoft Graph where groups decide who may sign in", async () => {
    const plan = await changedPlan("dev", "up", (config) => Object.assign(config, { signIn: { allowed: { groups: ["55555555-5555-4555-8555-555555555555"] } } }));
    assert.deepEqual(inOrder(waysOutOf(plan)), inOrder(waysOut({ ...factsOf("dev", plan), groups: true })));
    assert.deepEqual(halfOpen(plan), []);
  });

  it("includes the API server where Kiali is asked for, and nothing more for the other optional parts", async () => {
    const plan = await everythingPlan("up");
    const kiali = { who: "kiali app=kiali", to: anywhere, ports: https, hosts: "", why: "Kiali asks the API server for the mesh's objects and workloads" };
    assert.deepEqual(inOrder(waysOutOf(plan)), inOrder([...waysOut(factsOf("dev", plan)), kiali]));
    assert.deepEqual(halfOpen(plan), []);
  });

  it("is not open by half where the network lets out what the mesh doesn't know, or the other way about", async () => {
    const plan = await environmentPlan("dev", "up");
    const without = (kind: string): Plan => ({ ...plan, resources: plan.resources.filter(({ type, name }) => !(type.endsWith(`:${kind}`) && name.startsWith("kayenta-egress"))) });
    assert.deepEqual(halfOpen(without("ServiceEntry")), ["NetworkPolicy kayenta/kayenta-egress-blobs"]);
    assert.deepEqual(halfOpen(without("NetworkPolicy")), ["ServiceEntry kayenta/kayenta-egress-blobs"]);
  });

  it("includes every range that is only partly private", () => {
    assert.deepEqual(publicRanges(["10.1.0.0/16", "10.0.0.0/7", "20.190.128.0/18", "::/0", "fe80::1/128"]), ["10.0.0.0/7", "20.190.128.0/18", "::/0"]);
  });
});
