import { isRecord } from "../../simulator/engine/values";
import { Group } from "./model";
import { box, few, group, line } from "./parts";
import { input, inputText, inputTexts, PlanGraph } from "./planGraph";

const annotation = (name: string): string => `service.beta.kubernetes.io/${name}`;

/** The virtual network with what has an address in it, and the network of whoever deploys. */
export function networkGroups(graph: PlanGraph, inside: readonly Group[]): Group[] {
  const [network] = graph.ofType("azure-native:network:VirtualNetwork");
  const endpoints = graph.ofType("azure-native:network:PrivateEndpoint");
  const zones = graph.ofType("azure-native:privatedns:PrivateZone");
  const subnets = graph.ofType("azure-native:network:Subnet");
  const peerings = graph.ofType("azure-native:network:VirtualNetworkPeering");
  // The network that the environment's own side of the peering leads to.
  const remote = peerings.map((peering) => inputText(peering, "remoteVirtualNetwork.id")?.split("/").at(-1)).find((name) => name !== undefined && name !== (network && inputText(network, "virtualNetworkName")));
  const services = graph.ofType("kubernetes:core/v1:Service").filter((service) => annotations(input(service, "metadata.annotations"))[annotation("azure-pls-create")] === "true");
  const subnetTitle = (name: string | undefined, otherwise: string): string => {
    const subnet = subnets.find((candidate) => inputText(candidate, "subnetName") === name);
    return subnet === undefined ? otherwise : `Subnet ${name} ${inputText(subnet, "addressPrefix") ?? ""}`;
  };
  const linkSubnet = services.map((service) => annotations(input(service, "metadata.annotations"))[annotation("azure-pls-ip-configuration-subnet")])[0];
  const [endpointSubnet] = endpoints.flatMap((endpoint) => graph.behind(endpoint, "subnet"));

  return [
    ...group("internet", "runner", "Runner", box("internet", "approval", "Network of the runner", [remote], peerings)),
    ...group(
      "network",
      "network",
      `Virtual network${line(network && inputText(network, "virtualNetworkName"), (name) => ` ${name}`) ?? ""}${line(network && inputTexts(network, "addressSpace.addressPrefixes")[0], (range) => ` ${range}`) ?? ""}`,
      box("network", "network", "Private DNS zones", few(zones.map((zone) => inputText(zone, "privateZoneName") ?? zone.name)), zones),
      [
        ...group(
          "network",
          "private-link",
          subnetTitle(linkSubnet, "Private link"),
          services.flatMap((service) => box("network", "network", "Private link service", [annotations(input(service, "metadata.annotations"))[annotation("azure-pls-name")], "on an internal load balancer"], [service])),
        ),
        ...group(
          "network",
          "private-endpoints",
          subnetTitle(endpointSubnet && inputText(endpointSubnet, "subnetName"), "Private endpoints"),
          endpoints.flatMap((endpoint) => box("network", "network", inputText(endpoint, "privateEndpointName") ?? endpoint.name, [], [endpoint])),
        ),
        ...inside,
      ],
    ),
  ];
}

function annotations(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string")) : {};
}
