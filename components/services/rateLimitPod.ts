import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { imageReference, ImageSource } from "../shared/images";
import { placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { secretAnnotation, secretChecksum } from "../shared/secretChecksum";
import { spreadOver } from "../shared/spread";
import { images } from "../shared/versions";
import { Redis } from "./redis";

/** The ports of the container. */
export const rateLimitPorts = { http: 8080, grpc: 8081, metrics: 9090 } as const;

/** What the service's pods are made of. */
export interface RateLimitPodArgs {
  readonly images: ImageSource;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: pulumi.Input<string>;
  /** The ConfigMap, and the files in it. */
  readonly config: { readonly name: pulumi.Input<string>; readonly files: Readonly<Record<string, string>> };
  readonly redis: Redis;
}

const folder = "/data";
const name = "ratelimit";

/** The service's pods: what restarts when a limit or the password changes, and meets the level `restricted`. */
export function rateLimitPod({ images: source, labels, serviceAccountName, config, redis }: RateLimitPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const { passwordSecret } = redis;
  const settings = {
    LOG_LEVEL: "warn",
    REDIS_TYPE: "single",
    REDIS_SOCKET_TYPE: "tcp",
    REDIS_URL: redis.address,
    // It isn't ready without a connection. Its proxy takes connections for a Redis that is away, too, but then nothing answers to the password.
    REDIS_HEALTH_CHECK_ACTIVE_CONNECTION: "true",
    // It reads the files in /data/ratelimit/config.
    RUNTIME_ROOT: folder,
    RUNTIME_SUBDIRECTORY: name,
    RUNTIME_WATCH_ROOT: "false",
    // Kubernetes puts the files of a ConfigMap behind a link whose name begins with a dot.
    RUNTIME_IGNOREDOTFILES: "true",
    // Without limits that it could read, it is not ready.
    HEALTHY_WITH_AT_LEAST_ONE_CONFIG_LOADED: "true",
    // It shows its configuration and takes profiles there.
    DEBUG_HOST: "127.0.0.1",
    USE_STATSD: "false",
    USE_PROMETHEUS: "true",
    PROMETHEUS_ADDR: `:${rateLimitPorts.metrics}`,
  };
  // While Redis is away, a question waits until it is back, also after its proxy has given up. So a pod that lost Redis is taken out soon:
  // with none left, proxies have their answer at once. https://pkg.go.dev/github.com/mediocregopher/radix/v4#PoolConfig
  const answers = { httpGet: { path: "/healthcheck", port: "http" }, periodSeconds: 2, failureThreshold: 1 };
  return {
    metadata: {
      labels,
      annotations: {
        [secretAnnotation("rate-limit-config")]: secretChecksum(JSON.stringify(config.files)),
        ...redis.podAnnotations,
        "prometheus.io/scrape": "true",
        "prometheus.io/port": String(rateLimitPorts.metrics),
      },
    },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      // Kubernetes would set REDIS_PORT and the like for a Service of that name.
      enableServiceLinks: false,
      securityContext: restrictedPod,
      nodeSelector: placements.user.nodeSelector,
      tolerations: [...placements.user.tolerations],
      topologySpreadConstraints: spreadOver(labels),
      containers: [
        {
          name,
          image: imageReference(images.rateLimit, source),
          command: ["/bin/ratelimit"],
          ports: [
            { name: "http", containerPort: rateLimitPorts.http },
            { name: "grpc", containerPort: rateLimitPorts.grpc },
          ],
          env: [
            ...Object.entries(settings).map(([variable, value]) => ({ name: variable, value })),
            ...(passwordSecret ? [{ name: "REDIS_AUTH", valueFrom: { secretKeyRef: { name: passwordSecret.name, key: passwordSecret.key } } }] : []),
          ],
          securityContext: restrictedContainer,
          // Questions that wait for Redis stay in its memory.
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "384Mi" } },
          readinessProbe: answers,
          livenessProbe: { tcpSocket: { port: "grpc" }, periodSeconds: 30 },
          volumeMounts: [{ name: "config", mountPath: `${folder}/${name}/config`, readOnly: true }],
        },
      ],
      volumes: [{ name: "config", configMap: { name: config.name } }],
    },
  };
}
