import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { architectureOf } from "../../../cli/diagram/architecture";
import { boxesOf } from "../../../cli/diagram/model";
import { Mode, Plan, planToJson, RecordedResource } from "../../../simulator/engine/plan";
import { call } from "../../cli/terminal";
import { MeshAccess, objectsOf, Request, Workload } from "../../support/meshAccess";
import { environmentPlan } from "../../support/plans";
import { inputs } from "../../support/record";
import { RequestPath } from "../../support/requestPath";
import { routed } from "../../support/versionRouting";
import { limitFiles, stores, variables } from "./expected";

/** What `--json` prints, as far as this looks at it. Its values are plain, unlike a plan's. */
type Printed = Pick<Plan, "resources" | "findings" | "outputs">;

/** Every way that is open from or to the guestbook's pods: who calls, and the ports of containers that are called. Whatever is not here is closed. */
const open: Readonly<Record<string, readonly string[]>> = {
  "istio-ingress/istio-ingress": ["guestbook/ui:8080", "guestbook/guestbook-api:8080", "guestbook-limits/rate-limit:8081"],
  "guestbook/ui": ["guestbook/message:8080", "guestbook/guestbook:8080", "guestbook/redis:6379"],
  "guestbook/guestbook": ["guestbook/mysql:3306"],
  "guestbook/guestbook-api": ["guestbook/mysql:3306", "guestbook-limits/rate-limit:8081"],
  "guestbook-limits/rate-limit": ["guestbook-limits/rate-limit-redis:6379"],
  "prometheus/prometheus-server": ["guestbook/message:8080"],
};

/** What every pod of the mesh's has, and is not repeated above. */
const everyone = "istio-system/istiod:15012";
const pages = "guestbook.dev.example.com";
const api = "guestbook-api.dev.example.com";

const nameOf = ({ namespace, serviceAccount }: Workload): string => `${namespace}/${serviceAccount}`;
const isGuestbook = ({ namespace }: Workload): boolean => namespace.startsWith("guestbook");
const sorted = (table: Readonly<Record<string, readonly string[]>>): object => Object.fromEntries(Object.entries(table).map(([from, to]) => [from, [...new Set(to)].sort()]));
const without = (plan: Plan, kind: string): Plan => ({ ...plan, resources: plan.resources.filter(({ type }) => !type.endsWith(`:${kind}`)) });

function waysOf(plan: Plan): object {
  const access = new MeshAccess(plan);
  const ways: Record<string, string[]> = {};
  for (const caller of ["outside", ...access.workloads] as const) {
    for (const target of access.workloads) {
      if (!isGuestbook(target) && (caller === "outside" || !isGuestbook(caller))) continue;
      for (const [name, port] of Object.entries(target.ports)) {
        const way = `${nameOf(target)}:${port}`;
        if (way !== everyone && access.refusal(caller, target, port, name.startsWith("tcp") ? "tcp" : undefined) === undefined) (ways[caller === "outside" ? caller : nameOf(caller)] ??= []).push(way);
      }
    }
  }
  return sorted(ways);
}

function pods(access: MeshAccess, name: string): Workload {
  const found = access.workloads.find((workload) => nameOf(workload) === name);
  assert.ok(found, name);
  return found;
}

