import { Change, Chapter, Claim, Expected, Given } from "../claim";
import { counted, inside, Kind, stranger, subscriber } from "../questions/counted";

const local = "EnvoyFilter limited/limited-local-limit";
const door = "EnvoyFilter istio-ingress/limits.api-door";
const plans = "EnvoyFilter api/limits.api-plans";
const doorAsks = "AuthorizationPolicy limits/api-door-asks";
const plansAsk = "AuthorizationPolicy limits/api-plans-asks";

const limited = "http://limited.limited.svc.cluster.local";
const front = "front-v1-0";
const search = "/public/search";
const partners = "/public/partners";

const row = (id: string, claims: string, kinds: readonly Kind[], expected: Expected, restsOn: readonly string[], given?: Given, unbroken?: string): Claim => ({
  id: `limit-${id}`,
  claims,
  question: counted(...kinds),
  expected,
  restsOn,
  once: true,
  late: "a count begins anew with each minute, and one may end in between",
  ...(given && { given }),
  ...(unbroken !== undefined && { unbroken }),
});

/** Of so many, the last ones are refused, with headers that say so. Another count of the same limit begins at a full minute. */
const refused = (allowed: number, limit: number, refusals: number): Expected => ({
  "answers 200": allowed,
  "answers 429": refusals,
  others: 0,
  limit: `${limit}, ${limit};w=60`,
  remaining: "0",
  reset: { least: 0, most: 60 },
});

const address = { "x-azure-socketip": "FRESH" };
const away: Given = { stopped: ["rate-limit-0"] };
const partner = { "x-partner": "FRESH" };
const filter = ["spec", "configPatches", 0, "patch", "value"] as const;
/** An action of the counts of the domain `plans`. */
const plansAction = (count: number, action: number, ...part: readonly (string | number)[]): Change["at"] => [...filter, "typed_config", "rate_limits", count, "actions", action, ...part];
/** What the gateway tells callers of the search apart by. */
const doorHeader: Change["at"] = ["spec", "configPatches", 1, "patch", "value", "typed_per_filter_config", "delivery-platform.rate-limit.limits.api-door", "rate_limits", 0, "actions", 1, "request_headers", "header_name"];
/** A header that is the same with every request. */
const sameForAll = "x-azure-fdid";
const path = ["header_value_match", "headers", 1, "string_match", "prefix"] as const;

