import * as assert from "node:assert/strict";
import { network } from "../../policies/network";
import { Plan } from "../../simulator/engine/plan";
import { Properties, UNKNOWN } from "../../simulator/engine/values";
import { rerunWith, without, withAdded, withChange, withResource } from "../support/changePlan";
import { environmentPlan } from "../support/plans";
import { found, PolicyRow, testPolicies } from "./rows";

const registry = "azure-native:containerregistry:Registry";
const vault = "azure-native:keyvault:Vault";
const storage = { type: "azure-native:storage:StorageAccount", name: "storage" };
const cluster = "azure-native:containerservice:ManagedCluster";
const firewall = "azure-native:frontdoor:Policy";
const route = { type: "azure-native:cdn:Route", name: "hosts-echo.prod.example.com-route" };
const nodes = { type: "azure-native:network:NetworkSecurityGroup", name: "network-nodes-rules" };
const echoService = { type: "kubernetes:core/v1:Service", name: "echo-service" };
const ingress = { type: "kubernetes:core/v1:Service", name: "ingress-service" };
const server = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const namespace = "kubernetes:core/v1:Namespace";
const denial = { type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: "registry-purge-namespace-default-deny" };
const redis = { type: "kubernetes:helm.sh/v3:Release", name: "kayenta-redis-server" };
const reason = { "delivery-platform/reason": "for the test" };
/** A storage account that has the name of a vault, which has a private endpoint. */
const twin = (plan: Plan): Plan =>
  withAdded(withAdded(plan, storage.type, "twin", { accountName: "twin", publicNetworkAccess: "Disabled" }), "azure-native:network:PrivateEndpoint", "vault", { privateLinkServiceConnections: [{ privateLinkServiceId: "/…/vaults/twin" }] });
const allowing = (plan: Plan, ingress: unknown[], annotations?: Properties): Plan => withAdded(plan, denial.type, "added", { metadata: { name: "added", namespace: "echo", annotations }, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress } });
const internal = "service.beta.kubernetes.io/azure-load-balancer-internal";

const rule = (sourceAddressPrefix: string): object => ({ name: "in", access: "Allow", direction: "Inbound", priority: 200, protocol: "Tcp", sourceAddressPrefix, sourcePortRange: "*", destinationAddressPrefix: "*", destinationPortRange: "443" });
const other = (plan: Plan, range: string): Plan => withAdded(plan, "azure-native:network:VirtualNetwork", "other", { addressSpace: { addressPrefixes: [range] } });
const uncovered = (plan: Plan): Plan => withChange(plan, "azure-native:cdn:SecurityPolicy", "parameters.associations.0.domains", [{ id: "/…/afdEndpoints/fde-acme-prod-3c9eff" }, { id: "/…/customDomains/private-prod-example-com" }]);
const opened = (plan: Plan): Plan => withChange(withChange(plan, cluster, "apiServerAccessProfile.enablePrivateCluster", false), cluster, "apiServerAccessProfile.authorizedIPRanges", ["198.51.100.0/24"]);

