import { isRecord } from "../engine/values";
import { Reading, Resource } from "../resource";
import { first, Rule } from "../rules/rule";
import { typeProblem } from "./envoyTypes";
import { istioRule, versions } from "./istio";

const filters = "https://istio.io/latest/docs/reference/config/networking/envoy-filter/";
const envoyFilter = versions("networking", "EnvoyFilter");

const listenerClass = ["LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER"];
const routeClass = ["ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"];
const connectionManager = "envoy.filters.network.http_connection_manager";
const relative = ["INSERT_BEFORE", "INSERT_AFTER"];
const inserts = ["ADD", "INSERT_FIRST", ...relative];
// The names of 2020 for what is there most, and what they are called since Envoy 1.14.
const oldNames: Readonly<Record<string, string>> = {
  "envoy.http_connection_manager": connectionManager,
  "envoy.router": "envoy.filters.http.router",
  "envoy.ext_authz": "envoy.filters.http.ext_authz",
  "envoy.rate_limit": "envoy.filters.http.ratelimit",
  "envoy.cors": "envoy.filters.http.cors",
  "envoy.lua": "envoy.filters.http.lua",
  "envoy.tcp_proxy": "envoy.filters.network.tcp_proxy",
};

const oldApi = /\.v2(alpha\d*)?\./;
// Istio doesn't read a longer expression.
const longestVersion = 1024;

const filterPath = "match.listener.filterChain.filter";

/** A rule for each change that an EnvoyFilter makes. */
function eachPatch(id: string, check: (patch: Reading) => string | undefined): Rule {
  return istioRule(id, envoyFilter, filters, (resource) => first(resource.items("spec.configPatches"), check));
}

/** A rule for something that Istio or Envoy accepts, and that does not do what it says. */
function accepted(id: string, source: string, check: (resource: Resource) => string | undefined): Rule {
  return { id, types: envoyFilter, level: "warning", source, check };
}

/** The same for each change that an EnvoyFilter makes. */
function eachAccepted(id: string, check: (patch: Reading) => string | undefined): Rule {
  return accepted(id, filters, (resource) => first(resource.items("spec.configPatches"), check));
}

/** The types of Envoy's that a change names, at any depth. */
function typesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(typesIn);
  if (!isRecord(value)) return [];
  const own = value["@type"];
  return [...(typeof own === "string" ? [own] : []), ...Object.values(value).flatMap(typesIn)];
}

const objectTypes: readonly [classes: readonly string[], match: string, words: string][] = [
  [listenerClass, "listener", "listener class objects cannot have non listener match"],
  [routeClass, "routeConfiguration", "http route class objects cannot have non route configuration match"],
  [["CLUSTER"], "cluster", "cluster class objects cannot have non cluster match"],
];

