import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { RateLimit, RateLimitArgs, rateLimitRules, RateLimitServer } from "../../components/mesh/rateLimit";
import { problemsOf } from "../../components/shared/argumentRule";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { testAppPlatform } from "../support/appPlatform";
import { deletedByItself } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const envoyFilter = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";
const domains: RateLimitServer["domains"] = {
  shop: { search: { path: { prefix: "/search" }, per: "client-address", requests: 30, unit: "minute" } },
  team: { all: { requests: 5, unit: "second" } },
  keys: { key: { per: { header: "x-key", clientHeaderReason: "its callers are known by their key alone" }, requests: 5, unit: "second" } },
  plans: {
    api: { per: { claim: "sub" }, plans: { from: { claim: "plan" }, values: { FREE: { requests: 10, unit: "minute" }, PREMIUM: { requests: 100, unit: "minute" } }, default: "FREE" } },
  },
};
const called = { namespace: "rate-limit", selector: { app: "rate-limit" }, ports: [8081] } as const;
const stub: RateLimitServer = { host: "rate-limit.rate-limit.svc.cluster.local", called, domains, ready: [] };
const app = { serviceAccount: { namespace: "shop", name: "shop" }, podLabels: { app: "shop" } };

const args = { domain: "shop", hosts: ["app.dev.example.com"], service: stub };

function rateLimits(...several: Partial<RateLimitArgs>[]): Promise<Plan> {
  return record(() => {
    const platform = testAppPlatform();
    const made = (name: string): k8s.core.v1.Namespace => new k8s.core.v1.Namespace(name, { metadata: { name } }, { provider: platform.cluster.provider, deletedWith: platform.cluster.deletedWith });
    const service = { ...stub, ready: [made("rate-limit")] };
    const ready = [made("shop")];
    // An app's namespace comes with the app alone: the embedded cloud says so where an object doesn't wait for it.
    several.forEach((change, index) => new RateLimit(`limit-${index}`, { ...args, platform, service, ...change, ...(change.app && { app: { ...change.app, ready } }) }));
  });
}
const specs = (plan: Plan): unknown[] => all(plan, envoyFilter).map((filter) => inputs(filter)["spec"]);

const rateLimitService = {
  grpc_service: { envoy_grpc: { cluster_name: "outbound|8081||rate-limit.rate-limit.svc.cluster.local", authority: "rate-limit.rate-limit.svc.cluster.local" } },
  transport_api_version: "V3",
};
const router = { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "envoy.filters.http.router" } } } };
const count = (...actions: unknown[]): unknown => ({ actions });
const limitSearch = (headers: unknown[]): unknown => ({ header_value_match: { descriptor_key: "limit", descriptor_value: "search", headers } });
const address = { request_headers: { header_name: "x-azure-socketip", descriptor_key: "address" } };
const noAddress = { header_value_match: { descriptor_key: "address", descriptor_value: "-", headers: [{ name: "x-azure-socketip", present_match: true, invert_match: true }] } };
const search = { name: ":path", string_match: { prefix: "/search" } };