const rows: readonly PolicyRow[] = [
  { policy: "registry-public-endpoint", at: "registry", fails: (plan) => withChange(plan, registry, "publicNetworkAccess", undefined) },
  { policy: "vault-public-endpoint", at: "keys", fails: (plan) => withChange(plan, vault, "properties.publicNetworkAccess", "Enabled"), passes: (plan) => withChange(withChange(plan, vault, "properties.publicNetworkAccess", "Enabled"), vault, "tags.open-vault-reason", "until the runner is in the network") },
  { policy: "vault-public-endpoint", at: "keys", fails: (plan) => withChange(withChange(plan, vault, "properties.publicNetworkAccess", "Enabled"), vault, "tags.open-vault-reason", "") },
  { policy: "storage-public-endpoint", at: "storage", fails: (plan) => withChange(plan, storage, "publicNetworkAccess", "Enabled") },
  { policy: "storage-public-endpoint", at: "storage", fails: (plan) => withChange(plan, storage, "publicNetworkAccess", undefined), passes: (plan) => withChange(plan, storage, "publicNetworkAccess", "SecuredByPerimeter") },
  { policy: "private-endpoint-missing", at: "twin", fails: (plan) => twin(plan), passes: (plan) => withAdded(twin(plan), "azure-native:network:PrivateEndpoint", "by-hand", { manualPrivateLinkServiceConnections: [{ privateLinkServiceId: "/…/storageAccounts/twin" }] }) },
  { policy: "private-endpoint-missing", at: "registry", fails: (plan) => without(plan, { type: "azure-native:network:PrivateEndpoint", name: "registry-endpoint" }) },
  { policy: "api-server-open", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "apiServerAccessProfile.enablePrivateCluster", undefined), passes: opened },
  { policy: "api-server-open", at: "aks-cluster", fails: (plan) => withChange(opened(plan), cluster, "apiServerAccessProfile.authorizedIPRanges", ["0.0.0.0/0"]), passes: opened },
  { policy: "node-public-address", at: "aks-user", fails: (plan) => withChange(plan, { type: "azure-native:containerservice:AgentPool", name: "aks-user" }, "enableNodePublicIP", true) },
  { policy: "node-public-address", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "agentPoolProfiles.0.enableNodePublicIP", true) },
  { policy: "network-policies-enforced", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "networkProfile.networkPolicy", "none") },
  { policy: "address-ranges-overlap", at: "other", fails: (plan) => other(plan, "10.3.4.0/24"), passes: (plan) => other(plan, "10.9.0.0/16") },
  { policy: "address-ranges-overlap", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "networkProfile.serviceCidr", "10.3.128.0/20") },
  { policy: "security-group-open", at: nodes.name, fails: (plan) => withChange(plan, nodes, "securityRules", [{ ...rule(""), sourceAddressPrefix: undefined, sourceAddressPrefixes: ["198.51.100.0/24", "*"] }]) },
  { policy: "security-group-open", at: nodes.name, fails: (plan) => withChange(plan, nodes, "securityRules", [rule("internet")]), passes: (plan) => withChange(plan, nodes, "securityRules", [rule("198.51.100.0/24")]) },
  { policy: "security-group-open", at: nodes.name, fails: (plan) => withChange(plan, nodes, "securityRules", [rule("0.0.0.0/1")]) },
  { policy: "subnet-default-outbound", at: "network-nodes", fails: (plan) => withChange(plan, { type: "azure-native:network:Subnet", name: "network-nodes" }, "defaultOutboundAccess", undefined) },
  {
    policy: "public-address",
    at: "address",
    fails: (plan) => withAdded(plan, "azure-native:network:PublicIPAddress", "address", {}),
    passes: (plan) => withAdded(plan, "azure-native:network:NetworkInterface", "address", {}),
  },
  { policy: "origin-private", at: "origin-origin", fails: (plan) => withChange(plan, "azure-native:cdn:AFDOrigin", "sharedPrivateLinkResource", undefined) },
  { policy: "firewall-attached", at: "hosts-echo.prod.example.com-domain", fails: uncovered },
  { policy: "firewall-enabled", at: "front-door-firewall", fails: (plan) => withChange(plan, firewall, "policySettings.enabledState", "Disabled") },
  { policy: "firewall-prevents", at: "front-door-firewall", fails: (plan) => withChange(plan, firewall, "policySettings.mode", "Detection") },
  { policy: "firewall-rule-sets", at: "front-door-firewall", fails: (plan) => withChange(plan, firewall, "managedRules", undefined) },
  { policy: "firewall-request-body", at: "front-door-firewall", fails: (plan) => withChange(plan, firewall, "policySettings.requestBodyCheck", "Disabled") },
  { policy: "route-https-redirect", at: route.name, fails: (plan) => withChange(plan, route, "httpsRedirect", "Disabled"), passes: (plan) => withChange(withChange(plan, route, "httpsRedirect", "Disabled"), route, "supportedProtocols", ["Https"]) },
  { policy: "load-balancer-internal", at: "echo-service", fails: (plan) => withChange(plan, echoService, "spec.type", "LoadBalancer") },
  { policy: "load-balancer-internal", at: "kayenta-redis-server", fails: (plan) => withChange(plan, redis, "values.master", { service: { type: "LoadBalancer" } }), passes: (plan) => withChange(plan, redis, "values.service", { type: "LoadBalancer", annotations: { [internal]: "true" } }) },
  { policy: "node-port", at: "echo-service", fails: (plan) => withChange(plan, echoService, "spec.type", "NodePort") },
  { policy: "node-port", at: "chart", fails: (plan) => withAdded(plan, "kubernetes:helm.sh/v4:Chart", "chart", { values: { service: { type: "NodePort" } } }), passes: (plan) => withAdded(plan, "kubernetes:helm.sh/v4:Chart", "chart", { values: { service: { type: "ClusterIP" } } }) },
  { policy: "namespace-default-deny", at: "registry-purge-namespace", fails: (plan) => without(plan, denial) },
  { policy: "namespace-default-deny", at: "registry-purge-namespace", fails: (plan) => withResource(plan, denial, (policy) => ({ ...policy, provider: "urn:of:another::provider" })) },
  { policy: "namespace-default-deny", at: "registry-purge-namespace", fails: (plan) => withChange(plan, denial, "spec.podSelector", { matchLabels: { app: "purge" } }) },
  { policy: "namespace-default-deny", at: "registry-purge-namespace", fails: (plan) => withChange(plan, denial, "spec.ingress", [{}]) },
  { policy: "namespace-default-deny", at: "registry-purge-namespace", fails: (plan) => withChange(withChange(plan, denial, "metadata.annotations", reason), denial, "spec.ingress", [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }]) },
  { policy: "network-policy-open", at: "added", fails: (plan) => allowing(plan, [{}]), passes: (plan) => allowing(plan, [{}], reason) },
  { policy: "network-policy-open", at: "added", fails: (plan) => allowing(plan, [{ from: [{ ipBlock: { cidr: "0.0.0.0/1" } }] }]), passes: (plan) => allowing(plan, [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }]) },
  {
    policy: "namespace-default-deny",
    at: "tools",
    fails: (plan) => withAdded(plan, namespace, "tools", { metadata: { name: "tools" } }),
    passes: (plan) => withAdded(withAdded(plan, namespace, "tools", { metadata: { name: "tools" } }), denial.type, "closed", { metadata: { namespace: "tools" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } }),
  },
  { policy: "pod-host-network", at: "echo-server", fails: (plan) => withChange(plan, server, "spec.template.spec.hostNetwork", true) },
];

describe("policies of the network", function () {
  this.timeout(120_000);
  testPolicies(network, rows);

  it("find it in the program as well, when it is run anew", async () => {
    assert.deepEqual(found(await rerunWith("dev", "preview", "azure-native:containerregistry:Registry", (args) => ({ ...args, publicNetworkAccess: "Enabled" })), network, "dev"), ["registry-public-endpoint at registry"]);
  });

  it("take a load balancer's annotations that are not known yet for right, and a Service's other one for nothing", async () => {
    const plan = await environmentPlan("prod", "up");
    assert.deepEqual(found(withChange(plan, ingress, "metadata.annotations", UNKNOWN), network), []);
    assert.deepEqual(found(withChange(plan, ingress, "metadata.annotations", { [internal]: "false" }), network), ["load-balancer-internal at ingress-service"]);
  });

  it("take a private endpoint for that of a resource which it waits for, while the id is not known", async () => {
    const plan = await environmentPlan("prod", "preview");
    const endpoint = { type: "azure-native:network:PrivateEndpoint", name: "registry-endpoint" };
    assert.deepEqual(found(without(plan, endpoint), network), ["private-endpoint-missing at registry"]);
  });
});
