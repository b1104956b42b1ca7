import * as assert from "node:assert/strict";
import { BlockList, isIPv6 } from "node:net";
import { istiod } from "../../components/shared/peers";
import { Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { objectsOf } from "../support/meshAccess";
import { environmentPlan, environments, fileConfig } from "../support/plans";
import { all, inputs } from "../support/record";

/*
 * Who may call what is outside the cluster. Nobody else's pods leave it.
 */

interface Way {
  /** The namespace, and which of its pods. */
  readonly who: string;
  readonly to: string;
  readonly ports: string;
  readonly why: string;
}

const anywhere = "0.0.0.0/0";
const https = "443/TCP";
const certManagerController = "app.kubernetes.io/component=controller,app.kubernetes.io/instance=cert-manager,app.kubernetes.io/name=cert-manager";

/** Every way out, where private endpoints have the given range. */
const waysOut = (endpoints: string): Way[] => [
  { who: `cert-manager ${certManagerController}`, to: anywhere, ports: "53/UDP 53/TCP", why: "the controller asks the zone's own name servers whether its record has arrived, before the authority does" },
  { who: "cert-manager", to: anywhere, ports: https, why: "cert-manager talks to the API server; its controller to the authority, to Entra ID and to Azure DNS" },
  { who: "istio-cni", to: anywhere, ports: https, why: "the node agent watches the API server for pods that came up before it" },
  { who: "istio-system", to: anywhere, ports: https, why: "istiod watches the API server, and fetches the keys that a JWT rule names" },
  { who: "kayenta app=kayenta", to: endpoints, ports: https, why: "Kayenta keeps its configurations and results in its storage account" },
  { who: "oauth2-proxy app.kubernetes.io/instance=oauth2-proxy,app.kubernetes.io/name=oauth2-proxy", to: anywhere, ports: https, why: "signs people in with Entra ID, and fetches its keys" },
  {
    who: "prometheus app.kubernetes.io/component=server,app.kubernetes.io/instance=prometheus,app.kubernetes.io/name=prometheus",
    to: anywhere,
    ports: https,
    why: "Prometheus asks the API server which pods there are",
  },
  { who: "registry-purge", to: anywhere, ports: https, why: "the purge signs in to Entra ID and talks to the registry over its private endpoint" },
];

function waysOutOf(plan: Plan): Way[] {
  return objectsOf(plan, "NetworkPolicy").flatMap(({ metadata, spec }) =>
    (spec.egress ?? []).flatMap(({ to, ports }) =>
      // A rule without another side is for everyone, the world outside included.
      (to ?? [{ ipBlock: { cidr: "everyone" } }]).flatMap(({ ipBlock }) => {
        if (ipBlock === undefined) return [];
        const labels = Object.entries(spec.podSelector?.matchLabels ?? {}).map((label) => label.join("="));
        return {
          who: [metadata.namespace, ...(labels.length > 0 ? [labels.sort().join(",")] : [])].join(" "),
          to: Object.keys(ipBlock).length === 1 ? ipBlock.cidr : JSON.stringify(ipBlock),
          ports: ports.map(({ port, protocol }) => `${port}/${protocol}`).join(" "),
          why: metadata.annotations?.["delivery-platform/reason"] ?? "",
        };
      }),
    ),
  );
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
      const { network } = parseConfig(fileConfig(environment), environment);
      assert.deepEqual(inOrder(waysOutOf(await environmentPlan(environment, "up"))), inOrder(waysOut(network.subnets.privateEndpoints)));
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

  it("includes every range that is only partly private", () => {
    assert.deepEqual(publicRanges(["10.1.0.0/16", "10.0.0.0/7", "20.190.128.0/18", "::/0", "fe80::1/128"]), ["10.0.0.0/7", "20.190.128.0/18", "::/0"]);
  });
});