describe("RateLimit", () => {
  it("asks at the gateway, by a filter of its own that is off but for its hosts", async () => {
    const name = "delivery-platform.rate-limit.rate-limit.limit-0";
    const plan = await rateLimits({ hosts: ["app.dev.example.com", "other.dev.example.com"] });
    const perHost = { "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute", rate_limits: [count(limitSearch([search]), address), count(limitSearch([search]), noAddress)] };
    const forHost = (vhost: string): unknown => ({
      applyTo: "VIRTUAL_HOST",
      match: { context: "GATEWAY", routeConfiguration: { gateway: "istio-ingress/front-door", vhost: { name: vhost } } },
      patch: { operation: "MERGE", value: { typed_per_filter_config: { [name]: perHost } } },
    });
    assert.deepEqual(inputs(the(plan, envoyFilter)), {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: "rate-limit.limit-0", namespace: "istio-ingress" },
      spec: {
        workloadSelector: { labels: { istio: "ingress" } },
        priority: 10,
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: { context: "GATEWAY", listener: router },
            patch: {
              operation: "INSERT_BEFORE",
              value: {
                name,
                disabled: true,
                typed_config: {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
                  domain: "shop",
                  failure_mode_deny: false,
                  timeout: "0.2s",
                  enable_x_ratelimit_headers: "DRAFT_VERSION_03",
                  rate_limited_as_resource_exhausted: true,
                  rate_limit_service: rateLimitService,
                },
              },
            },
          },
          forHost("app.dev.example.com:443"),
          forHost("other.dev.example.com:443"),
        ],
      },
    });
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("asks at an app's own proxies about claims of its tokens, for the hosts alone", async () => {
    const plan = await rateLimits({ domain: "plans", app, failClosed: true, timeoutMilliseconds: 50 });
    const limit = {
      header_value_match: { descriptor_key: "limit", descriptor_value: "api", headers: [{ name: ":authority", string_match: { safe_regex: { regex: "(?i)(app\\.dev\\.example\\.com)(:[0-9]+)?" } } }] },
    };
    const claim = (key: string, name: string, otherwise: string): unknown => ({
      metadata: { descriptor_key: key, metadata_key: { key: "envoy.filters.http.jwt_authn", path: [{ key: "payload" }, { key: name }] }, default_value: otherwise, source: "DYNAMIC" },
    });
    const [ofPlan, ofCaller] = [claim("plan", "plan", "FREE"), claim("claim", "sub", "-")];
    assert.deepEqual(inputs(the(plan, envoyFilter)), {
      apiVersion: "networking.istio.io/v1alpha3",
      kind: "EnvoyFilter",
      metadata: { name: "rate-limit.limit-0", namespace: "shop" },
      spec: {
        workloadSelector: { labels: { app: "shop" } },
        priority: 10,
        configPatches: [
          {
            applyTo: "HTTP_FILTER",
            match: { context: "SIDECAR_INBOUND", listener: router },
            patch: {
              operation: "INSERT_BEFORE",
              value: {
                name: "delivery-platform.rate-limit.rate-limit.limit-0",
                typed_config: {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit",
                  domain: "plans",
                  failure_mode_deny: true,
                  status_on_error: { code: "ServiceUnavailable" },
                  timeout: "0.05s",
                  enable_x_ratelimit_headers: "DRAFT_VERSION_03",
                  rate_limited_as_resource_exhausted: true,
                  rate_limit_service: rateLimitService,
                  rate_limits: [count(limit, ofPlan, ofCaller), count(limit, ofPlan, ofCaller, address), count(limit, ofPlan, ofCaller, noAddress)],
                },
              },
            },
          },
        ],
      },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("lets the one that asks, and nobody else, reach the service", async () => {
    const principals = async (change: Partial<RateLimitArgs>): Promise<unknown> => inputs(the(await rateLimits(change), "kubernetes:security.istio.io/v1:AuthorizationPolicy"))["spec"];
    const allowed = (principal: string): unknown => ({
      selector: { matchLabels: { app: "rate-limit" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: [principal] } }], to: [{ operation: { ports: ["8081"] } }] }],
    });
    assert.deepEqual(await principals({}), allowed("cluster.local/ns/istio-ingress/sa/istio-ingress"));
    assert.deepEqual(await principals({ app }), allowed("cluster.local/ns/shop/sa/shop"));
  });

  it("stands beside another at the same gateway and host: nothing of one is named in the other", async () => {
    const plan = await rateLimits({}, { domain: "team" });
    assert.deepEqual(plan.findings, []);
    const [shop, team] = specs(plan).map((spec) => JSON.stringify(spec));
    assert.ok(shop?.includes("delivery-platform.rate-limit.rate-limit.limit-0") && !shop.includes("limit-1"));
    assert.ok(team?.includes("delivery-platform.rate-limit.rate-limit.limit-1") && !team.includes("limit-0"));
    assert.ok([shop, team].every((spec) => spec?.includes('"disabled":true')));
  });

  it("has a name of its own beside any other: of the same domain, and of a service whose namespace and name read alike", async () => {
    const of = (namespace: string): RateLimitServer => ({ ...stub, called: { ...called, namespace } });
    const names = async (named: readonly (readonly [name: string, service: RateLimitServer])[]): Promise<unknown[]> => {
      const plan = await record(() => {
        const platform = testAppPlatform();
        named.forEach(([name, service]) => new RateLimit(name, { ...args, platform, service }));
      });
      return all(plan, envoyFilter).map((filter) => (inputs(filter)["metadata"] as { name: string }).name).sort();
    };
    assert.deepEqual(await names([["c", of("a-b")], ["b-c", of("a")], ["d", of("a")]]), ["a-b.c", "a.b-c", "a.d"]);
  });

  it("comes after the mesh, the service and all that lets it ask", async () => {
    const plan = await rateLimits({});
    const needed = [...reachable(plan, the(plan, envoyFilter))].map((urn) => urn.split("::").at(-1) ?? "");
    assert.deepEqual(["mesh", "ingress", "rate-limit"].filter((name) => !needed.includes(name)), []);
    assert.ok(!needed.includes("shop"));
    assert.deepEqual(needed.filter((name) => name.startsWith("limit-0-asks")).sort(), ["limit-0-asks-from-istio-ingress.istio-ingress", "limit-0-asks-mesh", "limit-0-asks-network"]);
  });

  it("says why it goes by a header of the client's own", async () => {
    const { annotations } = inputs(the(await rateLimits({ domain: "keys" }), envoyFilter))["metadata"] as Record<string, unknown>;
    assert.deepEqual(annotations, { "delivery-platform/reason": "key goes by the client's x-key: its callers are known by their key alone" });
  });

  const rows: readonly (readonly [id: string, change: Partial<RateLimitArgs & { readonly name: string }>, paths: readonly string[]])[] = [
    ["rate-limit-name", { name: "Shop limits" }, ["name"]],
    ["rate-limit-name", { name: "a".repeat(161) }, ["name"]],
    ["rate-limit-hosts", { hosts: [] }, ["hosts"]],
    ["rate-limit-hosts", { hosts: ["app.dev.example.com", "app.dev.example.com"] }, ["hosts"]],
    ["rate-limit-host-served", { hosts: ["elsewhere.example.com"] }, ["hosts"]],
    ["rate-limit-domain", { domain: "nowhere" }, ["domain"]],
    ["rate-limit-claim-at-gateway", { domain: "plans" }, ['service.domains["plans"]["api"].per.claim', 'service.domains["plans"]["api"].plans.from.claim']],
    ["rate-limit-app-labels", { app: { serviceAccount: app.serviceAccount } }, ["app.podLabels"]],
    ["rate-limit-timeout", { timeoutMilliseconds: 9 }, ["timeoutMilliseconds"]],
    ["rate-limit-timeout", { timeoutMilliseconds: 5001 }, ["timeoutMilliseconds"]],
  ];
  const platform = { cluster: {}, gateway: {}, hosts: { "app.dev.example.com": {} }, ready: [] } as unknown as RateLimitArgs["platform"];

  for (const [id, change, paths] of rows) {
    it(`${id} refuses ${JSON.stringify(change)}, and no other rule does`, () => {
      const refused = rateLimitRules.flatMap((rule) => rule.check({ name: "limit", ...args, platform, ...change }).map(({ path }) => [rule.id, path]));
      assert.deepEqual(refused, paths.map((path) => [id, path]));
    });
  }

  it("has a row for each rule, and passes good arguments", () => {
    assert.deepEqual([...new Set(rows.map(([id]) => id))], rateLimitRules.map(({ id }) => id));
    assert.deepEqual(problemsOf(rateLimitRules, { name: `rate-limit-${"a".repeat(128)}`, ...args, platform }), []);
  });

  it("registers nothing when it refuses", async () => {
    await assert.rejects(rateLimits({ domain: "nowhere" }), (thrown) => thrown instanceof ArgumentError || /nowhere/.test(String(thrown)));
  });
});
