import { Registration } from "../../../simulator/cloud";
import { grant, identity, identityId } from "./azure";
import { afterAll, Changes, group, idOf, location, registration, Row } from "./row";
import { testSubscription } from "../../support/record";

const inProfile = { resourceGroupName: group, profileName: "afd-acme" };
const linkId = idOf("Microsoft.Network/privateLinkServices/pls-acme");
const profileId = idOf("Microsoft.Cdn/profiles/afd-acme");
const policyId = idOf("Microsoft.Network/frontDoorWebApplicationFirewallPolicies/fdfpacme");

const profile = (changes: Changes = {}): Registration => registration("azure-native:cdn:Profile", "profile", { ...inProfile, location: "global", sku: { name: "Premium_AzureFrontDoor" } }, changes);
const originGroup = (changes: Changes): Registration => registration("azure-native:cdn:AFDOriginGroup", "group", { ...inProfile, originGroupName: "gateway" }, changes);
const origin = (changes: Changes = {}, name = "origin", after: readonly Registration[] = []): Registration =>
  registration("azure-native:cdn:AFDOrigin", name, { ...inProfile, originGroupName: "gateway", originName: name, hostName: "app.example.com" }, changes, after);
const route = (changes: Changes = {}, after: readonly Registration[] = [origin()]): Registration =>
  registration(
    "azure-native:cdn:Route",
    "route",
    { ...inProfile, endpointName: "fde", routeName: "route", originGroup: { id: `${profileId}/originGroups/gateway` }, linkToDefaultDomain: "Enabled", supportedProtocols: ["Http", "Https"] },
    changes,
    after,
  );
const domain = (hostName: string): Registration =>
  registration("azure-native:cdn:AFDCustomDomain", "domain", { ...inProfile, customDomainName: "app", hostName, tlsSettings: { certificateType: "ManagedCertificate" } });
const policy = (changes: Changes = {}): Registration =>
  registration("azure-native:frontdoor:Policy", "policy", { resourceGroupName: group, policyName: "fdfpacme", location: "Global", sku: { name: "Premium_AzureFrontDoor" } }, changes);
