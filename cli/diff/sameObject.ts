import { plainType } from "../../policies/seenAs";
import { RecordedResource } from "../../simulator/engine/plan";
import { isRecord, Properties } from "../../simulator/engine/values";
import { SameObject } from "./model";
import { providerUrn } from "./options";
import { Pair } from "./pairs";
import { azureIdentity } from "./replacement/azure";

const inAzure = "Azure's provider refuses to create what is there already";
const inCluster = "what was just made is deleted again: in the cluster both are one object, and the old one is deleted last";
const byHelm = "Helm refuses a release whose name is in use";

/** What would be the same object as another resource that goes or comes, by URN. */
export type SameObjects = ReadonlyMap<string, SameObject>;

/**
 * What is deleted under one name of the program's and created under another, though it is the same object in its cloud or cluster: what a
 * resource comes to that is renamed, or moved to another component, without an alias.
 *
 * @param renamed the URNs of before, to those of after
 * @source https://www.pulumi.com/docs/iac/concepts/options/aliases/
 */
export function sameObjects(pairs: readonly Pair[], renamed: ReadonlyMap<string, string>): SameObjects {
  const gone = new Map(pairs.flatMap(({ before, after }) => (before !== undefined && after === undefined ? identified(before, (urn) => renamed.get(urn) ?? urn) : [])));
  const created = pairs.flatMap(({ before, after }) => (after !== undefined && before === undefined ? identified(after, (urn) => urn) : []));
  return new Map(
    created.flatMap(([identity, { urn, type }]) => {
      const old = gone.get(identity);
      const why = type.startsWith("azure-native:") ? inAzure : type.endsWith(":Release") ? byHelm : inCluster;
      return old === undefined ? [] : [[urn, { urn: old.urn, why }] as const, [old.urn, { urn, why }] as const];
    }),
  );
}

/** A resource with a text that is the same for the same object; nothing where its name is left to Pulumi or not known. */
function identified(resource: RecordedResource, now: (urn: string) => string): [string, RecordedResource][] {
  const provider = now(providerUrn(resource) ?? "");
  // What is left behind in a cluster is taken over by what is made.
  const isKept = resource.retainOnDelete === true && !resource.type.startsWith("azure-native:");
  const parts = resource.custom && !isKept ? partsOf(resource) : undefined;
  return parts === undefined ? [] : [[JSON.stringify([provider, plainType(resource.type), ...parts]), resource]];
}

function partsOf({ type, inputs }: RecordedResource): string[] | undefined {
  const [pkg] = type.split(":");
  if (pkg === "azure-native") return texts(inputs, azureIdentity(type, inputs));
  if (pkg !== "kubernetes" || type.endsWith("Patch")) return undefined;
  const place = type.startsWith("kubernetes:helm.sh/") ? inputs : inputs["metadata"];
  return isRecord(place) ? texts({ namespace: "default", ...place }, ["namespace", "name"]) : undefined;
}

/** The texts under some keys, where all of them are. */
function texts(values: Properties, keys: readonly string[]): string[] | undefined {
  const found = keys.map((key) => values[key]).filter((value) => typeof value === "string");
  return keys.length > 0 && found.length === keys.length ? found : undefined;
}
