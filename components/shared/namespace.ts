import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PodSecurityLevel, podSecurityLabels } from "./podSecurity";

/** What a namespace of the platform is like. */
export interface NamespaceSettings {
  /** Its name in the cluster. */
  readonly namespace: string;
  /** What its pods may do at most. Default: `restricted`. */
  readonly podSecurity?: PodSecurityLevel;
  /** True where Istio gives each pod a proxy. Default: false. */
  readonly injected?: boolean;
}

/**
 * A namespace, with the labels that decide what its pods may do and whether they are part of the mesh.
 * @source https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export function createNamespace(name: string, settings: NamespaceSettings, options: pulumi.CustomResourceOptions): k8s.core.v1.Namespace {
  const { namespace, podSecurity = "restricted", injected = false } = settings;
  const labels = { ...podSecurityLabels(podSecurity), ...(injected && { "istio-injection": "enabled" }) };
  return new k8s.core.v1.Namespace(name, { metadata: { name: namespace, labels } }, options);
}