describe("the guestbook example", function () {
  // It runs as a program of its own, once for each mode, beside what the platform of dev would export.
  this.timeout(120_000);
  let folder: string;
  let platform: Plan;
  let printed: Readonly<Record<Mode, Printed>>;
  /** The guestbook together with the platform that it runs on. */
  let plan: Plan;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "guestbook-"));
    platform = await environmentPlan("dev", "up");
    printed = { preview: await preview("preview"), up: await preview("up") };
    plan = { ...platform, resources: [...platform.resources, ...printed.up.resources] };
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** What the program registers on the platform, or on one whose outputs were others. */
  async function preview(mode: Mode, change: object = {}): Promise<Printed> {
    const file = path.join(folder, "outputs.json");
    fs.writeFileSync(file, JSON.stringify({ ...planToJson(platform), outputs: { ...(planToJson(platform)["outputs"] as object), ...change } }));
    const { status, out, err } = await call(["preview", "dev", "--program", "examples/guestbook", "--outputs", `organization/azure-delivery-platform/dev=${file}`, "--mode", mode, "--json"]);
    assert.equal(status, 0, err);
    return JSON.parse(out) as Printed;
  }

  it("is refused nowhere, in a preview or in an update: not by a schema, not by Kubernetes, not by Istio", () => {
    assert.deepEqual([printed.preview.findings, printed.up.findings], [[], []]);
  });

  it("is the same set of resources in both, and all of its secrets are secret", () => {
    const shape = ({ urn, inputs: given }: RecordedResource): unknown => [urn, Object.keys(given).sort()];
    assert.deepEqual(printed.preview.resources.map(shape), printed.up.resources.map(shape));
    const secrets = printed.up.resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.deepEqual(secrets.map(({ name }) => name).sort(), ["guestbook-api-v1-secret", "guestbook-limits-redis-secret", "guestbook-v1-secret", "mysql-secret", "redis-secret", "ui-v1-secret", "ui-v2-secret"]);
    for (const secret of secrets) assert.deepEqual(inputs(secret)["stringData"], "[secret]", secret.name);
  });

  it("says where it is", () => {
    const inside = (app: string): string => `${app}.guestbook.svc.cluster.local`;
    assert.deepEqual(printed.up.outputs, {
      addresses: { ui: inside("ui"), message: inside("message"), guestbook: inside("guestbook"), guestbookApi: inside("guestbook-api") },
      hosts: { ui: [pages], guestbookApi: [api] },
    });
  });

  it("runs the images that its package.json has built, and no other of the team's", () => {
    const { version, images } = JSON.parse(fs.readFileSync("examples/guestbook/package.json", "utf8")) as { version: string; images: object };
    const registry = String(plan.outputs["registryLoginServer"]);
    const run = printed.up.resources
      .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
      .map((deployment) => (inputs(deployment)["spec"] as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0]?.image ?? "");
    assert.deepEqual([...new Set(run.filter((image) => image.startsWith(registry)))].sort(), Object.keys(images).map((name) => `${registry}/apps/${name}:${version}`).sort());
  });

  describe("who calls whom", () => {
    it("is what the table says, and nothing else: every pair of service accounts, every port", () => assert.deepEqual(waysOf(plan), sorted(open)));

    it("is the same by the mesh alone, without the network's help, for whoever is in it", () => {
      const access = new MeshAccess(without(plan, "NetworkPolicy"));
      const inMesh = access.workloads.filter(({ namespace }) => isGuestbook({ namespace } as Workload) || ["istio-ingress", "echo"].includes(namespace));
      for (const caller of inMesh) {
        for (const target of access.workloads.filter(isGuestbook)) {
          for (const [name, port] of Object.entries(target.ports)) {
            const isOpen = open[nameOf(caller)]?.includes(`${nameOf(target)}:${port}`) ?? false;
            assert.equal(access.refusal(caller, target, port, name.startsWith("tcp") ? "tcp" : undefined), isOpen ? undefined : "mesh: nothing allows it", `${nameOf(caller)} to ${nameOf(target)}:${port}`);
          }
        }
      }
    });

    it("is told apart by service accounts, one for each", () => {
      const accounts = new MeshAccess(printed.up as Plan).workloads.map((workload) => `${nameOf(workload)} ${String(workload.labels["app"])}`);
      assert.ok(accounts.filter((name) => name.startsWith("guestbook/")).every((name) => /^guestbook\/(\S+) \1$/.test(name)), accounts.join());
    });

    const rows: readonly (readonly [from: string, to: string, method: string, path: string, refused?: RegExp])[] = [
      ["guestbook/ui", "guestbook/message", "GET", "/hello"],
      ["guestbook/ui", "guestbook/message", "POST", "/hello", /nothing allows it/],
      ["guestbook/ui", "guestbook/message", "GET", "/metrics", /nothing allows it/],
      ["prometheus/prometheus-server", "guestbook/message", "GET", "/metrics"],
      ["prometheus/prometheus-server", "guestbook/message", "GET", "/hello", /nothing allows it/],
      ["guestbook/ui", "guestbook/message", "GET", "/healthz", /nothing allows it/],
      ["guestbook/ui", "guestbook/guestbook", "GET", "/messages"],
      ["guestbook/ui", "guestbook/guestbook", "POST", "/messages"],
      ["guestbook/ui", "guestbook/guestbook", "DELETE", "/messages", /nothing allows it/],
      ["guestbook/ui", "guestbook/guestbook", "GET", "/ready", /nothing allows it/],
      ["guestbook/ui", "guestbook/guestbook-api", "GET", "/messages", /network/],
      ["guestbook/message", "guestbook/guestbook", "GET", "/messages", /network/],
      ["istio-ingress/istio-ingress", "guestbook/guestbook", "GET", "/messages", /network/],
    ];
    for (const [from, to, method, at, refused] of rows) {
      it(`${refused ? "refuses" : "allows"} ${method} ${at} of ${from} to ${to}`, () => {
        const access = new MeshAccess(plan);
        const request: Request = { method, path: at, host: `${to.split("/")[1] ?? ""}.guestbook` };
        const refusal = access.refusal(pods(access, from), pods(access, to), 8080, request);
        if (refused) assert.match(refusal ?? "allowed", refused);
        else assert.equal(refusal, undefined);
      });
    }

    it("lets none out of the cluster but the second version of message, and that to GitHub's hosts", () => {
      const outside = printed.up.resources.filter(({ type, parent }) => type.endsWith(":NetworkPolicy") && parent?.includes("mesh:Egress::")).map((policy) => inputs(policy)["spec"] as { podSelector: object });
      const usedBy = { matchLabels: { app: "message", version: "v2" } };
      assert.deepEqual(outside.map(({ podSelector }) => podSelector), [usedBy, usedBy]);
      const ports = [{ number: 443, name: "tls-443", protocol: "TLS" }];
      assert.deepEqual(objectsOf(printed.up as Plan, "ServiceEntry").map(({ spec }) => spec), [
        { hosts: ["*.githubusercontent.com"], exportTo: ["."], location: "MESH_EXTERNAL", resolution: "NONE", ports },
        { hosts: ["api.github.com"], exportTo: ["."], location: "MESH_EXTERNAL", resolution: "DNS", ports },
      ]);
    });
  });

  describe("a request from outside", () => {
    const refusedByToken = "AuthorizationPolicy guestbook/guestbook-api-jwt";
    const rows: readonly (readonly [what: string, request: Parameters<RequestPath["send"]>[0], status: number, decidedBy: string])[] = [
      ["sends somebody who has not signed in to the sign-in", { host: pages, path: "/" }, 302, `AuthorizationPolicy istio-ingress/sign-in-${pages}`],
      ["shows the pages to somebody who has", { host: pages, path: "/", session: "person" }, 200, "ui.guestbook.svc.cluster.local"],
      ["is refused to the API without a token", { host: api, path: "/messages" }, 403, refusedByToken],
      ["reaches the API with a token", { host: api, path: "/messages", method: "POST", token: "service principal" }, 200, "guestbook-api.guestbook.svc.cluster.local"],
      ["is refused to the API with a token of a program that is not listed", { host: api, path: "/messages", token: "unlisted service principal" }, 403, refusedByToken],
      ["is refused to the API with one that is for another", { host: api, path: "/messages", token: "wrong audience" }, 403, "RequestAuthentication guestbook/guestbook-api-jwt"],
      ["is refused to the API with an expired one", { host: api, path: "/messages", token: "expired" }, 401, "RequestAuthentication guestbook/guestbook-api-jwt"],
      ["is refused past Front Door", { host: api, path: "/messages", token: "service principal", throughFrontDoor: false }, 403, "AuthorizationPolicy istio-ingress/front-door-only"],
    ];
    for (const [what, request, status, decidedBy] of rows) {
      it(what, () => {
        const outcome = new RequestPath(plan).send(request);
        assert.deepEqual([outcome.status, outcome.decidedBy], [status, decidedBy]);
      });
    }

    it("tells the pages who has signed in", () => {
      assert.equal(new RequestPath(plan).send({ host: pages, path: "/", session: "person" }).appHeaders?.["x-auth-request-email"], "ana@example.com");
    });

    const gateway = "istio-ingress/front-door";
    const versions: readonly (readonly [what: string, host: string, headers: Record<string, string>, expected: ReturnType<typeof routed>, gateway?: string])[] = [
      ["of ten to the pages, one is golden", pages, {}, { rule: "ui", versions: { v1: 90, v2: 10 }, broken: false }, gateway],
      ["of Chrome is golden", pages, { "user-agent": "Mozilla/5.0 (X11) Chrome/140.0 Safari/537.36" }, { rule: "browsers", versions: { v2: 100 }, broken: false }, gateway],
      ["of Firefox is golden", pages, { "user-agent": "Mozilla/5.0 (X11) Gecko/20100101 Firefox/143.0" }, { rule: "browsers", versions: { v2: 100 }, broken: false }, gateway],
      ["for a greeting goes to v1, with a copy to v2", "message.guestbook.svc.cluster.local", {}, { rule: "message", versions: { v1: 100 }, copiedTo: "v2", broken: false }],
      ["for a greeting that asks to be broken is, half of the time", "message.guestbook.svc.cluster.local", { "x-guestbook-abort": "yes" }, { rule: "message-faults", versions: { v1: 100 }, copiedTo: "v2", broken: true }],
      ["to the book goes on as it is", "guestbook.guestbook.svc.cluster.local", {}, { rule: "guestbook", versions: { v1: 100 }, broken: false }],
      ["to the book that asks for a delay has it", "guestbook.guestbook.svc.cluster.local", { "x-guestbook-delay": "yes" }, { rule: "guestbook-faults", versions: { v1: 100 }, broken: true }],
    ];
    for (const [what, host, headers, expected, by] of versions) it(what, () => assert.deepEqual(routed(printed.up as Plan, host, headers, by), expected));
  });

  /* Each feature, and what in the example's objects there is of it. */
  interface Spec {
    readonly [key: string]: unknown;
  }
  const features: readonly (readonly [feature: string, kind: string, name: string, of: string, expected: unknown])[] = [
    ["retries", "VirtualService", "message", "http.1.retries", { attempts: 2, perTryTimeout: "2s", retryOn: "connect-failure,refused-stream,reset-before-request,503" }],
    ["timeouts", "VirtualService", "message", "http.1.timeout", "7s"],
    ["aborts, for whom asks for them", "VirtualService", "message", "http.0.match", [{ headers: { "x-guestbook-abort": { exact: "yes" } } }]],
    ["aborts, of half of the requests", "VirtualService", "message", "http.0.fault", { abort: { httpStatus: 503, percentage: { value: 50 } } }],
    ["delays", "VirtualService", "guestbook", "http.0.fault", { delay: { fixedDelay: "3s", percentage: { value: 100 } } }],
    ["mutual TLS", "DestinationRule", "message", "trafficPolicy.tls", { mode: "ISTIO_MUTUAL" }],
    ["connection pools", "DestinationRule", "message", "trafficPolicy.connectionPool", { tcp: { maxConnections: 100, connectTimeout: "1s" }, http: { http1MaxPendingRequests: 20, http2MaxRequests: 100 } }],
    ["outliers", "DestinationRule", "message", "trafficPolicy.outlierDetection.consecutive5xxErrors", 5],
    ["affinity", "DestinationRule", "ui", "trafficPolicy.loadBalancer", { consistentHash: { httpCookie: { name: "guestbook-pod", path: "/", ttl: "1h" } } }],
    ["limits on TCP", "DestinationRule", "mysql", "trafficPolicy", { tls: { mode: "ISTIO_MUTUAL" }, connectionPool: { tcp: { maxConnections: 200, connectTimeout: "5s" } } }],
    ["autoscalers", "HorizontalPodAutoscaler", "ui-v2", "maxReplicas", 4],
    ["disruption budgets", "PodDisruptionBudget", "guestbook", "maxUnavailable", 1],
    ["readiness of its own", "Deployment", "guestbook-v1", "template.spec.containers.0.readinessProbe", { httpGet: { path: "/ready", port: "app" } }],
    ["liveness of its own", "Deployment", "guestbook-api-v1", "template.spec.containers.0.livenessProbe.httpGet.path", "/healthz"],
    ["a disk", "StatefulSet", "mysql", "volumeClaimTemplates.0.spec.resources.requests.storage", "8Gi"],
    ["headless services", "Service", "mysql-headless", "clusterIP", "None"],
    ["ports that say what is spoken", "Service", "redis", "ports.0.name", "tcp-redis"],
    ["sign-in at the app", "RequestAuthentication", "ui-sign-in", "selector", { matchLabels: { app: "ui" } }],
    ["tokens", "RequestAuthentication", "guestbook-api-jwt", "jwtRules.0.issuer", "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0"],
    ["local limits", "EnvoyFilter", "message-local-limit", "workloadSelector", { labels: { app: "message" } }],
    ["limits at the gateway, for the API's host alone", "EnvoyFilter", "guestbook-limits.guestbook-door", "configPatches.1.match.routeConfiguration.vhost.name", `${api}:443`],
    ["limits that refuse what can't be counted, at the gateway", "EnvoyFilter", "guestbook-limits.guestbook-door", "configPatches.0.patch.value.typed_config.failure_mode_deny", true],
    ["limits that let pass what can't be counted, at the app", "EnvoyFilter", "guestbook-limits.guestbook-plans", "configPatches.0.patch.value.typed_config.failure_mode_deny", false],
    ["metrics that Prometheus asks for", "Deployment", "message-v1", "template.metadata.annotations", { "prometheus.io/scrape": "true", "prometheus.io/port": "8080", "prometheus.io/path": "/metrics", "prometheus.istio.io/merge-metrics": "false" }],
    ["limits by plan, at the API's own proxies", "EnvoyFilter", "guestbook-limits.guestbook-plans", "workloadSelector", { labels: { app: "guestbook-api" } }],
  ];
  for (const [feature, kind, name, of, expected] of features) {
    it(`has ${feature}`, () => {
      const found = objectsOf(printed.up as Plan, kind).filter(({ metadata }) => metadata.name === name);
      assert.equal(found.length, 1, `${kind} ${name}: there are ${objectsOf(printed.up as Plan, kind).map(({ metadata }) => metadata.name).join(", ")}`);
      assert.deepEqual(of.split(".").reduce<unknown>((value, key) => (value as Spec)[key], found[0]?.spec), expected);
    });
  }

  it("breaks nothing on purpose in prod, and is the same there otherwise", async () => {
    const { findings, resources } = await preview("preview", { environment: "prod" });
    assert.deepEqual(findings, []);
    assert.doesNotMatch(JSON.stringify(resources), /fixedDelay|httpStatus/);
    assert.deepEqual(resources.map(({ urn }) => urn), printed.preview.resources.map(({ urn }) => urn));
  });

  it("counts FREE and PREMIUM for each caller of the API, and writers by address", () => {
    const config = printed.up.resources.find(({ name, type }) => name === "guestbook-limits-config" && type.endsWith(":ConfigMap"));
    assert.ok(config);
    const { data, ...rest } = inputs(config);
    assert.deepEqual(rest, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "rate-limit", namespace: "guestbook-limits", labels: { app: "rate-limit" } } });
    assert.deepEqual(Object.fromEntries(Object.entries(data as Record<string, string>).map(([file, text]) => [file, parse(text)])), limitFiles);
  });

  it("keeps what it keeps in two StatefulSets, which are exactly these", () => {
    const found = objectsOf(printed.up as Plan, "StatefulSet") as unknown as { metadata: { name: string }; spec: { template: { metadata: { annotations: Record<string, string> } } } }[];
    const sets = Object.fromEntries(found.map((set) => [set.metadata.name, set]));
    const checksums = Object.fromEntries(found.map(({ metadata, spec }) => [metadata.name, spec.template.metadata.annotations]));
    assert.deepEqual(Object.entries(checksums).map(([name, values]) => [name, Object.keys(values)]), [["mysql", ["checksum/mysql", "checksum/mysql-files"]], ["redis", ["checksum/redis"]]]);
    assert.deepEqual(sets, stores(String(plan.outputs["registryLoginServer"]), checksums));
  });

  it("has MySQL's image from where the platform's registry caches it", () => {
    const cached = platform.resources.filter(({ type }) => type === "azure-native:containerregistry:CacheRule").map((rule) => inputs(rule)["targetRepository"]);
    assert.deepEqual(cached, ["docker/library/mysql"]);
  });

  it("gives its servers exactly these variables", () => {
    const given = printed.up.resources
      .filter(({ type, name }) => type === "kubernetes:apps/v1:Deployment" && !name.startsWith("guestbook-limits"))
      .map((deployment) => [deployment.name, (inputs(deployment)["spec"] as { template: { spec: { containers: { env: unknown }[] } } }).template.spec.containers[0]?.env]);
    assert.deepEqual(Object.fromEntries(given), variables);
  });

  it("names in its variables Services that there are, at ports that they have", () => {
    const found = objectsOf(printed.up as Plan, "Service") as unknown as { metadata: { name: string; namespace: string }; spec: { ports: { port: number }[] } }[];
    const services = new Map(found.map(({ metadata, spec }) => [`${metadata.namespace}/${metadata.name}`, spec.ports.map(({ port }) => port)]));
    const values = Object.fromEntries(Object.values(variables).flatMap((list) => (list as { name: string; value?: string }[]).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))));
    const inside = Object.entries(values).filter(([name, value]) => /_(URL|HOST)$/.test(name) && !value.startsWith("https://"));
    assert.deepEqual(inside.map(([name]) => name).sort(), ["GUESTBOOK_URL", "MESSAGE_URL", "MYSQL_HOST"]);
    for (const [name, value] of inside) {
      const { hostname, port } = new URL(value.includes("://") ? value : `tcp://${value}:${values[name.replace("_HOST", "_PORT")] ?? ""}`);
      assert.ok(services.get(`guestbook/${hostname}`)?.includes(Number(port || 80)), `${name}: ${value}`);
    }
    // Of the secret ones, Redis' is made up of an address too.
    assert.deepEqual(services.get("guestbook/redis"), [6379]);
    assert.match(fs.readFileSync("examples/guestbook/apps/ui.ts", "utf8"), /redis:\/\/:\$\{redisPassword\}@redis:6379`/);
  });

  it("is drawn with the platform's gateway before what has hosts", () => {
    const { groups, edges } = architectureOf(printed.up as Plan);
    const titles = new Map(boxesOf(groups).map(({ id, title }) => [id, title]));
    const ways = edges.filter(({ kind }) => kind === "request").map(({ from, to }) => `${titles.get(from)} -> ${titles.get(to)}`);
    assert.deepEqual(ways.sort(), ["Gateway -> guestbook-api-v1", "Gateway -> ui-v1", "Gateway -> ui-v2"]);
  });

  it("runs in namespaces where pods of a lower level than restricted are refused, and all of them have a proxy", () => {
    const labels = objectsOf(printed.up as Plan, "Namespace").map(({ metadata }) => [metadata.name, metadata.labels]);
    const closed = { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" };
    assert.deepEqual(labels, [["guestbook", closed], ["guestbook-limits", closed]]);
  });
});
