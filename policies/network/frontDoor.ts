import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { types } from "../types";
import { refersTo, valuesIn } from "./refersTo";

const firewalls = "https://learn.microsoft.com/azure/web-application-firewall/afds/afds-overview";
const hosts = [types.domain, types.endpoint];

/** The way in from the Internet: Front Door, its firewall and its origins. */
export const frontDoorNetwork: readonly Policy[] = [
  {
    id: "origin-private",
    group: "network",
    level: "error",
    title: "Front Door reaches its origin over a private link.",
    fix: "Set sharedPrivateLinkResource, and approve its connection.",
    source: "https://learn.microsoft.com/azure/frontdoor/private-link",
    check: eachOf([types.origin], (origin) => (origin.lacks("sharedPrivateLinkResource") ? "The origin has to be open to the Internet, where requests get past Front Door." : undefined)),
  },
  {
    id: "firewall-attached",
    group: "network",
    level: "error",
    title: "Every host of Front Door's is behind a firewall.",
    fix: "List it among the domains of a security policy.",
    source: "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-create-portal",
    check: eachOf(hosts, (host, stack) => {
      const [kind, key] = host.type === types.domain ? ["customDomains", "customDomainName"] : ["afdEndpoints", "endpointName"];
      const covered = stack.ofType(types.securityPolicy).some((policy) => {
        const lists = valuesIn(policy, "parameters.associations", "domains");
        return lists.some((domains) => refersTo(policy, valuesIn(new Reading({ domains }), "domains", "id"), host, kind, host.text(key), hosts) !== false);
      });
      return covered ? undefined : "No firewall looks at the requests to it.";
    }),
  },
  {
    id: "firewall-enabled",
    group: "network",
    level: "error",
    title: "A firewall is switched on.",
    fix: "Set policySettings.enabledState to Enabled.",
    source: firewalls,
    check: eachOf([types.firewall], (firewall) => (firewall.is("policySettings.enabledState", "Disabled") ? "The firewall lets every request pass." : undefined)),
  },
  {
    id: "firewall-prevents",
    group: "network",
    // Detection is how a new set of rules is tried out, so the config allows it.
    level: { dev: "info", staging: "warning", prod: "warning" },
    title: "A firewall blocks what its rules find.",
    fix: "Set policySettings.mode to Prevention.",
    source: "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-policy-settings#waf-mode",
    check: eachOf([types.firewall], (firewall) => (firewall.isNot("policySettings.mode", "Prevention") ? "The firewall logs attacks and lets them pass." : undefined)),
  },
  {
    id: "firewall-rule-sets",
    group: "network",
    level: "error",
    title: "A firewall has the rules that Microsoft keeps up to date.",
    fix: "Add Microsoft_DefaultRuleSet and Microsoft_BotManagerRuleSet to managedRules.managedRuleSets.",
    source: "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-drs",
    check: eachOf([types.firewall], (firewall) => {
      const sets = firewall.items("managedRules.managedRuleSets");
      const given = firewall.has("managedRules.managedRuleSets") && sets.length === 0 && !Array.isArray(firewall.get("managedRules.managedRuleSets"));
      return given || sets.some((set) => !set.isNot("ruleSetType", "Microsoft_DefaultRuleSet", "DefaultRuleSet")) ? undefined : "No rule of the firewall's looks for attacks.";
    }),
  },
  {
    id: "firewall-request-body",
    group: "network",
    level: "warning",
    title: "A firewall looks into the bodies of requests.",
    fix: "Set policySettings.requestBodyCheck to Enabled.",
    source: "https://learn.microsoft.com/azure/web-application-firewall/afds/waf-front-door-policy-settings#request-body-inspection",
    check: eachOf([types.firewall], (firewall) => (firewall.is("policySettings.requestBodyCheck", "Disabled") ? "What is in the body of a request gets past the firewall." : undefined)),
  },
  {
    id: "route-https-redirect",
    group: "network",
    level: "error",
    title: "A browser that comes by plain HTTP is sent to HTTPS.",
    fix: "Set httpsRedirect to Enabled, or take Http from supportedProtocols.",
    source: "https://learn.microsoft.com/azure/frontdoor/front-door-how-to-redirect-https",
    check: eachOf([types.route], (route) => {
      const plain = route.lacks("supportedProtocols") || route.texts("supportedProtocols").includes("Http");
      return plain && route.isNot("httpsRedirect", "Enabled") ? "The route answers to plain HTTP." : undefined;
    }),
  },
];
