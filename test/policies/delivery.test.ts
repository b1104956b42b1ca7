import { delivery } from "../../policies/delivery";
import { Plan } from "../../simulator/engine/plan";
import { Properties, Secret, UNKNOWN } from "../../simulator/engine/values";
import { withAdded, withChange } from "../support/changePlan";
import { PolicyRow, testPolicies } from "./rows";

const server = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const kayentaServer = { type: "kubernetes:apps/v1:Deployment", name: "kayenta-server" };
const redis = { type: "kubernetes:helm.sh/v3:Release", name: "kayenta-redis-server" };
const signInRedis = { type: "kubernetes:helm.sh/v3:Release", name: "sign-in-proxy-redis-server" };
const istiod = { type: "kubernetes:helm.sh/v3:Release", name: "istio-istiod" };
const config = { type: "kubernetes:core/v1:ConfigMap", name: "kayenta-config" };
const account = { type: "azure-native:storage:StorageAccount", name: "kayenta-storage" };
const image = "spec.template.spec.containers.0.image";
const own = "cracmeprod3730d8.azurecr.io";

/** Kayenta's settings with a piece of their text another. */
const settings = (plan: Plan, from: RegExp, to: string): Plan => {
  const data = plan.resources.find(({ name, type }) => name === config.name && type === config.type)?.inputs["data"] as Record<string, string>;
  return withChange(plan, config, "data", { "kayenta.yml": data["kayenta.yml"]?.replace(from, to) });
};

const chartType = "kubernetes:helm.sh/v4:Chart";
const chart = (plan: Plan, values: Properties): Plan => withAdded(plan, chartType, "chart", { chart: "own", version: "1.0.0", values });
/** An account of Azure's storage in Kayenta's settings, and one whose name is not given, as Azure chooses it. */
const unnamed = (plan: Plan, storageAccountName: string | undefined): Plan =>
  withAdded(withAdded(plan, "azure-native:storage:StorageAccount", "other", { allowSharedKeyAccess: false, accountName: storageAccountName }), config.type, "more", {
    metadata: { namespace: "kayenta" },
    data: { "kayenta-more.yml": JSON.stringify({ kayenta: { azure: { enabled: true, accounts: [{ name: "other", storageAccountName }] }, blobs: { enabled: true }, standaloneCanaryAnalysis: { enabled: true } } }) },
  });
const appended = (plan: Plan, part: string): Plan => settings(plan, /$/, `\n---\n${part}\n`);
const hidden = (plan: Plan, enabled: boolean): Plan =>
  withAdded(plan, "kubernetes:core/v1:Secret", "hidden", { metadata: { namespace: "kayenta" }, data: { "kayenta.yml": Buffer.from(JSON.stringify({ kayenta: { standaloneCanaryAnalysis: { enabled } } })).toString("base64") } });
const azureRedis = (plan: Plan, more: Properties, type = "redis:Redis"): Plan =>
  withAdded(withAdded(plan, `azure-native:${type}`, "cache", { name: "redis-acme", clusterName: "redis-acme", ...more }), "kubernetes:core/v1:Secret", "connection", { metadata: { namespace: "kayenta" }, stringData: { connection: "rediss://redis-acme.redis.cache.windows.net:6380" } });

