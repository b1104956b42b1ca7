import * as assert from "node:assert/strict";
import { Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Caller, MeshAccess, Request, Workload } from "../support/meshAccess";
import { changedPlan, environmentPlan, environments, everythingPlan, fileConfig } from "../support/plans";
import { inputs, the } from "../support/record";

/** Pods that others make: parts of AKS, and two teams' apps, of which one is in the mesh. Their namespaces have no network policies. */
const others: readonly Workload[] = [
  { namespace: "kube-system", serviceAccount: "coredns", labels: { "k8s-app": "kube-dns" }, ports: { dns: 53 } },
  { namespace: "kube-system", serviceAccount: "konnectivity-agent", labels: { app: "konnectivity-agent" }, ports: {} },
  { namespace: "team", serviceAccount: "app", labels: { app: "app" }, ports: { http: 8080 } },
  { namespace: "plain", serviceAccount: "app", labels: { app: "app" }, ports: { http: 8080 } },
];

/**
 * Every way from pods to pods that is open in dev: the caller's namespace and service account, and the port of the container that is called.
 * Whatever is not here is closed.
 */
const open: Readonly<Record<string, readonly string[]>> = {
  outside: ["istio-ingress/istio-ingress:443", "istio-ingress/istio-ingress:15021"],
  // AKS lets its own pods out.
  "kube-system/konnectivity-agent": ["istio-system/istiod:15017", "cert-manager/cert-manager-webhook:10250", "istio-ingress/istio-ingress:443", "istio-ingress/istio-ingress:15021"],
  "kube-system/coredns": ["istio-ingress/istio-ingress:443", "istio-ingress/istio-ingress:15021"],
  // What the gateway says to a request of theirs is for its own policies: without Front Door's header they have the probe alone.
  "team/app": ["istio-system/istiod:15012", "istio-ingress/istio-ingress:443", "istio-ingress/istio-ingress:15021"],
  "plain/app": ["istio-ingress/istio-ingress:443", "istio-ingress/istio-ingress:15021"],
  "istio-ingress/istio-ingress": ["istio-system/istiod:15012", "istio-ingress/istio-ingress:15021", "echo/echo:8080", "oauth2-proxy/oauth2-proxy:4180"],
  "echo/echo": ["istio-system/istiod:15012"],
  "oauth2-proxy/oauth2-proxy": ["istio-system/istiod:15012", "oauth2-proxy/oauth2-proxy-redis:6379"],
  "oauth2-proxy/oauth2-proxy-redis": ["istio-system/istiod:15012"],
  "kayenta/kayenta": ["istio-system/istiod:15012", "kayenta/kayenta-redis:6379", "prometheus/prometheus-server:9090"],
  "kayenta/kayenta-redis": ["istio-system/istiod:15012"],
  "prometheus/prometheus-kube-state-metrics": ["istio-system/istiod:15012"],
  "prometheus/prometheus-server": [
    "istio-system/istiod:15012",
    "istio-system/istiod:15014",
    "cert-manager/cert-manager:9402",
    ...["istio-ingress/istio-ingress", "echo/echo", "oauth2-proxy/oauth2-proxy", "oauth2-proxy/oauth2-proxy-redis", "kayenta/kayenta", "kayenta/kayenta-redis", "prometheus/prometheus-server", "prometheus/prometheus-kube-state-metrics", "team/app"].map((pods) => `${pods}:15020`),
  ],
};

const collector = "tracing/collector:4317";
const shows = ["grafana/grafana", "kiali/kiali", "tracing/jaeger", "tracing/collector", "rate-limit/rate-limit", "rate-limit/rate-limit-redis"];

/** What is open besides in dev with every optional part. */
const openWithEverything: Readonly<Record<string, readonly string[]>> = {
  "team/app": [collector],
  "istio-ingress/istio-ingress": [collector, "kayenta/kayenta:8090", "grafana/grafana:3000", "kiali/kiali:20001", "tracing/jaeger:16686", "rate-limit/rate-limit:8081"],
  ...Object.fromEntries(["echo/echo", "oauth2-proxy/oauth2-proxy", "oauth2-proxy/oauth2-proxy-redis", "kayenta/kayenta", "kayenta/kayenta-redis", "prometheus/prometheus-kube-state-metrics"].map((pods) => [pods, [collector]])),
  "prometheus/prometheus-server": [collector, ...shows.map((pods) => `${pods}:15020`)],
  "grafana/grafana": ["istio-system/istiod:15012", collector, "prometheus/prometheus-server:9090"],
  "kiali/kiali": ["istio-system/istiod:15012", collector, "prometheus/prometheus-server:9090", "tracing/jaeger:16686"],
  "tracing/collector": ["istio-system/istiod:15012", collector, "tracing/jaeger:4317"],
  "tracing/jaeger": ["istio-system/istiod:15012", collector],
  "rate-limit/rate-limit": ["istio-system/istiod:15012", collector, "rate-limit/rate-limit-redis:6379"],
  "rate-limit/rate-limit-redis": ["istio-system/istiod:15012", collector],
};

