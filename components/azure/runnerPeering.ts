import * as network from "@pulumi/azure-native/network";
import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { Problem, refuseProblems } from "../shared/errors";
import { Network } from "./network";

/** Arguments of `RunnerPeering`. */
export interface RunnerPeeringArgs {
  readonly context: AzureContext;
  /** The resource group of `network`. */
  readonly resourceGroupName: string;
  readonly network: Network;
  /** The id of the existing virtual network in which `pulumi up` runs; in this environment's subscription. */
  readonly runnerVirtualNetworkId: string;
}

/**
 * Joins the network of the machine that runs `pulumi up` to the environment's: peerings both ways, and a link of every private zone to the
 * runner's network, so that it reaches a private API server, the vault, the registry and the blobs by name. Put `ready` before the first
 * resource that needs the way in.
 *
 * One network for each environment: Azure links a network to one zone of a name only, and every environment has zones of the same names. What
 * an environment's zone does not know, such as the vault of another, the runner is told by the public DNS.
 * The address ranges of the two networks must not overlap; Azure checks this when it makes the peering.
 *
 * @throws ArgumentError when the id is not that of a virtual network, or names another subscription.
 * @example
 * const runner = new RunnerPeering("runner", { context, resourceGroupName, network, runnerVirtualNetworkId });
 * @source https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
 * @source https://learn.microsoft.com/azure/dns/private-dns-virtual-network-links
 * @source https://learn.microsoft.com/azure/dns/private-dns-fallback
 */
export class RunnerPeering extends pulumi.ComponentResource {
  /** What must be there before the runner reaches the environment: the peerings and the links. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: RunnerPeeringArgs, opts?: pulumi.ComponentResourceOptions) {
    const { context, resourceGroupName, network: own, runnerVirtualNetworkId } = args;
    const runner = parse(runnerVirtualNetworkId);
    refuseProblems(name, problems(runner, args));
    super("delivery-platform:azure:RunnerPeering", name, {}, opts);

    const here: Side = { resourceGroup: resourceGroupName, name: own.virtualNetworkName, id: own.virtualNetworkId };
    const there: Side = { ...runner, id: runnerVirtualNetworkId };
    const peering = (direction: string, from: Side, to: Side, after: pulumi.Resource): network.VirtualNetworkPeering =>
      new network.VirtualNetworkPeering(
        `${name}-${direction}`,
        {
          resourceGroupName: from.resourceGroup,
          virtualNetworkName: from.name,
          virtualNetworkPeeringName: `to-${to.name}`,
          remoteVirtualNetwork: { id: to.id },
          allowVirtualNetworkAccess: true,
          allowForwardedTraffic: false,
          allowGatewayTransit: false,
          useRemoteGateways: false,
        },
        // Azure changes a network in one place at a time: first the subnets, then one peering, then the other.
        { parent: this, dependsOn: after },
      );
    const outward = peering("to-runner", here, there, own);
    const inward = peering("from-runner", there, here, outward);

    const links = Object.entries(own.zoneNames).map(
      ([role, privateZoneName]: [string, string]) =>
        new privatedns.VirtualNetworkLink(
          `${name}-zone-${role}`,
          {
            resourceGroupName,
            privateZoneName,
            virtualNetworkLinkName: `runner-${runner.name}`,
            location: "global",
            tags: context.tags,
            virtualNetwork: { id: runnerVirtualNetworkId },
            registrationEnabled: false,
            // What the zone does not know keeps its public name: other vaults, registries and accounts that have private endpoints elsewhere.
            resolutionPolicy: privatedns.ResolutionPolicy.NxDomainRedirect,
          },
          { parent: this, dependsOn: own },
        ),
    );
    this.ready = [outward, inward, ...links];

    this.registerOutputs({});
  }
}

/** One of the two networks. */
interface Side {
  readonly resourceGroup: string;
  readonly name: string;
  readonly id: pulumi.Input<string>;
}

interface IdParts {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

const idPattern = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/virtualNetworks\/([^/]+)$/i;

/** The parts of a virtual network's id; empty ones when it is not such an id. */
function parse(id: string): IdParts {
  const [, subscriptionId = "", resourceGroup = "", name = ""] = idPattern.exec(id) ?? [];
  return { subscriptionId, resourceGroup, name };
}

function problems(runner: IdParts, { context, runnerVirtualNetworkId }: RunnerPeeringArgs): Problem[] {
  const path = "runnerVirtualNetworkId";
  if (runner.name === "") {
    const allowed = "/subscriptions/<subscription>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>";
    return [{ path, message: "is not the id of a virtual network", given: runnerVirtualNetworkId, allowed, fix: "Copy it from `az network vnet show --query id`." }];
  }
  if (runner.subscriptionId.toLowerCase() === context.subscriptionId.toLowerCase()) return [];
  // The peering on the runner's side is made with the environment's own provider, which works in one subscription.
  const fix = "Run `pulumi up` from a network of the environment's own subscription.";
  return [{ path, message: "is in another subscription", given: runner.subscriptionId, allowed: context.subscriptionId, fix }];
}
