import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { WorkloadIdentity } from "../mesh/access";
import { ExposedApp } from "../mesh/exposure";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { imageReference, ImageSource } from "../shared/images";
import { placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { secretAnnotation, secretChecksum } from "../shared/secretChecksum";
import { spreadOver } from "../shared/spread";
import { Image } from "../shared/versions";

/** A folder of files that the server reads at its start. */
export interface ConfigurationFolder {
  readonly path: string;
  /** The texts by file name. None of them secret. */
  readonly files: Readonly<Record<string, string>>;
}

/** Arguments of `ConfiguredServer`. */
export interface ConfiguredServerArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** What its objects, its service account and its Service are called, and the label `app` of its pods: a DNS label. */
  readonly server: string;
  /** A namespace that exists and is part of the mesh. */
  readonly namespace: string;
  readonly image: Image;
  /** The user that the image is made for. */
  readonly user: number;
  readonly arguments?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** The configuration, by what each folder is for. */
  readonly configuration: Readonly<Record<string, ConfigurationFolder>>;
  /** Folders that it may write to and that are gone with the pod, by what each is for. */
  readonly scratch?: Readonly<Record<string, string>>;
  /** A disk of the cluster's own class, which stays when the pod goes. Default: none. With one, there is one pod. */
  readonly disk?: { readonly path: string; readonly sizeGi: number };
  /** The ports of container and Service, by names that begin with the protocol, as `http`. */
  readonly ports: Readonly<Record<string, number>>;
  /** Where it answers 200 while it is well. */
  readonly health: { readonly path: string; readonly port: number };
  /** Where it gives metrics, under `/metrics`: they are read together with its proxy's. Default: nowhere. */
  readonly metricsPort?: number;
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
  /** How many pods. Default: 1. With more, one of them may go at a time. */
  readonly replicas?: number;
  /** True where it talks to the API server, and so has a token of its account. Default: false. */
  readonly readsCluster?: boolean;
  /** What must be there before its pods: the mesh, the namespace, and what it calls at its start. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A server of one container and some files: a service account of its own, the files, the pods, which start anew when a file changes and meet
 * the level `restricted`, and a Service. It is part of the mesh and called by nobody but those whom others allow.
 *
 * @example
 * new ConfiguredServer("tracing-collector", {
 *   cluster, images: {}, server: "collector", namespace: "tracing", image: images.spanCollector, user: 10001, arguments: ["--config", "/config/collector.yaml"],
 *   configuration: { config: { path: "/config", files: { "collector.yaml": text } } }, ports: { "grpc-otlp": 4317 }, health: { path: "/", port: 13133 },
 *   resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } }, replicas: 2, ready: [istio, namespace],
 * });
 * @source https://kubernetes.io/docs/concepts/workloads/
 */
export class ConfiguredServer extends pulumi.ComponentResource {
  /** The name of its Service in the mesh, as `grafana.grafana.svc.cluster.local`. */
  readonly host: string;
  /** Its pods, as those that they call allow them. */
  readonly identity: WorkloadIdentity;
  /** The labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;

  constructor(name: string, args: ConfiguredServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:services:ConfiguredServer", name, {}, opts);
    const { cluster, server, namespace, disk, ports, replicas = 1 } = args;
    this.host = `${server}.${namespace}.svc.cluster.local`;
    this.podLabels = { app: server };
    this.identity = { serviceAccount: { namespace, name: server }, podLabels: this.podLabels };
    const labels = { ...this.podLabels };
    const metadata = { name: server, namespace, labels };
    const options = inCluster(this, cluster, { dependsOn: [...args.ready] });

    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, options);
    const folders = Object.entries(args.configuration).map(([role, { path, files }]) => {
      const made = new k8s.core.v1.ConfigMap(`${name}-${role}`, { metadata: { ...metadata, name: `${server}-${role}` }, data: { ...files } }, options);
      return { role, path, configMap: made.metadata.name, checksum: secretChecksum(JSON.stringify(files)) };
    });

    const template = { metadata: { labels, annotations: { ...metricsAnnotations(args.metricsPort), ...Object.fromEntries(folders.map(({ role, checksum }) => [secretAnnotation(`${server}-${role}`), checksum])) } }, spec: podOf(args, account.metadata.name, labels, folders) };
    const spec = { replicas, selector: { matchLabels: labels }, template };
    if (disk === undefined) {
      new k8s.apps.v1.Deployment(`${name}-server`, { metadata, spec }, options);
    } else {
      const claim = { metadata: { name: diskVolume }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${disk.sizeGi}Gi` } } } };
      new k8s.apps.v1.StatefulSet(`${name}-server`, { metadata, spec: { ...spec, serviceName: server, volumeClaimTemplates: [claim] } }, options);
    }
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector: labels, ports: Object.entries(ports).map(([portName, port]) => ({ name: portName, port, targetPort: port })) } },
      // Pulumi waits for a Service's endpoints, which come with the pods: it needs no order of its own.
      inCluster(this, cluster, { dependsOn: [...args.ready] }),
    );
    if (replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-budget`,
        // A pod that isn't ready serves nobody: it must not keep a node from being emptied.
        { metadata, spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } } },
        options,
      );
    }

    this.registerOutputs({ host: this.host, identity: this.identity, podLabels: this.podLabels });
  }

  /** One of its ports as `allowAccess` takes it. */
  called(port: number): { readonly namespace: string; readonly selector: Readonly<Record<string, string>>; readonly ports: readonly number[] } {
    return { namespace: this.identity.serviceAccount.namespace, selector: this.podLabels, ports: [port] };
  }

  /** One of its ports as it is exposed. */
  exposedAt(port: number): ExposedApp {
    return { ...this.identity.serviceAccount, podLabels: this.podLabels, port, containerPort: port };
  }
}

const diskVolume = "disk";

interface MountedFolder {
  readonly role: string;
  readonly path: string;
  readonly configMap: pulumi.Output<string>;
}

function podOf(args: ConfiguredServerArgs, serviceAccountName: pulumi.Input<string>, labels: Readonly<Record<string, string>>, folders: readonly MountedFolder[]): k8s.types.input.core.v1.PodSpec {
  const { server, user, health, disk, replicas = 1 } = args;
  const answers = { httpGet: { path: health.path, port: health.port } };
  const scratch = Object.entries(args.scratch ?? {});
  return {
    serviceAccountName,
    automountServiceAccountToken: args.readsCluster ?? false,
    // Variables of the namespace's Services would be taken for settings of the server's own.
    enableServiceLinks: false,
    securityContext: { ...restrictedPod, runAsUser: user, runAsGroup: user, fsGroup: user },
    nodeSelector: placements.user.nodeSelector,
    tolerations: [...placements.user.tolerations],
    ...(replicas > 1 && { topologySpreadConstraints: spreadOver(labels) }),
    containers: [
      {
        name: server,
        image: imageReference(args.image, args.images),
        ...(args.arguments && { args: [...args.arguments] }),
        ...(args.variables && { env: Object.entries(args.variables).map(([name, value]) => ({ name, value })) }),
        ports: Object.entries(args.ports).map(([name, containerPort]) => ({ name, containerPort })),
        securityContext: restrictedContainer,
        resources: { requests: { ...args.resources.requests }, limits: { ...args.resources.limits } },
        startupProbe: { ...answers, periodSeconds: 5, failureThreshold: 60 },
        readinessProbe: answers,
        livenessProbe: { ...answers, periodSeconds: 30, timeoutSeconds: 5 },
        volumeMounts: [
          ...folders.map(({ role, path }) => ({ name: role, mountPath: path, readOnly: true })),
          ...scratch.map(([role, path]) => ({ name: role, mountPath: path })),
          ...(disk ? [{ name: diskVolume, mountPath: disk.path }] : []),
        ],
      },
    ],
    volumes: [...folders.map(({ role, configMap }) => ({ name: role, configMap: { name: configMap } })), ...scratch.map(([role]) => ({ name: role, emptyDir: { sizeLimit: "1Gi" } }))],
  };
}

/** What makes the proxy give the server's metrics together with its own. https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging */
function metricsAnnotations(port: number | undefined): Record<string, string> {
  return port === undefined ? {} : { "prometheus.io/scrape": "true", "prometheus.io/port": String(port) };
}
