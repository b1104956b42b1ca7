import { FrontDoorHosts } from "../components/azure/frontDoorHosts";
import { AzureLayer } from "./azureLayer";
import { MeshLayer } from "./meshLayer";
import { ServicesLayer } from "./servicesLayer";

/**
 * The hosts that Front Door serves. They come last: a request gets in after the connection's approval and the gateway's certificate, and to a
 * host with a sign-in after the rules that ask for it, also when an update stops half-way.
 */
export function hostsLayer({ frontDoor, inGroup, inside }: AzureLayer, { certificates, dnsZone, hosts, origin }: MeshLayer, { signInRules }: ServicesLayer): void {
  new FrontDoorHosts(
    "hosts",
    { resourceGroupName: inGroup.resourceGroupName, frontDoor, origin, hosts, dnsZone, gatewayCertificate: certificates.certificate, after: signInRules },
    inside,
  );
}
