import * as pulumi from "@pulumi/pulumi";
import { ArgumentRule, problemsOf } from "../shared/argumentRule";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { hostListProblems } from "../shared/hostListProblems";
import { allowAccess, GatewayReference, WorkloadIdentity } from "./access";
import { gatewayPorts } from "./gatewayService";
import { istioObject } from "./istioObject";
import { rateLimitActions } from "./rateLimit/actions";
import { beforeRouter, ConfigPatch, forPods, HttpFilter, TypedConfig } from "./rateLimit/httpFilter";
import { claimsOf, clientHeadersOf, Limits } from "./rateLimit/limits";

/** Who keeps the counts: a `RateLimitService`, as those that ask it need it. */
export interface RateLimitServer {
  /** Its Service's whole name. */
  readonly host: string;
  /** Its pods and their port, as `allowAccess` takes them. */
  readonly called: { readonly namespace: string; readonly selector: Readonly<Record<string, string>>; readonly ports: readonly [number] };
  /** Its limits, by domain. */
  readonly domains: Readonly<Record<string, Limits>>;
  /** What must be there before it is asked. */
  readonly ready: readonly pulumi.Resource[];
}

/** An app whose proxies count. A `MeshApp`'s `identity` is one. */
export interface LimitedApp extends WorkloadIdentity {
  /** What must be there before: the app's namespace. */
  readonly ready?: readonly pulumi.Resource[];
}

/** Arguments of `RateLimit`. */
export interface RateLimitArgs {
  /** Where it applies. An `AppPlatform` is one. */
  readonly platform: {
    readonly cluster: ClusterTarget;
    readonly gateway: GatewayReference;
    /** The hosts that the gateway serves, by name. */
    readonly hosts: Readonly<Record<string, unknown>>;
    /** What must be there before: the mesh, and the gateway's namespace. */
    readonly ready: readonly pulumi.Resource[];
  };
  readonly service: RateLimitServer;
  /** Which of the service's domains it is. */
  readonly domain: string;
  /** The hosts whose requests count, one at least. */
  readonly hosts: readonly string[];
  /**
   * The app at whose own proxies requests are counted. Needed where a limit goes by a claim: there the token has been verified, and for this app
   * alone. The app is called as a caller of the service then. Default: the gateway counts, before a request goes any further.
   */
  readonly app?: LimitedApp;
  /** Whether requests are refused with 503 while the service doesn't answer, as without its Redis; otherwise they pass uncounted. Default: false. */
  readonly failClosed?: boolean;
  /** How long the service may take for an answer, in milliseconds: 10 to 5000. Default: 200. */
  readonly timeoutMilliseconds?: number;
}

const virtualHosts = "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rate_limit_filter";

/** What must hold for the arguments of `RateLimit`. */
export const rateLimitRules: readonly ArgumentRule<RateLimitArgs & { readonly name: string }>[] = [
  {
    id: "rate-limit-name",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names",
    check: ({ name }) =>
      /^(?=.{1,160}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name)
        ? []
        : [{ path: "name", message: "is not a name that its objects may have", given: JSON.stringify(name), allowed: "1 to 160 lower-case letters, digits, hyphens and dots between them: what else is in its objects' names has room beside it" }],
  },
  { id: "rate-limit-hosts", source: "the platform's own: each host is named once", check: ({ hosts }) => hostListProblems(hosts, "the rate limit") },
  {
    id: "rate-limit-host-served",
    source: virtualHosts,
    check: ({ hosts, platform }) =>
      hosts
        .filter((host) => !Object.hasOwn(platform.hosts, host))
        .map((given) => ({ path: "hosts", message: "is not one of the platform's hosts", given, allowed: Object.keys(platform.hosts).join(", ") || "none: the platform serves no host", fix: "Name a host that the platform's config lists, or add it there." })),
  },
  {
    id: "rate-limit-domain",
    source: "https://github.com/envoyproxy/ratelimit#definitions",
    check: ({ domain, service }) =>
      Object.hasOwn(service.domains, domain) ? [] : [{ path: "domain", message: "is not one of the service's domains, so that nothing would be limited", given: domain, allowed: Object.keys(service.domains).join(", ") || "none" }],
  },
  {
    id: "rate-limit-claim-at-gateway",
    source: "https://istio.io/latest/docs/reference/config/security/request_authentication/",
    check: ({ app, domain, service }) =>
      app !== undefined
        ? []
        : Object.entries(service.domains[domain] ?? {}).flatMap(([name, limit]) =>
            claimsOf(limit).map(([path, given]) => ({
              path: `service.domains[${JSON.stringify(domain)}][${JSON.stringify(name)}]${path}`,
              message: "is a claim, and no token is verified at the gateway: that would ask every host's requests for tokens of this issuer",
              given,
              fix: "Give `app`, which verifies its tokens itself: its proxies count then.",
            })),
          ),
  },
  {
    id: "rate-limit-app-labels",
    source: "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
    check: ({ app }) =>
      app !== undefined && Object.keys(app.podLabels ?? {}).length === 0 ? [{ path: "app.podLabels", message: "is empty", allowed: "one label at least: without any, it would be for every pod of the namespace" }] : [],
  },
  {
    id: "rate-limit-timeout",
    source: virtualHosts,
    check: ({ timeoutMilliseconds: timeout = 200 }) =>
      Number.isInteger(timeout) && timeout >= 10 && timeout <= 5000 ? [] : [{ path: "timeoutMilliseconds", message: "is out of range", given: String(timeout), allowed: "a whole number from 10 to 5000" }],
  },
];

