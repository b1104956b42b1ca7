import { durationMs } from "../../components/shared/duration";
import { isRecord } from "../engine/values";
import { Reading } from "../resource";
import { first, Rule } from "../rules/rule";
import { istioRule, versions } from "./istio";

const validation = "https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go";
const routing = "https://istio.io/latest/docs/reference/config/networking/virtual-service/";
const destinations = "https://istio.io/latest/docs/reference/config/networking/destination-rule/";

export const virtualService = versions("networking", "VirtualService");
export const destinationRule = versions("networking", "DestinationRule");

/** An object inside another, where it is given and known. */
export function part(reading: Reading, path: string): Reading[] {
  const value = reading.get(path);
  return isRecord(value) ? [new Reading(value)] : [];
}

/** The policies of a DestinationRule, for all its ports, for one, and for each subset, with their paths. */
export function policiesOf(rule: Reading): { path: string; policy: Reading }[] {
  const levels = (owner: Reading, path: string): { path: string; policy: Reading }[] =>
    part(owner, "trafficPolicy").flatMap((policy) => [
      { path: `${path}trafficPolicy`, policy },
      ...policy.items("portLevelSettings").map((port, index) => ({ path: `${path}trafficPolicy.portLevelSettings[${index}]`, policy: port })),
    ]);
  return part(rule, "spec").flatMap((spec) => [...levels(spec, ""), ...spec.items("subsets").flatMap((subset, index) => levels(subset, `subsets[${index}].`))]);
}

/** A rule for each HTTP route of a VirtualService. */
function eachRoute(id: string, source: string, check: (route: Reading) => string | undefined): Rule {
  return istioRule(id, virtualService, source, (resource) => first(resource.items("spec.http"), check));
}

const certificates = ["clientCertificate", "privateKey", "caCertificates", "credentialName"];
const retryConditions = new Set([
  ...["5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes", "retriable-headers"],
  ...["envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable"],
]);

/** The first and the last of each row of statuses that Go has a text for. @source https://pkg.go.dev/net/http#StatusText */
const statuses = [[100, 103], [200, 208], [226, 226], [300, 305], [307, 308], [400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511]] as const;
const isStatus = (code: number): boolean => statuses.some(([from, to]) => Number.isInteger(code) && code >= from && code <= to);

/** What is wrong with a duration; nothing where it is absent or not known. */
function durationProblem(reading: Reading, path: string): string | undefined {
  const text = reading.text(path);
  if (text === undefined) return undefined;
  const length = durationMs(text) ?? NaN;
  if (!(length >= 1)) return `${path}: duration must be greater than 1ms`;
  return Number.isInteger(length) ? undefined : `${path}: only durations to ms precision are supported`;
}

function percentProblem(reading: Reading, path: string): string | undefined {
  const value = reading.number(path);
  return value !== undefined && (value < 0 || value > 100) ? `percentage ${value} is not in range 0..100` : undefined;
}

