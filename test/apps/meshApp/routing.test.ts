import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { MeshApp } from "../../../components/apps/meshApp";
import { MeshAppArgs } from "../../../components/apps/meshApp/args";
import { AppFacts } from "../../../components/apps/meshApp/facts";
import { hostRoutes, meshRoutes } from "../../../components/apps/meshApp/routing";
import { AppTraffic } from "../../../components/apps/meshApp/traffic";
import { trafficObjects } from "../../../components/apps/meshApp/trafficObjects";
import { SignInHost } from "../../../components/mesh/signInHost";
import { signInProvider } from "../../../components/services/oauth2ProxyChart";
import { Plan } from "../../../simulator/engine/plan";
import { testAppPlatform } from "../../support/appPlatform";
import { inputs, record, the } from "../../support/record";
import { Routed, routed, Rule, takenBy } from "../../support/versionRouting";
import { facts } from "./facts";

const address = "message.guestbook.svc.cluster.local";
const to = (subset: string): object => ({ destination: { host: address, subset, port: { number: 80 } } });
const settings = { timeout: "15s", retries: { attempts: 0 } };
const split = { name: "message", route: [to("v1")], ...settings };

/** The rules for HTTP, which both VirtualServices have. */
function rulesOf(traffic: AppTraffic, app: Partial<AppFacts> = {}): unknown {
  const { http } = meshRoutes({ ...facts, ...app }, traffic);
  assert.deepEqual(hostRoutes({ ...facts, ...app }, traffic).http, http);
  return http;
}

describe("the routes of an app", () => {
  it("lead callers inside the mesh to its one version, within 15 seconds and without a second attempt", () =>
    assert.deepEqual(meshRoutes(facts, {}), { hosts: [address], exportTo: ["*"], http: [split] }));

  it("are the same for its hosts at the gateway", () =>
    assert.deepEqual(hostRoutes(facts, {}), { hosts: ["message.dev.example.com"], gateways: ["istio-ingress/front-door"], exportTo: ["*"], http: [split] }));

  it("split requests by weight", () =>
    assert.deepEqual(rulesOf({}, { versions: { v1: { weight: 90, pods: 2 }, v2: { weight: 10, pods: 1 }, v3: { weight: 0, pods: 1 } } }), [
      { name: "message", route: [{ ...to("v1"), weight: 90 }, { ...to("v2"), weight: 10 }], ...settings },
    ]));

  it("go by headers first, in the order that they are written in", () =>
    assert.deepEqual(rulesOf({ routes: { testers: { version: "v2", headers: { "x-team": { exact: "blue" } } }, chrome: { version: "v2", headers: { "user-agent": { regex: ".*Chrome.*" }, accept: { prefix: "text/" } } } } }), [
      { name: "testers", match: [{ headers: { "x-team": { exact: "blue" } } }], route: [to("v2")], ...settings },
      { name: "chrome", match: [{ headers: { "user-agent": { regex: ".*Chrome.*" }, accept: { prefix: "text/" } } }], route: [to("v2")], ...settings },
      split,
    ]));

  it("copy a share of requests to a version, but for those that it gets itself", () =>
    assert.deepEqual(rulesOf({ routes: { testers: { version: "v2", headers: { "x-team": { exact: "blue" } } } }, mirror: { version: "v2", percent: 20 } }), [
      { name: "testers", match: [{ headers: { "x-team": { exact: "blue" } } }], route: [to("v2")], ...settings },
      { name: "message", route: [to("v1")], mirror: { host: address, subset: "v2", port: { number: 80 } }, mirrorPercentage: { value: 20 }, ...settings },
    ]));

  it("copy all requests where no share is said", () =>
    assert.deepEqual(rulesOf({ mirror: { version: "v2" } }), [{ ...split, mirror: { host: address, subset: "v2", port: { number: 80 } }, mirrorPercentage: { value: 100 } }]));

  it("try again as asked, by default only where nothing was done", () => {
    assert.deepEqual(rulesOf({ timeout: "9s", retries: { attempts: 3, perTryTimeout: "2s" } }), [
      { ...split, timeout: "9s", retries: { attempts: 3, perTryTimeout: "2s", retryOn: "connect-failure,refused-stream,reset-before-request" } },
    ]);
    assert.deepEqual(rulesOf({ retries: { attempts: 1, perTryTimeout: "500ms", on: ["503", "reset"] } }), [{ ...split, retries: { attempts: 1, perTryTimeout: "500ms", retryOn: "503,reset" } }]);
  });

  it("break every request on purpose", () =>
    assert.deepEqual(rulesOf({ faults: { abort: { status: 503, percent: 50 }, delay: { duration: "2s", percent: 12.5 } } }), [
      { ...split, fault: { abort: { httpStatus: 503, percentage: { value: 50 } }, delay: { fixedDelay: "2s", percentage: { value: 12.5 } } } },
    ]));

  it("break only those with a header, on every route", () => {
    const fault = { abort: { httpStatus: 500, percentage: { value: 100 } } };
    assert.deepEqual(rulesOf({ routes: { testers: { version: "v2", headers: { "x-team": { exact: "blue" } } } }, faults: { abort: { status: 500, percent: 100 }, headers: { "x-break": { exact: "yes" } } } }), [
      { name: "testers-faults", match: [{ headers: { "x-team": { exact: "blue" }, "x-break": { exact: "yes" } } }], route: [to("v2")], ...settings, fault },
      { name: "testers", match: [{ headers: { "x-team": { exact: "blue" } } }], route: [to("v2")], ...settings },
      { name: "message-faults", match: [{ headers: { "x-break": { exact: "yes" } } }], route: [to("v1")], ...settings, fault },
      split,
    ]);
  });
});

