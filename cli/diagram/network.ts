import { RecordedResource } from "../../simulator/engine/plan";
import { isRecord } from "../../simulator/engine/values";
import { Group } from "./model";
import { box, few, group, line } from "./parts";
import { input, inputText, inputTexts, PlanGraph } from "./planGraph";
import { encryptedResources } from "./services";

/** The Services that AKS gives a private link service. */
export function linkedServices(graph: PlanGraph): RecordedResource[] {
  return graph.ofType("kubernetes:core/v1:Service").filter((service) => annotation(service, "azure-pls-create") === "true");
}

/** The virtual network with what has an address in it, `inside` too. */
export function networkGroups(graph: PlanGraph, inside: readonly Group[]): Group[] {
  const [network] = graph.ofType("azure-native:network:VirtualNetwork");
  const title = ["Virtual network", network && inputText(network, "virtualNetworkName"), network && inputTexts(network, "addressSpace.addressPrefixes")[0]].filter((part) => part !== undefined).join(" ");
  const zones = graph.ofType("azure-native:privatedns:PrivateZone");
  const zonesBox = box("network", "network", "Private DNS zones", few(zones.map((zone) => inputText(zone, "privateZoneName") ?? zone.name)), zones);
  return group("network", "network", title, zonesBox, [...privateLink(graph), ...privateEndpoints(graph), ...inside]);
}

function privateLink(graph: PlanGraph): Group[] {
  const services = linkedServices(graph);
  const [subnet] = services.flatMap((service) => graph.ofType("azure-native:network:Subnet").filter((candidate) => inputText(candidate, "subnetName") === annotation(service, "azure-pls-ip-configuration-subnet")));
  const boxes = services.flatMap((service) => box("network", "network", "Private link service", [annotation(service, "azure-pls-name"), "on an internal load balancer"], [service]));
  return group("network", "private-link", subnetTitle(subnet) ?? "Private link", boxes);
}

function privateEndpoints(graph: PlanGraph): Group[] {
  const targets = encryptedResources(graph);
  const place = (endpoint: RecordedResource): number => targets.findIndex((target) => graph.behind(endpoint, "privateLinkServiceConnections").includes(target));
  const endpoints = graph.ofType("azure-native:network:PrivateEndpoint").sort((a, b) => place(a) - place(b));
  const [subnet] = endpoints.flatMap((endpoint) => graph.behind(endpoint, "subnet"));
  const boxes = endpoints.flatMap((endpoint) => box("network", "network", inputText(endpoint, "privateEndpointName") ?? endpoint.name, [], [endpoint]));
  return group("network", "private-endpoints", subnetTitle(subnet) ?? "Private endpoints", boxes);
}

/** The network of whoever deploys: the other side of the peerings. */
export function runnerGroup(graph: PlanGraph): Group[] {
  const [own] = graph.ofType("azure-native:network:VirtualNetwork");
  const peerings = graph.ofType("azure-native:network:VirtualNetworkPeering");
  const names = peerings.map((peering) => inputText(peering, "remoteVirtualNetwork.id")?.split("/").at(-1));
  const remote = names.find((name) => name !== undefined && name !== (own && inputText(own, "virtualNetworkName")));
  return group("internet", "runner", "Runner", box("internet", "network", "Network of the runner", [remote, "runs pulumi up"], peerings));
}

function subnetTitle(subnet: RecordedResource | undefined): string | undefined {
  return line(subnet && inputText(subnet, "subnetName"), (name) => `Subnet ${name} ${(subnet && inputText(subnet, "addressPrefix")) ?? ""}`);
}

/** An annotation by which a Service tells AKS what to make for it. */
function annotation(service: RecordedResource, name: string): string | undefined {
  const all = input(service, "metadata.annotations");
  const value = isRecord(all) ? all[`service.beta.kubernetes.io/${name}`] : undefined;
  return typeof value === "string" ? value : undefined;
}
