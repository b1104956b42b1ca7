import { parse } from "yaml";
import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { Policy, PolicyResource, PolicyStack, Violation } from "../policy";
import { types } from "../types";

const kayenta = "https://github.com/spinnaker/spinnaker/blob/main/kayenta/docs/kayenta-standalone.md";
const azure = "https://github.com/spinnaker/spinnaker/tree/main/kayenta/kayenta-azure";

/** A file of settings that Kayenta reads. */
interface Settings {
  readonly holder: PolicyResource;
  readonly settings: Reading;
}

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
      const names = kayentaSettings(stack).flatMap(({ settings }) => settings.items("kayenta.azure.accounts")).map((account) => account.text("storageAccountName"));
      const locked = stack.ofType(types.storageAccount).filter((account) => account.is("allowSharedKeyAccess", false) && names.includes(account.text("accountName")));
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
    fix: "Set architecture to standalone.",
    source: kayenta,
    check: (stack) => {
      const namespaces = kayentaSettings(stack).map(({ holder }) => namespaceOf(holder));
      const its = stack.ofType(types.release).filter((release) => namespaces.includes(namespaceOf(release)) || release.text("name")?.includes("kayenta") === true);
      return its.filter(isCluster).map(({ urn }) => ({ urn, message: "Kayenta's client knows no cluster: it fails on the first key that another node has." }));
    },
  },
];

function eachSettings(stack: PolicyStack, check: (settings: Settings) => string | undefined): Violation[] {
  return kayentaSettings(stack).flatMap((settings) => {
    const message = check(settings);
    return message === undefined ? [] : [{ urn: settings.holder.urn, message }];
  });
}

/** Kayenta's settings, in whatever ConfigMap or Secret they are. */
function kayentaSettings(stack: PolicyStack): Settings[] {
  return stack.ofType("kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret").flatMap((holder) =>
    ["data", "stringData"].flatMap((path) => Object.entries(holder.map(path)).filter(([file]) => /^kayenta(-\w+)?\.ya?ml$/.test(file)).map(([, text]) => ({ holder, settings: new Reading(parsed(text)) }))),
  );
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the release of a chart makes a Redis of several parts that share its keys. */
function isCluster(release: PolicyResource): boolean {
  const chart = release.text("chart")?.split("/").at(-1) ?? "";
  const values = new Reading(isRecord(release.get("values")) ? release.get("values") : {});
  return /redis-cluster|valkey-cluster/.test(chart) || (/redis|valkey/.test(chart) && (values.is("architecture", "cluster") || values.is("cluster.enabled", true)));
}