/** What everyone in a namespace of the platform's has, and is not repeated above. */
const everyone = "kube-system/coredns:53";
const proxyMetrics = 15020;

const nameOf = ({ namespace, serviceAccount }: Workload): string => `${namespace}/${serviceAccount}`;
const accessOf = (plan: Plan): MeshAccess => new MeshAccess(plan, others, { "kube-system": {}, team: { "istio-injection": "enabled" }, plain: {} });
const isPlain = (port: string): boolean => /^(tcp|redis|mongo|mysql)(-|$)/.test(port);

/** The pods of a service account. */
function pods(access: MeshAccess, name: string): Workload {
  const found = access.workloads.find((workload) => nameOf(workload) === name);
  assert.ok(found, name);
  return found;
}

/** Every way that is open, by who calls. */
function waysOf(plan: Plan): object {
  const access = accessOf(plan);
  const ways: Record<string, string[]> = {};
  for (const caller of ["outside", ...access.workloads] as const) {
    for (const target of access.workloads) {
      // What reaches pods without network policies of their own is for their teams, but for the metrics of their proxies.
      const ports = { ...(["team", "plain"].includes(target.namespace) ? {} : target.ports), ...(target.namespace !== "plain" && !target.namespace.startsWith("kube-") && { metrics: proxyMetrics }) };
      for (const [name, port] of Object.entries(ports)) {
        const way = `${nameOf(target)}:${port}`;
        const from = caller === "outside" ? caller : nameOf(caller);
        if (way === everyone || (others.includes(target) && (caller === "outside" || others.includes(caller)))) continue;
        if (access.refusal(caller, target, port, isPlain(name) ? "tcp" : undefined) === undefined) (ways[from] ??= []).push(way);
      }
    }
  }
  return sorted(ways);
}

const sorted = (table: Readonly<Record<string, readonly string[]>>): object => Object.fromEntries(Object.entries(table).map(([from, to]) => [from, [...new Set(to)].sort()]));

