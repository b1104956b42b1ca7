import * as pulumi from "@pulumi/pulumi";
import { ArgumentRule, problemsOf } from "../shared/argumentRule";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { istioObject } from "./istioObject";
import { limitAction, keys, RateLimitActions } from "./rateLimit/actions";
import { beforeRouter, forPods, TypedConfig } from "./rateLimit/httpFilter";
import { limitRules, rateProblems } from "./rateLimit/limitRules";
import { Rate, secondsOf } from "./rateLimit/limits";
import { RequestMatch } from "./rateLimit/requests";

/** How much each pod takes by itself. At least one of the two. */
export interface LocalLimits {
  /** For all requests together that no entry of `requests` is for. Default: no limit. */
  readonly rate?: Rate;
  /** For some requests, by a name of each entry's own, as `search`. Default: none. */
  readonly requests?: Readonly<Record<string, RequestMatch & Rate>>;
}

/** Arguments of `LocalRateLimit`. */
export interface LocalRateLimitArgs extends LocalLimits {
  readonly cluster: ClusterTarget;
  /** The pods: all that have the labels, in the one namespace. */
  readonly app: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
  /** What must be there before: the mesh, and the app's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/** What must hold for `LocalLimits`. */
export const localLimitRules: readonly ArgumentRule<LocalLimits>[] = [
  {
    id: "local-limit-some",
    source: "the platform's own: what limits nothing is left out",
    check: ({ rate, requests = {} }) => (rate !== undefined || Object.keys(requests).length > 0 ? [] : [{ path: "", message: "limits nothing", allowed: "`rate`, or an entry of `requests`" }]),
  },
  { id: "local-limit-rate", source: tokenBucketSource(), check: ({ rate }) => (rate === undefined ? [] : rateProblems("rate", rate)) },
  {
    id: "local-limit-requests",
    source: "the platform's own: the same as for a limit that is kept elsewhere",
    check: ({ requests = {} }) => (Object.keys(requests).length === 0 ? [] : problemsOf(limitRules, requests).map(({ path, ...problem }) => ({ ...problem, path: path.replace(/^limits/, "requests") }))),
  },
  {
    id: "local-limit-every-request",
    source: "the platform's own: what is for all requests is `rate`",
    check: ({ requests = {} }) =>
      Object.entries(requests)
        .filter(([, { path, methods, headers }]) => path === undefined && methods === undefined && Object.keys(headers ?? {}).length === 0)
        .map(([name]) => ({ path: `requests[${JSON.stringify(name)}]`, message: "is for every request", allowed: "a path, a method or a header", fix: "Give it as `rate`." })),
  },
];

/** What must hold for the arguments of `LocalRateLimit`, besides `localLimitRules`. */
export const localRateLimitRules: readonly ArgumentRule<LocalRateLimitArgs>[] = [
  {
    id: "local-limit-app-labels",
    source: "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
    check: ({ app }) => (Object.keys(app.podLabels).length > 0 ? [] : [{ path: "app.podLabels", message: "is empty", allowed: "one label at least: without any, it would be for every pod of the namespace" }]),
  },
];

/** What is wrong with limits that stand at a path of their own. */
export function localLimitProblems(path: string, limits: LocalLimits): Problem[] {
  return problemsOf(localLimitRules, limits).map((problem) => ({ ...problem, path: problem.path === "" ? path : `${path}.${problem.path}` }));
}

function tokenBucketSource(): string {
  return "https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/v3/token_bucket.proto";
}

interface TokenBucket {
  readonly max_tokens: number;
  readonly tokens_per_fill: number;
  readonly fill_interval: string;
}

interface Percentage {
  readonly default_value: { readonly numerator: number; readonly denominator: "HUNDRED" };
}

/** The filter's configuration. @source https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/local_ratelimit/v3/local_rate_limit.proto */
interface LocalRateLimitFilter extends TypedConfig {
  readonly stat_prefix: string;
  readonly token_bucket?: TokenBucket;
  readonly filter_enabled: Percentage;
  readonly filter_enforced: Percentage;
  readonly enable_x_ratelimit_headers: "DRAFT_VERSION_03";
  readonly rate_limited_as_resource_exhausted: true;
  readonly always_consume_default_token_bucket?: false;
  readonly rate_limits?: readonly RateLimitActions[];
  readonly descriptors?: readonly { readonly entries: readonly { readonly key: string; readonly value: string }[]; readonly token_bucket: TokenBucket }[];
}

/**
 * Lets each pod of an app take so many requests in a time, and answers 429 to the rest, at the pod's own proxy: with nothing to ask, and each
 * pod for itself, so that twice the pods take twice as many. It keeps a pod from being overrun; for a budget per client or plan there is `RateLimit`.
 *
 * A pod begins with all that a time allows, and what was used comes back evenly: of 60 a minute one each second, up to 60. So a minute that
 * begins with 60 left may see nearly 120. The kubelet's probes don't count.
 *
 * @throws ArgumentError where one of `localLimitRules` or `localRateLimitRules` is broken
 * @example
 * new LocalRateLimit("shop-limit", { cluster, app: { namespace: "shop", podLabels: { app: "shop" } }, rate: { requests: 100, unit: "second" }, ready: [istio, namespace] });
 * @source https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit
 */
export class LocalRateLimit extends pulumi.ComponentResource {
  constructor(name: string, args: LocalRateLimitArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, [...problemsOf(localLimitRules, args), ...problemsOf(localRateLimitRules, args)]);
    super("delivery-platform:mesh:LocalRateLimit", name, {}, opts);
    const { cluster, app, ready } = args;
    istioObject(
      "EnvoyFilter",
      `${name}-filter`,
      {
        name,
        namespace: app.namespace,
        spec: { ...forPods(app.podLabels), configPatches: [beforeRouter("SIDECAR_INBOUND", { name: `delivery-platform.local-rate-limit.${name}`, typed_config: filterConfig(args) })] },
      },
      inCluster(this, cluster, { dependsOn: [...ready] }),
    );
    this.registerOutputs({});
  }
}

function filterConfig({ rate, requests = {} }: LocalLimits): LocalRateLimitFilter {
  const always = { default_value: { numerator: 100, denominator: "HUNDRED" } } as const;
  return {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
    stat_prefix: "local_rate_limit",
    ...(rate && { token_bucket: tokenBucket(rate) }),
    // Both are 0 unless they are given: it would count and refuse nothing.
    filter_enabled: always,
    filter_enforced: always,
    enable_x_ratelimit_headers: "DRAFT_VERSION_03",
    rate_limited_as_resource_exhausted: true,
    ...(Object.keys(requests).length > 0 && {
      always_consume_default_token_bucket: false,
      rate_limits: Object.entries(requests).map(([name, entry]) => ({ actions: [limitAction(name, entry)] })),
      descriptors: Object.entries(requests).map(([name, entry]) => ({ entries: [{ key: keys.limit, value: name }], token_bucket: tokenBucket(entry) })),
    }),
  };
}

function tokenBucket({ requests, unit }: Rate): TokenBucket {
  return { max_tokens: requests, tokens_per_fill: requests, fill_interval: `${secondsOf[unit]}s` };
}
