import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { LocalLimits, localLimitRules, LocalRateLimit, localRateLimitRules } from "../../components/mesh/localRateLimit";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { inputs, record, the } from "../support/record";

const envoyFilter = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";

function localRateLimit(limits: LocalLimits): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    new LocalRateLimit("shop-limit", { cluster, app: { namespace: "shop", podLabels: { app: "shop" } }, ready: [namespace], ...limits });
  });
}

const always = { default_value: { numerator: 100, denominator: "HUNDRED" } };
const filter = (config: object): unknown => ({
  apiVersion: "networking.istio.io/v1alpha3",
  kind: "EnvoyFilter",
  metadata: { name: "shop-limit", namespace: "shop" },
  spec: {
    workloadSelector: { labels: { app: "shop" } },
    priority: 10,
    configPatches: [
      {
        applyTo: "HTTP_FILTER",
        match: {
          context: "SIDECAR_INBOUND",
          listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "envoy.filters.http.router" } } } },
        },
        patch: {
          operation: "INSERT_BEFORE",
          value: {
            name: "delivery-platform.local-rate-limit.shop-limit",
            typed_config: {
              "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
              stat_prefix: "local_rate_limit",
              filter_enabled: always,
              filter_enforced: always,
              enable_x_ratelimit_headers: "DRAFT_VERSION_03",
              rate_limited_as_resource_exhausted: true,
              ...config,
            },
          },
        },
      },
    ],
  },
});

describe("LocalRateLimit", () => {
  it("gives each pod one bucket for all requests, which counts and refuses", async () => {
    const plan = await localRateLimit({ rate: { requests: 100, unit: "second" } });
    assert.deepEqual(inputs(the(plan, envoyFilter)), filter({ token_bucket: { max_tokens: 100, tokens_per_fill: 100, fill_interval: "1s" } }));
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("gives some requests a bucket of their own, in place of the one for all", async () => {
    const plan = await localRateLimit({ rate: { requests: 5, unit: "day" }, requests: { search: { path: { exact: "/search" }, methods: ["GET"], requests: 10, unit: "hour" } } });
    assert.deepEqual(
      inputs(the(plan, envoyFilter)),
      filter({
        token_bucket: { max_tokens: 5, tokens_per_fill: 5, fill_interval: "86400s" },
        always_consume_default_token_bucket: false,
        rate_limits: [
          {
            actions: [
              {
                header_value_match: {
                  descriptor_key: "limit",
                  descriptor_value: "search",
                  headers: [
                    { name: ":path", string_match: { safe_regex: { regex: "/search(\\?.*)?" } } },
                    { name: ":method", string_match: { safe_regex: { regex: "(GET)" } } },
                  ],
                },
              },
            ],
          },
        ],
        descriptors: [{ entries: [{ key: "limit", value: "search" }], token_bucket: { max_tokens: 10, tokens_per_fill: 10, fill_interval: "3600s" } }],
      }),
    );
    assert.deepEqual(plan.findings, []);
  });

  it("refuses nothing but some requests, where there is no rate for all", async () => {
    const plan = await localRateLimit({ requests: { search: { path: { prefix: "/search" }, requests: 1, unit: "minute" } } });
    assert.doesNotMatch(JSON.stringify(inputs(the(plan, envoyFilter))), /"tokens?_bucket":\{[^}]*\},"filter_enabled"/);
  });

  const rate = { requests: 1, unit: "second" } as const;
  const rows: readonly (readonly [id: string, limits: LocalLimits, paths: readonly string[]])[] = [
    ["local-limit-some", {}, [""]],
    ["local-limit-some", { requests: {} }, [""]],
    ["local-limit-rate", { rate: { requests: 0, unit: "second" } }, ["rate.requests"]],
    ["local-limit-requests", { requests: { "Search*": { ...rate, path: { prefix: "/search" } } } }, ["requests"]],
    ["local-limit-requests", { requests: { search: { ...rate, path: { prefix: "/*" } } } }, ['requests["search"].path']],
    ["local-limit-every-request", { requests: { all: rate } }, ['requests["all"]']],
  ];
  for (const [id, limits, paths] of rows) {
    it(`${id} refuses ${JSON.stringify(limits)}, and no other rule does`, () => {
      const refused = localLimitRules.flatMap((rule) => rule.check(limits).map(({ path }) => [rule.id, path]));
      assert.deepEqual(refused, paths.map((path) => [id, path]));
    });
  }

  it("has a row for each rule, and registers nothing when it refuses", () => {
    assert.deepEqual([...new Set(rows.map(([id]) => id))], localLimitRules.map(({ id }) => id));
    assert.throws(
      () => new LocalRateLimit("shop-limit", { cluster: {} as never, app: { namespace: "shop", podLabels: {} }, ready: [] }),
      (thrown) => thrown instanceof ArgumentError && thrown.problems.map(({ path }) => path).join() === ",app.podLabels",
    );
    assert.deepEqual(localRateLimitRules.map(({ id }) => id), ["local-limit-app-labels"]);
  });
});
