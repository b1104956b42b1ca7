import * as pulumi from "@pulumi/pulumi";
import { WorkloadIdentity } from "../components/mesh/access";

/** The version of `PlatformOutputs`. It grows by one when an output is taken away or comes to mean something else. */
export const contractVersion = 1;

/**
 * What a stack exports: the one list that other projects and people rely on. Ids and names are plain; what gives access is secret and
 * stands apart, in `kubeconfig`.
 */
export interface PlatformOutputs {
  readonly contractVersion: number;
  readonly environment: string;
  /** The tenant in Entra ID whose people and programs sign in. */
  readonly tenantId: string;
  /** The region, as `westeurope`. */
  readonly location: string;
  readonly resourceGroupName: string;
  readonly networkResourceGroupName: string;
  readonly virtualNetworkId: pulumi.Output<string>;
  readonly workspaceId: pulumi.Output<string>;
  readonly vaultName: pulumi.Output<string>;
  readonly clusterName: string;
  readonly clusterId: pulumi.Output<string>;
  /** The issuer of the service accounts' tokens: what a federated credential trusts. */
  readonly oidcIssuerUrl: pulumi.Output<string>;
  /** Secret. Signs in with kubelogin as whoever uses it; it holds no password or token of its own. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly registryId: pulumi.Output<string>;
  /** The registry's address, as `cracmedev1a2b3c.azurecr.io`. */
  readonly registryLoginServer: string;
  /** The registry that the platform's own images come from, where it is not their makers'; not there otherwise. */
  readonly imageRegistry?: string;
  readonly storageAccountName: string;
  /** The account that Kayenta keeps its results in; not there without Kayenta. */
  readonly kayentaStorageAccountName?: string;
  /** Where Kayenta answers inside the mesh, for those who may call it; not there without it. */
  readonly kayentaAddress?: string;
  /** Where Prometheus answers inside the mesh, for those who may call it. */
  readonly prometheusAddress: string;
  /** The public DNS zone that has the hosts' records, for records of a team's own. */
  readonly dnsZoneName: string;
  /** The resource group of that zone. */
  readonly dnsZoneResourceGroupName: string;
  /** The domain of the app hosts, as `dev.example.com`: the zone's own name, or one inside it. */
  readonly domain: string;
  /** The app hosts that the platform serves. */
  readonly hosts: readonly string[];
  /** Those of them that ask for a sign-in before a request gets in. */
  readonly signInHosts: readonly string[];
  /** Those of them on which a part of the platform answers, as `{ "echo.dev.example.com": "the echo server" }`. */
  readonly platformHosts: Readonly<Record<string, string>>;
  /** The ClusterIssuer that certificates for names in the DNS zone can be had from. */
  readonly certificateIssuer: string;
  /** The client id of the application in Entra ID that people and programs sign in to, where a host asks for it. */
  readonly signInClientId?: pulumi.Output<string>;
  /** The gateway as a VirtualService names it: `namespace/name`. */
  readonly gateway: string;
  /** The gateway's pods, as the apps that they call allow them. */
  readonly gatewayIdentity: WorkloadIdentity;
  /** The platform's own namespaces whose pods are not part of the mesh: none of them can be let to call an app. */
  readonly outsideMesh: readonly string[];
  /** The namespaces that the platform makes for the config's `mesh.exceptions`: a project can't make one of them. */
  readonly exceptionNamespaces: readonly string[];
  /** Front Door's own address, which the hosts' CNAME records point at. */
  readonly frontDoorEndpoint: pulumi.Output<string>;
  /** The id that requests from this Front Door carry in the header X-Azure-FDID. */
  readonly frontDoorId: pulumi.Output<string>;
  /** How long Front Door waits for an answer, in seconds. */
  readonly responseTimeoutSeconds: number;
  readonly privateLinkServiceId: string;
}
