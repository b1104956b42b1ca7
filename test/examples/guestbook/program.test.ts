import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Mode, Plan, planToJson, RecordedResource } from "../../../simulator/engine/plan";
import { call } from "../../cli/terminal";
import { MeshAccess, objectsOf, Request, Workload } from "../../support/meshAccess";
import { environmentPlan } from "../../support/plans";
import { inputs } from "../../support/record";
import { RequestPath } from "../../support/requestPath";
import { routed } from "../../support/versionRouting";

/** What `--json` prints, as far as this looks at it. Its values are plain, unlike a plan's. */
type Printed = Pick<Plan, "resources" | "findings" | "outputs">;

/** Every way that is open from or to the guestbook's pods: who calls, and the ports of containers that are called. Whatever is not here is closed. */
const open: Readonly<Record<string, readonly string[]>> = {
  "istio-ingress/istio-ingress": ["guestbook/ui:8080", "guestbook/guestbook-api:8080", "guestbook-limits/rate-limit:8081"],
  "guestbook/ui": ["guestbook/message:8080", "guestbook/guestbook:8080", "guestbook/redis:6379"],
  "guestbook/guestbook": ["guestbook/mysql:3306"],
  "guestbook/guestbook-api": ["guestbook/mysql:3306", "guestbook-limits/rate-limit:8081"],
  "guestbook-limits/rate-limit": ["guestbook-limits/rate-limit-redis:6379"],
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
      ["guestbook/ui", "guestbook/message", "GET", "/hello/Ana"],
      ["guestbook/ui", "guestbook/message", "POST", "/hello/Ana", /nothing allows it/],
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

    it("lets none out of the cluster but the second version of message, and that to one host", () => {
      const outside = printed.up.resources.filter(({ type, parent }) => type.endsWith(":NetworkPolicy") && parent?.includes("mesh:Egress::")).map((policy) => inputs(policy)["spec"] as { podSelector: object });
      assert.deepEqual(outside.map(({ podSelector }) => podSelector), [{ matchLabels: { app: "message", version: "v2" } }]);
      assert.deepEqual((objectsOf(printed.up as Plan, "ServiceEntry") as unknown as { spec: { hosts: string[] } }[]).map(({ spec }) => spec.hosts), [["api.github.com"]]);
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
      ["is refused to the API with one that is for another", { host: api, path: "/messages", token: "wrong audience" }, 401, "RequestAuthentication guestbook/guestbook-api-jwt"],
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
    ["retries", "VirtualService", "message", "http.0.retries", { attempts: 2, perTryTimeout: "2s", retryOn: "connect-failure,refused-stream,reset-before-request,503" }],
    ["timeouts", "VirtualService", "message", "http.0.timeout", "7s"],
    ["faults", "VirtualService", "guestbook", "http.0.fault", { delay: { fixedDelay: "3s", percentage: { value: 100 } } }],
    ["mutual TLS", "DestinationRule", "message", "trafficPolicy.tls", { mode: "ISTIO_MUTUAL" }],
    ["connection pools", "DestinationRule", "message", "trafficPolicy.connectionPool", { tcp: { maxConnections: 100, connectTimeout: "1s" }, http: { http1MaxPendingRequests: 20, http2MaxRequests: 100 } }],
    ["outliers", "DestinationRule", "message", "trafficPolicy.outlierDetection.consecutive5xxErrors", 5],
    ["affinity", "DestinationRule", "ui", "trafficPolicy.loadBalancer", { consistentHash: { httpCookie: { name: "guestbook-pod", path: "/", ttl: "1h" } } }],
    ["limits on TCP", "DestinationRule", "mysql", "trafficPolicy", { tls: { mode: "ISTIO_MUTUAL" }, connectionPool: { tcp: { maxConnections: 50, connectTimeout: "5s" } } }],
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
    ["limits at the gateway, for the API's host alone", "EnvoyFilter", "rate-limit-guestbook-limits-door", "configPatches.1.match.routeConfiguration.vhost.name", `${api}:443`],
    ["limits by plan, at the API's own proxies", "EnvoyFilter", "rate-limit-guestbook-limits-plans", "workloadSelector", { labels: { app: "guestbook-api" } }],
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
    assert.ok(!JSON.stringify(resources).includes("fixedDelay"));
    assert.deepEqual(resources.map(({ urn }) => urn), printed.preview.resources.map(({ urn }) => urn));
  });

  it("counts FREE and PREMIUM for each caller of the API", () => {
    const config = printed.up.resources.find(({ name, type }) => name === "guestbook-limits-config" && type.endsWith(":ConfigMap"));
    assert.ok(config);
    const text = Object.values(inputs(config)["data"] as Record<string, string>).join("\n");
    assert.match(text, /FREE[^]*?unit: minute\s+requests_per_unit: 10\b/);
    assert.match(text, /PREMIUM[^]*?unit: minute\s+requests_per_unit: 100\b/);
  });

  it("runs in namespaces where pods of a lower level than restricted are refused, and all of them have a proxy", () => {
    const labels = objectsOf(printed.up as Plan, "Namespace").map(({ metadata }) => [metadata.name, metadata.labels]);
    const closed = { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" };
    assert.deepEqual(labels, [["guestbook", closed], ["guestbook-limits", closed]]);
  });
});
