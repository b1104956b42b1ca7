import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { matches } from "../../simulator/kubernetes/meshView";
import { types } from "../types";
import { PolicyResource, PolicyStack } from "../policy";

/** What keeps a number of pods running. */
export const scaled = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"] as const;
export const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
export const budget = types.disruptionBudget;

/** The workload that an autoscaler is for. */
export function targetOf(scaler: PolicyResource, stack: PolicyStack): PolicyResource | undefined {
  const name = scaler.text("spec.scaleTargetRef.name");
  return stack.ofType(...scaled).find((workload) => workload.type.endsWith(`:${scaler.text("spec.scaleTargetRef.kind") ?? ""}`) && objectName(workload) === name && namespaceOf(workload) === namespaceOf(scaler));
}

/** The fewest pods of a workload; nothing where that is not known. */
export function fewestPods(workload: PolicyResource, stack: PolicyStack): number | undefined {
  const scaler = stack.ofType(autoscaler).find((candidate) => targetOf(candidate, stack) === workload);
  if (scaler !== undefined) return scaler.lacks("spec.minReplicas") ? 1 : scaler.number("spec.minReplicas");
  return workload.lacks("spec.replicas") ? 1 : workload.number("spec.replicas");
}

/** The workloads whose pods a budget chooses. */
export function budgeted(pdb: PolicyResource, stack: PolicyStack): PolicyResource[] {
  const selector = pdb.map("spec.selector.matchLabels");
  const near = stack.ofType(...scaled).filter((workload) => namespaceOf(workload) === namespaceOf(pdb));
  return Object.keys(selector).length === 0 ? [] : near.filter((workload) => matches(selector, workload.map("spec.template.metadata.labels")));
}