describe("the routes of an app whose hosts ask for a sign-in", () => {
  const pages = { service: "oauth2-proxy.oauth2-proxy.svc.cluster.local", port: 80 };
  const signInRule = { name: "sign-in", match: [{ uri: { prefix: "/oauth2/" } }], route: [{ destination: { host: pages.service, port: { number: 80 } } }] };

  it("begin with the sign-in's pages at the gateway, and not inside the mesh", () => {
    const app = { ...facts, signInPages: pages };
    assert.deepEqual(hostRoutes(app, {}).http, [signInRule, split]);
    assert.deepEqual(meshRoutes(app, {}).http, [split]);
  });

  const app: Partial<MeshAppArgs> = {
    hosts: ["private.dev.example.com"],
    signIn: true,
    versions: { v1: { image: "registry.example.com/message:1", weight: 100 }, v2: { image: "registry.example.com/message:2", weight: 0 } },
    routes: { testers: { version: "v2", headers: { "x-team": { exact: "blue" } } } },
    faults: { abort: { status: 503, percent: 100 }, headers: { "x-break": { exact: "yes" } } },
  };
  /** The rules of the app and of the platform's own for the host, from one program. */
  const both = async (): Promise<Readonly<Record<"app" | "platform", readonly Rule[]>>> => {
    const plan = await record(() => {
      const platform = testAppPlatform();
      const { cluster, gateway, ready } = platform;
      const namespace = new k8s.core.v1.Namespace("proxy", { metadata: { name: "oauth2-proxy" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
      new SignInHost("private", { cluster, gateway, provider: signInProvider({ shared: false }), providerNamespace: "oauth2-proxy", host: "private.dev.example.com", ready: [...ready, namespace] });
      new MeshApp("message", { platform, port: { containerPort: 8080 }, versions: {}, ...app });
    });
    assert.deepEqual(plan.findings, []);
    const rulesOf = (name: string): readonly Rule[] => (inputs(the(plan, "kubernetes:networking.istio.io/v1:VirtualService", name))["spec"] as unknown as { http: readonly Rule[] }).http;
    return { app: rulesOf("message-host-routes"), platform: rulesOf("private-pages") };
  };
  const requests: readonly [what: string, headers: Record<string, string>, path: string, rule: string][] = [
    ["the way back from Entra ID", {}, "/oauth2/callback", "sign-in"],
    ["the same with a header that a route asks for", { "x-team": "blue" }, "/oauth2/callback", "sign-in"],
    ["the same with the mark of a fault", { "x-break": "yes" }, "/oauth2/callback", "sign-in"],
    ["another path with that header", { "x-team": "blue" }, "/list", "testers"],
    ["what only begins alike", {}, "/oauth2x", "message"],
  ];
  for (const [what, headers, path, rule] of requests) {
    it(`send ${what} to ${rule}, whichever object is the older one`, async () => {
      const { app: own, platform } = await both();
      assert.deepEqual([[...own, ...platform], [...platform, ...own]].map((http) => takenBy(http, headers, path)?.name), [rule, rule]);
    });
  }
});

describe("the objects about an app's traffic", () => {
  const objects = (traffic: AppTraffic, app: Partial<AppFacts> = {}): Promise<Plan> => record(() => trafficObjects("message", { ...facts, ...app }, traffic, {}));

  it("are a DestinationRule and, after it, two VirtualServices in the app's namespace", async () => {
    const plan = await objects({});
    const destination = the(plan, "kubernetes:networking.istio.io/v1:DestinationRule", "message-destination");
    for (const [name, called] of [["message-routes", "message"], ["message-host-routes", "message-hosts"]] as const) {
      const routes = the(plan, "kubernetes:networking.istio.io/v1:VirtualService", name);
      assert.deepEqual(inputs(routes)["metadata"], { name: called, namespace: "guestbook" });
      assert.ok(routes.dependencies?.includes(destination.urn), "a version is known before a route to it");
    }
    assert.deepEqual(inputs(destination)["metadata"], { name: "message", namespace: "guestbook" });
  });

  it("come after the pods of every version, which can answer then", async () => {
    const plan = await record(() => new MeshApp("message", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image: "registry.example.com/message:1", weight: 90 }, v2: { image: "registry.example.com/message:2", weight: 10 } } }));
    const routes = the(plan, "kubernetes:networking.istio.io/v1:VirtualService", "message-routes");
    for (const version of ["message-v1", "message-v2"]) assert.ok(routes.dependencies?.includes(the(plan, "kubernetes:apps/v1:Deployment", version).urn), version);
    assert.deepEqual(plan.findings, []);
  });

  it("are two where the app has no host", async () => {
    const plan = await objects({}, { hosts: [] });
    assert.equal(inputs(the(plan, "kubernetes:networking.istio.io/v1:VirtualService"))["kind"], "VirtualService");
  });

  const traffic: AppTraffic = {
    routes: { testers: { version: "v2", headers: { "x-team": { exact: "blue" } } }, chrome: { version: "v2", headers: { "user-agent": { regex: "(?i).*chrome.*" } } } },
    mirror: { version: "v3" },
    faults: { abort: { status: 503, percent: 100 }, headers: { "x-break": { prefix: "y" } } },
  };
  const versions = { v1: { weight: 75, pods: 2 }, v2: { weight: 25, pods: 2 }, v3: { weight: 0, pods: 2 } };
  const rest = { rule: "message", versions: { v1: 75, v2: 25 }, copiedTo: "v3", broken: false };
  const cases: readonly [what: string, headers: Record<string, string>, outcome: Routed][] = [
    ["no header", {}, rest],
    ["a header of testers", { "x-team": "blue" }, { rule: "testers", versions: { v2: 100 }, copiedTo: "v3", broken: false }],
    ["another value of it", { "x-team": "bluer" }, rest],
    ["a browser's header", { "user-agent": "Mozilla/5.0 Chrome/140.0" }, { rule: "chrome", versions: { v2: 100 }, copiedTo: "v3", broken: false }],
    ["both", { "x-team": "blue", "user-agent": "Chrome" }, { rule: "testers", versions: { v2: 100 }, copiedTo: "v3", broken: false }],
    ["the mark of a fault", { "x-break": "yes" }, { ...rest, rule: "message-faults", broken: true }],
    ["the mark of a fault and a header of testers", { "x-break": "yes", "x-team": "blue" }, { rule: "testers-faults", versions: { v2: 100 }, copiedTo: "v3", broken: true }],
  ];
  for (const [what, headers, outcome] of cases) {
    it(`send a request with ${what} to ${Object.entries(outcome.versions).map(([version, share]) => `${version} (${share} %)`).join(" and ")}, wherever it comes from`, async () => {
      const plan = await objects(traffic, { versions });
      assert.deepEqual(routed(plan, address, headers), outcome);
      assert.deepEqual(routed(plan, "message.dev.example.com", headers, "istio-ingress/front-door"), outcome);
    });
  }
});
