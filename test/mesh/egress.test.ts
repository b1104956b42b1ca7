import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Egress, EgressArgs } from "../../components/mesh/egress";
import { EgressEntry } from "../../components/mesh/egressEntry";
import { egressRules } from "../../components/mesh/egressRules";
import { problemsOf } from "../../components/shared/argumentRule";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const serviceEntry = "kubernetes:networking.istio.io/v1:ServiceEntry";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const policy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const bank: EgressEntry = { hosts: ["api.bank.example"], reason: "payments are made there" };

const made = (entries: EgressArgs["entries"]): Promise<Plan> =>
  record(() => {
    const cluster = testCluster();
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    new Egress("shop-egress", { cluster, namespace: "shop", entries, ready: [namespace] });
  });

const entrySpec = async (entry: Partial<EgressEntry>): Promise<unknown> => inputs(the(await made({ bank: { ...bank, ...entry } }), serviceEntry))["spec"];
const networkSpec = async (entry: Partial<EgressEntry>): Promise<unknown> => inputs(the(await made({ bank: { ...bank, ...entry } }), network))["spec"];
const external = { exportTo: ["."], location: "MESH_EXTERNAL" };
const tls = { number: 443, name: "tls-443", protocol: "TLS" };
const tcp = (port: number): object => ({ protocol: "TCP", port });
const anywhere = { ipBlock: { cidr: "0.0.0.0/0", except: ["0.0.0.0/8", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "224.0.0.0/3"] } };

describe("Egress", () => {
  it("makes a host known to the proxies of one namespace, and lets its pods out", async () => {
    const plan = await made({ bank });
    const metadata = { name: "shop-egress-bank", namespace: "shop", annotations: { "delivery-platform/reason": "payments are made there" } };
    assert.deepEqual(inputs(the(plan, serviceEntry, "shop-egress-bank")), {
      apiVersion: "networking.istio.io/v1",
      kind: "ServiceEntry",
      metadata,
      spec: { hosts: ["api.bank.example"], ...external, resolution: "DNS", ports: [tls] },
    });
    const { metadata: called, spec } = inputs(the(plan, network, "shop-egress-bank-network"));
    assert.deepEqual(called, metadata);
    assert.deepEqual(spec, { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [anywhere], ports: [tcp(443)] }] });
    assert.deepEqual(plan.findings, []);
  });

  it("lets out only those pods that use a host, to the addresses that it has", async () => {
    assert.deepEqual(await networkSpec({ usedBy: { app: "payments" }, addresses: ["203.0.113.7", "198.51.100.0/24"] }), {
      podSelector: { matchLabels: { app: "payments" } },
      policyTypes: ["Egress"],
      egress: ["203.0.113.7/32", "198.51.100.0/24"].map((cidr) => ({ to: [{ ipBlock: { cidr } }], ports: [tcp(443)] })),
    });
    assert.deepEqual(await entrySpec({ addresses: ["198.51.100.0/24"] }), { hosts: ["api.bank.example"], ...external, resolution: "DNS", ports: [tls] }, "the proxies go by the name all the same");
  });

  it("opens each port with its protocol", async () => {
    const ports = { 80: "HTTP", 443: "TLS", 8443: "GRPC" } as const;
    assert.deepEqual(await entrySpec({ ports }), {
      hosts: ["api.bank.example"],
      ...external,
      resolution: "DNS",
      ports: [{ number: 80, name: "http-80", protocol: "HTTP" }, tls, { number: 8443, name: "grpc-8443", protocol: "GRPC" }],
    });
    assert.deepEqual((await networkSpec({ ports }) as { egress: unknown }).egress, [{ to: [anywhere], ports: [tcp(80), tcp(443), tcp(8443)] }]);
  });

  it("sends what is for all hosts below one where the app wanted, or where DNS says", async () => {
    assert.deepEqual(await entrySpec({ hosts: ["*.bank.example"] }), { hosts: ["*.bank.example"], ...external, resolution: "NONE", ports: [tls] });
    assert.deepEqual(await entrySpec({ hosts: ["*.bank.example"], resolution: "DYNAMIC_DNS" }), { hosts: ["*.bank.example"], ...external, resolution: "DYNAMIC_DNS", ports: [tls] });
  });

  it("allows what a proxy asks DNS for by the handshake's name: there the mesh's policies hold for what goes out, and it denies what none allows", async () => {
    const suppliers: EgressEntry = { hosts: ["*.bank.example"], ports: { 443: "TLS", 8443: "TLS" }, resolution: "DYNAMIC_DNS", usedBy: { app: "payments" }, reason: "each has a host of its own" };
    const plan = await made({ bank, suppliers });
    const { metadata, spec } = inputs(the(plan, policy, "shop-egress-suppliers-names"));
    assert.deepEqual(metadata, { name: "shop-egress-suppliers", namespace: "shop", annotations: { "delivery-platform/reason": "each has a host of its own" } });
    assert.deepEqual(spec, {
      selector: { matchLabels: { app: "payments" } },
      action: "ALLOW",
      // Nobody in the mesh, who has a principal, gets in by it.
      rules: [{ from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports: ["443", "8443"] } }], when: [{ key: "connection.sni", values: ["*.bank.example"] }] }],
    });
    assert.deepEqual(plan.findings, []);
    assert.equal(all(plan, policy).length, 1, "other entries need none");
    assert.equal("selector" in (inputs(the(await made({ suppliers: { ...suppliers, usedBy: undefined } }), policy))["spec"] as object), false);
  });

  it("knows plain TCP by the address, which it also sends to where it asks no DNS", async () => {
    const spec = { hosts: ["api.bank.example"], addresses: ["10.9.0.4"], ...external, resolution: "DNS", ports: [{ number: 5432, name: "tcp-5432", protocol: "TCP" }] };
    const database = { ports: { 5432: "TCP" }, addresses: ["10.9.0.4"] } as const;
    assert.deepEqual(await entrySpec(database), spec);
    assert.deepEqual(await entrySpec({ ...database, resolution: "STATIC" }), { ...spec, resolution: "STATIC", endpoints: [{ address: "10.9.0.4" }] });
    assert.deepEqual(await entrySpec({ ...database, addresses: ["10.9.0.0/28"], resolution: "NONE" }), { ...spec, addresses: ["10.9.0.0/28"], resolution: "NONE" });
  });

  it("calls its objects after itself, or as it is told", async () => {
    const plan = await record(() => void new Egress("Ways out", { cluster: testCluster(), namespace: "shop", called: "shop-egress", entries: { bank }, ready: [] }));
    for (const object of [the(plan, serviceEntry, "Ways out-bank"), the(plan, network, "Ways out-bank-network")]) assert.equal((inputs(object)["metadata"] as { name: string }).name, "shop-egress-bank");
  });

  it("keeps entries apart, after what must be there, and all of it goes with the cluster", async () => {
    const plan = await made({ bank, mail: { ...bank, hosts: ["smtp.mail.example"] } });
    const objects = [...all(plan, serviceEntry), ...all(plan, network)];
    assert.deepEqual(objects.map(({ name }) => name).sort(), ["shop-egress-bank", "shop-egress-bank-network", "shop-egress-mail", "shop-egress-mail-network"]);
    for (const object of objects) assert.ok(reachable(plan, object).has(the(plan, "kubernetes:core/v1:Namespace").urn), object.name);
    assert.deepEqual(deletedByItself(plan), []);
    assert.deepEqual(all(plan, "kubernetes:networking.istio.io/v1:DestinationRule"), []);
  });
});

