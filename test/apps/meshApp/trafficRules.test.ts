import * as assert from "node:assert/strict";
import { AppFacts } from "../../../components/apps/meshApp/facts";
import { trafficRules } from "../../../components/apps/meshApp/rules/traffic";
import { AppRoute, AppTraffic } from "../../../components/apps/meshApp/traffic";
import { facts } from "./facts";

/** A rule, traffic that it refuses, the paths of the problems, and what is changed of the app. */
type Row = readonly [id: string, refused: AppTraffic, paths: readonly string[], app?: Partial<AppFacts>];

const route = (headers: AppRoute["headers"], version = "v2"): AppTraffic => ({ routes: { testers: { version, headers } } });
const retries = (more: Partial<NonNullable<AppTraffic["retries"]>>): AppTraffic => ({ retries: { attempts: 2, perTryTimeout: "2s", ...more } });
const browser = { "user-agent": { prefix: "Mozilla" } };
const header = "routes.testers.headers.x-team";

const rows: readonly Row[] = [
  ["route-name", { routes: { "1": { version: "v2", headers: browser } } }, ["routes.1"]],
  ["route-version", route(browser, "v3"), ["routes.testers.version"]],
  ["route-without-headers", route({}), ["routes.testers.headers"]],
  ["route-covered", { routes: { browsers: { version: "v2", headers: browser }, firefox: { version: "v1", headers: { "user-agent": { exact: "Mozilla/5.0" }, "x-team": { exact: "a" } } } } }, ["routes.firefox"]],
  ["route-covered", { routes: { one: { version: "v2", headers: { a: { regex: "x+" } } }, two: { version: "v1", headers: { a: { regex: "x+" } } } } }, ["routes.two"]],
  ["header-name", route({ "User-Agent": { exact: "curl" } }), ["routes.testers.headers.User-Agent"]],
  ["header-name", route({ ["__proto__"]: { exact: "curl" } }), ["routes.testers.headers.__proto__"]],
  ["header-name", { faults: { abort: { status: 503, percent: 100 }, headers: { "x team": { exact: "a" } } } }, ["faults.headers.x team"]],
  ["header-reserved", route({ ":authority": { exact: "a" }, host: { exact: "a" }, "x-envoy-retry-on": { exact: "a" } }), ["routes.testers.headers.:authority", "routes.testers.headers.host", "routes.testers.headers.x-envoy-retry-on"]],
  ["header-match-kind", route({ "x-team": { exact: "a", prefix: "b" } }), [header]],
  ["header-match-empty", route({ "x-team": { prefix: "" } }), [header]],
  ["header-match-empty", route({ "x-team": { regex: "" } }), [header]],
  ["header-regex", route({ "x-team": { regex: "(?!a).*" } }), [`${header}.regex`]],
  ["header-regex", route({ "x-team": { regex: "(a)\\1" } }), [`${header}.regex`]],
  ["header-regex", route({ "x-team": { regex: `${"a".repeat(1023)}.*` } }), [`${header}.regex`]],
  ["header-regex-whole-value", route({ "x-team": { regex: "^Chrome$" } }), [`${header}.regex`]],
  ["mirror-version", { mirror: { version: "v3" } }, ["mirror.version"]],
  ["mirror-itself", { mirror: { version: "v1" } }, ["mirror.version"]],
  ["mirror-percent", { mirror: { version: "v2", percent: 0 } }, ["mirror.percent"]],
  ["mirror-percent", { mirror: { version: "v2", percent: 101 } }, ["mirror.percent"]],
  ["traffic-duration", { timeout: "0s" }, ["timeout"]],
  ["traffic-duration", { ...retries({ perTryTimeout: "2" }), connections: { connectTimeout: "1.5ms" }, outliers: { interval: "1d", ejectionTime: "-1s" }, faults: { delay: { duration: "soon", percent: 1 } } }, ["retries.perTryTimeout", "faults.delay.duration", "connections.connectTimeout", "outliers.interval", "outliers.ejectionTime"]],
  ["timeout-front-door", { timeout: "1m1s" }, ["timeout"]],
  ["timeout-front-door", { timeout: "31s" }, ["timeout"], { responseTimeoutSeconds: 30 }],
  ["retry-attempts", retries({ attempts: 0 }), ["retries.attempts"]],
  ["retry-attempts", retries({ attempts: 11, perTryTimeout: "1s" }), ["retries.attempts"]],
  ["retry-attempts", retries({ attempts: 1.5 }), ["retries.attempts"]],
  ["retries-outlast-timeout", retries({ attempts: 7 }), ["retries"]],
  ["retries-outlast-timeout", { ...retries({}), timeout: "5s" }, ["retries"]],
  ["retry-condition", retries({ on: ["5xx", "50x", "999"] }), ["retries.on", "retries.on"]],
  ["retry-condition", retries({ on: ["toString", "constructor", "509", "508"] }), ["retries.on", "retries.on", "retries.on"]],
  ["retry-condition-none", retries({ on: [] }), ["retries.on"]],
  ["retry-condition-grpc", retries({ on: ["unavailable"] }), ["retries.on"]],
  ["faults-in-prod", { faults: { abort: { status: 503, percent: 1 } } }, ["faults"], { environment: "prod" }],
  ["faults-none", { faults: {} }, ["faults"]],
  ["fault-percent", { faults: { abort: { status: 503, percent: 101 }, delay: { duration: "1s", percent: -1 } } }, ["faults.abort.percent", "faults.delay.percent"]],
  ["fault-status", { faults: { abort: { status: 200, percent: 1 } } }, ["faults.abort.status"]],
  ["fault-delay-outlasts-timeout", { faults: { delay: { duration: "15s", percent: 1 } } }, ["faults.delay.duration"]],
  ["fault-header-twice", { ...route({ "x-team": { exact: "a" } }), faults: { abort: { status: 503, percent: 1 }, headers: { "x-team": { exact: "b" } } } }, ["faults.headers.x-team"]],
  ["faults-without-headers", { faults: { abort: { status: 503, percent: 1 }, headers: {} } }, ["faults.headers"]],
  ["connections-none", { connections: {} }, ["connections"]],
  ["connection-numbers", { connections: { max: 0, maxPendingRequests: -1, maxRequests: 1.5, maxRequestsPerConnection: 2 ** 31 } }, ["connections.max", "connections.maxPendingRequests", "connections.maxRequests", "connections.maxRequestsPerConnection"]],
  ["outlier-numbers", { outliers: { consecutive5xx: 0, maxEjectedPercent: 101 } }, ["outliers.consecutive5xx", "outliers.maxEjectedPercent"]],
  ["outliers-of-few-pods", { outliers: {} }, ["outliers.maxEjectedPercent"], { versions: { v1: { weight: 100, pods: 1 }, v2: { weight: 0, pods: 2 } } }],
  ["affinity-kind", { affinity: { header: "x-user", sourceIp: true } }, ["affinity"]],
  ["affinity-cookie", { affinity: { cookie: "a;b", lifetime: "1h" } }, ["affinity.cookie"]],
  ["affinity-lifetime", { affinity: { cookie: "session", lifetime: "1.5s" } }, ["affinity.lifetime"]],
  ["affinity-header", { affinity: { header: "x user" } }, ["affinity.header"]],
  ["affinity-cookie-grpc", { affinity: { cookie: "session", lifetime: "1h" } }, ["affinity.cookie"], { protocol: "grpc" }],
];

