import { FrontDoorOrigin } from "../components/azure/frontDoorOrigin";
import { Certificates } from "../components/mesh/certificates";
import { IngressGateway } from "../components/mesh/ingressGateway";
import { Istio } from "../components/mesh/istio";
import { MeshSecurity } from "../components/mesh/meshSecurity";
import { signInProvider } from "../components/services/oauth2ProxyChart";
import { spanProvider } from "../components/services/tracing";
import { AzureLayer } from "./azureLayer";
import { originHost } from "./config/originHost";
import { PlatformConfig } from "./config/schema";

/** What the layers above use of the mesh. */
export type MeshLayer = ReturnType<typeof meshLayer>;

/** The mesh, and the way into it: Istio, its gateway with a certificate, and Front Door's origin, which waits for the gateway's Service. */
export function meshLayer(azure: AzureLayer, config: PlatformConfig) {
  const { aks, context, firstPods, frontDoor, inGroup, inside, network, networkGroupName, pods } = azure;
  const { cluster } = pods;
  const hosts = Object.keys(config.hosts);
  const signInHosts = hosts.filter((host) => config.hosts[host]?.signIn === true);
  const sharedSignIn = config.signIn.host === undefined ? undefined : { host: config.signIn.host, cookieDomain: config.domain };
  const extensionProviders = signInHosts.length > 0 ? [signInProvider({ shared: sharedSignIn !== undefined })] : [];
  const istio = new Istio("istio", { ...pods, extensionProviders, ...(config.observability.tracing && { tracing: spanProvider }) }, firstPods);
  new MeshSecurity("mesh-security", { cluster, istio, exceptions: config.mesh.exceptions }, inside);
  const ingress = new IngressGateway(
    "ingress",
    {
      context,
      cluster,
      istio,
      privateLink: { resourceGroupName: networkGroupName, subnetName: network.subnetNames.privateLink, natIpCount: config.network.natAddresses },
      loadBalancerSubnetName: network.subnetNames.nodes,
      frontDoorId: frontDoor.frontDoorId,
      domain: config.domain,
      originHostName: originHost(config.domain),
      hosts,
    },
    inside,
  );
  const dnsZone = { name: config.dns.zone, resourceGroup: config.dns.resourceGroup };
  const certificates = new Certificates(
    "certificates",
    { ...inGroup, ...config.certificates, ...pods, oidcIssuerUrl: aks.oidcIssuerUrl, dnsZone, domain: config.domain, gateway: ingress },
    firstPods,
  );
  const origin = new FrontDoorOrigin(
    "origin",
    {
      resourceGroupName: inGroup.resourceGroupName,
      frontDoor,
      privateLinkServiceId: ingress.privateLinkServiceId,
      privateLinkLocation: config.frontDoor.privateLinkLocation,
      unlistedLocationReason: config.frontDoor.unlistedLocationReason,
      originHostName: originHost(config.domain),
      gateway: { service: ingress.service, generation: ingress.serviceUid },
    },
    inside,
  );

  return { istio, ingress, certificates, origin, dnsZone, hosts, signInHosts, sharedSignIn };
}
