import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowAccess } from "../mesh/access";
import { istioObject } from "../mesh/istioObject";
import { problemsOf } from "../shared/argumentRule";
import { inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { withoutOldApiAliases } from "../shared/withoutOldApiAliases";
import { AppNamespace } from "./appNamespace";
import { AppCaller } from "./meshApp/args";
import { callersOf } from "./pod/callers";
import { secretData } from "./pod/environment";
import { TcpServiceArgs } from "./tcpService/args";
import { tcpRules } from "./tcpService/rules";
import { settingsOf, TcpSettings } from "./tcpService/settings";
import { fileKey } from "./tcpService/volumes";
import { tcpWorkload } from "./tcpService/workload";

/**
 * A database or a cache in the mesh, for the callers that are named and for nobody else: their certificates and its port decide, since TCP
 * has no requests to look at. Everyone's proxy speaks mutual TLS with it, so its own stays off.
 *
 * It is one pod, and more aren't offered: copies of a database need somebody who knows which of them is the first, which is an operator's work
 * or a managed service's. While the pod moves to another node its callers do without for some seconds. It has no disruption budget, which with one
 * pod would block every node's upgrade.
 *
 * The disk is of the cluster's own class, which Azure encrypts with the customer's key where the cluster was made with one. It stays when
 * the component goes, and a new one of the same name and namespace takes it up again.
 *
 * @example
 * const mysql = new TcpService("mysql", {
 *   platform, namespace, image: "docker.io/library/mysql:8.4.10", port: { containerPort: 3306 }, user: { uid: 999 },
 *   storage: { sizeGi: 8, mountPath: "/var/lib/mysql" }, args: ["--datadir=/var/lib/mysql/data"], writable: ["/var/run/mysqld", "/tmp"],
 *   secretEnv: { MYSQL_ROOT_PASSWORD: password.result }, probe: { exec: ["mysqladmin", "ping", "--host=127.0.0.1"] },
 *   callers: { message: { ...message.identity, reason: "keeps its messages there" } },
 * });
 * @throws ArgumentError for what Kubernetes or the mesh would refuse, or take and not do; docs/components/tcp-service.md lists the rules
 * @source https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ and https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys#encrypt-your-aks-cluster-data-disk
 */
export class TcpService extends pulumi.ComponentResource {
  /** Its Service's address inside the cluster, without the port: `mysql.guestbook.svc.cluster.local`. */
  readonly address: string;
  readonly port: number;
  /** The address of its pod itself: `mysql-0.mysql-headless.guestbook.svc.cluster.local`. */
  readonly podAddress: string;
  /** Where it runs. */
  readonly namespace: AppNamespace;
  /** Its pod, as an app names it among its callers: `{ ...mysql.identity, reason: "…" }`. */
  readonly identity: Pick<AppCaller, "serviceAccount" | "podLabels" | "ready">;

  constructor(name: string, args: TcpServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = settingsOf(name, args);
    refuseProblems(name, problemsOf(tcpRules, settings));
    super("delivery-platform:apps:TcpService", name, {}, pulumi.mergeOptions(opts, { transformations: [withoutOldApiAliases] }));
    const { service, namespace, port, secretEnv, files, connections } = settings;
    const { cluster, ready } = args.platform;
    const labels = { app: service };
    const headless = `${service}-headless`;
    this.address = `${service}.${namespace}.svc.cluster.local`;
    this.port = port.containerPort;
    this.podAddress = `${service}-0.${headless}.${namespace}.svc.cluster.local`;
    this.namespace = args.namespace ?? new AppNamespace(name, { platform: args.platform, namespace }, { parent: this });
    const inNamespace = this.namespace.resource;
    this.identity = { serviceAccount: { namespace, name: service }, podLabels: labels, ready: [inNamespace] };

    const metadata = { name: service, namespace, labels };
    const options = inCluster(this, cluster, { dependsOn: [inNamespace] });
    // Its identity in the mesh, with no rights in the cluster and no token for it.
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, options);
    const secrets = isEmpty(secretEnv) ? [] : [new k8s.core.v1.Secret(`${name}-secret`, { metadata, stringData: secretData(settings) }, options)];
    const data = Object.fromEntries(Object.entries(files).map(([path, text]) => [fileKey(path), text]));
    const config = isEmpty(files) ? undefined : new k8s.core.v1.ConfigMap(`${name}-files`, { metadata: { ...metadata, name: `${service}-files` }, data }, options);

    new k8s.apps.v1.StatefulSet(
      `${name}-server`,
      {
        metadata,
        spec: tcpWorkload(settings, { labels, headless, serviceAccountName: account.metadata.name, configName: config?.metadata.name }),
      },
      inCluster(this, cluster, { dependsOn: [...ready, inNamespace, ...secrets], customTimeouts: { create: "20m", update: "20m" } }),
    );
    // Without the name tcp- the proxies would wait for the caller's first bytes to guess what it speaks, and MySQL speaks first.
    const ports = [{ name: `tcp-${port.name}`, port: this.port, targetPort: this.port }];
    // Pulumi waits for a Service's endpoints, which come with the pod: they need no order of their own.
    new k8s.core.v1.Service(`${name}-service`, { metadata, spec: { selector: labels, ports } }, options);
    new k8s.core.v1.Service(`${name}-headless`, { metadata: { ...metadata, name: headless }, spec: { clusterIP: "None", selector: labels, ports } }, options);

    const checked = { parent: this, dependsOn: [...ready, inNamespace] };
    istioObject(
      "DestinationRule",
      `${name}-connections`,
      {
        name: service,
        namespace,
        spec: {
          host: this.address,
          exportTo: namespacesOf(settings),
          // A policy without these words of TLS keeps mutual TLS; one with other words breaks every connection.
          trafficPolicy: { tls: { mode: "ISTIO_MUTUAL" }, ...(connections && { connectionPool: { tcp: poolOf(connections) } }) },
        },
      },
      inCluster(this, cluster, checked),
    );
    const callers = Object.values(settings.callers).flatMap(({ ready: namespaces = [] }) => namespaces);
    allowAccess(
      `${name}-access`,
      { cluster, called: `${service}-access`, namespace, selector: labels, callers: callersOf(settings.callers), ports: [this.port], tcp: true },
      { parent: this, dependsOn: [...checked.dependsOn, ...callers] },
    );

    this.registerOutputs({ address: this.address, port: this.port, podAddress: this.podAddress, namespace: this.namespace, identity: this.identity });
  }
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;

/** The namespaces whose proxies need to know of the rule. */
function namespacesOf({ namespace, callers }: TcpSettings): string[] {
  const others = Object.values(callers).map(({ serviceAccount }) => serviceAccount.namespace);
  return [".", ...[...new Set(others)].filter((other) => other !== namespace).sort()];
}

function poolOf({ max, connectTimeout, keepalive }: NonNullable<TcpSettings["connections"]>): { maxConnections?: number; connectTimeout?: string; tcpKeepalive?: { time: string } } {
  return { ...(max !== undefined && { maxConnections: max }), ...(connectTimeout !== undefined && { connectTimeout }), ...(keepalive !== undefined && { tcpKeepalive: { time: keepalive } }) };
}
