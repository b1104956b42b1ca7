import * as network from "@pulumi/azure-native/network";
import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { isRange, rangeContains, rangesOverlap } from "../shared/cidr";
import { Problem, refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { diagnose } from "./diagnose";

/** One thing for each of the three subnets. */
export interface PerSubnet<T> {
  /** The cluster's nodes, and the gateway's internal load balancer. */
  readonly nodes: T;
  /** The addresses that the private link service translates from. */
  readonly privateLink: T;
  /** The private endpoints of vault, registry and storage. */
  readonly privateEndpoints: T;
}

/** One thing for each private DNS zone. */
export interface PerZone<T> {
  readonly registry: T;
  readonly vault: T;
  readonly blob: T;
  /** Only where the cluster's API server is private. */
  readonly apiServer?: T;
}

/** Arguments of `Network`. */
export interface NetworkArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** The network's own range, as `10.20.0.0/16`. */
  readonly addressSpace: string;
  /** The ranges of the subnets: inside the address space, none overlapping another. */
  readonly subnets: PerSubnet<string>;
  /** Whether the cluster's API server is private, so that its name needs a zone: `privatelink.<region>.azmk8s.io`. */
  readonly apiServerZone: boolean;
  readonly workspaceId: pulumi.Input<string>;
}

