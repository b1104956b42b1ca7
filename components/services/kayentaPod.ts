import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { imageReference, ImageSource } from "../shared/images";
import { placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { secretAnnotation, secretChecksum } from "../shared/secretChecksum";
import { images } from "../shared/versions";
import { kayentaAccounts, kayentaPort } from "./kayentaConfig";

/** What Kayenta's pods are made of. */
export interface KayentaPodArgs {
  readonly images: ImageSource;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccountName: pulumi.Input<string>;
  /** The ConfigMap with `kayenta.yml`, and the text in it. */
  readonly config: { readonly name: pulumi.Input<string>; readonly text: string };
  /** The Secret whose keys become variables, and the values in it. */
  readonly secret: { readonly name: pulumi.Input<string>; readonly values: Readonly<Record<string, pulumi.Input<string>>> };
}

/** The port of the container, by the name that Service and probes give it. */
export const kayentaContainerPort = { name: "http", containerPort: kayentaPort } as const;

// The user that the image is made for.
const user = 10111;

/**
 * Succeeds when Kayenta has both of its accounts. It makes them once, at its start, and when that fails it runs on without and says of
 * itself that it is healthy. So a container without an account counts as one that has not started, and is begun anew.
 */
export const accountsCheck = `curl --fail --silent http://127.0.0.1:${kayentaPort}/credentials ${Object.values(kayentaAccounts)
  .map((account) => `| grep '"name":"${account}"'`)
  .join(" ")}`;

/** Kayenta's pods: what restarts when the configuration or a secret changes, and meets the level `restricted`. */
export function kayentaPod({ labels, serviceAccountName, config, secret, images: source }: KayentaPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const annotations = {
    [secretAnnotation("kayenta")]: secretChecksum(...Object.values(secret.values)),
    [secretAnnotation("kayenta-config")]: secretChecksum(config.text),
  };
  // Not /health: it is down for up to 15 minutes after Redis lost its data, and while Prometheus is down. Results can be read all the same,
  // and a restart would help neither.
  const answers = { httpGet: { path: "/credentials", port: kayentaContainerPort.name } };
  return {
    metadata: { labels, annotations },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      // Kubernetes would set KAYENTA_PORT and the like for the Services of the namespace, which Spring takes for settings.
      enableServiceLinks: false,
      securityContext: { ...restrictedPod, runAsUser: user, runAsGroup: user, fsGroup: user },
      nodeSelector: placements.user.nodeSelector,
      tolerations: [...placements.user.tolerations],
      // What it is doing when it is asked to stop may take minutes; the rest waits in Redis for the next pod.
      terminationGracePeriodSeconds: 720,
      containers: [
        {
          name: "kayenta",
          image: imageReference(images.kayenta, source),
          ports: [kayentaContainerPort],
          // A JVM needs about 300 MiB beside its heap.
          env: [{ name: "JAVA_OPTS", value: "-XX:MaxRAMPercentage=65.0" }],
          envFrom: [{ secretRef: { name: secret.name } }],
          securityContext: restrictedContainer,
          resources: { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } },
          // While its storage can't be reached it doesn't listen, for two minutes and more, nor stop when it is asked to.
          startupProbe: { exec: { command: ["sh", "-c", accountsCheck] }, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 30, terminationGracePeriodSeconds: 30 },
          readinessProbe: { ...answers, timeoutSeconds: 5 },
          livenessProbe: { ...answers, periodSeconds: 30, timeoutSeconds: 10 },
          volumeMounts: [
            // The folder that is read after the image's own configuration in /opt/kayenta/config, which stays as it is.
            { name: "config", mountPath: "/opt/spinnaker/config", readOnly: true },
            { name: "temporary", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: config.name } },
        { name: "temporary", emptyDir: {} },
      ],
    },
  };
}
