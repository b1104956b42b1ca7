import * as k8s from "@pulumi/kubernetes";
import { stringify } from "yaml";

/** The port of the container, and of its Service. */
export const kialiPort = 20001;

/** What Kiali's configuration depends on. */
export interface KialiSettings {
  /** The host on which people look at it. */
  readonly host: string;
  /** Where it runs. */
  readonly namespace: string;
  readonly prometheusAddress: string;
  /** Where it asks for traces, and the host on which people look at them. */
  readonly tracing?: { readonly address: string; readonly host: string };
}

/**
 * Kiali's configuration. Who gets here has signed in, so that it asks for nothing itself, and nobody may change anything by it.
 * @source https://kiali.io/docs/configuration/kialis.kiali.io/
 */
export function kialiConfig({ host, namespace, prometheusAddress, tracing }: KialiSettings): string {
  return stringify({
    auth: { strategy: "anonymous" },
    deployment: { namespace, cluster_wide_access: true, view_only_mode: true },
    server: { port: kialiPort, web_fqdn: host, web_schema: "https", web_port: "443", web_root: "/", observability: { metrics: { enabled: false }, tracing: { enabled: false } } },
    // It may not read logs.
    kiali_feature_flags: { disabled_features: ["logs-tab"] },
    external_services: {
      prometheus: { url: prometheusAddress },
      // Grafana answers nobody without a token of their own, and Kiali has none.
      grafana: { enabled: false },
      tracing: tracing === undefined ? { enabled: false } : { enabled: true, provider: "jaeger", use_grpc: false, internal_url: tracing.address, external_url: `https://${tracing.host}` },
    },
  });
}

const read = ["get", "list", "watch"];

/**
 * What Kiali reads in every namespace: what its own chart gives it where it may only look, less the logs of pods, the way into each pod, and
 * what belongs to OpenShift.
 * @source https://github.com/kiali/helm-charts/blob/v2.29.0/kiali-server/templates/role-viewer.yaml
 */
export function kialiReads(): k8s.types.input.rbac.v1.PolicyRule[] {
  return [
    { apiGroups: [""], resources: ["configmaps", "namespaces", "pods", "replicationcontrollers", "services"], verbs: read },
    { apiGroups: ["apps"], resources: ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs: read },
    { apiGroups: ["batch"], resources: ["cronjobs", "jobs"], verbs: read },
    { apiGroups: ["networking.istio.io", "security.istio.io", "extensions.istio.io", "telemetry.istio.io", "inference.networking.k8s.io"], resources: ["*"], verbs: read },
    { apiGroups: ["gateway.networking.k8s.io"], resources: ["gatewayclasses", "gateways", "grpcroutes", "httproutes", "referencegrants", "tcproutes", "tlsroutes"], verbs: read },
    { apiGroups: ["admissionregistration.k8s.io"], resources: ["mutatingwebhookconfigurations"], verbs: ["list"] },
  ];
}
