import { Chapter, Claim } from "../claim";
import { http, Sent } from "../questions/http";
import { binomialBounds, countOf, series } from "../questions/series";
import { ejection } from "../questions/ejection";

const routes = "VirtualService shop/shop";
const orderRoutes = "VirtualService orders/orders";
const destination = "DestinationRule orders/orders";
const shop = "http://shop.shop.svc.cluster.local";
const orders = "http://orders.orders.svc.cluster.local";
const from = "front-v1-0";

const tries = 1000;
/** A right split is taken for a wrong one once in a million runs. */
const tenth = binomialBounds(tries, 0.1, 1e-6);
const others = 5;

const get = (url: string, headers: Readonly<Record<string, string>> = {}): Sent => ({ from, url, headers });
const testers = ["spec", "http", 1] as const;
const split = ["spec", "http", 3] as const;
/** The route of orders that breaks nothing on purpose. */
const own = ["spec", "http", 1] as const;
const tester = { "x-tester": "yes" };

const claims: readonly Claim[] = [
  {
    id: "traffic-split",
    claims: "a version with weight 10 gets a tenth of the requests",
    question: series(`front → GET ${shop}/, ${tries} times: answers of v2`, tries, get(`${shop}/`), ({ answers }) => ({
      v2: countOf(answers, ({ version }) => version === "v2"),
      v1: countOf(answers, ({ version }) => version === "v1"),
      others: countOf(answers, ({ version }) => version !== "v1" && version !== "v2"),
    })),
    // On a machine that is busy, some may take longer than an attempt may, and are answered 504.
    expected: { v2: tenth, v1: { least: tries - tenth.most - others, most: tries - tenth.least }, others: { least: 0, most: others } },
    once: true,
    restsOn: [routes],
  },
  {
    id: "traffic-header",
    claims: "a request with the header of a route goes to its version",
    question: series(`front → GET ${shop}/, x-tester: yes, 50 times: answers of v2`, 50, get(`${shop}/`, tester), ({ answers }) => ({ v2: countOf(answers, ({ version }) => version === "v2") })),
    expected: { v2: 50 },
    restsOn: [routes],
  },
  {
    id: "traffic-mirror",
    claims: "a mirror gets a copy of each request, and its answers are dropped",
    question: series(`front → GET ${shop}/, 50 times: copies at v3, and answers of it`, 50, get(`${shop}/`), ({ answers, arrivals }) => ({
      copies: countOf(arrivals, ({ version }) => version === "v3"),
      "answers of it": countOf(answers, ({ version }) => version === "v3"),
      "answers 200": countOf(answers, ({ status }) => status === 200),
    })),
    expected: { copies: 50, "answers of it": 0, "answers 200": 50 },
    late: "a copy is sent for itself, and no answer waits for it",
    restsOn: [routes],
  },
  {
    id: "traffic-retries",
    claims: "a request is tried again as often as the app says, and the answer is that of the last attempt",
    question: series(`front → GET ${shop}/?fail=2, x-tester: yes: attempts that v2 counts`, 1, get(`${shop}/?fail=2`, tester), ({ answers, arrivals }) => ({
      attempts: countOf(arrivals, ({ version }) => version === "v2"),
      "answers 200": countOf(answers, ({ status }) => status === 200),
    })),
    expected: { attempts: 3, "answers 200": 1 },
    restsOn: [routes],
  },
  {
    id: "traffic-retries-end",
    claims: "and not more often",
    question: series(`front → GET ${shop}/?status=503, x-tester: yes: attempts that v2 counts`, 1, get(`${shop}/?status=503`, tester), ({ answers, arrivals }) => ({
      attempts: countOf(arrivals, ({ version }) => version === "v2"),
      "answers 503": countOf(answers, ({ status }) => status === 503),
    })),
    expected: { attempts: 3, "answers 503": 1 },
    restsOn: [routes],
  },
  {
    id: "traffic-retries-other",
    claims: "an answer that is not named is not tried again",
    question: series(`front → GET ${shop}/?status=500, x-tester: yes: attempts that v2 counts`, 1, get(`${shop}/?status=500`, tester), ({ answers, arrivals }) => ({
      attempts: countOf(arrivals, ({ version }) => version === "v2"),
      "answers 500": countOf(answers, ({ status }) => status === 500),
    })),
    expected: { attempts: 1, "answers 500": 1 },
    restsOn: [routes],
  },
  {
    id: "traffic-no-retries",
    claims: "an app without retries gets each request once, whatever becomes of it",
    question: series(`front → GET ${orders}/orders/1?status=503: attempts that orders count`, 1, get(`${orders}/orders/1?status=503`), ({ answers, arrivals }) => ({
      attempts: arrivals.length,
      "answers 503": countOf(answers, ({ status }) => status === 503),
    })),
    expected: { attempts: 1, "answers 503": 1 },
    restsOn: [orderRoutes],
  },
  {
    id: "traffic-timeout",
    claims: "a request that takes longer than the timeout is answered 504",
    question: http(`front → GET ${orders}/orders/1?sleep=4000`, get(`${orders}/orders/1?sleep=4000`)),
    expected: { status: 504, millis: { least: 1900, most: 3500 } },
    restsOn: [orderRoutes],
  },
  {
    id: "traffic-try-timeout",
    claims: "so is one whose attempt takes longer than an attempt may",
    question: http(`front → GET ${shop}/?sleep=3500, x-tester: yes`, get(`${shop}/?sleep=3500`, tester)),
    expected: { status: 504, millis: { least: 900, most: 3400 } },
    restsOn: [routes],
  },
  {
    id: "traffic-abort",
    claims: "a request that is broken on purpose gets the status that was asked for, and does not reach the app",
    question: series(`front → GET ${shop}/, x-break: yes, 20 times`, 20, get(`${shop}/`, { "x-break": "yes" }), ({ answers, arrivals }) => ({
      "answers 418": countOf(answers, ({ status }) => status === 418),
      arrived: countOf(arrivals, ({ version }) => version !== "v3"),
    })),
    expected: { "answers 418": 20, arrived: 0 },
    restsOn: [routes],
  },
  {
    id: "traffic-delay",
    claims: "a request that is held back on purpose comes as late as was asked for",
    question: http(`front → GET ${orders}/orders/1, x-slow: yes`, get(`${orders}/orders/1`, { "x-slow": "yes" })),
    expected: { status: 200, millis: { least: 1000, most: 1900 } },
    restsOn: [orderRoutes],
  },
  {
    id: "traffic-ejection",
    claims: "a pod that fails is left out after as many failures in a row as the app says, and comes back",
    question: ejection({ from, url: `${orders}/orders/1`, failing: "orders-v1-0" }),
    // Two requests more than it takes: Envoy's workers look at what each of them counted.
    expected: { "failures before": { least: 3, most: 5 }, "requests while it is out": 0, "answers 200 while it is out": 20, "comes back": true },
    once: true,
    restsOn: [destination],
  },
];

