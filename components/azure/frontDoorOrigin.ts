import * as authorization from "@pulumi/azure-native/authorization";
import * as cdn from "@pulumi/azure-native/cdn";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { refuseProblems } from "../shared/errors";
import { nameWith } from "../shared/nameWith";
import { FrontDoor } from "./frontDoor";
import { PrivateLinkApproval } from "./privateLinkApproval";
import { privateLinkRegions } from "./privateLinkRegions";

/** Arguments of `FrontDoorOrigin`. */
export interface FrontDoorOriginArgs {
  readonly resourceGroupName: string;
  readonly frontDoor: FrontDoor;
  /** The resource id of the private link service in front of the gateway's load balancer. */
  readonly privateLinkServiceId: pulumi.Input<string>;
  /** The region in which Front Door makes its private endpoint, as `westeurope`: the nearest to the cluster of `privateLinkRegions`. */
  readonly privateLinkLocation: string;
  /** Why a region that `privateLinkRegions` does not list is right: Azure adds some now and then. */
  readonly unlistedLocationReason?: string;
  /** The name that the gateway's certificate and probe route answer to. It is in no DNS: the private link leads to the gateway. */
  readonly originHostName: string;
  readonly gateway: {
    /** The gateway's Kubernetes Service, whose controller makes the private link service before the Service is ready. */
    readonly service: pulumi.Resource;
    /**
     * Another value when the Service, and with it the private link service, is made anew: its `metadata.uid`. The origin is then made anew
     * too, since Front Door does not ask for a connection again. Up to 82 letters, digits and hyphens.
     */
    readonly generation: pulumi.Input<string>;
  };
}

/**
 * Front Door's way to the ingress gateway: an origin over a private link whose connection is approved here. On a destroy it goes before the
 * gateway's Service, because a private link service that has a connection can't be deleted; so it does when the Service is replaced.
 *
 * @example
 * new FrontDoorOrigin("origin", {
 *   resourceGroupName, frontDoor, privateLinkServiceId, privateLinkLocation: "westeurope",
 *   originHostName: "ingress.dev.example.com", gateway: { service, generation: service.metadata.uid },
 * });
 * @throws ArgumentError when Front Door makes no private endpoint in the region.
 * @source https://learn.microsoft.com/azure/frontdoor/private-link
 */
export class FrontDoorOrigin extends pulumi.ComponentResource {
  readonly originGroupId: pulumi.Output<string>;
  /** The origin: what a route is made anew with. */
  readonly origin: pulumi.Resource;
  /** What a route must wait for: the origin, and the approval of its connection. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: FrontDoorOriginArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(
      name,
      privateLinkRegions.includes(args.privateLinkLocation) || args.unlistedLocationReason
        ? []
        : [
            {
              path: "privateLinkLocation",
              message: "Front Door is not known to make private endpoints in this region",
              given: args.privateLinkLocation,
              allowed: privateLinkRegions.join(", "),
              fix: "Choose the nearest of them, or give unlistedLocationReason when Azure has added the region.",
            },
          ],
    );
    super("delivery-platform:azure:FrontDoorOrigin", name, {}, opts);
    const { resourceGroupName, frontDoor, gateway, privateLinkLocation } = args;
    const profileName = nameWith(frontDoor.profile, frontDoor.profileName);

    const originGroup = new cdn.AFDOriginGroup(
      `${name}-group`,
      {
        resourceGroupName,
        profileName,
        originGroupName: "gateway",
        healthProbeSettings: {
          probePath: "/probe",
          probeProtocol: cdn.ProbeProtocol.Https,
          probeRequestType: cdn.HealthProbeRequestType.GET,
          probeIntervalInSeconds: 100,
        },
        loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3, additionalLatencyInMilliseconds: 50 },
        // Sessions are kept in Redis, so that every gateway can serve every request.
        sessionAffinityState: cdn.EnabledState.Disabled,
      },
      { parent: this, dependsOn: [frontDoor.profile] },
    );

    // Nobody can guess it, so that the connection with this message is Front Door's and no other. Azure takes up to 140 characters.
    const marker = new random.RandomUuid(`${name}-request`, {}, { parent: this });
    const requestMessage = pulumi.interpolate`${profileName} ${marker.result}`;
    const originName = pulumi.interpolate`gateway-${gateway.generation}`;
    const origin = new cdn.AFDOrigin(
      `${name}-origin`,
      {
        resourceGroupName,
        profileName,
        originGroupName: "gateway",
        originName,
        hostName: args.originHostName,
        // No originHostHeader: the client's Host goes on to the gateway, which tells the apps apart by it.
        httpsPort: 443,
        priority: 1,
        weight: 1000,
        enabledState: cdn.EnabledState.Enabled,
        // The gateway's certificate must be one of a known authority for `hostName`, which the handshake names too.
        enforceCertificateNameCheck: true,
        // No groupId: only Azure's own services have groups.
        sharedPrivateLinkResource: { privateLink: { id: args.privateLinkServiceId }, privateLinkLocation, requestMessage },
      },
      {
        parent: this,
        dependsOn: [originGroup, gateway.service],
        deleteBeforeReplace: true,
        // Front Door makes and removes the private endpoint meanwhile, which has been seen to take hours.
        customTimeouts: { create: "4h", update: "4h", delete: "6h" },
      },
    );
    // A token lives for about an hour, less than cluster and origin may take, so that it is fetched after them. A lookup that a preview
    // can't make loses what it depends on; the origin's id keeps it.
    const token = pulumi.all([authorization.getClientTokenOutput({}, { dependsOn: [origin] }), origin.id]).apply(([client]) => client.token);
    const approval = new PrivateLinkApproval(
      `${name}-approval`,
      {
        privateLinkServiceId: args.privateLinkServiceId,
        requestMessage,
        originName,
        token,
        // The region belongs to what makes a private endpoint another one; the origin's id, which has the Service's generation in it, does not show it.
        triggers: [origin.id, privateLinkLocation],
      },
      { parent: this, dependsOn: [origin] },
    );

    this.originGroupId = originGroup.id;
    this.origin = origin;
    this.ready = [origin, approval];
    this.registerOutputs({ originGroupId: this.originGroupId });
  }
}
