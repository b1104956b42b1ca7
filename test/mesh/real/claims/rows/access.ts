import { Chapter, Claim, Mutation } from "../claim";
import { http } from "../questions/http";
import { redisPing } from "../questions/redis";

/** An app and a request that its callers may send. */
interface Target {
  readonly url: string;
  /** Who may, by their pods. */
  readonly callers: readonly string[];
  /** What allows somebody something there. */
  readonly policies: readonly string[];
  /** The answer to who may. Default: 200. */
  readonly status?: number;
}

const address = (name: string): string => `${name}.${name}.svc.cluster.local`;
const denyAll = "AuthorizationPolicy istio-system/deny-all";

const callers = ["front-v1-0", "stranger-v1-0", "shop-v1-0", "orders-v1-0", "api-v1-0", "echo-0", "cache-0", "oauth2-proxy-0", "oauth2-proxy-redis-0", "limited-v1-0", "merged-v1-0", "metered-v1-0", "rate-limit-0", "rate-limit-redis-0"];

/** The app that a pod is of. */
export const appOf = (pod: string): string => pod.replace(/(-v\d)?-\d$/, "");

const apps: Readonly<Record<string, Target>> = {
  shop: { url: `http://${address("shop")}/`, callers: ["front"], policies: ["AuthorizationPolicy shop/shop-access"] },
  orders: { url: `http://${address("orders")}/orders/1`, callers: ["front"], policies: ["AuthorizationPolicy orders/orders-access"] },
  // A path that needs no token.
  api: { url: `http://${address("api")}/public/page`, callers: [], policies: ["AuthorizationPolicy api/api-access"] },
  echo: { url: `http://${address("echo")}/get`, callers: [], policies: ["AuthorizationPolicy echo/echo-access"] },
  "oauth2-proxy": { url: `http://${address("oauth2-proxy")}/ping`, callers: [], policies: ["AuthorizationPolicy oauth2-proxy/sign-in-proxy-access"] },
  limited: { url: `http://${address("limited")}/`, callers: ["front"], policies: ["AuthorizationPolicy limited/limited-access"] },
  merged: { url: `http://${address("merged")}/healthz`, callers: ["front"], policies: ["AuthorizationPolicy merged/merged-access"] },
  metered: { url: `http://${address("metered")}/healthz`, callers: ["front"], policies: ["AuthorizationPolicy metered/metered-access", "AuthorizationPolicy metered/metered-metrics"] },
  // It speaks gRPC, and tells whoever doesn't.
  "rate-limit": { url: "http://rate-limit.limits.svc.cluster.local:8081/", callers: ["api"], policies: ["AuthorizationPolicy limits/api-plans-asks", "AuthorizationPolicy limits/api-door-asks"], status: 415 },
  "prometheus-server": { url: "http://prometheus-server.prometheus.svc.cluster.local/-/ready", callers: [], policies: ["AuthorizationPolicy prometheus/kayenta-metrics"] },
  // It lets itself out to a host, and nobody in.
  front: { url: `http://${address("front")}/`, callers: [], policies: ["AuthorizationPolicy front/front-egress-suppliers"] },
  // Nobody is named at all: only the mesh's own rule speaks.
  stranger: { url: `http://${address("stranger")}/`, callers: [], policies: [] },
};

const stores: Readonly<Record<string, Target & { readonly opened: string }>> = {
  cache: { url: address("cache"), callers: ["front"], policies: ["AuthorizationPolicy cache/cache-access"], opened: "+PONG" },
  // The answer of a Redis with a password to whom it can hear.
  "oauth2-proxy-redis": { url: "oauth2-proxy-redis.oauth2-proxy.svc.cluster.local", callers: ["oauth2-proxy"], policies: ["AuthorizationPolicy oauth2-proxy/sign-in-proxy-redis-access"], opened: "-NOAUTH Authentication required." },
  "rate-limit-redis": { url: "rate-limit-redis.limits.svc.cluster.local", callers: ["rate-limit"], policies: ["AuthorizationPolicy limits/limits-redis-access"], opened: "-NOAUTH Authentication required." },
};

const pairs = <T>(targets: Readonly<Record<string, T>>): (readonly [string, string, T])[] =>
  Object.entries(targets).flatMap(([name, target]) => callers.filter((caller) => appOf(caller) !== name).map((caller) => [caller, name, target] as const));

const calls = pairs(apps).map(([from, name, { url, callers: allowed, policies, status = 200 }]): Claim => {
  const may = allowed.includes(appOf(from));
  return {
    id: `access-${appOf(from)}-${name}`,
    claims: `${appOf(from)} ${may ? "may" : "may not"} call ${name}`,
    question: http(`${appOf(from)} → GET ${url}`, { from, url }),
    pair: { caller: appOf(from), target: name },
    expected: { status: may ? status : 403 },
    restsOn: [denyAll, ...policies],
  };
});

