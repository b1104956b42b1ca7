import { RecordedResource } from "../../simulator/engine/plan";
import { Box, Group } from "./model";
import { box, few, group, line } from "./parts";
import { inputText, PlanGraph } from "./planGraph";

/** The resources that are encrypted with the customer's keys; below other storage accounts those that a workload uses, which is beside them. */
export function encryptedResources(graph: PlanGraph): RecordedResource[] {
  const used = new Set(graph.ofType("kubernetes:apps/*:Deployment").flatMap((workload) => graph.behind(workload, "spec")));
  const accounts = graph.ofType("azure-native:storage:StorageAccount").sort((a, b) => Number(used.has(a)) - Number(used.has(b)));
  return [...graph.ofType("azure-native:containerregistry:Registry"), ...accounts, ...graph.ofType("azure-native:compute:DiskEncryptionSet")];
}

/** Beside the way in: the keys, what is encrypted with them, and where the logs go. */
export function serviceGroups(graph: PlanGraph): Group[] {
  return [
    ...group("keys", "keys", "Customer-managed keys", [...vault(graph), ...keys(graph)]),
    ...group("data", "data", "Encrypted with them", encryptedResources(graph).flatMap((resource) => encrypted(graph, resource))),
    ...group("operations", "operations", "Operations", workspace(graph)),
  ];
}

function vault(graph: PlanGraph): Box[] {
  return graph
    .ofType("azure-native:keyvault:Vault")
    .flatMap((made) => box("keys", "origin", "Key Vault", [line(inputText(made, "properties.sku.name"), (tier) => `${tier} tier`), closed(inputText(made, "properties.publicNetworkAccess")), "purge protection"], [made]));
}

function keys(graph: PlanGraph): Box[] {
  const encrypted = encryptedResources(graph);
  const first = (key: RecordedResource): number => encrypted.findIndex((resource) => graph.path(key, resource) !== undefined);
  return graph.ofType("azure-native:keyvault:Key").sort((a, b) => first(a) - first(b)).flatMap((key) => {
    const kind = [inputText(key, "properties.kty"), inputText(key, "properties.keySize")].filter((part) => part !== undefined).join(" ");
    const rotation = line(inputText(key, "properties.rotationPolicy.lifetimeActions.0.trigger.timeAfterCreate"), (age) => `rotated after ${inWords(age)}`);
    return box("keys", "origin", `Key: ${inputText(key, "keyName") ?? key.name}`, [kind, rotation], [key]);
  });
}

function encrypted(graph: PlanGraph, resource: RecordedResource): Box[] {
  const open = closed(inputText(resource, "publicNetworkAccess"));
  const belonging = (type: string): RecordedResource[] => graph.ofType(type).filter((other) => graph.path(other, resource) !== undefined);
  if (resource.type.endsWith(":Registry")) {
    const caches = belonging("azure-native:containerregistry:CacheRule").length;
    return box("data", "approval", "Container registry", [inputText(resource, "registryName"), open, caches > 0 ? `caches ${caches} public image${caches === 1 ? "" : "s"}` : undefined], [resource]);
  }
  if (resource.type.endsWith(":StorageAccount")) {
    const containers = belonging("azure-native:storage:BlobContainer").map((container) => inputText(container, "containerName") ?? container.name);
    return box("data", "approval", "Storage account", [inputText(resource, "accountName"), open, containers.length > 0 ? `containers: ${few(containers).join(", ")}` : undefined], [resource]);
  }
  return box("data", "approval", "Disk encryption set", [inputText(resource, "diskEncryptionSetName"), "disks of nodes and volumes"], [resource]);
}

function workspace(graph: PlanGraph): Box[] {
  const settings = graph.ofType("azure-native:monitor:DiagnosticSetting");
  return graph.ofType("azure-native:operationalinsights:Workspace").flatMap((made) => {
    const observed = settings.filter((setting) => graph.behind(setting, "workspaceId").includes(made)).length;
    return box("operations", "edge", "Log Analytics", [`logs of ${observed} resources`, line(inputText(made, "retentionInDays"), (days) => `kept ${days} days`)], [made]);
  });
}

function closed(publicNetworkAccess: string | undefined): string | undefined {
  return publicNetworkAccess === "Disabled" ? "closed to public networks" : undefined;
}

/** `P180D` as `180 days`. */
function inWords(duration: string): string {
  const [, count, unit = ""] = /^P(\d+)([DMY])$/.exec(duration) ?? [];
  const words: Readonly<Record<string, string>> = { D: "days", M: "months", Y: "years" };
  return count === undefined ? duration : `${count} ${words[unit] ?? unit}`;
}