/**
 * The environment's virtual network: three subnets, and the private DNS zones of what has a private endpoint, linked to the network.
 *
 * Nothing on the internet gets in: the nodes' subnet has a security group with Azure's default rules alone, which AKS does not add to,
 * so that even a Service that asks for a public address stays closed. The private endpoints answer HTTPS from the network and its peers.
 *
 * @throws ArgumentError when a range is malformed, lies outside the address space or overlaps another.
 * @example
 * new Network("network", {
 *   context, resourceGroupName, workspaceId, addressSpace: "10.20.0.0/16", apiServerZone: true,
 *   subnets: { nodes: "10.20.0.0/20", privateLink: "10.20.16.0/24", privateEndpoints: "10.20.17.0/24" },
 * });
 * @source https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export class Network extends pulumi.ComponentResource {
  /** The virtual network's resource id. */
  readonly virtualNetworkId: pulumi.Output<string>;
  readonly virtualNetworkName: string;
  readonly subnetIds: PerSubnet<pulumi.Output<string>>;
  readonly subnetNames: PerSubnet<string>;
  readonly zoneIds: PerZone<pulumi.Output<string>>;
  readonly zoneNames: PerZone<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problems(args));
    super("delivery-platform:azure:Network", name, {}, opts);
    const { context, resourceGroupName, addressSpace, subnets, apiServerZone, workspaceId } = args;
    const { location, tags, names } = context;
    const parent = { parent: this };

    this.virtualNetworkName = names.of("virtualNetwork");
    const virtualNetwork = new network.VirtualNetwork(
      name,
      // The subnets are resources of their own: without a list here, the provider leaves those of the network as they are.
      { resourceGroupName, virtualNetworkName: this.virtualNetworkName, location, tags, addressSpace: { addressPrefixes: [addressSpace] } },
      parent,
    );
    this.virtualNetworkId = virtualNetwork.id;
    diagnose(`${name}-diagnostics`, { target: virtualNetwork.id, workspaceId, logs: { group: "allLogs" }, metrics: true }, parent);

    const securityGroup = (role: string, securityRules: network.NetworkSecurityGroupArgs["securityRules"]): network.NetworkSecurityGroup => {
      const group = new network.NetworkSecurityGroup(
        `${name}-${role}-rules`,
        { resourceGroupName, networkSecurityGroupName: names.of("networkSecurityGroup", role), location, tags, securityRules },
        parent,
      );
      diagnose(`${name}-${role}-rules-diagnostics`, { target: group.id, workspaceId, logs: { group: "allLogs" } }, parent);
      return group;
    };
    const nodeRules = securityGroup("nodes", []);
    const endpointRules = securityGroup("endpoints", [
      { ...inbound, name: "AllowHttps", priority: 100, access: "Allow", protocol: "Tcp", sourceAddressPrefix: "VirtualNetwork", destinationPortRange: "443" },
      { ...inbound, name: "DenyEverythingElse", priority: 4096, access: "Deny", protocol: "*", sourceAddressPrefix: "*", destinationPortRange: "*" },
    ]);

    this.subnetNames = {
      nodes: names.of("subnet", "nodes"),
      privateLink: names.of("subnet", "private-link"),
      privateEndpoints: names.of("subnet", "endpoints"),
    };
    const subnet = (role: keyof PerSubnet<unknown>, settings: Partial<network.SubnetArgs>, after: pulumi.Resource): network.Subnet =>
      new network.Subnet(
        `${name}-${role}`,
        {
          resourceGroupName,
          virtualNetworkName: nameWith(virtualNetwork, this.virtualNetworkName),
          subnetName: this.subnetNames[role],
          addressPrefix: subnets[role],
          // The nodes go out through the cluster's own load balancer, nothing else goes out at all.
          // https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
          defaultOutboundAccess: false,
          ...settings,
        },
        // Azure makes one subnet of a network at a time; a second one meanwhile is refused with AnotherOperationInProgress.
        { parent: this, dependsOn: after },
      );
    const nodes = subnet("nodes", { networkSecurityGroup: { id: nodeRules.id } }, virtualNetwork);
    // A private link service takes its addresses only from a subnet that is open to it; the cluster would switch this itself, unseen by the
    // program. https://learn.microsoft.com/azure/private-link/disable-private-link-service-network-policy
    const privateLink = subnet("privateLink", { privateLinkServiceNetworkPolicies: "Disabled" }, nodes);
    // Without this a security group has no say over private endpoints.
    // https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy
    const endpointSettings = { networkSecurityGroup: { id: endpointRules.id }, privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" };
    const privateEndpoints = subnet("privateEndpoints", endpointSettings, privateLink);
    this.subnetIds = { nodes: nodes.id, privateLink: privateLink.id, privateEndpoints: privateEndpoints.id };

    this.zoneNames = {
      registry: "privatelink.azurecr.io",
      vault: "privatelink.vaultcore.azure.net",
      blob: "privatelink.blob.core.windows.net",
      ...(apiServerZone && { apiServer: `privatelink.${location}.azmk8s.io` }),
    };
    const zone = (role: string, privateZoneName: string): pulumi.Output<string> => {
      const made = new privatedns.PrivateZone(`${name}-zone-${role}`, { resourceGroupName, privateZoneName, location: "global", tags }, parent);
      new privatedns.VirtualNetworkLink(
        `${name}-zone-${role}-link`,
        {
          resourceGroupName,
          privateZoneName: nameWith(made, privateZoneName),
          virtualNetworkLinkName: this.virtualNetworkName,
          location: "global",
          tags,
          virtualNetwork: { id: virtualNetwork.id },
          registrationEnabled: false,
        },
        { parent: this, dependsOn: made },
      );
      return made.id;
    };
    this.zoneIds = {
      registry: zone("registry", this.zoneNames.registry),
      vault: zone("vault", this.zoneNames.vault),
      blob: zone("blob", this.zoneNames.blob),
      ...(this.zoneNames.apiServer !== undefined && { apiServer: zone("apiServer", this.zoneNames.apiServer) }),
    };

    this.registerOutputs({
      virtualNetworkId: this.virtualNetworkId,
      virtualNetworkName: this.virtualNetworkName,
      subnetIds: this.subnetIds,
      subnetNames: this.subnetNames,
      zoneIds: this.zoneIds,
      zoneNames: this.zoneNames,
    });
  }
}

const inbound = { direction: "Inbound", sourcePortRange: "*", destinationAddressPrefix: "*" };

function problems({ addressSpace, subnets }: NetworkArgs): Problem[] {
  const ranges = [["addressSpace", addressSpace], ...Object.entries(subnets).map(([role, range]) => [`subnets.${role}`, range])] as [string, string][];
  const malformed = ranges.filter(([, range]) => !isRange(range));
  if (malformed.length > 0) {
    const allowed = "the first address of a range and its prefix length, as 10.20.0.0/16";
    return malformed.map(([path, given]) => ({ path, message: "is not a range of IPv4 addresses", given, allowed }));
  }
  const inside = ranges.slice(1);
  const outside = inside.filter(([, range]) => !rangeContains(addressSpace, range));
  const overlaps = inside.flatMap(([path, range], index) => {
    const others = inside.slice(index + 1).filter(([, other]) => rangesOverlap(range, other));
    return others.map(([otherPath, other]) => ({ path, message: `overlaps ${otherPath}`, given: `${range} and ${other}`, allowed: "ranges with no address in common" }));
  });
  return [...outside.map(([path, given]) => ({ path, message: "lies outside the address space", given, allowed: `a part of ${addressSpace}` })), ...overlaps];
}
