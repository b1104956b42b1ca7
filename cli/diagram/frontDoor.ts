import { Group } from "./model";
import { box, few, group, line } from "./parts";
import { input, inputObjects, inputText, PlanGraph } from "./planGraph";

/** The public side: the names of the apps, and Front Door with its firewall, endpoint, origin and approval. */
export function frontDoorGroups(graph: PlanGraph): Group[] {
  const [profile] = graph.ofType("azure-native:cdn:Profile");
  const domains = graph.ofType("azure-native:cdn:AFDCustomDomain");
  const aliases = graph.ofType("azure-native:dns:RecordSet").filter((record) => inputText(record, "recordType") === "CNAME");
  const zones = new Set(aliases.map((record) => inputText(record, "zoneName")).filter((zone) => zone !== undefined));
  const hosts = domains.map((domain) => inputText(domain, "hostName")).filter((host) => host !== undefined);
  const [firewall] = graph.ofType("azure-native:frontdoor:Policy");
  const [endpoint] = graph.ofType("azure-native:cdn:AFDEndpoint");
  const [origin] = graph.ofType("azure-native:cdn:AFDOrigin");
  const [probed] = graph.ofType("azure-native:cdn:AFDOriginGroup");
  const routes = graph.ofType("azure-native:cdn:Route");

  const rules = firewall === undefined ? [] : inputObjects(firewall, "managedRules.managedRuleSets").map(({ ruleSetType, ruleSetVersion }) => `${shortRuleSet(String(ruleSetType))} ${String(ruleSetVersion)}`);
  const rate = firewall && inputText(firewall, "customRules.rules.0.rateLimitThreshold");
  const redirects = routes.length > 0 && routes.every((route) => inputText(route, "httpsRedirect") === "Enabled");
  const managed = domains.length > 0 && domains.every((domain) => inputText(domain, "tlsSettings.certificateType") === "ManagedCertificate");

  return [
    ...group("internet", "internet", "Internet", box("internet", "clients", "App hosts", [...few(hosts), ...[...zones].map((zone) => `DNS zone ${zone}`)], [...aliases, ...domains])),
    ...group("frontDoor", "front-door", `Azure Front Door${line(profile && inputText(profile, "sku.name"), (sku) => ` ${sku.split("_")[0]}`) ?? ""}`, [
      ...box("frontDoor", "edge", "Web application firewall", [line(firewall && inputText(firewall, "policySettings.mode"), (mode) => `${mode} mode`), ...rules, line(rate, (count) => `${count} requests/min per client`)], firewall ? [firewall] : []),
      ...box("frontDoor", "edge", "Endpoint", [endpoint && inputText(endpoint, "endpointName"), managed ? "managed certificates" : undefined, redirects ? "HTTP redirected to HTTPS" : undefined], endpoint ? [endpoint] : []),
      ...box(
        "frontDoor",
        "origin",
        "Origin",
        [
          origin && inputText(origin, "hostName"),
          line(probed && inputText(probed, "healthProbeSettings.probePath"), (path) => `probe ${path} every ${String(probed && input(probed, "healthProbeSettings.probeIntervalInSeconds"))} s`),
          line(origin && inputText(origin, "sharedPrivateLinkResource.privateLinkLocation"), (region) => `private link from ${region}`),
        ],
        origin ? [origin] : [],
      ),
      ...box("frontDoor", "approval", "Private link approval", ["found by its message,", "approved by code"], graph.ofType("pulumi-nodejs:dynamic/*:PrivateLinkApproval")),
    ]),
  ];
}

function shortRuleSet(type: string): string {
  const words: Record<string, string> = { Microsoft_DefaultRuleSet: "default rules", Microsoft_BotManagerRuleSet: "bot rules" };
  return words[type] ?? type;
}
