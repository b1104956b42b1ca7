import { isAddress } from "../../components/shared/cidr";
import { Resource } from "../resource";
import { sameText, World } from "../world";
import { clusterType } from "./agentPool";
import { isGranted } from "./grants";
import { identityOf } from "./managedCluster";
import { subnetType } from "./network";
import { Rule } from "./rule";

const serviceType = "kubernetes:core/v1:Service";
const prefix = "service.beta.kubernetes.io/azure-pls-";
const docs = "https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/";

/** The annotations of a Service, where it asks for a private link service. */
function annotationsOf(service: Resource): Readonly<Record<string, string>> | undefined {
  const annotations = service.map("metadata.annotations");
  return annotations[`${prefix}create`] === "true" ? annotations : undefined;
}

/** A rule for a Service with a private link service, refused in the words of the event that the cloud provider writes. */
function plsRule(id: string, source: string, check: (annotations: Readonly<Record<string, string>>, service: Resource, world: World) => string | undefined, level?: "warning"): Rule {
  return {
    id,
    types: [serviceType],
    ...(level && { level }),
    source,
    check(service, world) {
      const annotations = annotationsOf(service);
      const message = annotations && check(annotations, service, world);
      return message && `Error syncing load balancer: failed to ensure load balancer: ${message}`;
    },
  };
}

/** The cluster that the program makes; nothing where the Service goes into one that exists. */
const clusterIn = (world: World): Resource | undefined => world.of(clusterType)[0];
const words = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter((word) => word !== "");

export const privateLinkService: readonly Rule[] = [
  plsRule("private-link-internal", docs, (annotations) =>
    annotations["service.beta.kubernetes.io/azure-load-balancer-internal"] === "true" ? undefined : "a private link service needs an internal load balancer: set azure-load-balancer-internal.",
  ),
  plsRule("private-link-address-count", docs, (annotations) => {
    const count = annotations[`${prefix}ip-configuration-ip-address-count`];
    return count === undefined || /^[1-8]$/.test(count) ? undefined : `ip-configuration-ip-address-count is ${count}: it must be from 1 to 8.`;
  }),
  plsRule("private-link-addresses", docs, (annotations) => {
    const addresses = words(annotations[`${prefix}ip-configuration-ip-address`]);
    const count = Number(annotations[`${prefix}ip-configuration-ip-address-count`] ?? 1);
    return addresses.length <= count && addresses.every(isAddress) ? undefined : `ip-configuration-ip-address must hold at most ${count} IPv4 addresses.`;
  }),
  plsRule("private-link-protocol", docs, (_, service) =>
    service.items("spec.ports").every((port) => !port.is("protocol", "SCTP")) ? undefined : "a private link service takes TCP and UDP only.",
  ),
  plsRule("private-link-address-family", docs, (_, service) => (service.texts("spec.ipFamilies").includes("IPv6") ? "a private link service takes IPv4 only." : undefined)),
  plsRule(
    "private-link-approval-subset",
    "https://learn.microsoft.com/azure/aks/internal-lb#pls-customizations-via-annotations",
    (annotations) => {
      const seen = words(annotations[`${prefix}visibility`]);
      const extra = words(annotations[`${prefix}auto-approval`]).filter((subscription) => !seen.includes("*") && !seen.includes(subscription));
      return extra.length === 0 ? undefined : `auto-approval must be a subset of visibility; ${extra.join(" ")} is not.`;
    },
    "warning",
  ),
  plsRule("private-link-name-taken", docs, (annotations, service, world) => {
    const name = annotations[`${prefix}name`];
    const other = world.of(serviceType).find((candidate) => name !== undefined && sameText(annotationsOf(candidate)?.[`${prefix}name`] ?? "", name));
    return other && `the private link service ${name} belongs to the load balancer of the Service ${other.name}; ${service.name} needs another name.`;
  }),
  plsRule("private-link-subnet-policies", "https://learn.microsoft.com/azure/private-link/disable-private-link-service-network-policy", (annotations, _, world) => {
    const name = annotations[`${prefix}ip-configuration-subnet`];
    const subnet = world.of(subnetType).find((candidate) => name !== undefined && candidate.is("subnetName", name));
    return subnet?.isNot("privateLinkServiceNetworkPolicies", "Disabled") ? `the subnet ${name} must have privateLinkServiceNetworkPolicies Disabled.` : undefined;
  }),
  plsRule("private-link-backend-pool", "https://learn.microsoft.com/azure/aks/internal-lb", (_annotations, _service, world) =>
    clusterIn(world)?.is("networkProfile.loadBalancerProfile.backendPoolType", "NodeIP") ? "a private link service needs the backend pool type NodeIPConfiguration." : undefined,
  ),
  plsRule("private-link-node-group-locked", "https://learn.microsoft.com/azure/aks/node-resource-group-lockdown", (annotations, _, world) =>
    annotations[`${prefix}resource-group`] === undefined && clusterIn(world)?.is("nodeResourceGroupProfile.restrictionLevel", "ReadOnly")
      ? "the node resource group is locked, so that a connection to a private link service in it can't be approved: set azure-pls-resource-group."
      : undefined,
  ),
  plsRule("private-link-group-grant", "https://cloud-provider-azure.sigs.k8s.io/topics/azure-permissions/", (annotations, service, world) => {
    const group = annotations[`${prefix}resource-group`];
    const cluster = clusterIn(world);
    const principal = cluster && identityOf(cluster, world)?.text("principalId");
    if (group === undefined || principal === undefined) return undefined;
    const scope = `/subscriptions/${world.client.subscriptionId}/resourceGroups/${group}`;
    return isGranted(world, service, principal, ["Network Contributor"], scope) ? undefined : `LinkedAuthorizationFailed: the cluster's identity needs Network Contributor on the resource group ${group}.`;
  }),
];
