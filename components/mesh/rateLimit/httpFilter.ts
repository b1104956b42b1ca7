import type { IEnvoyFilter } from "@kubernetes-models/istio/networking.istio.io/v1alpha3";

/** One change that an EnvoyFilter makes. */
export type ConfigPatch = NonNullable<NonNullable<IEnvoyFilter["spec"]>["configPatches"]>[number];

/** A part of Envoy's configuration with its type, without which Envoy takes none. */
export interface TypedConfig {
  readonly "@type": `type.googleapis.com/envoy.extensions.filters.http.${string}`;
}

/** A filter in the list that a request goes through. */
export interface HttpFilter {
  readonly name: string;
  readonly typed_config: TypedConfig;
  /** True where it is off but for the virtual hosts that have a configuration for it. Default: on. */
  readonly disabled?: true;
}

/**
 * Adds a filter as the last before requests are routed: whom a sign-in, a token's check or a policy refuses never gets to it.
 * It names what it comes before by the names that Envoy has had since 1.20; with older ones it would be added nowhere, in silence.
 */
export function beforeRouter(context: "GATEWAY" | "SIDECAR_INBOUND", filter: HttpFilter): ConfigPatch {
  return {
    applyTo: "HTTP_FILTER",
    match: { context, listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager", subFilter: { name: "envoy.filters.http.router" } } } } },
    patch: { operation: "INSERT_BEFORE", value: filter },
  };
}

/** What an EnvoyFilter has besides its changes: for which pods it is, and that others' changes come first. */
export function forPods(podLabels: Readonly<Record<string, string>>): { workloadSelector: { labels: Record<string, string> }; priority: number } {
  // Istio asks for an order of its own where one filter is put beside another: what those others are doesn't depend on their age then.
  return { workloadSelector: { labels: { ...podLabels } }, priority: 10 };
}
