import { AlertCase, answered, app, call, certificate, counts, days, deployment, failed, flagged, ok, probe, proxyCertificate, scaledTo, Series, statefulSet, stays, toCart } from "./series";

/*
 * What comes near to raising an alert: with another number, time or label in the rule, each of these would be wrong.
 */

/** A near miss: at minute 40, unless another is named. */
type NearMiss = readonly [alert: string, title: string, series: Series, at?: number];

const hours = (count: number): string => stays(count * 3600);
const days90 = (from: string, left: number): Series => ({ [from]: `${days(left)}x120` });

const silent: readonly NearMiss[] = [
  ["GatewayErrors", "isn't for one in twenty-one", { [toCart(ok)]: counts(60), [toCart(failed)]: counts(3) }],
  ["GatewayErrors", "isn't for fourteen requests in five minutes that all fail", { [toCart(failed)]: counts(2.8) }],
  ["GatewayErrors", "isn't for four minutes of failures", { [toCart(ok)]: counts(60), [toCart(failed)]: "0x31 60+60x30" }, 36],
  ["GatewayErrors", "isn't for what the probes get", { [probe.replace(ok, failed)]: counts(60) }],
  ["MeshConnectionsFail", "isn't for the minute or two of a restart", { [call(flagged("UH"), "unknown")]: "0x31 60 120x30", [call(flagged("UF"))]: "0x31 60 120x30", [call(answered)]: counts(60) }, 33],
  ["MeshConnectionsFail", "isn't where another of its versions fails alike by the app's own doing", { [call(flagged("-"), "v2")]: counts(30), [call(answered, "v2")]: counts(30) }],
  ["MeshConnectionsFail", "isn't for a limit, a missing route or a time that is over", { ...Object.fromEntries(["RL", "NR", "UT", "FI", "DC"].map((flag) => [call(flagged(flag)), counts(60)])) }],
  ["CanaryFailing", "isn't for one and a half times the share of the others", { [app("v1", ok)]: counts(540), [app("v1", failed)]: counts(60), [app("v2", ok)]: counts(510), [app("v2", failed)]: counts(90) }],
  ["CanaryFailing", "isn't for one in twenty-one where the others never fail", { [app("v1", ok)]: counts(600), [app("v2", ok)]: counts(60), [app("v2", failed)]: counts(3) }],
  ["CanaryFailing", "isn't for four minutes of failures", { [app("v1", ok)]: counts(600), [app("v2", failed)]: "0x31 60+60x30" }, 36],
  ["AppAtItsLimit", "isn't for fourteen minutes", scaledTo("3x20 4x40"), 35],
  ["FrontDoorDoesNotArrive", "isn't where one arrives every nine minutes", { [probe]: "0x8 1x8 2x8 3x8 4x8 5x8" }, 44],
  ["FrontDoorDoesNotArrive", "isn't where one arrives every eighteen minutes", { [probe]: "0x17 1x17 2x17" }, 35],
  ["CertificateNearExpiry", "isn't a little more than ten days before, nor in the first hour after", days90(`${certificate}}`, 10.1), 90],
  ["CertificateNearExpiry", "isn't fifty minutes after ten days were left", days90(`${certificate}}`, 9), 50],
  ["ProxyCertificateNearExpiry", "isn't nine hours before", { [proxyCertificate("default")]: hours(9) }],
  ["ProxyCertificateNearExpiry", "isn't four hours before", { [proxyCertificate("default")]: hours(4) }],
  ["ProxyCertificateNearExpiry", "isn't for the root certificate that a proxy has", { [proxyCertificate("ROOTCA")]: hours(3) }],
  ["ProxyCertificateNearExpiry", "isn't for fourteen minutes", { [proxyCertificate("default")]: hours(3) }, 14],
  ["MeshRootNearExpiry", "isn't a little more than thirty days before", days90(`citadel_server_root_cert_expiry_timestamp{pod="a"}`, 30.1), 90],
  ["RedisDown", "isn't for a database of another kind", statefulSet("shop", "mysql", 1, 0)],
  ["RedisDown", "isn't for names that are only alike", { ...statefulSet("shop", "redisinsight", 1, 0), ...statefulSet("shop", "myredis", 1, 0) }],
  ["RedisDown", "isn't for one that should have no pod", statefulSet("kayenta", "kayenta-redis", 0, 0)],
  ["RedisDown", "isn't for four minutes", statefulSet("kayenta", "kayenta-redis", 1, 0), 4],
  ["StatefulSetNotReady", "isn't for a Redis, which has an alert of its own", { ...statefulSet("shop", "redis", 1, 0), ...statefulSet("kayenta", "kayenta-redis", 1, 0) }],
  ["StatefulSetNotReady", "isn't for one that should have no pod", statefulSet("shop", "mysql", 0, 0)],
  ["StatefulSetNotReady", "isn't for nine minutes", statefulSet("shop", "mysql", 1, 0), 9],
  ["DeploymentNotReady", "isn't for oauth2-proxy, which has an alert of its own", deployment("oauth2-proxy", "oauth2-proxy", 2, 0)],
  ["DeploymentNotReady", "isn't for one that should have no pod", deployment("shop", "cart-v2", 0, 0)],
  ["DeploymentNotReady", "isn't for the nine minutes of a slow start", deployment("shop", "cart-v2", 2, "2x20 1x40"), 30],
  ["OAuth2ProxyNotReady", "isn't for another Deployment", { ...deployment("oauth2-proxy", "other", 2, 0), ...deployment("shop", "oauth2-proxy", 2, 0) }],
  ["OAuth2ProxyNotReady", "isn't for four minutes", deployment("oauth2-proxy", "oauth2-proxy", 2, 0), 4],
  ["TargetDown", "isn't for nine minutes", { [`up{job="mesh-pods",instance="10.244.1.7:15020",namespace="shop",pod="cart"}`]: "1x20 0x9 1x30" }, 30],
];

const sixInAHundred: AlertCase = {
  alert: "GatewayErrors",
  title: "is raised where six in a hundred fail",
  series: { [toCart(ok)]: counts(94), [toCart(failed)]: counts(6) },
  raised: [
    {
      labels: { destination_service_name: "cart", destination_service_namespace: "shop" },
      summary: "cart fails for people outside",
      description: "6% of the requests that the gateway brings to shop/cart end in a 5xx.",
    },
  ],
};

const oneOfThree: AlertCase = {
  alert: "RedisDown",
  title: "is raised where one of three pods isn't ready",
  series: statefulSet("shop", "redis", 3, 2),
  raised: [
    {
      labels: { namespace: "shop", statefulset: "redis", job: "cluster-state", instance: "10.244.0.9:15020" },
      summary: "shop/redis is not ready",
      description: "Fewer than 3 pods of this Redis have been ready for 5 minutes. What keeps its data there does without.",
    },
  ],
};

/** The other side of near misses, and these. */
export const nearMisses: readonly AlertCase[] = [sixInAHundred, oneOfThree, ...silent.map(([alert, title, series, at]) => ({ alert, title, series, at, raised: [] }))];
