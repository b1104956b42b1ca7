import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { allowAccess, Caller } from "../mesh/access";
import { ChartDeclaration } from "../shared/chart";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { HelmRelease } from "../shared/helmRelease";
import { imageParts, ImageParts, ImageSource } from "../shared/images";
import { Placement, placements } from "../shared/placement";
import { secretAnnotation, secretChecksum } from "../shared/secretChecksum";
import { charts, images } from "../shared/versions";

/** Arguments of `Redis`. */
export interface RedisArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** What its Service, and with it everything of it in the cluster, is called, as `kayenta-redis`. Fixed. */
  readonly serviceName: string;
  /** An injected namespace. It is among `ready`. */
  readonly namespace: string;
  /** Who may connect, one at least. */
  readonly callers: readonly Caller[];
  /** Whether it asks for a password, which is made here. Without one, the mesh alone keeps others out. Default: true. */
  readonly password?: boolean;
  /** A disk, so that data outlives a restart of the pod. Default: none, a restart begins empty. */
  readonly persistence?: {
    /** In GiB. */
    readonly sizeGi: number;
    /** Default: the cluster's own class, which is encrypted with the customer's key where the cluster is. */
    readonly storageClass?: string;
  };
  /** How much it holds, in MiB. Default: 96. */
  readonly maxMemoryMb?: number;
  /** What it does when it is full: refuse to take more, or drop what would expire soonest. Default: `refuse`. */
  readonly whenFull?: "refuse" | "drop";
  /** What must be there before its pod: the namespace, and the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

/** Values of the `redis` chart, as the platform sets them. */
interface RedisValues extends Placement {
  readonly fullnameOverride: string;
  readonly architecture: "standalone";
  readonly image: ImageParts & { readonly pullPolicy: "IfNotPresent" };
  readonly auth: { readonly enabled: false } | { readonly enabled: true; readonly existingSecret: string; readonly existingSecretPasswordKey: string };
  readonly persistence: { readonly enabled: false } | { readonly enabled: true; readonly size: string; readonly storageClass?: string };
  readonly extraConfig: string;
  readonly serviceAccount: { readonly create: true };
  readonly podAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
}

const port = 6379;
const passwordKey = "redis-password";

const redisLabels = (serviceName: string) => ({ "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": serviceName });

/** What a release of the chart makes. The chart calls everything by `fullnameOverride`, which is the release's name here. */
export function redisDeclaration(serviceName: string): ChartDeclaration {
  const ports = { "tcp-redis": { port, targetPort: port } };
  return {
    services: { [serviceName]: { ports }, [`${serviceName}-headless`]: { ports } },
    workloads: {
      [serviceName]: {
        kind: "StatefulSet",
        podLabels: redisLabels(serviceName),
        serviceAccount: serviceName,
      },
    },
  };
}

/**
 * One Redis in the mesh, for those that are named as its callers and nobody else. It is a single pod: while that one moves to another
 * node, its users do without for some seconds. It has no disruption budget, which with one pod would block every node's upgrade.
 *
 * The traffic is encrypted by the mesh, so that Redis' own TLS stays off. A password is made of letters and digits alone: it goes into
 * addresses as it is.
 *
 * @example
 * const redis = new Redis("kayenta-redis", {
 *   cluster, images: {}, serviceName: "kayenta-redis", namespace: "kayenta", persistence: { sizeGi: 4 }, ready: [istio, namespace],
 *   callers: [{ serviceAccount: { namespace: "kayenta", name: "kayenta" }, reason: "keeps its running analyses there" }],
 * });
 * redis.address; // kayenta-redis.kayenta.svc.cluster.local:6379
 * @throws ArgumentError when a size is none
 * @source https://github.com/CloudPirates-io/helm-charts/tree/main/charts/redis
 */
