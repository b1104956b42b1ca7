import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { placements } from "../../shared/placement";
import { restrictedContainer, restrictedPod } from "../../shared/podSecurity";
import { secretAnnotation, secretChecksum } from "../../shared/secretChecksum";
import { containerEnv, secretAnnotations } from "../pod/environment";
import { containerResources } from "../pod/resources";
import { writableFolders } from "../pod/writable";
import { TcpSettings } from "./settings";
import { dataVolume, fileKey, filesVolume } from "./volumes";

/** What else of a service its StatefulSet names. */
export interface TcpParts {
  readonly labels: Readonly<Record<string, string>>;
  readonly headless: string;
  readonly serviceAccountName: pulumi.Input<string>;
  /** The ConfigMap with the files; none where there are none. */
  readonly configName: pulumi.Input<string> | undefined;
}

type Container = k8s.types.input.core.v1.Container;

const probePeriod = 5;

/** The StatefulSet of a service: one pod that meets the level `restricted`, with a disk that stays when the pod goes. */
export function tcpWorkload(settings: TcpSettings, parts: TcpParts): k8s.types.input.apps.v1.StatefulSetSpec {
  const { storage } = settings;
  return {
    serviceName: parts.headless,
    replicas: 1,
    // In order, Kubernetes would wait for a pod that can't start before it takes up the version that could.
    // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
    podManagementPolicy: "Parallel",
    selector: { matchLabels: parts.labels },
    template: podTemplate(settings, parts),
    ...(storage && {
      // Data is deleted by hand alone.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      volumeClaimTemplates: [
        {
          metadata: { name: dataVolume },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(storage.storageClass !== undefined && { storageClassName: storage.storageClass }),
            resources: { requests: { storage: `${storage.sizeGi}Gi` } },
          },
        },
      ],
    }),
  };
}

function podTemplate(settings: TcpSettings, { labels, serviceAccountName, configName }: TcpParts): k8s.types.input.core.v1.PodTemplateSpec {
  const { service, user, files, writable } = settings;
  const annotations = {
    ...secretAnnotations(settings, service),
    ...(configName !== undefined && { [secretAnnotation(`${service}-files`)]: secretChecksum(...Object.entries(files).flat()) }),
  };
  return {
    metadata: { labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      // Kubernetes would set MYSQL_PORT and the like for the Services of the namespace, which programs take for settings.
      enableServiceLinks: false,
      // Only the first time are all files of a disk given to the group: on a big one that takes minutes.
      securityContext: { ...restrictedPod, runAsUser: user.uid, runAsGroup: user.gid, fsGroup: user.gid, fsGroupChangePolicy: "OnRootMismatch" },
      nodeSelector: placements.user.nodeSelector,
      tolerations: [...placements.user.tolerations],
      terminationGracePeriodSeconds: settings.stopSeconds,
      containers: [container(settings)],
      volumes: [
        ...writableFolders(writable).volumes,
        ...(configName === undefined ? [] : [{ name: filesVolume, configMap: { name: configName } }]),
      ],
    },
  };
}

function container(settings: TcpSettings): Container {
  const { service, image, port, storage, files, writable, command, args, resources } = settings;
  return {
    name: service,
    image,
    ...(command && { command: [...command] }),
    ...(args && { args: [...args] }),
    ports: [{ containerPort: port.containerPort }],
    env: containerEnv(settings, service),
    securityContext: restrictedContainer,
    resources: containerResources(resources),
    ...probesOf(settings),
    volumeMounts: [
      ...(storage ? [{ name: dataVolume, mountPath: storage.mountPath }] : []),
      ...writableFolders(writable).volumeMounts,
      ...Object.keys(files).map((path) => ({ name: filesVolume, mountPath: path, subPath: fileKey(path), readOnly: true })),
    ],
  };
}

function probesOf({ probe, port }: TcpSettings): Pick<Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const handler = probe.exec ? { exec: { command: [...probe.exec] } } : { tcpSocket: { port: port.containerPort } };
  // A command takes longer than the second that Kubernetes gives by default.
  const asked = { ...handler, timeoutSeconds: 5 };
  return {
    startupProbe: { ...asked, periodSeconds: probePeriod, failureThreshold: Math.ceil(probe.startupSeconds / probePeriod) },
    readinessProbe: { ...asked, periodSeconds: probePeriod },
    // Three minutes: what is busy with a long task must not be made to begin it again.
    livenessProbe: { ...asked, periodSeconds: 30, failureThreshold: 6 },
  };
}
