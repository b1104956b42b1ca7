import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowAccess, Caller } from "../mesh/access";
import { Egress } from "../mesh/egress";
import { Exposure, exposeBehindSignIn } from "../mesh/exposure";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { ImageSource } from "../shared/images";
import { blobHost } from "../shared/knownHosts";
import { createNamespace } from "../shared/namespace";
import { kayentaConfig, kayentaPort, kayentaSecrets } from "./kayentaConfig";
import { kayentaContainerPort, kayentaPod } from "./kayentaPod";
import { Prometheus } from "./prometheus";
import { Redis } from "./redis";

/** Where Kayenta keeps its configurations and results. */
export interface KayentaStorage {
  /** An account of its own, for its key opens everything in it. It has the container `kayentaContainer`. */
  readonly accountName: string;
  /** A key of the account. Kayenta can't sign in otherwise. Kept secret. */
  readonly accountKey: pulumi.Input<string>;
  /** The range of addresses that the account's private endpoint is in, as `10.0.4.64/26`. */
  readonly endpointRange: string;
  /** What must be there before Kayenta starts: the account with its container and its private endpoint. */
  readonly ready: readonly pulumi.Resource[];
}

/** Arguments of `Kayenta`. */
export interface KayentaArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  readonly storage: KayentaStorage;
  /** Where it reads the metrics of those that it compares. */
  readonly prometheus: Prometheus;
  /** Who may call it inside the mesh. Default: nobody. */
  readonly callers?: readonly Caller[];
  /** How it is reached from outside. Default: not at all. */
  readonly exposed?: Exposure;
  /** What must be there before its pods: the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

const kayenta = "kayenta";
const labels = { app: kayenta };
const serviceHost = `${kayenta}.${kayenta}.svc.cluster.local`;
const called = { namespace: kayenta, selector: labels, ports: [kayentaPort] };

// Not DELETE, by which anyone could take away an account, a configuration or a result.
const methods = ["GET", "POST", "PUT"];

/**
 * Kayenta without the rest of Spinnaker: a pipeline asks it over HTTP whether a new version does as well as the old one, and it answers with
 * a score, from the metrics of both. Its configurations and results are blobs in an account of its own, what is running is in a Redis of
 * its own, with a disk: an analysis that runs for hours outlives a restart of either.
 *
 * Kayenta knows no users and lets anyone do everything, so that only those who are named may call it, and none of them may delete. It has
 * no user interface here.
 *
 * One pod runs; for an update the new one starts before the old one stops. It has no disruption budget, which with one pod would block
 * every node's upgrade.
 *
 * @example
 * new Kayenta("kayenta", {
 *   cluster, images: {}, prometheus, ready: [istio],
 *   storage: { accountName: account.accountName, accountKey: account.sharedKey(), endpointRange: "10.0.4.64/26", ready: [account] },
 *   callers: [{ serviceAccount: { namespace: "pipelines", name: "deployer" }, reason: "asks before each rollout", elsewhere: true }],
 * });
 * @source https://github.com/spinnaker/spinnaker/blob/main/kayenta/docs/kayenta-standalone.md
 */
export class Kayenta extends pulumi.ComponentResource {
  /** Where it answers inside the mesh, as `http://kayenta.kayenta.svc.cluster.local:8090`. */
  readonly address: string = `http://${serviceHost}:${kayentaPort}`;

  constructor(name: string, args: KayentaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:services:Kayenta", name, {}, opts);
    const { cluster, storage, prometheus, callers = [] } = args;

    const namespace = createNamespace(`${name}-namespace`, { namespace: kayenta, injected: true }, inCluster(this, cluster));
    const metadata = { name: kayenta, namespace: namespace.metadata.name, labels };
    const checked = { parent: this, dependsOn: [...args.ready, namespace] };
    const itself = { serviceAccount: { namespace: kayenta, name: kayenta }, podLabels: labels };

    const redis = new Redis(
      `${name}-redis`,
      {
        cluster,
        images: args.images,
        serviceName: "kayenta-redis",
        namespace: kayenta,
        callers: [{ ...itself, reason: "keeps its queue and its running analyses there" }],
        persistence: { sizeGi: 4 },
        maxMemoryMb: 256,
        ready: checked.dependsOn,
      },
      { parent: this },
    );
    const secrets = { [kayentaSecrets.storageKey]: storage.accountKey, [kayentaSecrets.redisConnection]: redis.connectionUrl };
    const secret = new k8s.core.v1.Secret(`${name}-secret`, { metadata, stringData: secrets }, inCluster(this, cluster));
    const text = kayentaConfig({ storageAccountName: storage.accountName, prometheusAddress: prometheus.address });
    const config = new k8s.core.v1.ConfigMap(`${name}-config`, { metadata, data: { "kayenta.yml": text } }, inCluster(this, cluster));
    // Its identity in the mesh, with no rights in the cluster and no token for it.
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, inCluster(this, cluster));

    const egress = new Egress(
      `${name}-egress`,
      {
        cluster,
        namespace: kayenta,
        entries: {
          blobs: {
            hosts: [blobHost(storage.accountName)],
            addresses: [storage.endpointRange],
            usedBy: labels,
            reason: "Kayenta keeps its configurations and results in its storage account",
          },
        },
        ready: checked.dependsOn,
      },
      { parent: this },
    );
    allowAccess(
      `${name}-metrics`,
      {
        cluster,
        ...prometheus.called,
        callers: [{ ...itself, reason: "compares the metrics of a canary and of its baseline" }],
        http: [{ methods: ["GET"], paths: ["/api/v1/query_range", "/api/v1/label/__name__/values", "/-/healthy"] }],
      },
      { parent: this, dependsOn: [...checked.dependsOn, prometheus.namespace] },
    );

    new k8s.apps.v1.Deployment(
      `${name}-server`,
      {
        metadata,
        spec: {
          replicas: 1,
          // Long enough for a second try, when the first finds no account.
          progressDeadlineSeconds: 900,
          selector: { matchLabels: labels },
          template: kayentaPod({
            images: args.images,
            labels,
            serviceAccountName: account.metadata.name,
            config: { name: config.metadata.name, text },
            secret: { name: secret.metadata.name, values: secrets },
          }),
        },
      },
      inCluster(this, cluster, {
        // It looks for its storage at its start alone, so that what leads there comes before; but for the namespace's network policies, as the one
        // for DNS, which are made meanwhile: without the storage it doesn't count as started, and starts again.
        dependsOn: [...args.ready, ...storage.ready, redis, egress],
        customTimeouts: { create: "20m", update: "20m" },
      }),
    );
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector: labels, ports: [{ name: "http", port: kayentaPort, targetPort: kayentaContainerPort.name }] } },
      // Pulumi waits for a Service's endpoints, which come with the pods: it needs no order of its own.
      inCluster(this, cluster),
    );

    if (callers.length > 0) allowAccess(`${name}-callers`, { cluster, ...called, callers, http: [{ methods }] }, checked);
    if (args.exposed) {
      const app = { name: kayenta, namespace: kayenta, podLabels: labels, port: kayentaPort, containerPort: kayentaContainerPort.containerPort };
      exposeBehindSignIn(name, { cluster, app, exposed: args.exposed, methods, ready: checked.dependsOn }, this);
    }

    this.registerOutputs({ address: this.address });
  }
}
