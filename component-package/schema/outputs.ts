import { z } from "zod";
import { WorkloadIdentity } from "../../components/mesh/access";
import { ReferencedOutputs } from "../../stacks/reference";
import { labels, serviceAccount } from "../args/meshApp";
import { object } from "../args/shape";
import { MeshAppFacadeOutputs } from "../meshAppFacade";

const texts = z.array(z.string());
const identity = object<WorkloadIdentity>("WorkloadIdentity", { serviceAccount, podLabels: labels.optional() });

/** The outputs of the facade of `MeshApp`. */
export const meshAppOutputs = object<MeshAppFacadeOutputs>("MeshApp", { address: z.string(), hosts: texts, identity });

/** The outputs of the facade of the platform. */
export const platformOutputs = object<Omit<ReferencedOutputs, "kubeconfig"> & { readonly kubeconfig: string }>("PlatformOutputs", {
  contractVersion: z.int(),
  environment: z.string(),
  tenantId: z.string(),
  location: z.string(),
  resourceGroupName: z.string(),
  networkResourceGroupName: z.string(),
  virtualNetworkId: z.string(),
  workspaceId: z.string(),
  vaultName: z.string(),
  clusterName: z.string(),
  clusterId: z.string(),
  oidcIssuerUrl: z.string(),
  kubeconfig: z.string(),
  registryId: z.string(),
  registryLoginServer: z.string(),
  imageRegistry: z.string().optional(),
  storageAccountName: z.string(),
  kayentaStorageAccountName: z.string().optional(),
  kayentaAddress: z.string().optional(),
  prometheusAddress: z.string(),
  dnsZoneName: z.string(),
  dnsZoneResourceGroupName: z.string(),
  domain: z.string(),
  hosts: texts,
  signInHosts: texts,
  platformHosts: labels,
  certificateIssuer: z.string(),
  signInClientId: z.string().optional(),
  gateway: z.string(),
  gatewayIdentity: identity,
  outsideMesh: texts,
  exceptionNamespaces: texts,
  frontDoorEndpoint: z.string(),
  frontDoorId: z.string(),
  responseTimeoutSeconds: z.int(),
  privateLinkServiceId: z.string(),
});