const passing: readonly [what: string, traffic: AppTraffic, app?: Partial<AppFacts>][] = [
  ["nothing", {}],
  ["a wider route after a narrower one", { routes: { firefox: { version: "v1", headers: { "user-agent": { prefix: "Mozilla/5.0" } } }, browsers: { version: "v2", headers: browser } } }],
  ["routes by different headers", { routes: { one: { version: "v1", headers: { a: { exact: "x" } } }, two: { version: "v2", headers: { b: { exact: "x" } } } } }],
  ["a regular expression of RE2's own", route({ "user-agent": { regex: "(?i).*chrome.*" } })],
  ["a mirror to a version without weight", { mirror: { version: "v2", percent: 0.5 } }],
  ["retries that just fit", { ...retries({ attempts: 4, perTryTimeout: "3s", on: ["503", "reset"] }) }],
  ["a long timeout inside the mesh", { timeout: "10m" }, { hosts: [] }],
  ["conditions of gRPC for an app that speaks it", retries({ on: ["unavailable"] }), { protocol: "grpc" }],
  ["faults for some requests", { ...route(browser), faults: { delay: { duration: "5s", percent: 50 }, headers: { "x-break": { exact: "yes" } } } }],
  ["limits", { connections: { max: 100, connectTimeout: "1s" }, outliers: { maxEjectedPercent: 50 }, affinity: { cookie: "session", lifetime: "0s" } }],
];

/** The problems, as `rule: path`. */
const problems = (traffic: AppTraffic, app: Partial<AppFacts> = {}): string[] =>
  trafficRules.flatMap(({ id, check }) => check({ app: { ...facts, ...app }, traffic }).map(({ path }) => `${id}: ${path}`));

describe("what MeshApp refuses about traffic", () => {
  for (const [id, refused, paths, app] of rows) {
    it(`${id} refuses ${JSON.stringify(refused).slice(0, 120)}, and no other rule does`, () => assert.deepEqual(problems(refused, app), paths.map((path) => `${id}: ${path}`)));
  }

  for (const [what, traffic, app] of passing) it(`nothing is wrong with ${what}`, () => assert.deepEqual(problems(traffic, app), []));

  it("has a row for each rule, no rule twice, and says where each comes from", () => {
    const ids = trafficRules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(rows.map(([id]) => id))]);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, source } of trafficRules) assert.match(source, /^(https:\/\/|the platform's own: )/, id);
  });
});