/** How many requests come through: what a pod takes by itself, and what one count for all allows. */
export const rateLimits: Chapter = {
  title: "Rate limits",
  claims: [
    // One of the ten is spent on finding out that all are there, and what comes back while they are sent is a second or two's worth.
    row("local", "a pod takes as many requests as it says, and answers the rest with 429", [inside(60, front, `${limited}/`, { refills: true })], { "answers 200": { least: 9, most: 35 }, "answers 429": { least: 25, most: 51 }, others: 0, limit: "10", remaining: "0", reset: { least: 0, most: 1 } }, [local]),
    row("local-path", "requests with a limit of their own have a count of their own", [inside(60, front, `${limited}/`), inside(20, front, `${limited}/export`, { refills: true })], { "answers 200": { least: 1, most: 7 }, "answers 429": { least: 13, most: 19 }, others: 0, limit: "2" }, [local]),
    row(
      "local-probe",
      "the kubelet's probes are not counted",
      [inside(60, front, `${limited}/`), { text: "node → GET http://<pod of limited>:15020/app-health/limited/readyz", count: 40, sent: (world) => ({ from: "node", url: `http://${world.place("limited-v1-0").address}:15020/app-health/limited/readyz` }) }],
      { "answers 200": 40 },
      [],
      undefined,
      "a probe goes to the agent, and from there to the app past the proxy that counts",
    ),

    row("free", "FREE has 10 requests a minute, for each caller", [subscriber(14, "FREE")], refused(10, 10, 4), [plans, plansAsk]),
    row("premium", "PREMIUM has 100", [subscriber(105, "PREMIUM")], refused(100, 100, 5), [plans, plansAsk]),
    row("no-plan", "a token without a plan has the default", [subscriber(14, undefined)], refused(10, 10, 4), [plans, plansAsk]),
    row("other-plan", "so has one with a plan that there isn't", [subscriber(14, "GOLD")], refused(10, 10, 4), [plans, plansAsk]),
    row("list-plan", "and one whose plan is a list", [subscriber(14, ["PREMIUM"])], refused(10, 10, 4), [plans, plansAsk]),
    row("others", "who has used up its own leaves others theirs", [subscriber(14, "FREE"), subscriber(10, "FREE", {}, "-other")], { "answers 200": 10, "answers 429": 0, remaining: "0" }, [plans, plansAsk]),
    row("header-no-claim", "where the plan is a claim, a client's header changes nothing", [subscriber(14, "FREE", { "x-plan": "PREMIUM", plan: "PREMIUM" })], refused(10, 10, 4), [plans, plansAsk]),
    row("other-path", "requests that no limit is for are not counted", [stranger(40, "/public/page", partner)], { "answers 200": 40, limit: "none" }, [plans, door]),

    row("header-plan", "where the plan is a header, anyone may name the best one", [stranger(105, partners, { ...partner, "x-plan": "PREMIUM" })], refused(100, 100, 5), [plans, plansAsk]),
    row("header-made-up", "but a plan that is made up is the default's, and opens no count of its own", [stranger(7, partners, { ...partner, "x-plan": "FREE" }), stranger(7, partners, { ...partner, "x-plan": "MADE-UP" })], refused(3, 10, 4), [plans, plansAsk]),
    row("header-other", "where a header tells clients apart, another value is another count", [stranger(14, partners, partner), stranger(10, partners, { "x-partner": "FRESH-2" })], { "answers 200": 10, "answers 429": 0 }, [plans, plansAsk]),

    row("address", "the gateway counts by the address that Front Door has a connection from", [stranger(8, search, address)], refused(5, 5, 3), [door, doorAsks]),
    row("address-other", "another address has a count of its own", [stranger(8, search, address), stranger(5, search, { "x-azure-socketip": "FRESH-2" })], { "answers 200": 5, "answers 429": 0 }, [door, doorAsks]),
    row("address-claimed", "what a client says of its address in other headers opens no new count", [stranger(8, search, address), stranger(5, search, { ...address, "x-forwarded-for": "FRESH", "x-azure-clientip": "FRESH" })], { "answers 200": 0, "answers 429": 5 }, [door, doorAsks]),

    row("open", "while the service is away, requests pass uncounted", [subscriber(14, "FREE")], { "answers 200": 14, limit: "none" }, [plans], away),
    row("closed", "or are refused with 503, where the limit says so", [stranger(8, search, address)], { "answers 503": 8 }, [door], away),
  ],
  mutations: [
    { claims: ["limit-local"], what: "no pod counts", changes: [{ object: local }], expected: { "answers 200": 60, limit: "none" } },
    { claims: ["limit-local"], what: "a pod counts and refuses nothing", changes: [{ object: local, at: [...filter, "typed_config", "filter_enforced"] }], expected: { "answers 200": 60, limit: "10" } },
    { claims: ["limit-local"], what: "a pod takes one request at once", changes: [{ object: local, at: [...filter, "typed_config", "token_bucket", "max_tokens"], value: 1 }], expected: { "answers 200": { least: 0, most: 8 }, limit: "1" } },
    { claims: ["limit-local-path"], what: "the limit of its own is for another path", changes: [{ object: local, at: [...filter, "typed_config", "rate_limits", 0, "actions", 0, "header_value_match", "headers", 0, "string_match", "prefix"], value: "/other" }], expected: { limit: "10" } },
    { claims: ["limit-free", "limit-no-plan", "limit-other-plan", "limit-list-plan", "limit-header-no-claim"], what: "nobody counts", changes: [{ object: plans }], expected: { "answers 200": 14, limit: "none" } },
    { claims: ["limit-free"], what: "the app's proxy may not ask", changes: [{ object: plansAsk }], expected: { "answers 200": 14, limit: "none" } },
    { claims: ["limit-premium"], what: "the plan is not read from the token", changes: [{ object: plans, at: plansAction(0, 1, "metadata", "metadata_key", "path", 1, "key"), value: "other" }], expected: { "answers 200": 10, "answers 429": 95 } },
    { claims: ["limit-others"], what: "who calls is not read from the token", changes: [{ object: plans, at: plansAction(0, 2, "metadata", "metadata_key", "path", 1, "key"), value: "tid" }], expected: { "answers 200": 0, "answers 429": 10 } },
    { claims: ["limit-other-path"], what: "a limit is for other paths as well", changes: [{ object: plans, at: plansAction(3, 0, ...path), value: "/public/" }], expected: { "answers 200": 10, "answers 429": 30 } },
    { claims: ["limit-header-plan"], what: "nothing is counted for the best plan", changes: [{ object: plans, at: plansAction(5, 1, "header_value_match", "headers", 0, "string_match", "safe_regex", "regex"), value: "(GOLD)" }], expected: { "answers 200": 105 } },
    { claims: ["limit-header-made-up"], what: "a plan that is made up is not the default's", changes: [{ object: plans, at: plansAction(3, 1, "header_value_match", "headers", 0, "string_match", "safe_regex", "regex"), value: "(PREMIUM|MADE-UP)" }], expected: { "answers 200": 7 } },
    { claims: ["limit-header-other"], what: "the header that tells clients apart is another one", changes: [{ object: plans, at: plansAction(3, 2, "request_headers", "header_name"), value: sameForAll }], expected: { "answers 200": 0, "answers 429": 10 } },
    { claims: ["limit-open"], what: "the limit refuses when nobody answers", changes: [{ object: plans, at: [...filter, "typed_config", "failure_mode_deny"], value: true }], expected: { "answers 200": 0 } },
    { claims: ["limit-closed"], what: "the limit lets pass when nobody answers", changes: [{ object: door, at: [...filter, "typed_config", "failure_mode_deny"], value: false }], expected: { "answers 200": 8 } },
    { claims: ["limit-address"], what: "the limit is switched on for another host", changes: [{ object: door, at: ["spec", "configPatches", 1, "match", "routeConfiguration", "vhost", "name"], value: "echo.dev.example.com:443" }], expected: { "answers 200": 8, limit: "none" } },
    { claims: ["limit-address"], what: "the gateway may not ask, and refuses instead", changes: [{ object: doorAsks }], expected: { "answers 503": 8 } },
    { claims: ["limit-address-other"], what: "all are counted together", changes: [{ object: door, at: doorHeader, value: sameForAll }], expected: { "answers 200": 0, "answers 429": 5 } },
    { claims: ["limit-address-claimed"], what: "the address is the one that a client says", changes: [{ object: door, at: doorHeader, value: "x-azure-clientip" }], expected: { "answers 200": 5 } },
  ],
};
