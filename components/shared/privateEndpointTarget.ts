import * as pulumi from "@pulumi/pulumi";

/** Where a private endpoint goes, and the private DNS zone that gives it its name. */
export interface PrivateEndpointTarget {
  readonly subnetId: pulumi.Input<string>;
  /** The zone of the service, as `privatelink.azurecr.io`; it must be linked to every network that asks for the name. */
  readonly zoneId: pulumi.Input<string>;
}
