import * as assert from "node:assert/strict";
import { limitRules } from "../../../components/mesh/rateLimit/limitRules";
import { Limit, Limits, Plans } from "../../../components/mesh/rateLimit/limits";

const rate = { requests: 10, unit: "minute" } as const;
const plans: Plans = { from: { claim: "plan" }, values: { FREE: rate, PREMIUM: rate }, default: "FREE" };
const header = { header: "x-key", clientHeaderReason: "the callers are known by their key alone" };

/** A limit, also of a form that the types don't allow: a program without them may give it. */
const limit = (change: Record<string, unknown>): Limits => ({ api: { ...rate, ...change } as Limit });
const planned = (change: Partial<Plans>): Limits => ({ api: { plans: { ...plans, ...change } } });
const at = 'limits["api"]';

const rows: readonly (readonly [id: string, limits: Limits, paths: readonly string[]])[] = [
  ["limits-some", {}, ["limits"]],
  ["limit-name", { "Search*": rate }, ["limits"]],
  ["limit-rate", limit({ requests: 0 }), [`${at}.requests`]],
  ["limit-rate", limit({ requests: 1.5 }), [`${at}.requests`]],
  ["limit-rate", planned({ values: { FREE: { ...rate, requests: 2 ** 32 }, PREMIUM: rate } }), [`${at}.plans.values["FREE"].requests`]],
  ["limit-rate", limit({ unit: "week" }), [`${at}.unit`]],
  ["limit-rate", { api: {} as Limit }, [`${at}.requests`, `${at}.unit`]],
  ["limit-one-rate", limit({ plans }), [`${at}.requests`, `${at}.unit`]],
  ["limit-path", limit({ path: { prefix: "/search*" } }), [`${at}.path`]],
  ["limit-path", limit({ path: "/a" }), [`${at}.path`]],
  ["limit-path", limit({ path: { exact: "/a", prefix: "/b" } }), [`${at}.path`]],
  ["limit-path", limit({ path: { exact: 1 } }), [`${at}.path`]],
  ...["/a//b", "//a", "/a/../b", "/a/..", "/./a", "/a%2Fb", "/a%2f", "/a%5cb", "/%2e%2e/a", "/a\\b"].map((exact) => ["limit-path", limit({ path: { exact } }), [`${at}.path`]] as const),
  ["limit-path", limit({ path: { exact: "search" } }), [`${at}.path`]],
  ["limit-methods", limit({ methods: [] }), [`${at}.methods`]],
  ["limit-methods", limit({ methods: ["post"] }), [`${at}.methods`]],
  ["limit-headers", limit({ headers: { "X-Kind": "present" } }), [`${at}.headers`]],
  ["limit-methods", limit({ methods: ["-GET"] }), [`${at}.methods`]],
  ["limit-methods", limit({ methods: ["GET\n"] }), [`${at}.methods`]],
  ["limit-headers", limit({ headers: { "x-kind": [] } }), [`${at}.headers["x-kind"]`]],
  ["limit-headers", limit({ headers: { "x-kind\n": "present" } }), [`${at}.headers`]],
  ...["a\nb", "a\r", "\na", " a", "a\u0000b"].map((value) => ["limit-headers", limit({ headers: { "x-kind": [value] } }), [`${at}.headers["x-kind"]`]] as const),
  ["limit-plan-default", planned({ default: "GOLD" }), [`${at}.plans.default`]],
  ["limit-plan-several", planned({ values: { FREE: rate } }), [`${at}.plans.values`]],
  ["limit-plan-name", planned({ values: { FREE: rate, "PRE*": rate } }), [`${at}.plans.values`]],
  ["limit-plan-name", planned({ values: { FREE: rate, "-": rate } }), [`${at}.plans.values`]],
  ["limit-claim", limit({ per: { claim: " " } }), [`${at}.per.claim`]],
  ["limit-claim", planned({ from: { claim: "" } }), [`${at}.plans.from.claim`]],
  ...["my plan", " sub", "sub\n"].map((claim) => ["limit-claim", limit({ per: { claim } }), [`${at}.per.claim`]] as const),
  ["limit-client-header", limit({ per: { ...header, header: "x-key\n" } }), [`${at}.per.header`]],
  ["limit-client-header", limit({ per: { ...header, header: ":path" } }), [`${at}.per.header`]],
  ["limit-client-header-reason", planned({ from: { ...header, clientHeaderReason: " " } }), [`${at}.plans.from.clientHeaderReason`]],
];

describe("the rules for limits", () => {
  for (const [id, limits, paths] of rows) {
    it(`${id} refuses ${JSON.stringify(limits)}, and no other rule does`, () => {
      const refused = limitRules.flatMap((rule) => rule.check(limits).map(({ path }) => [rule.id, path]));
      assert.deepEqual(refused, paths.map((path) => [id, path]));
    });
  }

  it("have a row each", () => {
    assert.deepEqual([...new Set(rows.map(([id]) => id))], limitRules.map(({ id }) => id));
  });

  it("pass limits of every form", () => {
    const good: Limits = { all: rate, one: { ...rate, path: { exact: "/" }, methods: ["GET", "M-SEARCH"], headers: { "x-kind": ["a", "", "ä b\tc"] }, per: header }, dotted: { ...rate, path: { prefix: "/a/..b/c.d/%20" }, per: { claim: "https://example.com/plan" } }, two: { per: "client-address", plans }, three: { per: { claim: "sub" }, plans: { ...plans, from: header } } };
    assert.deepEqual(limitRules.flatMap((rule) => rule.check(good)), []);
  });
});
