import { namespaceOf } from "../../simulator/answers/kubernetes";
import { versions } from "../../simulator/kubernetes/istio";
import { MeshView } from "../../simulator/kubernetes/meshView";
import { Reading } from "../../simulator/resource";
import { PolicyResource, PolicyStack } from "../policy";
import { types } from "../types";

/** Istio's kinds, each in all of its versions. */
export const istioTypes = {
  gateway: versions("networking", "Gateway"),
  virtualService: versions("networking", "VirtualService"),
  serviceEntry: versions("networking", "ServiceEntry"),
  envoyFilter: versions("networking", "EnvoyFilter"),
  sidecar: versions("networking", "Sidecar"),
  peerAuthentication: versions("security", "PeerAuthentication"),
  requestAuthentication: versions("security", "RequestAuthentication"),
  authorizationPolicy: versions("security", "AuthorizationPolicy"),
  telemetry: versions("telemetry", "Telemetry"),
} as const;

/** The control planes that a program installs. */
export function controlPlanes(stack: PolicyStack): PolicyResource[] {
  return stack.ofType(types.release).filter((release) => release.text("chart")?.split("/").at(-1) === "istiod");
}

/** The namespace whose policies are for the whole mesh. */
export function rootNamespace(controlPlane: PolicyResource): string | undefined {
  return controlPlane.lacks("values.meshConfig.rootNamespace") ? namespaceOf(controlPlane) : controlPlane.text("values.meshConfig.rootNamespace");
}

/** Whether an object's namespace is the root of a mesh. */
export function isInRoot(object: PolicyResource, stack: PolicyStack): boolean {
  const roots = controlPlanes(stack).map(rootNamespace);
  return (roots.length === 0 ? ["istio-system"] : roots).includes(namespaceOf(object));
}

/** The labels by which an object chooses pods; none where it is for all of its namespace. */
export function selectorOf(object: Reading): Readonly<Record<string, string>> {
  return { ...object.map("spec.selector.matchLabels"), ...object.map("spec.workloadSelector.labels") };
}

/** Whether an object surely chooses no pods. */
export function choosesNothing(object: PolicyResource, stack: PolicyStack): boolean {
  const mesh = MeshView.of(stack);
  const labels = selectorOf(object);
  const namespace = namespaceOf(object);
  if (Object.keys(labels).length === 0) return false;
  if (isInRoot(object, stack)) return !mesh.hasOpaque && mesh.namespacesWithPods(labels).length === 0;
  return mesh.knows(namespace) && !mesh.hasPods(namespace, labels);
}