export class Redis extends pulumi.ComponentResource {
  /** Host and port, as `kayenta-redis.kayenta.svc.cluster.local:6379`. */
  readonly address: string;
  /** The whole address for a client, `redis://:<password>@<host>:<port>`. Secret where there is a password. */
  readonly connectionUrl: pulumi.Output<string>;
  /** The Secret in the namespace that holds the password, and its key; none without a password. */
  readonly passwordSecret: { readonly name: string; readonly key: string } | undefined;
  /** Annotations for the pods that use the password: they restart when it changes. Not secret; none without a password. */
  readonly podAnnotations: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, sizeProblems(args));
    super("delivery-platform:services:Redis", name, {}, opts);
    const { cluster, serviceName, namespace, password = true, persistence, maxMemoryMb = 96, whenFull = "refuse" } = args;
    const ready = [...args.ready];
    this.address = `${serviceName}.${namespace}.svc.cluster.local:${port}`;

    const secret = password ? this.makePassword(name, cluster, serviceName, namespace, ready) : undefined;
    this.connectionUrl = secret ? pulumi.secret(pulumi.interpolate`redis://:${secret.password}@${this.address}`) : pulumi.output(`redis://${this.address}`);
    this.passwordSecret = secret && { name: serviceName, key: passwordKey };
    this.podAnnotations = secret ? { [secretAnnotation(serviceName)]: secretChecksum(secret.password) } : {};

    new HelmRelease<RedisValues>(
      `${name}-server`,
      {
        cluster,
        chart: charts.redis,
        releaseName: serviceName,
        namespace,
        values: {
          fullnameOverride: serviceName,
          architecture: "standalone",
          // The digest in the tag says what is pulled, so that a pod also starts while the registry can't be reached.
          image: { ...imageParts(images.redis, args.images), pullPolicy: "IfNotPresent" },
          auth: password ? { enabled: true, existingSecret: serviceName, existingSecretPasswordKey: passwordKey } : { enabled: false },
          persistence: persistence ? { enabled: true, size: `${persistence.sizeGi}Gi`, ...(persistence.storageClass !== undefined && { storageClass: persistence.storageClass }) } : { enabled: false },
          extraConfig: `maxmemory ${maxMemoryMb}mb\nmaxmemory-policy ${whenFull === "drop" ? "volatile-ttl" : "noeviction"}\n`,
          // The chart's default is the namespace's account `default`, by which the mesh could not tell it from another pod.
          serviceAccount: { create: true },
          podAnnotations: this.podAnnotations,
          // Redis copies itself to write a snapshot, so that it may take more for a while than it holds.
          resources: { requests: { cpu: "20m", memory: `${maxMemoryMb}Mi` }, limits: { memory: `${maxMemoryMb * 2 + 32}Mi` } },
          ...placements.user,
        },
        declares: redisDeclaration(serviceName),
      },
      { parent: this, dependsOn: [...ready, ...(secret ? [secret.resource] : [])] },
    );

    allowAccess(
      `${name}-access`,
      { cluster, namespace, selector: redisLabels(serviceName), callers: args.callers, ports: [port], tcp: true },
      { parent: this, dependsOn: ready },
    );

    const { address, connectionUrl, passwordSecret, podAnnotations } = this;
    this.registerOutputs({ address, connectionUrl, passwordSecret, podAnnotations });
  }

  private makePassword(name: string, cluster: ClusterTarget, secretName: string, namespace: string, ready: pulumi.Resource[]): { password: pulumi.Output<string>; resource: k8s.core.v1.Secret } {
    const { result: password } = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this });
    const resource = new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata: { name: secretName, namespace }, stringData: { [passwordKey]: password } },
      inCluster(this, cluster, { dependsOn: ready }),
    );
    return { password, resource };
  }
}

function sizeProblems({ maxMemoryMb, persistence }: RedisArgs): Problem[] {
  const sizes = { maxMemoryMb, "persistence.sizeGi": persistence?.sizeGi };
  return Object.entries(sizes)
    .filter(([, size]) => size !== undefined && !(Number.isInteger(size) && size >= 1))
    .map(([path, size]) => ({ path, message: "is not a size", given: String(size), allowed: "a whole number from 1" }));
}
