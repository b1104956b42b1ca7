import { RecordedResource } from "../../simulator/engine/plan";
import { Group } from "./model";
import { box, few, group, line } from "./parts";
import { inputText, PlanGraph } from "./planGraph";

/** The resources that are encrypted with the customer's keys. */
export function encryptedResources(graph: PlanGraph): RecordedResource[] {
  return graph.ofType("azure-native:containerregistry:Registry", "azure-native:storage:StorageAccount", "azure-native:compute:DiskEncryptionSet");
}

/** Beside the way in: the keys, what is encrypted with them, and where the logs go. */
export function serviceGroups(graph: PlanGraph): Group[] {
  const keys = graph.ofType("azure-native:keyvault:Key");
  const [vault] = graph.ofType("azure-native:keyvault:Vault");
  const caches = graph.ofType("azure-native:containerregistry:CacheRule");
  const containers = graph.ofType("azure-native:storage:BlobContainer");
  const closed = (resource: RecordedResource): string | undefined => (["publicNetworkAccess", "properties.publicNetworkAccess"].some((path) => inputText(resource, path) === "Disabled") ? "closed to public networks" : undefined);
  const describe = (resource: RecordedResource) => {
    if (resource.type.endsWith(":Registry")) {
      const count = caches.filter((rule) => graph.dependsOn(rule, resource)).length;
      return box("data", "approval", "Container registry", [inputText(resource, "registryName"), closed(resource), count > 0 ? `caches ${count} public images` : undefined], [resource]);
    }
    if (resource.type.endsWith(":StorageAccount")) {
      const held = containers.filter((container) => graph.dependsOn(container, resource)).map((container) => inputText(container, "containerName") ?? container.name);
      return box("data", "approval", "Storage account", [inputText(resource, "accountName"), closed(resource), held.length > 0 ? `containers: ${few(held).join(", ")}` : undefined], [resource]);
    }
    return box("data", "approval", "Disk encryption set", [inputText(resource, "diskEncryptionSetName"), "disks of nodes and volumes"], [resource]);
  };

  return [
    ...group("keys", "keys", "Customer-managed keys", [
      ...box("keys", "origin", "Key Vault", [line(vault && inputText(vault, "properties.sku.name"), (tier) => `${tier} tier`), vault && closed(vault), vault && "purge protection"], vault ? [vault] : []),
      ...keys.flatMap((key) => box("keys", "origin", `Key: ${inputText(key, "keyName") ?? key.name}`, [line(inputText(key, "properties.kty"), (kind) => `${kind} ${inputText(key, "properties.keySize") ?? ""}`), rotation(key)], [key])),
    ]),
    ...group("data", "data", "Encrypted with them", encryptedResources(graph).flatMap(describe)),
    ...group("operations", "operations", "Operations", monitoring(graph)),
  ];
}

function rotation(key: RecordedResource): string | undefined {
  return line(inputText(key, "properties.rotationPolicy.lifetimeActions.0.trigger.timeAfterCreate"), (age) => `rotated after ${inWords(age)}`);
}

/** `P180D` as `180 days`. */
function inWords(duration: string): string {
  const [, count, unit = ""] = /^P(\d+)([DMY])$/.exec(duration) ?? [];
  const words: Record<string, string> = { D: "days", M: "months", Y: "years" };
  return count === undefined ? duration : `${count} ${words[unit] ?? unit}`;
}

function monitoring(graph: PlanGraph) {
  const [workspace] = graph.ofType("azure-native:operationalinsights:Workspace");
  if (workspace === undefined) return [];
  const observed = graph.ofType("azure-native:monitor:DiagnosticSetting").filter((setting) => graph.dependsOn(setting, workspace)).length;
  return box("operations", "edge", "Log Analytics", [`logs of ${observed} resources`, line(inputText(workspace, "retentionInDays"), (days) => `kept ${days} days`)], [workspace]);
}