/** Entries that break one rule, and where it says so. */
interface Row {
  readonly rule: string;
  /** With what the objects' names begin. Default: `shop-egress`. */
  readonly called?: string;
  readonly entries: EgressArgs["entries"];
  readonly paths: readonly string[];
}

const row = (rule: string, change: Partial<EgressEntry>, ...paths: string[]): Row => ({ rule, entries: { bank: { ...bank, ...change } }, paths: paths.map((path) => `entries.bank.${path}`) });
const database = { ports: { 5432: "TCP" } } as const;
/** A value that the compiler would refuse, as a program without types may give it. */
const untyped = <T>(value: unknown): T => value as T;

/** A host of 254 characters, one too many. */
const longHost = `${`${"h".repeat(61)}.`.repeat(4)}eeexam`;

const rows: readonly Row[] = [
  { rule: "entries", entries: {}, paths: ["entries"] },
  { rule: "object-name", called: "Shop egress", entries: { bank }, paths: ["called"] },
  { rule: "object-name", called: "shop.", entries: { bank }, paths: ["called"] },
  { rule: "object-name-length", called: "s".repeat(249), entries: { bank }, paths: ["entries.bank"] },
  { rule: "entry-name", entries: { My_bank: bank }, paths: ["entries.My_bank"] },
  row("hosts", { hosts: [] }, "hosts"),
  row("hosts", { hosts: untyped(undefined) }, "hosts"),
  row("host-name", { hosts: [longHost] }, "hosts"),
  row("host-name", { hosts: ["API.bank.example", "https://a.example", "a.example:443", "", "a..example", "*a.example", "a.example."] }, ...Array<string>(7).fill("hosts")),
  row("host-address", { hosts: ["203.0.113.7", "2001:db8::1"] }, "hosts", "hosts"),
  row("host-everything", { hosts: ["*", "*.com"], resolution: "NONE" }, "hosts", "hosts"),
  row("host-in-cluster", { hosts: ["redis", "redis.shop.svc", "redis.shop.svc.cluster.local", "*.local.svc"], resolution: "NONE" }, "hosts", "hosts", "hosts", "hosts"),
  { rule: "host-once", entries: { bank, again: { ...bank, ports: { 80: "HTTP" } } }, paths: ["entries.again.hosts"] },
  row("ports", { ports: {} }, "ports"),
  row("port-range", { ports: { 0: "TLS", 65536: "TLS", 1.5: "TLS" } }, "ports.0", "ports.65536", "ports.1.5"),
  row("protocol", { ports: untyped({ 443: "HTTPS", 3306: "MYSQL" }) }, "ports.443", "ports.3306"),
  row("protocol-of-port", { ports: { 443: "HTTP" } }, "ports.443"),
  row("resolution-wildcard", { hosts: ["*.bank.example"], resolution: "DNS" }, "resolution"),
  row("resolution-dynamic", { resolution: "DYNAMIC_DNS" }, "resolution"),
  row("resolution-dynamic", { ...database, hosts: ["*.bank.example"], resolution: "DYNAMIC_DNS", addresses: ["203.0.113.7"] }, "resolution"),
  ...(["HTTP", "HTTP2", "GRPC"] as const).map((protocol) => row("resolution-dynamic", { ports: { 443: "TLS", 8080: protocol }, hosts: ["*.bank.example"], resolution: "DYNAMIC_DNS" }, "resolution")),
  row("resolution-static", { resolution: "STATIC" }, "addresses"),
  row("resolution-static", { resolution: "STATIC", addresses: ["203.0.113.0/24"] }, "addresses"),
  row("tcp-addresses", database, "addresses"),
  row("tcp-range", { ...database, addresses: ["203.0.113.0/24"] }, "addresses"),
  row("tcp-hosts", { ...database, hosts: ["a.bank.example", "b.bank.example"], addresses: ["203.0.113.7"] }, "hosts"),
  row("addresses", { addresses: ["2001:db8::1", "203.0.113.1/24", "any"] }, "addresses", "addresses", "addresses"),
  row("addresses", { addresses: [] }, "addresses"),
  row("addresses-not-for-pods", { addresses: ["169.254.169.254", "168.63.129.16", "127.0.0.0/8", "0.0.0.0/0", "240.240.0.1"] }, ...Array<string>(5).fill("addresses")),
  row("used-by", { usedBy: {} }, "usedBy"),
  row("used-by-labels", { usedBy: { "a b": "c", app: "-", "example.com/team": "pay" } }, 'usedBy["a b"]', 'usedBy["app"]'),
  row("reason", { reason: " " }, "reason"),
  row("reason", { reason: untyped(undefined) }, "reason"),
];