/** The filter's configuration. @source https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/ratelimit/v3/rate_limit.proto */
interface RateLimitFilter extends TypedConfig {
  readonly domain: string;
  readonly failure_mode_deny: boolean;
  readonly status_on_error?: { readonly code: "ServiceUnavailable" };
  readonly timeout: string;
  readonly enable_x_ratelimit_headers: "DRAFT_VERSION_03";
  readonly rate_limited_as_resource_exhausted: true;
  readonly rate_limit_service: { readonly grpc_service: { readonly envoy_grpc: { readonly cluster_name: string; readonly authority: string } }; readonly transport_api_version: "V3" };
  readonly rate_limits?: ReturnType<typeof rateLimitActions>;
}

const filterType = "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit";
const perHostType = "type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute";

/**
 * Asks a `RateLimitService` about each request for the given hosts and for no other, and answers 429 where a limit is used up. Answers say how
 * things stand in the headers `X-RateLimit-Limit`, `-Remaining` and `-Reset` (in seconds).
 *
 * The filter has a name of its own: several of them, the platform's and the teams', count side by side and don't see each other.
 *
 * @throws ArgumentError where one of `rateLimitRules` is broken
 * @example
 * new RateLimit("shop-limits", { platform, service: limits, domain: "shop", hosts: ["shop.dev.example.com"] });
 * @source https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/
 */
export class RateLimit extends pulumi.ComponentResource {
  constructor(name: string, args: RateLimitArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, problemsOf(rateLimitRules, { ...args, name }));
    super("delivery-platform:mesh:RateLimit", name, {}, opts);
    const { platform, service, domain, app } = args;
    const counting = app ?? platform.gateway.identity;
    const dependsOn = [...platform.ready, ...service.ready, ...(app?.ready ?? [])];
    const filter = filterOf(name, args);

    const access = allowAccess(
      `${name}-asks`,
      { cluster: platform.cluster, ...service.called, callers: [{ ...counting, reason: `asks whether requests in the domain ${domain} may pass` }] },
      { parent: this, dependsOn },
    );
    istioObject(
      "EnvoyFilter",
      `${name}-filter`,
      {
        name: uniqueName(name, service),
        namespace: counting.serviceAccount.namespace,
        ...reasonsOf(service.domains[domain] ?? {}),
        spec: { ...forPods(counting.podLabels ?? {}), configPatches: app ? appPatches(filter, args) : gatewayPatches(filter, args) },
      },
      // Before it may ask, each question would be refused.
      inCluster(this, platform.cluster, { dependsOn: [...dependsOn, ...access] }),
    );

    this.registerOutputs({});
  }
}

/** Why limits go by what a client says of itself, where some do. */
function reasonsOf(limits: Limits): { readonly reason?: string } {
  const reasons = Object.entries(limits).flatMap(([name, limit]) => clientHeadersOf(limit).map(([, { header, clientHeaderReason }]) => `${name} goes by the client's ${header}: ${clientHeaderReason}`));
  return reasons.length === 0 ? {} : { reason: reasons.join("\n") };
}

/** A name that no other rate limit has, also of another program: a namespace is one program's, and has no dots. */
function uniqueName(name: string, { called }: RateLimitServer): string {
  return `${called.namespace}.${name}`;
}

type NamedFilter = Omit<HttpFilter, "typed_config"> & { readonly typed_config: RateLimitFilter };

function filterOf(name: string, { service, domain, failClosed = false, timeoutMilliseconds = 200 }: RateLimitArgs): NamedFilter {
  const [port] = service.called.ports;
  return {
    name: `delivery-platform.rate-limit.${uniqueName(name, service)}`,
    typed_config: {
      "@type": filterType,
      domain,
      failure_mode_deny: failClosed,
      ...(failClosed && { status_on_error: { code: "ServiceUnavailable" } }),
      timeout: `${timeoutMilliseconds / 1000}s`,
      enable_x_ratelimit_headers: "DRAFT_VERSION_03",
      rate_limited_as_resource_exhausted: true,
      // The mesh's own connection to the Service, with its certificates. One that is added beside it would have none, and be refused.
      rate_limit_service: { grpc_service: { envoy_grpc: { cluster_name: `outbound|${port}||${service.host}`, authority: service.host } }, transport_api_version: "V3" },
    },
  };
}

/** The filter is off at the gateway but for these hosts. */
function gatewayPatches(filter: NamedFilter, args: RateLimitArgs): ConfigPatch[] {
  const perHost = { "@type": perHostType, rate_limits: rateLimitActions(args.service.domains[args.domain] ?? {}) };
  return [
    beforeRouter("GATEWAY", { ...filter, disabled: true }),
    ...args.hosts.map(
      (host): ConfigPatch => ({
        applyTo: "VIRTUAL_HOST",
        // The name must fit as a whole, with the port of the Gateway's server.
        match: { context: "GATEWAY", routeConfiguration: { gateway: args.platform.gateway.gateway, vhost: { name: `${host}:${gatewayPorts.https.port}` } } },
        patch: { operation: "MERGE", value: { typed_per_filter_config: { [filter.name]: perHost } } },
      }),
    ),
  ];
}

/** An app's proxy has one virtual host for all names, so that the hosts are among what a request must be like. */
function appPatches({ name, typed_config }: NamedFilter, { service, domain, hosts }: RateLimitArgs): ConfigPatch[] {
  const counting: RateLimitFilter = { ...typed_config, rate_limits: rateLimitActions(service.domains[domain] ?? {}, hosts) };
  return [beforeRouter("SIDECAR_INBOUND", { name, typed_config: counting })];
}