const managed = (set: Changes): Changes => ({ "managedRules.managedRuleSets": [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1", ruleSetAction: "Block", ...set }] });
const securityPolicy = (association: Changes): Registration =>
  registration("azure-native:cdn:SecurityPolicy", "security", {
    ...inProfile,
    securityPolicyName: "all",
    parameters: { type: "WebApplicationFirewall", wafPolicy: { id: policyId }, associations: [{ domains: [], patternsToMatch: ["/*"], ...association }] },
  });

const shared = { privateLink: { id: linkId }, privateLinkLocation: location, requestMessage: "platform" };
const linked = (changes: Changes = {}, name = "origin", after: readonly Registration[] = []): Registration =>
  origin({ sharedPrivateLinkResource: shared, enforceCertificateNameCheck: true, ...changes }, name, after);
const originRow = (id: string, refused: Changes, passes: Changes = {}): Row => [id, [linked(refused)], [linked(passes)]];
const plain = (id: string, refused: Changes, passes: Changes): Row => [id, [origin(refused)], [origin(passes)]];

const prefix = "service.beta.kubernetes.io/azure-";
const annotated = { [`${prefix}load-balancer-internal`]: "true", [`${prefix}pls-create`]: "true", [`${prefix}pls-name`]: "pls-acme" };
/** The gateway's Service with a private link service. */
const service = (annotations: Readonly<Record<string, string | undefined>> = {}, spec: Changes = {}, name = "gateway"): Registration =>
  registration("kubernetes:core/v1:Service", name, {
    metadata: { name, namespace: "default", annotations: Object.fromEntries(Object.entries({ ...annotated, ...annotations }).filter(([, value]) => value !== undefined)) },
    spec: { type: "LoadBalancer", selector: { istio: "ingress" }, ports: [{ name: "http", port: 80 }], ...spec },
  });
const annotationRow = (id: string, refused: Readonly<Record<string, string | undefined>>, passes: Readonly<Record<string, string>> = {}): Row => [id, [service(refused)], [service(passes)]];
const cluster = (changes: Changes): Registration =>
  registration("azure-native:containerservice:ManagedCluster", "cluster", { resourceGroupName: group, resourceName: "aks", agentPoolProfiles: [{ name: "system", mode: "System" }] }, changes);
const natSubnet = (policies: string): Registration =>
  registration("azure-native:network:Subnet", "nat", { resourceGroupName: group, virtualNetworkName: "vnet", subnetName: "link", addressPrefix: "10.0.0.0/24", privateLinkServiceNetworkPolicies: policies });
const owned = cluster({ identity: { type: "UserAssigned", userAssignedIdentities: [identityId()] } });
const groupGrant = grant("Network Contributor", `/subscriptions/${testSubscription}/resourceGroups/${group}`);

export const frontDoorRows: readonly Row[] = [
  ["front-door-response-timeout", [profile({ originResponseTimeoutSeconds: 10 })], [profile({ originResponseTimeoutSeconds: 60 })]],
  ["probe-interval", [originGroup({ "healthProbeSettings.probeIntervalInSeconds": 256 })], [originGroup({ "healthProbeSettings.probeIntervalInSeconds": 100 })]],
  ["origin-group-latency", [originGroup({ "loadBalancingSettings.additionalLatencyInMilliseconds": 1001 })], [originGroup({ "loadBalancingSettings.additionalLatencyInMilliseconds": 50 })]],
  ["origin-group-samples", [originGroup({ "loadBalancingSettings.sampleSize": 256 })], [originGroup({ "loadBalancingSettings.sampleSize": 4 })]],
  ["origin-group-restoration", [originGroup({ trafficRestorationTimeToHealedOrNewEndpointsInMinutes: 51 })], [originGroup({ trafficRestorationTimeToHealedOrNewEndpointsInMinutes: 10 })]],
  ["origin-group-successes", [originGroup({ loadBalancingSettings: { sampleSize: 2, successfulSamplesRequired: 3 } })], [originGroup({ loadBalancingSettings: { sampleSize: 4, successfulSamplesRequired: 3 } })]],
  plain("origin-priority", { priority: 6 }, { priority: 1 }),
  plain("origin-weight", { weight: 0 }, { weight: 1000 }),
  plain("origin-http-port", { httpPort: 0 }, { httpPort: 80 }),
  plain("origin-https-port", { httpsPort: 65536 }, { httpsPort: 443 }),

  ["front-door-route-name", [origin(), route({ routeName: "route." })], [origin(), route()]],
  ["route-redirect-protocols", [origin(), route({ httpsRedirect: "Enabled", supportedProtocols: ["Https"] })], [origin(), route({ httpsRedirect: "Enabled" })]],
  ["route-domain", [origin(), route({ linkToDefaultDomain: "Disabled", customDomains: [] })], [origin(), route({ linkToDefaultDomain: "Disabled", customDomains: [{ id: `${profileId}/customDomains/app` }] })]],
  ["route-waits-for-origin", [origin(), route({}, [])], [origin(), route()]],
  ["domain-wildcard-certificate", [domain("*.example.com")], [domain("app.example.com")]],
  ["firewall-location", [policy({ location: "westeurope" })], [policy()]],
  ["firewall-managed-rules", [policy({ ...managed({}), "sku.name": "Standard_AzureFrontDoor" })], [policy(managed({}))]],
  ["firewall-rule-set-action", [policy(managed({ ruleSetAction: undefined }))], [policy(managed({}))]],
  ["firewall-rule-set-known", [policy(managed({ ruleSetVersion: "9.9" }))], [policy(managed({}))]],
  ["security-policy-tier", [profile(), policy({ "sku.name": "Standard_AzureFrontDoor" }), securityPolicy({})], [profile(), policy(), securityPolicy({})]],
  ["security-policy-pattern", [securityPolicy({ patternsToMatch: ["/api/*"] })], [securityPolicy({})]],
  ["security-policy-domains", [securityPolicy({ domains: Array.from({ length: 501 }, (_, index) => ({ id: String(index) })) })], [securityPolicy({ domains: [{ id: "0" }] })]],

  ["origin-private-link-premium", [profile({ "sku.name": "Standard_AzureFrontDoor" }), linked()], [profile(), linked()]],
  originRow("origin-private-link-certificate", { enforceCertificateNameCheck: false }),
  originRow("origin-private-link-empty", { sharedPrivateLinkResource: {} }),
  originRow("origin-private-link-location", { sharedPrivateLinkResource: { ...shared, privateLinkLocation: undefined } }),
  originRow("origin-private-link-region", { "sharedPrivateLinkResource.privateLinkLocation": "westus" }, { "sharedPrivateLinkResource.privateLinkLocation": "West US 2" }),
  originRow("origin-private-link-group", { "sharedPrivateLinkResource.groupId": "blob" }),
  originRow("origin-private-link-message", { "sharedPrivateLinkResource.requestMessage": "m".repeat(141) }, { "sharedPrivateLinkResource.requestMessage": "m".repeat(140) }),
  ["origin-group-mixed", [linked(), origin({}, "public")], [linked(), origin({ originGroupName: "public" }, "public")]],
  ["origin-private-link-ports", [linked({ httpPort: 80 }), linked({ httpPort: 8080 }, "other")], [linked({ httpPort: 80 }), linked({ httpPort: 80 }, "other")]],
  ["origin-waits-for-service", [service(), linked()], [service(), linked({}, "origin", [service()])]],

  annotationRow("private-link-internal", { [`${prefix}load-balancer-internal`]: undefined }),
  annotationRow("private-link-address-count", { [`${prefix}pls-ip-configuration-ip-address-count`]: "9" }, { [`${prefix}pls-ip-configuration-ip-address-count`]: "8" }),
  annotationRow("private-link-addresses", { [`${prefix}pls-ip-configuration-ip-address`]: "10.0.0.4 10.0.0.5" }, { [`${prefix}pls-ip-configuration-ip-address`]: "10.0.0.4" }),
  ["private-link-protocol", [service({}, { ports: [{ port: 80, protocol: "SCTP" }] })], [service({}, { ports: [{ port: 80, protocol: "TCP" }] })]],
  ["private-link-address-family", [service({}, { ipFamilies: ["IPv6"] })], [service({}, { ipFamilies: ["IPv4"] })]],
  annotationRow("private-link-approval-subset", { [`${prefix}pls-auto-approval`]: "a b", [`${prefix}pls-visibility`]: "a" }, { [`${prefix}pls-auto-approval`]: "a", [`${prefix}pls-visibility`]: "a b" }),
  ["private-link-name-taken", [service(), service({}, {}, "other")], [service(), service({ [`${prefix}pls-name`]: "pls-other" }, {}, "other")]],
  ["private-link-subnet-policies", ...both("Enabled", "Disabled", (policies) => [natSubnet(policies), service({ [`${prefix}pls-ip-configuration-subnet`]: "link" })])],
  ["private-link-backend-pool", ...both("NodeIP", "NodeIPConfiguration", (type) => [cluster({ "networkProfile.loadBalancerProfile.backendPoolType": type }), service()])],
  ["private-link-node-group-locked", ...both("ReadOnly", "Unrestricted", (level) => [cluster({ "nodeResourceGroupProfile.restrictionLevel": level }), service()])],
  [
    "private-link-group-grant",
    [identity(), owned, service({ [`${prefix}pls-resource-group`]: group })],
    [identity(), groupGrant, owned, afterAll(service({ [`${prefix}pls-resource-group`]: group }), [groupGrant])],
  ],
];

/** The same registrations with a bad and with a good value. */
function both(bad: string, good: string, make: (value: string) => Registration[]): [Registration[], Registration[]] {
  return [make(bad), make(good)];
}