const right: readonly EgressArgs["entries"][] = [
  { bank },
  { bank: { ...bank, hosts: ["*.bank.example", "bank.example"] } },
  { bank: { ...bank, ports: { 443: "TCP" }, addresses: ["203.0.113.7"] } },
  { bank: { ...bank, ports: { 443: "TLS" } }, mail: { ...bank, hosts: ["mail.example"], ports: { 443: "TCP" }, addresses: ["203.0.113.7"] } },
  { bank: { ...bank, ports: { 80: "HTTP" } }, mail: { ...bank, hosts: ["mail.example"], ports: { 80: "GRPC" } } },
  { bank: { ...bank, ...database, hosts: ["a.bank.example", "b.bank.example"], resolution: "NONE", addresses: ["203.0.113.0/24"] } },
  { bank: { ...bank, ports: { 80: "TLS", 8443: "TLS" } }, mail: { ...bank, hosts: ["mail.example"], ports: { 80: "HTTP", 8443: "GRPC" } } },
  { bank: { ...bank, hosts: [longHost.slice(1)], ports: { 80: "TCP" }, addresses: ["203.0.113.7"] } },
  { bank: { ...bank, addresses: ["10.0.0.0/8", "192.168.1.1"] } },
];

describe("what Egress refuses", () => {
  for (const { rule, called = "shop-egress", entries, paths } of rows) {
    it(`is said by ${rule} alone for ${JSON.stringify(entries)}${called === "shop-egress" ? "" : ` called ${called}`}`.slice(0, 200), () => {
      const found = egressRules.flatMap(({ id, check }) => check({ called, entries }).map(({ path }) => ({ id, path })));
      assert.deepEqual(found, paths.map((path) => ({ id: rule, path })));
    });
  }

  it("has a row for each rule, and a source", () => {
    assert.deepEqual([...new Set(rows.map(({ rule }) => rule))], egressRules.map(({ id }) => id));
    for (const { id, source } of egressRules) assert.match(source, /^(https:\/\/|the platform's own: )/, id);
  });

  it("is nothing else", () => {
    for (const entries of right) assert.deepEqual(problemsOf(egressRules, { called: "shop-egress", entries }), []);
  });

  it("is all said together, before anything is made", async () => {
    let problems: unknown;
    const plan = await record(() => {
      try {
        new Egress("shop-egress", { cluster: testCluster(), namespace: "shop", entries: { bank: { hosts: ["*"], resolution: "NONE", ports: {}, reason: "" } }, ready: [] });
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        problems = error.problems.map(({ path }) => path);
      }
    });
    assert.deepEqual(problems, ["entries.bank.hosts", "entries.bank.ports", "entries.bank.reason"]);
    assert.deepEqual(all(plan, "delivery-platform:mesh:Egress"), []);
  });
});
