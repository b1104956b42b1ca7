import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { Policy, PolicyResource, PolicyStack, Violation } from "../policy";
import { chartTypes, types } from "../types";
import { kayentaNames, kayentaSettings, Settings } from "./kayentaSettings";

const kayenta = "https://github.com/spinnaker/spinnaker/blob/main/kayenta/docs/kayenta-standalone.md";
const azure = "https://github.com/spinnaker/spinnaker/tree/main/kayenta/kayenta-azure";

const redisType = "azure-native:redis:Redis";
const redisDatabaseType = "azure-native:redisenterprise:Database";

/** Canary analysis keeps what it finds. */
export const kayentaPolicies: readonly Policy[] = [
  {
    id: "kayenta-shared-key",
    group: "delivery",
    level: "error",
    title: "The storage account of Kayenta takes its shared key.",
    fix: "Set allowSharedKeyAccess of that account to true: Kayenta's client knows no other way.",
    source: azure,
    check: (stack) => {
      const names = kayentaSettings(stack).flatMap(({ settings }) => settings.items("kayenta.azure.accounts")).flatMap((account) => account.text("storageAccountName") ?? []);
      const locked = stack.ofType(types.storageAccount).filter((account) => account.is("allowSharedKeyAccess", false) && names.includes(account.text("accountName") ?? ""));
      return locked.map(({ urn }) => ({ urn, message: "Kayenta starts without its store, and says that it is up." }));
    },
  },
  {
    id: "kayenta-blob-store",
    group: "delivery",
    level: "error",
    title: "Kayenta's store in Azure is switched on in both places.",
    fix: "Set kayenta.azure.enabled and kayenta.blobs.enabled to true.",
    source: azure,
    check: (stack) =>
      eachSettings(stack, ({ settings }) => {
        if (settings.list("kayenta.azure.accounts").length === 0) return undefined;
        const off = ["azure", "blobs"].find((part) => settings.isNot(`kayenta.${part}.enabled`, true));
        return off && `kayenta.${off}.enabled is not true: there is an account, and nothing is kept in it.`;
      }),
  },
  {
    id: "kayenta-standalone",
    group: "delivery",
    level: "error",
    title: "Kayenta judges canaries by itself.",
    fix: "Set kayenta.standaloneCanaryAnalysis.enabled to true.",
    source: kayenta,
    check: (stack) => eachSettings(stack, ({ settings }) => (settings.has("kayenta") && settings.isNot("kayenta.standaloneCanaryAnalysis.enabled", true) ? "POST /standalone_canary_analysis is not there, which pipelines call." : undefined)),
  },
  {
    id: "kayenta-redis-cluster",
    group: "delivery",
    level: "error",
    title: "Kayenta's Redis is a single one, not a cluster.",
    fix: "Set architecture to standalone; in Azure take shardCount away, or set clusteringPolicy to NoCluster or EnterpriseCluster.",
    source: kayenta,
    check: (stack) => {
      const namespaces = kayentaSettings(stack).map(({ holder }) => namespaceOf(holder));
      const its = stack.ofType(...chartTypes).filter((release) => namespaces.includes(namespaceOf(release)) || release.text("name")?.includes("kayenta") === true);
      return [...its.filter(isCluster), ...stack.ofType(redisType, redisDatabaseType).filter((redis) => isAzureCluster(redis) && kayentaNames(hostOf(redis), redis, stack))].map(({ urn }) => ({ urn, message: "Kayenta's client knows no cluster: it fails on the first key that another node has." }));
    },
  },
];

function eachSettings(stack: PolicyStack, check: (settings: Settings) => string | undefined): Violation[] {
  return kayentaSettings(stack).flatMap((settings) => {
    const message = check(settings);
    return message === undefined ? [] : [{ urn: settings.holder.urn, message }];
  });
}

/** Whether the release of a chart makes a Redis of several parts that share its keys. */
function isCluster(release: PolicyResource): boolean {
  const chart = release.text("chart")?.split("/").at(-1) ?? "";
  const values = new Reading(isRecord(release.get("values")) ? release.get("values") : {});
  return /redis-cluster|valkey-cluster/.test(chart) || (/redis|valkey/.test(chart) && (values.is("architecture", "cluster") || values.is("cluster.enabled", true)));
}

/** Whether a Redis of Azure's answers for some keys from another address: one with shards, or a database by the policy that is the default. */
function isAzureCluster(redis: PolicyResource): boolean {
  return redis.type === redisType ? (redis.number("shardCount") ?? 0) > 0 : redis.isNot("clusteringPolicy", "EnterpriseCluster", "NoCluster");
}

/** What the address of a Redis of Azure's begins with. */
function hostOf(redis: PolicyResource): string | undefined {
  const name = redis.text(redis.type === redisType ? "name" : "clusterName");
  return name && `${name}.`;
}