describe("who reaches whom", () => {
  it("is what the table says, and nothing else: every pair of service accounts, every port", async () => {
    assert.deepEqual(waysOf(await environmentPlan("dev", "up")), sorted(open));
  });

  it("is with every optional part what the two tables say together", async () => {
    const ways = { ...open };
    for (const [from, to] of Object.entries(openWithEverything)) ways[from] = [...(open[from] ?? []), ...to];
    assert.deepEqual(waysOf(await everythingPlan("up")), sorted(ways));
  });

  it("lets every pod of the platform's find others by name, and none be asked for names", async () => {
    const access = accessOf(await environmentPlan("dev", "up"));
    const dns = pods(access, "kube-system/coredns");
    for (const caller of access.workloads) assert.equal(access.refusal(caller, dns, 53, "tcp"), undefined, nameOf(caller));
  });

  const host = "echo.dev.example.com";
  const get = (change: Partial<Request>): Request => ({ method: "GET", host, path: "/", ...change });
  const gate = "istio-ingress/istio-ingress";
  const rows: readonly { readonly what: string; readonly from: string; readonly to: string; readonly port: number; readonly request: Request; readonly fromFrontDoor?: boolean; readonly refused?: RegExp }[] = [
    { what: "a request for an app's host, from Front Door", from: "outside", to: gate, port: 443, request: get({}), fromFrontDoor: true },
    { what: "one that names the port after the host", from: "outside", to: gate, port: 443, request: get({ host: `${host}:443` }), fromFrontDoor: true },
    { what: "one of any method", from: "outside", to: gate, port: 443, request: get({ method: "POST" }), fromFrontDoor: true },
    { what: "one without Front Door's id", from: "outside", to: gate, port: 443, request: get({}), refused: /denied by front-door-only/ },
    { what: "one with another Front Door's id", from: "outside", to: gate, port: 443, request: get({ headers: { "x-azure-fdid": "another" } }), refused: /denied by front-door-only/ },
    { what: "the probe, which nobody vouches for", from: "outside", to: gate, port: 443, request: get({ host: "ingress.dev.example.com", path: "/probe" }) },
    { what: "the probe on an app's host", from: "outside", to: gate, port: 443, request: get({ path: "/probe" }) },
    { what: "a probe by another method", from: "outside", to: gate, port: 443, request: get({ host: "ingress.dev.example.com", path: "/probe", method: "POST" }), refused: /denied by front-door-only/ },
    { what: "one of Front Door's", from: "outside", to: gate, port: 443, request: get({ host: "ingress.dev.example.com", path: "/probe", method: "POST" }), fromFrontDoor: true, refused: /nothing allows it/ },
    { what: "a request to an app on the probe's path past Front Door", from: "outside", to: gate, port: 443, request: get({ path: "/probe", method: "POST" }), refused: /denied by front-door-only/ },
    { what: "anything else of Front Door's own host", from: "outside", to: gate, port: 443, request: get({ host: "ingress.dev.example.com" }), fromFrontDoor: true, refused: /nothing allows it/ },
    { what: "a host that the gateway's server takes but nobody has", from: "outside", to: gate, port: 443, request: get({ host: "other.dev.example.com" }), fromFrontDoor: true, refused: /nothing allows it/ },
    { what: "plain HTTP", from: "outside", to: gate, port: 80, request: get({}), fromFrontDoor: true, refused: /network/ },
    { what: "the gateway's request for a host of the echo server's", from: gate, to: "echo/echo", port: 8080, request: get({}) },
    { what: "the gateway's request for a host that is not", from: gate, to: "echo/echo", port: 8080, request: get({ host: "other.dev.example.com" }), refused: /nothing allows it/ },
    { what: "a mesh app's request to the echo server past the gateway", from: "team/app", to: "echo/echo", port: 8080, request: get({}), refused: /network: it may not be called/ },
  ];
  for (const { what, from, to, port, request, fromFrontDoor, refused } of rows) {
    it(`${refused ? "refuses" : "allows"} ${what}`, async () => {
      const plan = await environmentPlan("dev", "up");
      const access = accessOf(plan);
      const caller: Caller = from === "outside" ? from : pods(access, from);
      const frontDoorId = String((the(plan, "azure-native:cdn:Profile").outputs ?? {})["frontDoorId"]);
      const refusal = access.refusal(caller, pods(access, to), port, fromFrontDoor ? { ...request, headers: { "x-azure-fdid": frontDoorId } } : request);
      if (refused) assert.match(refusal ?? "allowed", refused);
      else assert.equal(refusal, undefined);
    });
  }

  it("is decided by the mesh as well as by the network: without network policies, all but what the mesh has no part in stays closed", async () => {
    const plan = await environmentPlan("dev", "up");
    const access = accessOf({ ...plan, resources: plan.resources.filter(({ type }) => !type.endsWith(":NetworkPolicy")) });
    const [team, plain] = [pods(access, "team/app"), pods(access, "plain/app")];
    for (const target of access.workloads.filter(({ namespace }) => ["echo", "kayenta", "oauth2-proxy", "prometheus"].includes(namespace))) {
      for (const [name, port] of Object.entries(target.ports)) {
        const request = isPlain(name) ? "tcp" : undefined;
        assert.equal(access.refusal(plain, target, port, request), "mesh: no certificate", nameOf(target));
        assert.equal(access.refusal(team, target, port, request), "mesh: nothing allows it", nameOf(target));
      }
    }
  });

  it("is no other for a namespace of an exception, which takes connections without a certificate but no request that nothing allows", async () => {
    const exceptions = { billing: { mode: "PERMISSIVE", reason: "called by servers outside the mesh" } };
    const plan = await changedPlan("dev", "up", (config) => Object.assign(config, { mesh: { exceptions } }));
    assert.deepEqual(plan.findings, []);
    const billing = { namespace: "billing", serviceAccount: "app", labels: { app: "app" }, ports: { http: 8080 } };
    const closed = accessOf(plan);
    assert.match(closed.refusal(pods(closed, "plain/app"), billing, 8080) ?? "allowed", /network: it may not be called/);
    const access = accessOf({ ...plan, resources: plan.resources.filter(({ type }) => !type.endsWith(":NetworkPolicy")) });
    assert.equal(access.refusal(pods(access, "plain/app"), billing, 8080), "mesh: nothing allows it");
    assert.equal(access.refusal(pods(access, "plain/app"), pods(access, "echo/echo"), 8080), "mesh: no certificate");
  });
});

describe("the platform's own namespaces", () => {
  for (const environment of environments) {
    it(`can't be let off the mesh's rules in ${environment}`, async () => {
      const plan = await environmentPlan(environment, "up");
      const made = plan.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace").map((resource) => (inputs(resource)["metadata"] as { name: string }).name);
      assert.ok(made.length > 4);
      for (const namespace of made) {
        const config = { ...fileConfig(environment), mesh: { exceptions: { [namespace]: { mode: "PERMISSIVE", reason: "called by servers outside the mesh" } } } };
        assert.throws(() => parseConfig(config, environment), /is a namespace of the platform's own/, namespace);
      }
    });
  }
});
