import { Reading, Resource } from "../resource";
import { sameText, World } from "../world";
import { first, refusal, Rule } from "./rule";

const profileType = "azure-native:cdn:Profile";
export const originType = "azure-native:cdn:AFDOrigin";
const routeType = "azure-native:cdn:Route";
const policyType = "azure-native:frontdoor:Policy";
const securityPolicyType = "azure-native:cdn:SecurityPolicy";
const routes = "https://learn.microsoft.com/azure/frontdoor/front-door-route-matching";
const firewall = "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs";
const firewallTiers = "https://learn.microsoft.com/azure/frontdoor/standard-premium/tier-comparison";

/** The profile that a part of Front Door belongs to. */
export function profileOf(resource: Resource, world: World): Resource | undefined {
  return world.where(profileType, { profileName: resource.text("profileName"), resourceGroupName: resource.text("resourceGroupName") });
}

const managedSets: readonly (readonly [type: string, version: string])[] = [
  ["DefaultRuleSet", "1.0"],
  ["Microsoft_DefaultRuleSet", "1.1"],
  ["Microsoft_DefaultRuleSet", "2.0"],
  ["Microsoft_DefaultRuleSet", "2.1"],
  ["Microsoft_BotManagerRuleSet", "1.0"],
  ["Microsoft_BotManagerRuleSet", "1.1"],
];

function ruleSets(policy: Resource): Reading[] {
  return policy.items("managedRules.managedRuleSets");
}

export const frontDoor: readonly Rule[] = [
  {
    id: "origin-group-successes",
    types: ["azure-native:cdn:AFDOriginGroup"],
    source: "https://learn.microsoft.com/azure/frontdoor/health-probes",
    check: (group) =>
      (group.number("loadBalancingSettings.successfulSamplesRequired") ?? 0) > (group.number("loadBalancingSettings.sampleSize") ?? Infinity)
        ? refusal("BadRequest", "successfulSamplesRequired must not be more than sampleSize.")
        : undefined,
  },
  {
    id: "route-redirect-protocols",
    types: [routeType],
    source: routes,
    check: (route) =>
      route.is("httpsRedirect", "Enabled") && Array.isArray(route.get("supportedProtocols")) && !["Http", "Https"].every((protocol) => route.texts("supportedProtocols").includes(protocol))
        ? refusal("BadRequest", "httpsRedirect needs both Http and Https among supportedProtocols.")
        : undefined,
  },
  {
    id: "route-domain",
    types: [routeType],
    source: routes,
    check: (route) =>
      route.isNot("linkToDefaultDomain", "Enabled") && (route.lacks("customDomains") || (Array.isArray(route.get("customDomains")) && route.list("customDomains").length === 0))
        ? refusal("BadRequest", "A route needs a custom domain or the endpoint's default domain.")
        : undefined,
  },
  {
    id: "route-waits-for-origin",
    types: [routeType],
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/27652",
    check(route, world) {
      const groupId = route.text("originGroup.id");
      const origins = world.neededBy(route).filter((needed) => needed.type === originType && (groupId === undefined || needed.id === "" || sameText(needed.id.split("/origins/")[0] ?? "", groupId)));
      return origins.length > 0
        ? undefined
        : refusal("BadRequest", "The origin group of a route must have an origin, and its last origin can't be deleted while a route uses it: let the route depend on the origins.");
    },
  },
  {
    id: "domain-wildcard-certificate",
    types: ["azure-native:cdn:AFDCustomDomain"],
    source: "https://learn.microsoft.com/azure/frontdoor/front-door-wildcard-domain",
    check: (domain) =>
      domain.is("tlsSettings.certificateType", "ManagedCertificate") && (domain.text("hostName") ?? "").startsWith("*.")
        ? refusal("BadRequest", "A managed certificate is not available for a wildcard domain: bring a certificate of your own.")
        : undefined,
  },
  {
    id: "firewall-location",
    types: [policyType],
    source: "https://learn.microsoft.com/rest/api/frontdoorservice/webapplicationfirewall/policies/create-or-update",
    check(policy) {
      const location = policy.text("location");
      return location === undefined || sameText(location, "global") ? undefined : refusal("LocationNotAvailableForResourceType", `The location '${location}' is not available for a Front Door firewall policy: use Global.`);
    },
  },
  {
    id: "firewall-managed-rules",
    types: [policyType],
    source: firewallTiers,
    check: (policy) => (ruleSets(policy).length > 0 && policy.isNot("sku.name", "Premium_AzureFrontDoor") ? refusal("BadRequest", "Managed rules need the SKU Premium_AzureFrontDoor.") : undefined),
  },
  {
    id: "firewall-rule-set-action",
    types: [policyType],
    source: firewall,
    check: (policy) =>
      first(ruleSets(policy), (set) =>
        set.is("ruleSetType", "Microsoft_DefaultRuleSet") && Number.parseFloat(set.text("ruleSetVersion") ?? "0") >= 2 && set.isNot("ruleSetAction", "Block", "Log", "Redirect")
          ? refusal("BadRequest", `The managed rule set ${set.text("ruleSetType")} ${set.text("ruleSetVersion")} needs a ruleSetAction.`)
          : undefined,
      ),
  },
  {
    id: "firewall-rule-set-known",
    types: [policyType],
    level: "warning",
    source: firewall,
    check: (policy) =>
      first(ruleSets(policy), (set) => {
        const [type, version] = [set.text("ruleSetType"), set.text("ruleSetVersion")];
        const known = type === undefined || version === undefined || managedSets.some(([name, number]) => name === type && number === version);
        return known ? undefined : refusal("BadRequest", `The managed rule set ${type} ${version} is not one of the documented ones.`);
      }),
  },
  {
    id: "security-policy-tier",
    types: [securityPolicyType],
    source: firewallTiers,
    check(security, world) {
      const [profile, policy] = [profileOf(security, world)?.text("sku.name"), world.withId(policyType, security.text("parameters.wafPolicy.id"))?.text("sku.name")];
      return profile !== undefined && policy !== undefined && profile !== policy ? refusal("BadRequest", `The SKU ${policy} of the firewall policy must be the profile's, ${profile}.`) : undefined;
    },
  },
  {
    id: "security-policy-pattern",
    types: [securityPolicyType],
    source: "https://learn.microsoft.com/rest/api/frontdoor/azurefrontdoorstandardpremium/security-policies/create",
    check: (security) =>
      first(security.items("parameters.associations"), (association) =>
        association.texts("patternsToMatch").some((pattern) => pattern !== "/*") ? refusal("BadRequest", "patternsToMatch of a security policy can only be /*.") : undefined,
      ),
  },
  {
    id: "security-policy-domains",
    types: [securityPolicyType],
    source: "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-front-door-standard-and-premium-service-limits",
    check: (security) =>
      security.items("parameters.associations").reduce((sum, association) => sum + association.list("domains").length, 0) > 500
        ? refusal("BadRequest", "A firewall policy can be associated with 500 domains at most.")
        : undefined,
  },
];
