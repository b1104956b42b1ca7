import { parse } from "yaml";
import { isRecord } from "../../../../simulator/engine/values";

/** The mesh's configuration as istiod has taken it: it writes it into its log when it starts. */
export function takenMeshConfig(log: string): unknown {
  const said = "mesh configuration: ";
  const lines = log.split("\n").filter((line) => line.startsWith("{")).map((line): unknown => JSON.parse(line));
  const message = lines.map((line) => (isRecord(line) ? line["msg"] : undefined)).find((text): text is string => typeof text === "string" && text.startsWith(said));
  if (message === undefined) throw new Error("istiod did not say which configuration of the mesh it has taken.");
  return parse(message.slice(said.length));
}

/** What istiod leaves out of its log, as the first of the values that there are: it is what it takes where nothing is said. */
const first: Readonly<Record<string, unknown>> = { "meshConfig.outboundTrafficPolicy.mode": "REGISTRY_ONLY" };

/**
 * The places where what is wanted isn't what was taken: neither Helm nor istiod complains about a key that does not exist. To a list of
 * things with names istiod adds its own.
 */
export function notTaken(wanted: unknown, taken: unknown, at = "meshConfig"): string[] {
  if (Array.isArray(wanted)) {
    const list: readonly unknown[] = Array.isArray(taken) ? taken : [];
    const counterpart = (item: unknown, index: number): unknown => (isRecord(item) && "name" in item ? list.find((other) => isRecord(other) && other["name"] === item["name"]) : list[index]);
    return wanted.flatMap((item, index) => notTaken(item, counterpart(item, index), `${at}[${index}]`));
  }
  if (isRecord(wanted)) return Object.entries(wanted).flatMap(([key, value]) => notTaken(value, isRecord(taken) ? taken[key] : undefined, `${at}.${key}`));
  return wanted === taken || (taken === undefined && wanted === first[at]) ? [] : [`${at} is to be ${JSON.stringify(wanted)}, and istiod has ${JSON.stringify(taken)}`];
}
