import { ChartDeclaration } from "../shared/chart";
import { istiod } from "../shared/peers";
import { Placement } from "../shared/placement";
import { SpreadConstraint } from "../shared/spread";
import { ExtensionProvider, TracingProvider } from "./extensionProvider";

/** What all of Istio's charts take under `global` to find their images. */
interface ImageValues {
  /** The registry and path of every image, as `docker.io/istio`. */
  readonly hub: string;
  readonly tag: string;
  readonly logAsJson: boolean;
}

interface SeccompProfile {
  readonly type: "RuntimeDefault";
}

/** Values of the `base` chart, as the platform sets them. */
export interface BaseValues {
  readonly base: { readonly validationFailurePolicy: "Fail" };
}

/** Values of the `cni` chart, as the platform sets them. */
export interface CniValues {
  readonly global: ImageValues;
  readonly tolerations: readonly { readonly operator: "Exists" }[];
}

/**
 * The mesh's configuration, as far as the platform sets it. Neither Helm nor istiod complains about a key that does not exist.
 * @source https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export interface MeshConfig {
  readonly accessLogFile: string;
  readonly accessLogEncoding: "JSON" | "TEXT";
  readonly enablePrometheusMerge: boolean;
  readonly outboundTrafficPolicy: { readonly mode: "REGISTRY_ONLY" | "ALLOW_ANY" };
  readonly pathNormalization: { readonly normalization: "NONE" | "BASE" | "MERGE_SLASHES" | "DECODE_AND_MERGE_SLASHES" };
  readonly defaultConfig: { readonly gatewayTopology: { readonly numTrustedProxies: number } };
  readonly extensionProviders?: readonly (ExtensionProvider | TracingProvider)[];
}

/** Values of the `istiod` chart, as the platform sets them. */
export interface IstiodValues extends Placement {
  readonly global: ImageValues & { readonly proxy: { readonly seccompProfile: SeccompProfile } };
  readonly base: { readonly validationFailurePolicy: "Fail" };
  readonly cni: { readonly enabled: boolean };
  readonly autoscaleMin: number;
  readonly seccompProfile: SeccompProfile;
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
  readonly sidecarInjectorWebhookAnnotations: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly meshConfig: MeshConfig;
}

/** Values of the `gateway` chart, as the platform sets them. */
export interface GatewayValues extends Placement {
  readonly service: { readonly type: "None" };
  readonly autoscaling: { readonly minReplicas: number; readonly maxReplicas: number };
  readonly podDisruptionBudget: { readonly minAvailable: number; readonly unhealthyPodEvictionPolicy: "AlwaysAllow" };
  readonly securityContext: { readonly sysctls: readonly { readonly name: string; readonly value: string }[]; readonly seccompProfile: SeccompProfile };
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
}

export const runtimeDefault: SeccompProfile = { type: "RuntimeDefault" };

/** The `base` chart makes definitions and a webhook, nothing that runs. */
export const baseDeclaration: ChartDeclaration = { services: {}, workloads: {} };

export const cniDeclaration: ChartDeclaration = {
  services: {},
  workloads: { "istio-cni-node": { kind: "DaemonSet", podLabels: { "k8s-app": "istio-cni-node" }, serviceAccount: "istio-cni" } },
};

export const istiodDeclaration: ChartDeclaration = {
  services: {
    istiod: {
      ports: {
        "grpc-xds": { port: 15010, targetPort: 15010 },
        "https-dns": { port: 15012, targetPort: 15012 },
        "https-webhook": { port: 443, targetPort: 15017 },
        "http-monitoring": { port: 15014, targetPort: 15014 },
      },
    },
  },
  workloads: { istiod: { kind: "Deployment", podLabels: istiod.pods.labels, serviceAccount: "istiod" } },
};

/**
 * The labels of a gateway's pods. The chart derives both from the release's name and cuts `istio-` off the second: a release `istio-ingress`
 * has `istio: ingress`.
 */
export function gatewayLabels(releaseName: string): { app: string; istio: string } {
  return { app: releaseName, istio: releaseName.replace(/^istio-/, "") };
}

/** What a release of the `gateway` chart makes when its own Service is switched off. */
export function gatewayDeclaration(releaseName: string): ChartDeclaration {
  return {
    services: {},
    workloads: { [releaseName]: { kind: "Deployment", podLabels: gatewayLabels(releaseName), serviceAccount: releaseName } },
  };
}
