import * as assert from "node:assert/strict";
import { limitRules } from "../../../components/mesh/rateLimit/limitRules";
import { Limit, Limits, Plans } from "../../../components/mesh/rateLimit/limits";

const rate = { requests: 10, unit: "minute" } as const;
const plans: Plans = { from: { claim: "plan" }, values: { FREE: rate, PREMIUM: rate }, default: "FREE" };
const header = { header: "x-key", clientHeaderReason: "the callers are known by their key alone" };

const limit = (change: Partial<Limit>): Limits => ({ api: { ...rate, ...change } as Limit });
const planned = (change: Partial<Plans>): Limits => ({ api: { plans: { ...plans, ...change } } });
const at = 'limits["api"]';

const rows: readonly (readonly [id: string, limits: Limits, paths: readonly string[]])[] = [
  ["limits-some", {}, ["limits"]],
  ["limit-name", { "Search*": rate }, ["limits"]],
  ["limit-rate", limit({ requests: 0 }), [`${at}.requests`]],
  ["limit-rate", limit({ requests: 1.5 }), [`${at}.requests`]],
  ["limit-rate", planned({ values: { FREE: { ...rate, requests: 2 ** 32 }, PREMIUM: rate } }), [`${at}.plans.values["FREE"].requests`]],
  ["limit-path", limit({ path: { prefix: "/search*" } }), [`${at}.path`]],
  ["limit-path", limit({ path: { exact: "search" } }), [`${at}.path`]],
  ["limit-methods", limit({ methods: [] }), [`${at}.methods`]],
  ["limit-methods", limit({ methods: ["post"] }), [`${at}.methods`]],
  ["limit-headers", limit({ headers: { "X-Kind": "present" } }), [`${at}.headers`]],
  ["limit-headers", limit({ headers: { "x-kind": [] } }), [`${at}.headers["x-kind"]`]],
  ["limit-plan-default", planned({ default: "GOLD" }), [`${at}.plans.default`]],
  ["limit-plan-several", planned({ values: { FREE: rate } }), [`${at}.plans.values`]],
  ["limit-plan-name", planned({ values: { FREE: rate, "PRE*": rate } }), [`${at}.plans.values`]],
  ["limit-plan-name", planned({ values: { FREE: rate, "-": rate } }), [`${at}.plans.values`]],
  ["limit-claim", limit({ per: { claim: " " } }), [`${at}.per.claim`]],
  ["limit-claim", planned({ from: { claim: "" } }), [`${at}.plans.from.claim`]],
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
    const good: Limits = { all: rate, one: { ...rate, path: { exact: "/" }, methods: ["GET"], headers: { "x-kind": ["a"] }, per: header }, two: { per: "client-address", plans }, three: { per: { claim: "sub" }, plans: { ...plans, from: header } } };
    assert.deepEqual(limitRules.flatMap((rule) => rule.check(good)), []);
  });
});
