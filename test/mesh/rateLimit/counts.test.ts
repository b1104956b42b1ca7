import * as assert from "node:assert/strict";
import { rateLimitActions } from "../../../components/mesh/rateLimit/actions";
import { rateLimitDescriptors } from "../../../components/mesh/rateLimit/descriptors";
import { Limits, Plans } from "../../../components/mesh/rateLimit/limits";
import { countsOf, pathsOfActions, pathsOfDescriptors, Request } from "../../support/rateLimits";

const values: Plans["values"] = { FREE: { requests: 10, unit: "minute" }, PREMIUM: { requests: 100, unit: "minute" } };
const reason = "the callers are known by their key alone";
const limits: Limits = {
  all: { requests: 1000, unit: "second" },
  address: { per: "client-address", requests: 30, unit: "minute" },
  plan: { per: { claim: "sub" }, plans: { from: { claim: "plan" }, values, default: "FREE" } },
  key: { per: { header: "x-key", clientHeaderReason: reason }, requests: 5, unit: "hour" },
  "header-plan": { path: { prefix: "/old" }, per: "client-address", plans: { from: { header: "x-plan", clientHeaderReason: reason }, values, default: "FREE" } },
  write: { path: { exact: "/a.b" }, methods: ["POST", "PUT"], headers: { "x-kind": ["one", "two"], "x-any": "present" }, requests: 1, unit: "day" },
};

const request = (more: Readonly<Record<string, string>> = {}, claims?: Request["claims"]): Request => ({
  headers: { ":method": "GET", ":path": "/", ":authority": "app.dev.example.com", "x-azure-socketip": "1.2.3.4", ...more },
  ...(claims && { claims }),
});
const counts = (names: readonly string[], from: Request, hosts?: readonly string[]): string[] => {
  const some = Object.fromEntries(Object.entries(limits).filter(([name]) => names.includes(name)));
  return countsOf(rateLimitActions(some, hosts), rateLimitDescriptors(some), from);
};

describe("what a request counts against", () => {
  it("is one count for everyone, and one for each address", () => {
    assert.deepEqual(counts(["all", "address"], request()), ["limit=all: 1000 a second", "limit=address address=1.2.3.4: 30 a minute"]);
  });

  it("is one count for all requests that come without an address: none goes uncounted", () => {
    const { "x-azure-socketip": taken, ...headers } = request().headers;
    assert.equal(taken, "1.2.3.4");
    assert.deepEqual(counts(["address"], { headers }), ["limit=address address=-: 30 a minute"]);
    assert.deepEqual(counts(["plan"], { headers }), ["limit=plan plan=FREE claim=- address=-: 10 a minute"]);
  });

  it("is the caller's own at the rate of the plan in the token, wherever the caller is", () => {
    assert.deepEqual(counts(["plan"], request({}, { sub: "ana", plan: "FREE" })), ["limit=plan plan=FREE claim=ana: 10 a minute"]);
    assert.deepEqual(counts(["plan"], request({}, { sub: "bo", plan: "PREMIUM" })), ["limit=plan plan=PREMIUM claim=bo: 100 a minute"]);
  });

  it("is at the default plan's rate where the token names no plan, one that isn't there, or a list", () => {
    assert.deepEqual(counts(["plan"], request({}, { sub: "ana" })), ["limit=plan plan=FREE claim=ana: 10 a minute"]);
    assert.deepEqual(counts(["plan"], request({}, { sub: "ana", plan: "GOLD" })), ["limit=plan plan=GOLD claim=ana: 10 a minute"]);
    assert.deepEqual(counts(["plan"], request({}, { sub: "ana", plan: ["PREMIUM"] })), ["limit=plan plan=FREE claim=ana: 10 a minute"]);
  });

  it("is the address's at the default plan's rate without a token, whatever the client says of itself", () => {
    const claimed = { "x-plan": "PREMIUM", plan: "PREMIUM", "x-azure-clientip": "9.9.9.9", "x-forwarded-for": "9.9.9.9" };
    assert.deepEqual(counts(["plan"], request(claimed)), ["limit=plan plan=FREE claim=- address=1.2.3.4: 10 a minute"]);
  });

  it("is one for each value of a header, and one for all that lack it", () => {
    assert.deepEqual(counts(["key"], request({ "x-key": "k1" })), ["limit=key header=k1: 5 a hour"]);
    assert.deepEqual(counts(["key"], request()), ["limit=key header=-: 5 a hour"]);
  });

  it("is of a plan that there is, where a header names the plan: a made-up one opens no new count", () => {
    const plan = (named: Record<string, string>): string[] => counts(["header-plan"], request({ ":path": "/old/x", ...named }));
    assert.deepEqual(plan({ "x-plan": "PREMIUM" }), ["limit=header-plan plan=PREMIUM address=1.2.3.4: 100 a minute"]);
    assert.deepEqual(plan({}), ["limit=header-plan plan=FREE address=1.2.3.4: 10 a minute"]);
    for (const named of ["FREE", "made-up", ""]) assert.deepEqual(plan({ "x-plan": named }), ["limit=header-plan plan=FREE address=1.2.3.4: 10 a minute"]);
    assert.deepEqual(plan({ ":path": "/new" }), []);
  });

  it("is only for requests with the whole path, one of the methods and the headers", () => {
    const fitting = { ":method": "POST", ":path": "/a.b?x=1", "x-kind": "two", "x-any": "" };
    assert.deepEqual(counts(["write"], request(fitting)), ["limit=write: 1 a day"]);
    for (const other of [{ ":method": "GET" }, { ":path": "/a.b/c" }, { ":path": "/axb" }, { "x-kind": "three" }]) assert.deepEqual(counts(["write"], request({ ...fitting, ...other })), []);
    const { "x-any": taken, ...without } = fitting;
    assert.deepEqual([taken, counts(["write"], request(without))], ["", []]);
  });

  it("is on the hosts alone where some are given, however they are written", () => {
    const hosts = ["app.dev.example.com", "other.dev.example.com"];
    for (const host of ["app.dev.example.com", "APP.dev.example.com:443", "other.dev.example.com"]) assert.deepEqual(counts(["all"], request({ ":authority": host }), hosts), ["limit=all: 1000 a second"]);
    for (const host of ["app.dev.example.com.evil.org", "appxdev.example.com", "shop.shop.svc.cluster.local"]) assert.deepEqual(counts(["all"], request({ ":authority": host }), hosts), []);
  });

  it("has a rate in the service's configuration for every list that ends a count, and no rate that no list leads to", () => {
    const lists = new Set(pathsOfActions(rateLimitActions(limits)).map(String));
    const rates = new Set(pathsOfDescriptors(rateLimitDescriptors(limits)).map(String));
    assert.deepEqual([...rates].sort(), [...lists].sort());
  });
});
