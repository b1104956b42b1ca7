import * as k8s from "@pulumi/kubernetes";

/** A level of Kubernetes' Pod Security Standards. */
export type PodSecurityLevel = "privileged" | "restricted";

/** The label that makes the API server refuse pods in a namespace that do not meet a level. */
export function podSecurityLabels(level: PodSecurityLevel): Record<string, string> {
  return { "pod-security.kubernetes.io/enforce": level };
}

/**
 * The security context of a pod that meets the level `restricted`, as a user that owns nothing on the node.
 * @source https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  seccompProfile: { type: "RuntimeDefault" },
} as const satisfies k8s.types.input.core.v1.PodSecurityContext;

/** The security context of a container in such a pod. Its root file system is read-only as well. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} satisfies k8s.types.input.core.v1.SecurityContext;
