import { Chapter, Claim } from "../claim";
import { http } from "../questions/http";
import { redisPing } from "../questions/redis";

/** An app and a request that its callers may send. */
interface Target {
  readonly url: string;
  /** Who may, by their pods. */
  readonly callers: readonly string[];
  readonly policy: string;
}

const address = (name: string): string => `${name}.${name}.svc.cluster.local`;
const denyAll = "AuthorizationPolicy istio-system/deny-all";

const callers = ["front-v1-0", "stranger-v1-0", "shop-v1-0", "orders-v1-0", "api-v1-0", "echo-0", "cache-0", "oauth2-proxy-0", "oauth2-proxy-redis-0"];
const appOf = (pod: string): string => pod.replace(/(-v\d)?-\d$/, "");

const apps: Readonly<Record<string, Target>> = {
  shop: { url: `http://${address("shop")}/`, callers: ["front"], policy: "AuthorizationPolicy shop/shop-access" },
  orders: { url: `http://${address("orders")}/orders/1`, callers: ["front"], policy: "AuthorizationPolicy orders/orders-access" },
  api: { url: `http://${address("api")}/`, callers: [], policy: "AuthorizationPolicy api/api-access" },
  echo: { url: `http://${address("echo")}/get`, callers: [], policy: "AuthorizationPolicy echo/echo-access" },
  "oauth2-proxy": { url: `http://${address("oauth2-proxy")}/ping`, callers: [], policy: "AuthorizationPolicy oauth2-proxy/sign-in-proxy-access" },
  // Nobody is named at all: only the mesh's own rule speaks.
  front: { url: `http://${address("front")}/`, callers: [], policy: denyAll },
  stranger: { url: `http://${address("stranger")}/`, callers: [], policy: denyAll },
};

const stores: Readonly<Record<string, Target & { readonly opened: string }>> = {
  cache: { url: address("cache"), callers: ["front"], policy: "AuthorizationPolicy cache/cache-access", opened: "+PONG" },
  // The answer of a Redis with a password to whom it can hear.
  "oauth2-proxy-redis": { url: "oauth2-proxy-redis.oauth2-proxy.svc.cluster.local", callers: ["oauth2-proxy"], policy: "AuthorizationPolicy oauth2-proxy/sign-in-proxy-redis-access", opened: "-NOAUTH Authentication required." },
};

const pairs = <T>(targets: Readonly<Record<string, T>>): (readonly [string, string, T])[] =>
  Object.entries(targets).flatMap(([name, target]) => callers.filter((caller) => appOf(caller) !== name).map((caller) => [caller, name, target] as const));

const calls = pairs(apps).map(([from, name, { url, callers: allowed, policy }]): Claim => {
  const may = allowed.includes(appOf(from));
  return {
    id: `access-${appOf(from)}-${name}`,
    claims: `${appOf(from)} ${may ? "may" : "may not"} call ${name}`,
    question: http(`${appOf(from)} → GET ${url}`, { from, url }),
    expected: { status: may ? 200 : 403 },
    restsOn: [denyAll, policy],
  };
});

const connections = pairs(stores).map(([from, name, { url, callers: allowed, policy, opened }]): Claim => {
  const may = allowed.includes(appOf(from));
  return {
    id: `access-${appOf(from)}-${name}`,
    claims: `${appOf(from)} ${may ? "may" : "may not"} connect to ${name}`,
    question: redisPing(from, url),
    expected: { answer: may ? opened : "closed" },
    restsOn: [denyAll, policy],
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
    request("escaped-path", "a path that is written another way is the same path", "GET", "/orders/%2e%2e/admin", 403),
  ],
  mutations: [
    { claim: "access-front-stranger", what: "the mesh no longer denies what nobody allows", changes: [{ object: denyAll }] },
    { claim: "access-front-orders", what: "orders allows nobody", changes: [{ object: orders }] },
    { claim: "access-stranger-orders", what: "orders allows every account of the mesh", changes: [{ object: orders, at: [...rule, "from"] }] },
    { claim: "access-front-shop", what: "shop allows another port alone", changes: [{ object: "AuthorizationPolicy shop/shop-access", at: [...operation, "ports"], value: ["9999"] }] },
    { claim: "access-stranger-cache", what: "the cache allows the stranger", changes: [{ object: cache, at: principals, value: account("stranger") }] },
    { claim: "access-front-cache", what: "the cache allows nobody", changes: [{ object: cache }] },
    { claim: "access-other-method", what: "orders takes every method", changes: [{ object: orders, at: [...operation, "methods"] }] },
    { claim: "access-other-path", what: "orders takes every path", changes: [{ object: orders, at: [...operation, "paths"] }] },
    { claim: "access-oauth2-proxy-oauth2-proxy-redis", what: "the sessions' store is for another account", changes: [{ object: sessions, at: principals, value: account("front") }] },
  ],
};