const connections = pairs(stores).map(([from, name, { url, callers: allowed, policies, opened }]): Claim => {
  const may = allowed.includes(appOf(from));
  return {
    id: `access-${appOf(from)}-${name}`,
    claims: `${appOf(from)} ${may ? "may" : "may not"} connect to ${name}`,
    question: redisPing(from, url),
    pair: { caller: appOf(from), target: name },
    expected: { answer: may ? opened : "closed" },
    restsOn: [denyAll, ...policies],
  };
});

const orders = "AuthorizationPolicy orders/orders-access";
const request = (id: string, claims: string, method: string, path: string, status: number): Claim => ({
  id: `access-${id}`,
  claims,
  question: http(`front → ${method} http://${address("orders")}${path}`, { from: "front-v1-0", url: `http://${address("orders")}${path}`, method }),
  expected: { status },
  restsOn: [orders],
});

const rule = ["spec", "rules", 0] as const;
const principals = [...rule, "from", 0, "source", "principals"] as const;
const operation = [...rule, "to", 0, "operation"] as const;
const cache = "AuthorizationPolicy cache/cache-access";
const sessions = "AuthorizationPolicy oauth2-proxy/sign-in-proxy-redis-access";
const account = (name: string): string[] => [`cluster.local/ns/${name}/sa/${name}`];

/** The apps that are asked of here: those that call, and those that are called. */
export const askedApps = { callers: callers.map(appOf), called: Object.keys({ ...apps, ...stores }) };

/** Nobody may call anybody, but who is named, for what is named. */
export const accessRules: Chapter = {
  title: "Who may call whom",
  claims: [
    ...calls,
    ...connections,
    request("method", "a caller may use the methods that are named for it", "POST", "/orders", 200),
    request("other-method", "and no others", "DELETE", "/orders/1", 403),
    request("other-path", "nor other paths", "GET", "/admin", 403),
    request("method-of-other-path", "a method of one path is not one of the other's", "POST", "/orders/1", 403),
    request("dots", "a path with dots is the one that it leads to", "GET", "/orders/../admin", 403),
    request("escaped-dots", "so is one with dots that are written another way", "GET", "/orders/%2e%2e/admin", 403),
    request("escaped-slash", "and one with such a slash", "GET", "/orders/..%2Fadmin", 403),
  ],
  mutations: [
    ...Object.entries({ ...apps, ...stores }).map(([name, target]): Mutation => {
      const { policies, callers: allowed, status = 200 } = target;
      const others = callers.map(appOf).filter((caller) => caller !== name && !allowed.includes(caller));
      return {
        claims: others.map((caller) => `access-${caller}-${name}`),
        what: `neither the mesh nor ${name} denies anything`,
        changes: [denyAll, ...policies].map((object) => ({ object })),
        expected: "opened" in target ? { answer: target.opened } : { status },
      };
    }),
    ...Object.entries(apps).flatMap(([name, { policies: [policy], callers: allowed }]): Mutation[] =>
      policy === undefined || allowed.length === 0 ? [] : [{ claims: allowed.map((caller) => `access-${caller}-${name}`), what: `${name} allows nobody`, changes: [{ object: policy }], expected: { status: 403 } }],
    ),
    { claims: ["access-method"], what: "orders allows nobody anything", changes: [{ object: orders }], expected: { status: 403 } },
    { claims: ["access-stranger-orders"], what: "orders allows every account of the mesh", changes: [{ object: orders, at: [...rule, "from"] }], expected: { status: 200 } },
    { claims: ["access-front-shop"], what: "shop allows another port alone", changes: [{ object: "AuthorizationPolicy shop/shop-access", at: [...operation, "ports"], value: ["9999"] }], expected: { status: 403 } },
    { claims: ["access-stranger-cache"], what: "the cache allows the stranger", changes: [{ object: cache, at: principals, value: account("stranger") }], expected: { answer: "+PONG" } },
    { claims: ["access-front-cache"], what: "the cache allows nobody", changes: [{ object: cache }], expected: { answer: "closed" } },
    { claims: ["access-other-method", "access-method-of-other-path"], what: "orders takes every method", changes: [{ object: orders, at: [...operation, "methods"] }], expected: { status: 200 } },
    { claims: ["access-other-path"], what: "orders takes every path", changes: [{ object: orders, at: [...operation, "paths"] }], expected: { status: 200 } },
    { claims: ["access-dots", "access-escaped-dots", "access-escaped-slash"], what: "the mesh takes paths as they are written", changes: [], mesh: { pathNormalization: { normalization: "NONE" } }, expected: { status: 200 } },
    { claims: ["access-rate-limit-rate-limit-redis"], what: "the counts' store allows nobody", changes: [{ object: "AuthorizationPolicy limits/limits-redis-access" }], expected: { answer: "closed" } },
    { claims: ["access-oauth2-proxy-oauth2-proxy-redis"], what: "the sessions' store is for another account", changes: [{ object: sessions, at: principals, value: account("front") }], expected: { answer: "closed" } },
  ],
};