export const envoyFilters: readonly Rule[] = [
  eachPatch("envoy-filter-apply-to", (patch) => (patch.lacks("applyTo") ? "Envoy filter: missing applyTo" : undefined)),
  eachPatch("envoy-filter-operation", (patch) => (patch.lacks("patch.operation") ? "Envoy filter: missing patch operation" : undefined)),
  eachPatch("envoy-filter-value", (patch) => (patch.isNot("patch.operation", "REMOVE") && patch.lacks("patch.value") ? "Envoy filter: missing patch value for non-remove operation" : undefined)),
  eachPatch("envoy-filter-match", (patch) =>
    first(objectTypes, ([classes, match, words]) =>
      patch.is("applyTo", ...classes) && objectTypes.some(([, other]) => other !== match && patch.has(`match.${other}`)) ? `Envoy filter: applyTo for ${words}` : undefined,
    ),
  ),
  eachPatch("envoy-filter-filter-name", (patch) => (patch.has(filterPath) && patch.lacks(`${filterPath}.name`) ? "Envoy filter: filter match has no name to match on" : undefined)),
  eachPatch("envoy-filter-sub-filter", (patch) => {
    if (patch.lacks(`${filterPath}.subFilter`) || patch.isNot("applyTo", ...listenerClass)) return undefined;
    if (patch.isNot("applyTo", "HTTP_FILTER")) return "Envoy filter: subfilter match can be used with applyTo HTTP_FILTER only";
    return patch.isNot(`${filterPath}.name`, connectionManager, "envoy.http_connection_manager") ? `Envoy filter: subfilter match requires filter match with ${connectionManager}` : undefined;
  }),
  eachPatch("envoy-filter-sub-filter-name", (patch) =>
    patch.is("applyTo", "HTTP_FILTER") && patch.has(`${filterPath}.subFilter`) && patch.lacks(`${filterPath}.subFilter.name`) ? "Envoy filter: subfilter match has no name to match on" : undefined,
  ),
  eachPatch("envoy-filter-type", (patch) => {
    const unknown = first(typesIn(patch.get("patch.value")).filter((type) => !oldApi.test(type)), typeProblem);
    return unknown && `Envoy filter: ${unknown}`;
  }),
  eachPatch("envoy-filter-v2", (patch) => {
    const old = typesIn(patch.get("patch.value")).find((type) => oldApi.test(type));
    return old && `Envoy filter: referenced type unknown (hint: try using the v3 XDS API): could not resolve Any message type: ${old}`;
  }),
  eachPatch("envoy-filter-proxy-version", (patch) => {
    const version = patch.text("match.proxy.proxyVersion");
    // An expression of Go's, of which these are wrong in JavaScript as well.
    return version !== undefined && version.length <= longestVersion && !compiles(version) ? `Envoy filter: invalid regex for proxy version, [${version}]` : undefined;
  }),
  eachAccepted("envoy-filter-proxy-version-length", (patch) =>
    (patch.text("match.proxy.proxyVersion") ?? "").length > longestVersion ? `Envoy filter: proxyVersion match exceeds ${longestVersion} characters and will be ignored` : undefined,
  ),
  eachAccepted("envoy-filter-proxy-version-pinned", (patch) => {
    const version = patch.text("match.proxy.proxyVersion");
    return version !== undefined && /\d+\\?\.\d+/.test(version) ? `proxyVersion ${version} stops matching with the next version, and the filter with it` : undefined;
  }),
  eachAccepted("envoy-filter-old-name", (patch) => {
    const names = [`${filterPath}.name`, `${filterPath}.subFilter.name`, "patch.value.name"].map((path) => patch.text(path) ?? "");
    const old = names.find((name) => Object.hasOwn(oldNames, name));
    return old && `using deprecated filter name "${old}"; use "${oldNames[old] ?? ""}" instead`;
  }),
  eachAccepted("envoy-filter-typed-config", (patch) =>
    patch.is("applyTo", "HTTP_FILTER", "NETWORK_FILTER") && patch.is("patch.operation", ...inserts) && patch.has("patch.value") && ["typed_config", "typedConfig", "config_discovery", "configDiscovery"].every((key) => patch.lacks(`patch.value.${key}`))
      ? "using deprecated types by name without typed_config: Envoy refuses the filter"
      : undefined,
  ),
  accepted("envoy-filter-selector", filters, (resource) =>
    resource.lacks("spec.targetRefs") && Object.keys(resource.map("spec.workloadSelector.labels")).length === 0 ? "Envoy filter: workload selector has no labels, will be applied to all services in namespace" : undefined,
  ),
  accepted("envoy-filter-relative", "https://istio.io/latest/docs/reference/config/analysis/ist0151/", (resource) =>
    resource.lacks("spec.priority") && resource.items("spec.configPatches").some((patch) => patch.is("patch.operation", ...relative))
      ? "This EnvoyFilter does not have a priority and has a relative patch operation set, which can cause it not to be applied"
      : undefined,
  ),
  eachAccepted("envoy-filter-relative-match", (patch) =>
    patch.is("applyTo", "HTTP_FILTER") && patch.is("patch.operation", ...relative) && patch.lacks(`${filterPath}.subFilter.name`) ? "a relative operation without a filter to be relative to is ignored" : undefined,
  ),
];

function compiles(expression: string): boolean {
  try {
    new RegExp(expression);
    return true;
  } catch {
    return false;
  }
}
