import type * as cdn from "@pulumi/azure-native/cdn";
import type * as frontdoor from "@pulumi/azure-native/frontdoor";
import { Answer, autoName, azure, digits, uuid } from "./answer";

const profile = ["profiles", "profileName"] as const;

/** Azure Front Door, Standard and Premium. */
export const frontDoor: Readonly<Record<string, Answer>> = {
  "azure-native:cdn:Profile": azure<cdn.Profile>("Microsoft.Cdn", [profile], ({ urn }) => ({ frontDoorId: uuid(urn, "front door") })),
  "azure-native:cdn:AFDEndpoint": azure<cdn.AFDEndpoint>("Microsoft.Cdn", [profile, ["afdEndpoints", "endpointName"]], (resource, id) => ({
    hostName: `${resource.text("endpointName") ?? autoName(resource)}-${digits(16, id)}.z01.azurefd.net`,
  })),
  "azure-native:cdn:AFDOriginGroup": azure<cdn.AFDOriginGroup>("Microsoft.Cdn", [profile, ["originGroups", "originGroupName"]]),
  "azure-native:cdn:AFDOrigin": azure<cdn.AFDOrigin>("Microsoft.Cdn", [profile, ["originGroups", "originGroupName"], ["origins", "originName"]], (resource) =>
    // The private endpoint waits for its approval whatever the request says.
    resource.has("sharedPrivateLinkResource") ? { sharedPrivateLinkResource: { status: "Pending" } } : {},
  ),
  "azure-native:cdn:AFDCustomDomain": azure<cdn.AFDCustomDomain>("Microsoft.Cdn", [profile, ["customDomains", "customDomainName"]], (_, id) => ({
    domainValidationState: "Pending",
    validationProperties: { validationToken: `_${digits(31, id)}` },
  })),
  "azure-native:cdn:Route": azure<cdn.Route>("Microsoft.Cdn", [profile, ["afdEndpoints", "endpointName"], ["routes", "routeName"]]),
  "azure-native:cdn:RuleSet": azure<cdn.RuleSet>("Microsoft.Cdn", [profile, ["ruleSets", "ruleSetName"]]),
  "azure-native:cdn:Rule": azure<cdn.Rule>("Microsoft.Cdn", [profile, ["ruleSets", "ruleSetName"], ["rules", "ruleName"]]),
  "azure-native:cdn:SecurityPolicy": azure<cdn.SecurityPolicy>("Microsoft.Cdn", [profile, ["securityPolicies", "securityPolicyName"]]),
  "azure-native:frontdoor:Policy": azure<frontdoor.Policy>("Microsoft.Network", [["frontDoorWebApplicationFirewallPolicies", "policyName"]]),
};
