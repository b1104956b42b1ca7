import { RecordedResource } from "../../simulator/engine/plan";
import { identityOf, input, inputObjects, inputText, PlanGraph, samePods, serviceNameOf, textsIn } from "./planGraph";

const policyType = "kubernetes:security.istio.io/*:AuthorizationPolicy";

/** A policy by which requests for some hosts are shown to a workload first, which decides whether they may pass. */
export interface Check {
  readonly policy: RecordedResource;
  /** The release of Istio that knows the one who decides, and where it is. */
  readonly mesh: RecordedResource;
  readonly hosts: readonly string[];
  readonly decides: RecordedResource;
}

/** The policies with the action CUSTOM whose provider is a workload. https://istio.io/latest/docs/tasks/security/authorization/authz-custom/ */
export function checksOf(graph: PlanGraph, workloads: readonly RecordedResource[]): Check[] {
  const meshes = graph.ofType("kubernetes:helm.sh/v3:Release").filter((release) => input(release, "values.meshConfig.extensionProviders") !== undefined);
  return graph.ofType(policyType).flatMap((policy) => {
    if (inputText(policy, "spec.action") !== "CUSTOM") return [];
    const hosts = inputObjects(policy, "spec.rules").flatMap(({ to }) => textsIn(to, "hosts")).filter((host) => !host.includes(":"));
    return meshes.flatMap((mesh) => {
      const known = inputObjects(mesh, "values.meshConfig.extensionProviders").filter(({ name }) => name === inputText(policy, "spec.provider.name"));
      const services = known.flatMap((provider) => textsIn(provider, "service"));
      return workloads.filter((workload) => services.includes(serviceNameOf(workload) ?? "")).map((decides) => ({ policy, mesh, hosts: [...new Set(hosts)], decides }));
    });
  });
}

/** A policy that lets one workload call another. */
export interface Call {
  readonly from: RecordedResource;
  readonly policy: RecordedResource;
  readonly to: RecordedResource;
}

/** Who may call whom, by the policies with the action ALLOW that name callers. */
export function callsOf(graph: PlanGraph, workloads: readonly RecordedResource[]): Call[] {
  return graph.ofType(policyType).flatMap((policy) => {
    if (inputText(policy, "spec.action") !== "ALLOW") return [];
    const principals = textsIn(input(policy, "spec.rules"), "principals");
    const callers = workloads.filter((workload) => principals.includes(identityOf(workload) ?? ""));
    return workloads.filter((workload) => samePods(policy, workload)).flatMap((to) => callers.map((from) => ({ from, policy, to })));
  });
}
