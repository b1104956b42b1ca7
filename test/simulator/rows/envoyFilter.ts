import { Registration } from "../../../simulator/cloud";
import { Changes, registration, Row } from "./row";

const filter = { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "envoy.filters.http.router" } };
const inbound = { context: "SIDECAR_INBOUND", listener: { filterChain: { filter } } };
const value = { name: "team.buffer", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer" } };
const patch = { applyTo: "HTTP_FILTER", match: inbound, patch: { operation: "INSERT_BEFORE", value } };

/** An EnvoyFilter whose one change, or whose spec, is changed. */
const envoyFilter = (change: Changes = {}, spec: Changes = {}): Registration =>
  registration("kubernetes:networking.istio.io/v1alpha3:EnvoyFilter", "it", {
    metadata: { name: "it", namespace: "default" },
    spec: { workloadSelector: { labels: { app: "echo" } }, priority: 10, configPatches: [{ ...patch, ...change }], ...spec },
  });
const row = (id: string, refused: Registration, passes = envoyFilter()): Row => [`envoy-filter-${id}`, [refused], [passes]];

const matching = (named: Changes): Changes => ({ match: { listener: { filterChain: { filter: named } } } });
const proxies = (proxyVersion: string): Registration => envoyFilter({ match: { ...inbound, proxy: { proxyVersion } } });
const inserting = (more: Changes): Registration => envoyFilter({ patch: { operation: "INSERT_BEFORE", value: { ...value, ...more } } });

export const envoyFilterRows: readonly Row[] = [
  row("apply-to", envoyFilter({ applyTo: undefined })),
  row("operation", envoyFilter({ patch: { value } })),
  row("value", envoyFilter({ patch: { operation: "INSERT_BEFORE" } }), envoyFilter({ patch: { operation: "REMOVE" } })),
  row("match", envoyFilter({ applyTo: "VIRTUAL_HOST", match: inbound, patch: { operation: "MERGE", value: {} } }), envoyFilter({ applyTo: "VIRTUAL_HOST", match: { routeConfiguration: {} }, patch: { operation: "MERGE", value: {} } })),
  row("filter-name", envoyFilter({ applyTo: "NETWORK_FILTER", ...matching({}) }), envoyFilter({ applyTo: "NETWORK_FILTER", ...matching({ name: filter.name }) })),
  row("sub-filter", envoyFilter(matching({ ...filter, name: "envoy.filters.network.tcp_proxy" }))),
  row("sub-filter-name", envoyFilter({ ...matching({ ...filter, subFilter: {} }), patch: { operation: "INSERT_FIRST", value } })),
  row("type", inserting({ typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Bufer" } }), inserting({ typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.language.v3alpha.Language" } })),
  row("v2", inserting({ typed_config: { "@type": "type.googleapis.com/envoy.config.filter.http.rate_limit.v2.RateLimit" } })),
  row("proxy-version", proxies("1(31"), proxies("^1.*")),
  row("proxy-version-length", proxies(`(${"1".repeat(1024)}`), proxies(`^${"1".repeat(1023)}`)),
  row("proxy-version-pinned", proxies("^1\\.31.*"), proxies("^1.*")),
  row("old-name", envoyFilter(matching({ ...filter, subFilter: { name: "envoy.router" } }))),
  row("typed-config", inserting({ typed_config: undefined })),
  row("selector", envoyFilter({}, { workloadSelector: undefined })),
  row("relative", envoyFilter({}, { priority: undefined }), envoyFilter({ patch: { operation: "INSERT_FIRST", value } }, { priority: undefined })),
  row("relative-match", envoyFilter({ match: { context: "SIDECAR_INBOUND" } }), envoyFilter({ match: { context: "SIDECAR_INBOUND" }, patch: { operation: "INSERT_FIRST", value } })),
];