const rows: readonly PolicyRow[] = [
  { policy: "image-retired", at: "echo-server", fails: (plan) => withChange(plan, server, image, "bitnami/redis:8.2.1-debian-12-r0"), also: ["image-registry"] },
  { policy: "image-retired", at: "kayenta-redis-server", fails: (plan) => withChange(withChange(plan, redis, "values.image.registry", "docker.io"), redis, "values.image.repository", "bitnamilegacy/redis"), also: ["image-registry"] },
  { policy: "image-retired", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.global.hub", "gcr.io/istio-release"), also: ["image-registry"] },
  { policy: "image-tag", at: "echo-server", fails: (plan) => withChange(plan, server, image, `${own}/mccutchen/go-httpbin`), passes: (plan) => withChange(plan, server, image, `${own}/mccutchen/go-httpbin@sha256:${"0".repeat(64)}`) },
  { policy: "image-tag", at: "echo-server", fails: (plan) => withChange(plan, server, image, `${own}/mccutchen/go-httpbin:latest`), passes: (plan) => withChange(plan, server, image, UNKNOWN) },
  { policy: "image-tag", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.image.tag", "alpine-latest"), passes: (plan) => withChange(plan, redis, "values.image.tag", undefined) },
  { policy: "image-tag", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.image", { tag: "latest" }), passes: (plan) => withChange(plan, redis, "values.image", { repository: UNKNOWN, tag: "8" }) },
  { policy: "image-tag", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.image.tag", "latest"), passes: (plan) => withChange(withChange(plan, redis, "values.image.tag", "latest"), redis, "values.image.digest", `sha256:${"0".repeat(64)}`) },
  { policy: "image-tag", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "values.global.tag", "latest"), passes: (plan) => withChange(plan, istiod, "values.global.tag", "1.31.1") },
  { policy: "image-tag", at: "chart", fails: (plan) => chart(plan, { image: { repository: `${own}/x`, tag: "latest" } }), passes: (plan) => chart(plan, { image: { repository: `${own}/x`, tag: "1" } }) },
  { policy: "image-registry", at: "echo-server", fails: (plan) => withChange(plan, server, image, "ghcr.io/mccutchen/go-httpbin:2.25.0") },
  { policy: "image-registry", at: "echo-server", fails: (plan) => withChange(plan, server, image, "redis:8.10.0") },
  { policy: "chart-retired", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "chart", "oci://registry.istio.io/release/charts/istiod") },
  { policy: "chart-retired", at: "kayenta-redis-server", fails: (plan) => withChange(withChange(plan, redis, "chart", "redis"), redis, "repositoryOpts", { repo: "https://charts.bitnami.com/bitnami" }) },
  { policy: "chart-version", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "version", undefined), passes: (plan) => withChange(plan, istiod, "version", UNKNOWN) },
  { policy: "chart-version", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "version", "^1.31.0"), passes: (plan) => withChange(plan, istiod, "version", "v1.31.0-rc.0") },
  { policy: "chart-version", at: "chart", fails: (plan) => withAdded(plan, chartType, "chart", { chart: "redis" }), passes: (plan) => withAdded(plan, chartType, "chart", { chart: "./charts/redis" }) },
  { policy: "chart-release-name", at: "istio-istiod", fails: (plan) => withChange(plan, istiod, "name", undefined) },
  { policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.auth.password", "hunter2") },
  { policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.extraConfig", new Secret("requirepass hunter2")) },
  { policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.extraEnv", [{ name: "URL", value: "redis://:hunter2@cache:6379" }]), passes: (plan) => withChange(plan, redis, "values.extraEnv", [{ name: "URL", value: "redis://cache:6379" }]) },
  ...["-----BEGIN EC PRIVATE KEY-----\nMHc", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b64=="].map((text): PolicyRow => ({ policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.extraConfig", text), passes: (plan) => withChange(plan, redis, "values.extraConfig", "-----BEGIN CERTIFICATE-----\nMHc") })),
  { policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.extraEnv", [{ name: "DB_PASSWORD", value: "hunter2" }]), passes: (plan) => withChange(plan, redis, "values.extraEnv", [{ name: "DB_PASSWORD", value: "$(OTHER)" }, { name: "DB_PASSWORD_FILE", value: "/etc/db/password" }]) },
  ...["$__file{/etc/key}", "$__env{KEY}", "/etc/key", "true", "{{ .Values.x }}"].map((text): PolicyRow => ({ policy: "chart-secret-value", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.apiKey", "hunter2"), passes: (plan) => withChange(plan, redis, "values.apiKey", text) })),
  { policy: "kayenta-shared-key", at: "other", fails: (plan) => unnamed(plan, "other"), passes: (plan) => unnamed(plan, undefined) },
  { policy: "kayenta-shared-key", at: "kayenta-storage", fails: (plan) => withChange(plan, account, "allowSharedKeyAccess", false) },
  { policy: "kayenta-blob-store", at: "kayenta-config", fails: (plan) => settings(plan, /blobs:\n +enabled: true/, "blobs:\n    enabled: false") },
  { policy: "kayenta-blob-store", at: "kayenta-config", fails: (plan) => settings(plan, /azure:\n +enabled: true/, "azure:\n    enabled: false") },
  { policy: "kayenta-standalone", at: "kayenta-config", fails: (plan) => settings(plan, /standaloneCanaryAnalysis:\n +enabled: true/, "standaloneCanaryAnalysis: {}") },
  { policy: "kayenta-redis-cluster", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.architecture", "cluster"), passes: (plan) => withChange(plan, signInRedis, "values.architecture", "cluster") },
  { policy: "kayenta-standalone", at: "kayenta-config", fails: (plan) => appended(plan, "kayenta: { standaloneCanaryAnalysis: { enabled: false } }"), passes: (plan) => appended(plan, "spring: { config: { activate: { on-profile: local } } }\nkayenta: { standaloneCanaryAnalysis: { enabled: false } }") },
  { policy: "kayenta-standalone", at: "hidden", fails: (plan) => hidden(plan, false), passes: (plan) => hidden(plan, true) },
  { policy: "kayenta-redis-cluster", at: "cache", fails: (plan) => azureRedis(plan, { shardCount: 2 }), passes: (plan) => azureRedis(plan, {}) },
  { policy: "kayenta-redis-cluster", at: "cache", fails: (plan) => azureRedis(plan, {}, "redisenterprise:Database"), passes: (plan) => azureRedis(plan, { clusteringPolicy: "EnterpriseCluster" }, "redisenterprise:Database") },
  { policy: "workload-checksum", at: "kayenta-server", fails: (plan) => withChange(plan, kayentaServer, "spec.template.metadata.annotations", undefined), passes: (plan) => withChange(withChange(plan, kayentaServer, "spec.template.metadata.annotations", undefined), kayentaServer, "spec.template.spec.containers.0.envFrom", undefined) },
];

describe("policies of delivery", function () {
  this.timeout(120_000);
  testPolicies(delivery, rows);
});