/** How requests are shared out, repeated, ended, and broken on purpose. */
export const traffic: Chapter = {
  title: "Traffic",
  claims,
  mutations: [
    { claims: ["traffic-split"], what: "v2's weight is a quarter of all", changes: [{ object: routes, at: [...split, "route", 1, "weight"], value: 30 }], expected: { v2: binomialBounds(tries, 0.25, 1e-6) } },
    { claims: ["traffic-header"], what: "the route goes to another version", changes: [{ object: routes, at: [...testers, "route", 0, "destination", "subset"], value: "v1" }], expected: { v2: 0 } },
    { claims: ["traffic-mirror"], what: "nothing is mirrored", changes: [{ object: routes, at: [...split, "mirror"] }], expected: { copies: 0, "answers 200": 50 } },
    { claims: ["traffic-retries", "traffic-retries-end"], what: "nothing is tried again", changes: [{ object: routes, at: [...testers, "retries"], value: { attempts: 0 } }], expected: { attempts: 1 } },
    { claims: ["traffic-retries-other"], what: "every answer of an error is tried again", changes: [{ object: routes, at: [...testers, "retries", "retryOn"], value: "5xx" }], expected: { attempts: 3, "answers 500": 1 } },
    { claims: ["traffic-no-retries"], what: "a 503 is tried again", changes: [{ object: orderRoutes, at: [...own, "retries"], value: { attempts: 2, perTryTimeout: "1s", retryOn: "503" } }], expected: { attempts: 3, "answers 503": 1 } },
    { claims: ["traffic-timeout"], what: "a request has longer", changes: [{ object: orderRoutes, at: [...own, "timeout"], value: "15s" }], expected: { status: 200 } },
    { claims: ["traffic-try-timeout"], what: "an attempt has longer", changes: [{ object: routes, at: [...testers, "retries", "perTryTimeout"], value: "4s" }], expected: { status: 200 } },
    { claims: ["traffic-abort"], what: "nothing is broken", changes: [{ object: routes, at: ["spec", "http", 2, "fault"] }], expected: { "answers 418": 0, arrived: 20 } },
    { claims: ["traffic-delay"], what: "nothing is held back", changes: [{ object: orderRoutes, at: ["spec", "http", 0, "fault"] }], expected: { status: 200, millis: { least: 0, most: 999 } } },
    { claims: ["traffic-ejection"], what: "no pod is left out", changes: [{ object: destination, at: ["spec", "trafficPolicy", "outlierDetection"] }], expected: { "failures before": { least: 6, most: 20 } } },
  ],
};
