import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { durationMs } from "../../shared/duration";
import { placements } from "../../shared/placement";
import { restrictedContainer, restrictedPod } from "../../shared/podSecurity";
import { spreadOver } from "../../shared/spread";
import { scrapeAnnotations } from "../../services/allowScrape";
import { workloadIdentityLabel } from "../appNamespace";
import { containerEnv, secretAnnotations, secretData } from "../pod/environment";
import { containerResources } from "../pod/resources";
import { writableFolders } from "../pod/writable";
import { defaultTimeout } from "./routing";
import { MeshAppSettings, VersionSettings } from "./settings";

type Probe = k8s.types.input.core.v1.Probe;

/** The name of the container's port, whatever it speaks: the Service finds it by this in old and new pods alike. */
const portName = "app";

/** How long a pod answers on after it was asked to stop, in seconds. */
const stopDelaySeconds = 5;

/** A pod is given no longer than this to end, in seconds: a node that is taken away waits no longer either. https://learn.microsoft.com/azure/aks/cluster-autoscaler#cluster-autoscaler-profile-settings */
const longestStopSeconds = 600;

/** By these labels the mesh and the network know the pods of an app, whatever their version. */
export function appLabels({ app }: MeshAppSettings): Record<string, string> {
  return { app: app.app };
}

/** The port of an app's metrics where Prometheus asks for them apart and the app has them on a port of their own: then the Service must have it, as HTTP. */
function metricsPort({ metrics, containerPort }: MeshAppSettings): { name: string; port: number } | undefined {
  return metrics?.read === "mutualTls" && metrics.port !== containerPort ? { name: "http-metrics", port: metrics.port } : undefined;
}

/**
 * Makes what runs: a service account, for each version its pods with their Secret and autoscaler, a disruption budget and the Service. Returns the
 * Deployments, which requests wait for.
 *
 * The options name what must be there before: the mesh, the namespace, and the way out where the pods sign in to Azure.
 */
export function workload(settings: MeshAppSettings, options: pulumi.CustomResourceOptions): k8s.apps.v1.Deployment[] {
  const { name, app, clientId } = settings;
  const labels = appLabels(settings);
  const metadata = { name: app.app, namespace: app.namespace, labels };
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    {
      metadata: { ...metadata, ...(clientId !== undefined && { annotations: { "azure.workload.identity/client-id": clientId } }) },
      automountServiceAccountToken: false,
    },
    options,
  );

  const deployments = Object.entries(settings.versions).map(([version, running]) => versionPods(settings, version, running, account.metadata.name, options));

  const pods = Object.values(settings.versions).reduce((sum, { replicas }) => sum + replicas.min, 0);
  if (pods > 1) {
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      // One at a time, so that no version is without pods where it has two. One that isn't ready must not keep a node from being emptied.
      { metadata, spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } } },
      options,
    );
  }

  const forMetrics = metricsPort(settings);
  const ports = [{ name: app.protocol, port: app.servicePort, targetPort: portName }, ...(forMetrics ? [{ ...forMetrics, targetPort: forMetrics.name }] : [])];
  new k8s.core.v1.Service(
    `${name}-service`,
    { metadata, spec: { selector: labels, ports } },
    options,
  );
  return deployments;
}