/** What Istio's webhook refuses of the objects about traffic. */
export const istioTraffic: readonly Rule[] = [
  istioRule("destination-rule-host", destinationRule, validation, (resource) => (resource.lacks("spec.host") || resource.is("spec.host", "") ? "domain name \"\" invalid (domain names must not be empty)" : undefined)),
  istioRule("destination-rule-subset-taken", destinationRule, validation, (resource) => {
    const names = resource.items("spec.subsets").map((subset) => subset.text("name"));
    const twice = names.find((name, index) => name !== undefined && names.indexOf(name) < index);
    return twice && `duplicate subset names: ${twice}`;
  }),
  istioRule("destination-rule-subset-name", destinationRule, validation, (resource) => {
    const wrong = resource.items("spec.subsets").map((subset) => subset.text("name")).find((name) => name !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name));
    return wrong === undefined ? undefined : `subset name is invalid: ${wrong}`;
  }),
  istioRule("destination-rule-policy-empty", destinationRule, validation, (resource) => {
    const empty = policiesOf(resource).find(({ policy }) => Object.keys(policy.properties as object).filter((key) => key !== "port").length === 0);
    return empty && `${empty.path}: traffic policy must have at least one field`;
  }),
  istioRule("destination-rule-duration", destinationRule, validation, (resource) =>
    first(policiesOf(resource), ({ policy }) => first(["connectionPool.tcp.connectTimeout", "outlierDetection.interval", "outlierDetection.baseEjectionTime"], (path) => durationProblem(policy, path))),
  ),
  istioRule("destination-rule-certificates", destinationRule, `${destinations}#ClientTLSSettings-TLSmode`, (resource) => {
    const found = policiesOf(resource).find(({ policy }) => policy.is("tls.mode", "ISTIO_MUTUAL") && certificates.some((key) => policy.has(`tls.${key}`)));
    return found && `${found.path}.tls: ISTIO_MUTUAL uses the certificates of the mesh, no other field may be set`;
  }),
  istioRule("virtual-service-mesh-host", virtualService, validation, (resource) =>
    resource.texts("spec.hosts").includes("*") && (resource.list("spec.gateways").length === 0 || resource.texts("spec.gateways").includes("mesh")) ? "wildcard host * is not allowed for virtual services bound to the mesh gateway" : undefined,
  ),
  eachRoute("virtual-service-weights", validation, (route) => {
    const weights = route.items("route").map((destination) => (destination.lacks("weight") ? 0 : destination.number("weight")));
    if (weights.some((weight) => weight !== undefined && weight < 0)) return "weight cannot be negative";
    return weights.length > 1 && weights.every((weight) => weight === 0) ? "total destination weight = 0" : undefined;
  }),
  eachRoute("virtual-service-duration", validation, (route) => first(["timeout", "retries.perTryTimeout", "retries.backoff", "fault.delay.fixedDelay"], (path) => durationProblem(route, path))),
  eachRoute("virtual-service-retries", validation, (route) => {
    if (part(route, "retries").length === 0) return undefined;
    const attempts = route.lacks("retries.attempts") ? 0 : route.number("retries.attempts");
    if (attempts !== undefined && attempts < 0) return "attempts cannot be negative";
    return attempts === 0 && ["perTryTimeout", "retryOn", "retryRemoteLocalities"].some((key) => route.has(`retries.${key}`)) ? "http retry policy configured when attempts are set to 0 (disabled)" : undefined;
  }),
  eachRoute("virtual-service-retry-on", validation, (route) => {
    const wrong = (route.text("retries.retryOn") ?? "").split(",").find((word) => word !== "" && !retryConditions.has(word) && !isStatus(Number(word)));
    return wrong && `"${wrong}" is not a valid retryOn policy`;
  }),
  eachRoute("virtual-service-mirror-percent", validation, (route) => percentProblem(route, "mirrorPercentage.value")),
  eachRoute("virtual-service-fault", validation, (route) => {
    if (part(route, "fault").length === 0) return undefined;
    if (route.lacks("fault.abort") && route.lacks("fault.delay")) return "HTTP fault injection must have an abort and/or a delay";
    const status = route.number("fault.abort.httpStatus");
    if (status !== undefined && (status < 200 || status > 600)) return `HTTP status ${status} is not in range 200-599`;
    return percentProblem(route, "fault.abort.percentage.value") ?? percentProblem(route, "fault.delay.percentage.value");
  }),
  {
    id: "virtual-service-unreachable",
    types: virtualService,
    level: "warning",
    source: "https://istio.io/latest/docs/reference/config/analysis/ist0130/",
    check: (resource) => unreachable(resource.items("spec.http")),
  },
  istioRule("virtual-service-empty-match", virtualService, `${routing}#StringMatch`, (resource) => {
    const matches = resource.items("spec.http").flatMap((route) => route.items("match")).flatMap((match) => [...Object.values(part(match, "headers")[0]?.properties ?? {}).filter(isRecord).map((text) => new Reading(text)), ...part(match, "method"), ...part(match, "authority")]);
    return matches.some((text) => text.is("prefix", "") || text.is("regex", "")) ? "string match should not be empty" : undefined;
  }),
];

/** The first route that stands after one for every request, or after one that takes the same. */
function unreachable(routes: readonly Reading[]): string | undefined {
  const everything = routes.findIndex((route) => route.lacks("match"));
  const late = everything === -1 ? undefined : routes[everything + 1];
  if (late !== undefined) return `VirtualService rule #${everything + 1} (${late.text("name") ?? "unnamed"}) not used: route without matches defined before`;
  const asked = routes.map(matchText);
  const twin = asked.findIndex((match, index) => asked.indexOf(match) < index);
  return twin === -1 ? undefined : `VirtualService rule #${twin} (${routes[twin]?.text("name") ?? "unnamed"}) not used: all matches used by prior rules`;
}

let unknowns = 0;

/** What a route asks of requests, as text that two routes share when they ask the same. What is not known is like nothing else. */
export function matchText(route: Reading): string {
  return JSON.stringify(route.get("match") ?? [], (_, value: unknown) => (typeof value === "symbol" ? `unknown ${(unknowns += 1)}` : value));
}
