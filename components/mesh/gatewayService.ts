import { Problem } from "../shared/errors";

/** How Front Door reaches the gateway's load balancer: over a private link service that AKS makes beside it. */
export interface GatewayPrivateLink {
  /** The resource group that the private link service is made in. The cluster's identity must be Network Contributor there. */
  readonly resourceGroupName: string;
  /** The subnet, by name and in the cluster's virtual network, that the service takes its own addresses from. */
  readonly subnetName: string;
  /** How many addresses: 1 to 8. Each allows about 64,000 connections at a time to each node. One that was given can't be taken away again. */
  readonly natIpCount: number;
}

/** The gateway's ports, by the names that the chart's own Service would give them. None of them takes plain HTTP from outside. */
export const gatewayPorts = {
  "status-port": { port: 15021, targetPort: 15021 },
  https: { port: 443, targetPort: 443 },
} as const;

/** Answers 200 on the status port as long as the gateway takes requests. */
export const readinessPath = "/healthz/ready";

/** What Front Door asks to find out whether the gateway takes requests. Nobody has to sign in for it. */
export const probePath = "/probe";

const prefix = "service.beta.kubernetes.io";

/**
 * The annotations that make AKS give a Service an internal load balancer with a private link service. Two are left out on purpose:
 * `azure-pls-visibility`, so that only who has a role on the service may ask for a connection, and `azure-pls-auto-approval`, since
 * Front Door connects from a subscription of its own and only approving everyone would include it.
 *
 * @source https://learn.microsoft.com/azure/aks/internal-lb and https://learn.microsoft.com/azure/aks/configure-load-balancer-standard
 */
export function privateLinkAnnotations(name: string, privateLink: GatewayPrivateLink, loadBalancerSubnetName: string): Record<string, string> {
  const { resourceGroupName, subnetName, natIpCount } = privateLink;
  return {
    [`${prefix}/azure-load-balancer-internal`]: "true",
    [`${prefix}/azure-load-balancer-internal-subnet`]: loadBalancerSubnetName,
    [`${prefix}/azure-pls-create`]: "true",
    [`${prefix}/azure-pls-name`]: name,
    [`${prefix}/azure-pls-resource-group`]: resourceGroupName,
    [`${prefix}/azure-pls-ip-configuration-subnet`]: subnetName,
    [`${prefix}/azure-pls-ip-configuration-ip-address-count`]: String(natIpCount),
    [`${prefix}/azure-pls-proxy-protocol`]: "false",
    // A node counts as healthy when the gateway behind it is ready, not when a port is merely open. The status port stays a port of the
    // Service, since the probe goes to its node port, but gets no rule on the load balancer.
    ...readinessProbe(gatewayPorts.https.port),
    [`${prefix}/port_${gatewayPorts["status-port"].port}_no_lb_rule`]: "true",
  };
}

function readinessProbe(port: number): Record<string, string> {
  return {
    [`${prefix}/port_${port}_health-probe_protocol`]: "http",
    [`${prefix}/port_${port}_health-probe_port`]: String(gatewayPorts["status-port"].port),
    [`${prefix}/port_${port}_health-probe_request-path`]: readinessPath,
  };
}

/** Checks what Azure says about a private link service's addresses. */
export function privateLinkProblems(path: string, { natIpCount }: GatewayPrivateLink): Problem[] {
  if (Number.isInteger(natIpCount) && natIpCount >= 1 && natIpCount <= 8) return [];
  return [{ path: `${path}.natIpCount`, message: "is not a number of addresses that a private link service can have", given: String(natIpCount), allowed: "1 to 8" }];
}
