import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RateLimitServer } from "../mesh/rateLimit";
import { limitRules } from "../mesh/rateLimit/limitRules";
import { Limits } from "../mesh/rateLimit/limits";
import { ArgumentRule, problemsOf } from "../shared/argumentRule";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { clusterNamespace, platformNamespaces } from "../shared/clusterNamespace";
import { refuseProblems } from "../shared/errors";
import { ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { rateLimitFiles } from "./rateLimitFiles";
import { rateLimitPod, rateLimitPorts } from "./rateLimitPod";
import { Redis } from "./redis";

/** Arguments of `RateLimitService`. */
export interface RateLimitServiceArgs {
  /** Where it runs. An `AppPlatform` is one. */
  readonly platform: {
    readonly cluster: ClusterTarget;
    readonly images: ImageSource;
    /** What must be there before its pods: the mesh. */
    readonly ready: readonly pulumi.Resource[];
    /** As an `AppPlatform` has them: none of them can be the service's. The platform's own program, which makes those of its parts, leaves both out. */
    readonly outsideMesh?: readonly string[];
    readonly exceptionNamespaces?: readonly string[];
  };
  /** A namespace of its own, which is made here. Default: the component's name. */
  readonly namespace?: string;
  /** The limits, by a name for those that belong together: a domain, as `shop`. One at least. */
  readonly domains: Readonly<Record<string, Limits>>;
  /** How many pods, from 2. Default: 2. */
  readonly replicas?: number;
}

const configuration = "https://github.com/envoyproxy/ratelimit#configuration";

/** What must hold for the arguments of `RateLimitService`, besides `limitRules` for each domain. */
export const rateLimitServiceRules: readonly ArgumentRule<RateLimitServiceArgs & { readonly namespace: string }>[] = [
  {
    id: "rate-limit-domains-some",
    source: "the platform's own: what limits nothing is left out",
    check: ({ domains }) => (Object.keys(domains).length > 0 ? [] : [{ path: "domains", message: "is empty", allowed: "one domain at least" }]),
  },
  {
    id: "rate-limit-domain-name",
    source: configuration,
    check: ({ domains }) =>
      Object.keys(domains)
        .filter((domain) => !/^(?=.{1,128}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(domain))
        .map((domain) => ({ path: "domains", message: "is not a name for a domain", given: JSON.stringify(domain), allowed: "1 to 128 lower-case letters, digits, hyphens and dots between them" })),
  },
  {
    id: "rate-limit-namespace",
    source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names",
    check: ({ namespace, platform }) =>
      /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(namespace) && !isTaken(namespace, platform)
        ? []
        : [{ path: "namespace", message: "is not a namespace that can be made", given: JSON.stringify(namespace), allowed: "1 to 63 lower-case letters, digits and hyphens between them; none of the cluster's or the platform's own", fix: "Choose another name; without `namespace`, it is the component's." }],
  },
  {
    id: "rate-limit-replicas",
    source: "the platform's own: a node's upgrade takes one pod at a time",
    check: ({ replicas = 2 }) => (Number.isInteger(replicas) && replicas >= 2 ? [] : [{ path: "replicas", message: "is not a number of pods", given: String(replicas), allowed: "a whole number from 2" }]),
  },
];

/** True for a namespace of the cluster's, and, but for the platform's own program, of the platform's. */
function isTaken(namespace: string, { outsideMesh, exceptionNamespaces }: RateLimitServiceArgs["platform"]): boolean {
  const ofPlatform = outsideMesh === undefined && exceptionNamespaces === undefined ? [] : [...platformNamespaces, ...(outsideMesh ?? []), ...(exceptionNamespaces ?? [])];
  return clusterNamespace.test(namespace) || ofPlatform.includes(namespace);
}

const rateLimit = "rate-limit";
const labels = { app: rateLimit };

/**
 * Keeps the counts of limits that hold for a whole fleet of proxies: Envoy's own service, with a Redis of its own. Nobody may ask it by
 * default; a `RateLimit` lets in who asks for it.
 *
 * Its pods restart when a limit changes, one after the other, and a limit that can't be read holds the rollout up, where a service that read
 * its files again would go on with the old ones and say so in its log alone. The counts are in Redis and stay.
 *
 * While Redis is away, nothing answers: for some seconds each question waits as long as `timeoutMilliseconds` of who asks allows, then no pod is
 * ready and it fails at once. Either way `failClosed` of who asks decides. Redis has no disk: counts begin anew with its pod.
 *
 * @throws ArgumentError where one of `rateLimitServiceRules` or, in a domain, of `limitRules` is broken
 * @example
 * const limits = new RateLimitService("limits", { platform, domains: { shop: { search: { path: { prefix: "/search" }, per: "client-address", requests: 30, unit: "minute" } } } });
 * new RateLimit("shop-limits", { platform, service: limits, domain: "shop", hosts: ["shop.dev.example.com"] });
 * @source https://github.com/envoyproxy/ratelimit
 */
export class RateLimitService extends pulumi.ComponentResource implements RateLimitServer {
  readonly host: string;
  readonly called: RateLimitServer["called"];
  readonly domains: Readonly<Record<string, Limits>>;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RateLimitServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, [
      ...problemsOf(rateLimitServiceRules, { ...args, namespace: args.namespace ?? name }),
      ...Object.entries(args.domains).flatMap(([domain, limits]) => problemsOf(limitRules, limits).map((problem) => ({ ...problem, path: problem.path.replace(/^limits/, `domains[${JSON.stringify(domain)}]`) }))),
    ]);
    super("delivery-platform:services:RateLimitService", name, {}, opts);
    const { platform, namespace = name, domains, replicas = 2 } = args;
    const { cluster } = platform;
    this.host = `${rateLimit}.${namespace}.svc.cluster.local`;
    this.called = { namespace, selector: labels, ports: [rateLimitPorts.grpc] };
    this.domains = domains;

    const made = createNamespace(`${name}-namespace`, { namespace, injected: true }, inCluster(this, cluster));
    const metadata = { name: rateLimit, namespace: made.metadata.name, labels };
    const redis = new Redis(
      `${name}-redis`,
      {
        cluster,
        images: platform.images,
        serviceName: `${rateLimit}-redis`,
        namespace,
        callers: [{ serviceAccount: { namespace, name: rateLimit }, podLabels: labels, reason: "keeps its counts there" }],
        // Every count ends by itself, so that the ones that end soonest make room.
        whenFull: "drop",
        ready: [...platform.ready, made],
      },
      { parent: this },
    );
    const files = rateLimitFiles(domains);
    const config = new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data: files }, inCluster(this, cluster));
    // Its identity in the mesh, with no rights in the cluster and no token for it.
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, inCluster(this, cluster));
    const server = new k8s.apps.v1.Deployment(
      `${name}-server`,
      {
        metadata,
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: rateLimitPod({ images: platform.images, labels, serviceAccountName: account.metadata.name, config: { name: config.metadata.name, files }, redis }),
        },
      },
      // It ends when it can't reach Redis at its start.
      inCluster(this, cluster, { dependsOn: [...platform.ready, redis] }),
    );
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      { metadata, spec: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } } },
      inCluster(this, cluster),
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      // The port's name tells the mesh that it is gRPC, so that each question may go to another pod.
      { metadata, spec: { selector: labels, ports: [{ name: "grpc", port: rateLimitPorts.grpc, targetPort: "grpc" }] } },
      inCluster(this, cluster),
    );
    this.ready = [made, server, service];

    this.registerOutputs({ host: this.host, called: this.called, domains: this.domains });
  }
}