function versionPods(settings: MeshAppSettings, version: string, running: VersionSettings, serviceAccountName: pulumi.Output<string>, options: pulumi.CustomResourceOptions): k8s.apps.v1.Deployment {
  const { name, app, clientId, containerPort, metrics } = settings;
  const forMetrics = metricsPort(settings);
  const called = `${app.app}-${version}`;
  const labels = { ...appLabels(settings), version };
  const metadata = { name: called, namespace: app.namespace, labels };
  const { min, max, cpuPercent } = running.replicas;
  const scaled = max > min;
  const { volumes, volumeMounts } = writableFolders(running.writable);
  const secret =
    Object.keys(running.secretEnv).length > 0 ? new k8s.core.v1.Secret(`${name}-${version}-secret`, { metadata, stringData: secretData(running) }, options) : undefined;

  const deployment = new k8s.apps.v1.Deployment(
    `${name}-${version}`,
    {
      // The number of pods is the program's again where an autoscaler had it: without force that would be a conflict.
      // https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
      metadata: scaled ? metadata : { ...metadata, annotations: { "pulumi.com/patchForce": "true" } },
      spec: {
        // Beside an autoscaler it is what a new version begins with. Left out, it would be one pod, at first and whenever an autoscaler is added.
        replicas: min,
        progressDeadlineSeconds: Math.max(600, settings.probes.startupSeconds + schedulingSeconds),
        selector: { matchLabels: labels },
        template: {
          metadata: {
            labels: { ...labels, ...(clientId !== undefined && workloadIdentityLabel) },
            ...((secret ?? metrics) && { annotations: { ...(metrics && scrapeAnnotations(metrics)), ...(secret && secretAnnotations(running, called)) } }),
          },
          spec: {
            serviceAccountName,
            automountServiceAccountToken: false,
            // Kubernetes would set <SERVICE>_PORT and the like for the Services of the namespace, which programs take for settings.
            enableServiceLinks: false,
            terminationGracePeriodSeconds: stopSeconds(settings),
            securityContext: restrictedPod,
            nodeSelector: placements.user.nodeSelector,
            tolerations: [...placements.user.tolerations],
            topologySpreadConstraints: spreadOver(labels),
            containers: [
              {
                name: app.app,
                image: running.image,
                ...(running.command && { command: [...running.command] }),
                ...(running.args && { args: [...running.args] }),
                ports: [{ name: portName, containerPort }, ...(forMetrics ? [{ name: forMetrics.name, containerPort: forMetrics.port }] : [])],
                env: containerEnv(running, called),
                securityContext: restrictedContainer,
                resources: containerResources(running.resources),
                ...probes(settings),
                // Callers go on for a moment after a pod is asked to stop: it answers until their proxies know.
                // https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow
                lifecycle: { preStop: { sleep: { seconds: stopDelaySeconds } } },
                volumeMounts,
              },
            ],
            volumes,
          },
        },
      },
    },
    pulumi.mergeOptions(options, {
      ...(secret && { dependsOn: secret }),
      // An update must not put back the number that the autoscaler chose.
      ...(scaled && { ignoreChanges: ["spec.replicas"] }),
      customTimeouts: rolloutTimeouts(settings),
    }),
  );

  if (scaled) {
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-${version}-autoscaler`,
      {
        metadata,
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
          minReplicas: min,
          maxReplicas: max,
          // Of the app's own container: with the proxy's, the share would be of another sum.
          // https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#container-resource-metrics
          metrics: [{ type: "ContainerResource", containerResource: { name: "cpu", container: app.app, target: { type: "Utilization", averageUtilization: cpuPercent } } }],
        },
      },
      options,
    );
  }
  return deployment;
}

/** A request that is under way when a pod is asked to stop may take as long as any. */
function stopSeconds({ traffic: { timeout = defaultTimeout } }: MeshAppSettings): number {
  const request = Math.ceil((durationMs(timeout) ?? 0) / 1000);
  return Math.min(longestStopSeconds, Math.max(30, stopDelaySeconds + request));
}

/** How long a pod may take besides to find a node and get its image, in seconds. */
const schedulingSeconds = 90;

/** Pods are replaced a quarter at a time, each quarter after the one before. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment */
function rolloutTimeouts({ probes: { startupSeconds } }: MeshAppSettings): pulumi.CustomTimeouts {
  const minutes = Math.ceil((4 * (startupSeconds + schedulingSeconds)) / 60);
  return { create: `${minutes}m`, update: `${minutes}m` };
}

const startupPeriodSeconds = 5;

function probes({ app, containerPort, probes: { readiness, liveness, startupSeconds } }: MeshAppSettings): Record<"readinessProbe" | "livenessProbe" | "startupProbe", Probe> {
  const withoutPath: Probe = app.protocol === "grpc" ? { grpc: { port: containerPort } } : { tcpSocket: { port: portName } };
  const asking = (path: string | undefined): Probe => (path === undefined ? withoutPath : { httpGet: { path, port: portName } });
  return {
    startupProbe: { ...asking(liveness), periodSeconds: startupPeriodSeconds, failureThreshold: Math.ceil(startupSeconds / startupPeriodSeconds) },
    readinessProbe: asking(readiness),
    livenessProbe: { ...asking(liveness), periodSeconds: 30 },
  };
}
