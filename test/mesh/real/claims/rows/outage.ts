import { Chapter, Change, Claim, Given } from "../claim";
import { http } from "../questions/http";

const rule = "DestinationRule orders/orders";
const orders = "http://orders.orders.svc.cluster.local/orders/1";
const caller = "front-v1-0";
const question = http(`front → GET ${orders}`, { from: caller, url: orders });

const policy = ["spec", "trafficPolicy"] as const;

/** The words of the rule that broke a tutorial's calls in 2018, in today's names: it limits connections and says nothing of TLS. */
const sourcesOwn: Change = {
  object: rule,
  at: policy,
  value: {
    connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1, maxRequestsPerConnection: 1 } },
    outlierDetection: { consecutive5xxErrors: 1, interval: "1s", baseEjectionTime: "180s", maxEjectionPercent: 100 },
  },
};

const tlsOff = { "an empty block `tls: {}`": {}, "`mode: DISABLE`": { mode: "DISABLE" } };

/** Where a rule may speak of TLS. */
const levels: Readonly<Record<string, (tls: object) => Change>> = {
  destination: (tls) => ({ object: rule, at: [...policy, "tls"], value: tls }),
  subset: (tls) => ({ object: rule, at: ["spec", "subsets", 0, "trafficPolicy"], value: { tls } }),
  port: (tls) => ({ object: rule, at: [...policy, "portLevelSettings"], value: [{ port: { number: 80 }, tls }] }),
};

const row = (id: string, claims: string, status: number, given?: Given): Claim => ({ id, claims, question, expected: { status }, restsOn: [rule], ...(given && { given, unbroken: "each of these rows is what becomes of another one with a change" }) });

const switchedOff = Object.entries(levels).flatMap(([level, changeOf]) =>
  Object.entries(tlsOff).map(([words, tls], index) => row(`outage-${level}-${index === 0 ? "empty" : "disable"}`, `${words} at the level of the ${level} ends in 503`, 503, { changes: [changeOf(tls)] })),
);

/** A DestinationRule that switches mutual TLS off, by saying so or by an empty block, breaks every call; MeshApp's never do. */
export const outage: Chapter = {
  title: "DestinationRules and mutual TLS",
  claims: [
    row("outage-own-rule", "the rule that MeshApp writes lets calls through", 200),
    ...switchedOff,
    row("outage-source", "a rule without a word of TLS lets calls through, since proxies find out by themselves where the other side has a certificate", 200, { changes: [sourcesOwn] }),
    row("outage-source-no-auto", "the same rule ends in 503 where they don't", 503, { changes: [sourcesOwn], mesh: { enableAutoMtls: false } }),
    row("outage-own-rule-no-auto", "the rule that MeshApp writes lets calls through even there", 200, { mesh: { enableAutoMtls: false } }),
  ],
  mutations: [
    { claims: ["outage-own-rule"], what: "the rule says DISABLE", changes: [{ object: rule, at: [...policy, "tls", "mode"], value: "DISABLE" }], expected: { status: 503 } },
    { claims: ["outage-own-rule"], what: "the rule's block of TLS is empty", changes: [{ object: rule, at: [...policy, "tls"], value: {} }], expected: { status: 503 } },
  ],
};
