import { Box, Group } from "./model";
import { box, few, group, line } from "./parts";
import { inputObjects, inputText, PlanGraph } from "./planGraph";

/** The dynamic resource that approves Front Door's connection to the private link service. */
export const approvalType = "pulumi-nodejs:dynamic/*:PrivateLinkApproval";

/** The public side: the names of the apps, and Front Door with its firewall, endpoint, origin and approval. */
export function frontDoorGroups(graph: PlanGraph): Group[] {
  const [profile] = graph.ofType("azure-native:cdn:Profile");
  const tier = line(profile && inputText(profile, "sku.name"), (sku) => ` ${sku.split("_")[0]}`) ?? "";
  const approval = box("frontDoor", "approval", "Private link approval", ["found by its message,", "approved by code"], graph.ofType(approvalType));
  return [
    ...group("internet", "internet", "Internet", hosts(graph)),
    ...group("frontDoor", "front-door", `Azure Front Door${tier}`, [...firewall(graph), ...endpoint(graph), ...origin(graph), ...approval]),
  ];
}

function hosts(graph: PlanGraph): Box[] {
  const domains = graph.ofType("azure-native:cdn:AFDCustomDomain");
  const aliases = graph.ofType("azure-native:dns:RecordSet").filter((record) => inputText(record, "recordType") === "CNAME");
  const names = domains.flatMap((domain) => inputText(domain, "hostName") ?? []);
  const zones = new Set(aliases.flatMap((record) => inputText(record, "zoneName") ?? []));
  return box("internet", "clients", "App hosts", [...few(names), ...[...zones].map((zone) => `DNS zone ${zone}`)], [...aliases, ...domains]);
}

const ruleSets: Readonly<Record<string, string>> = { Microsoft_DefaultRuleSet: "default rules", Microsoft_BotManagerRuleSet: "bot rules" };

function firewall(graph: PlanGraph): Box[] {
  const [policy] = graph.ofType("azure-native:frontdoor:Policy");
  if (policy === undefined) return [];
  const managed = inputObjects(policy, "managedRules.managedRuleSets").map(({ ruleSetType, ruleSetVersion }) => `${ruleSets[String(ruleSetType)] ?? String(ruleSetType)} ${String(ruleSetVersion)}`);
  const limits = inputObjects(policy, "customRules.rules").flatMap(({ rateLimitThreshold }) => (typeof rateLimitThreshold === "number" ? `${rateLimitThreshold} requests/min per client` : []));
  return box("frontDoor", "edge", "Web application firewall", [line(inputText(policy, "policySettings.mode"), (mode) => `${mode} mode`), ...managed, ...limits], [policy]);
}

function endpoint(graph: PlanGraph): Box[] {
  const [made] = graph.ofType("azure-native:cdn:AFDEndpoint");
  if (made === undefined) return [];
  const domains = graph.ofType("azure-native:cdn:AFDCustomDomain");
  const routes = graph.ofType("azure-native:cdn:Route");
  const managed = domains.length > 0 && domains.every((domain) => inputText(domain, "tlsSettings.certificateType") === "ManagedCertificate");
  const redirects = routes.length > 0 && routes.every((route) => inputText(route, "httpsRedirect") === "Enabled");
  return box("frontDoor", "edge", "Endpoint", [inputText(made, "endpointName"), managed ? "managed certificates" : undefined, redirects ? "HTTP redirected to HTTPS" : undefined], [made]);
}

function origin(graph: PlanGraph): Box[] {
  const [made] = graph.ofType("azure-native:cdn:AFDOrigin");
  if (made === undefined) return [];
  const [probed] = graph.ofType("azure-native:cdn:AFDOriginGroup");
  const probe = line(probed && inputText(probed, "healthProbeSettings.probePath"), (path) => `probe ${path}`);
  const interval = line(probed && inputText(probed, "healthProbeSettings.probeIntervalInSeconds"), (seconds) => ` every ${seconds} s`) ?? "";
  const region = line(inputText(made, "sharedPrivateLinkResource.privateLinkLocation"), (place) => `private link from ${place}`);
  return box("frontDoor", "origin", "Origin", [inputText(made, "hostName"), probe && `${probe}${interval}`, region], [made]);
}
