import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { selects } from "../../simulator/kubernetes/labelSelector";
import { chartTypes, podMetadata, podTypes, types } from "../types";
import { PolicyResource, PolicyStack } from "../policy";

/** What keeps a number of pods running. */
export const scaled = ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"] as const;
export const autoscaler = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
export const budget = types.disruptionBudget;

/** The workload that an autoscaler is for. */
export function targetOf(scaler: PolicyResource, stack: PolicyStack): PolicyResource | undefined {
  const name = scaler.text("spec.scaleTargetRef.name");
  return stack.inNamespace(namespaceOf(scaler), ...scaled).find((workload) => workload.type.endsWith(`:${scaler.text("spec.scaleTargetRef.kind") ?? ""}`) && objectName(workload) === name);
}

/** The fewest pods of a workload; nothing where that is not known. */
export function fewestPods(workload: PolicyResource, stack: PolicyStack): number | undefined {
  const scaler = stack.inNamespace(namespaceOf(workload), autoscaler).find((candidate) => targetOf(candidate, stack) === workload);
  if (scaler !== undefined) return scaler.lacks("spec.minReplicas") ? 1 : scaler.number("spec.minReplicas");
  return workload.lacks("spec.replicas") ? 1 : workload.number("spec.replicas");
}

/** Whether a budget chooses the pods of a workload in its namespace; nothing where that is not known. */
export function keeps(pdb: PolicyResource, workload: PolicyResource): boolean | undefined {
  return selects(pdb.get("spec.selector"), workload.get(`${podMetadata(workload)}.labels`));
}

/** The fewest pods that a budget chooses; nothing where that is not known, as with those of a chart. */
export function fewestBudgeted(pdb: PolicyResource, stack: PolicyStack): number | undefined {
  const isCounted = (workload: PolicyResource): boolean => scaled.some((type) => type === workload.type);
  const chosen = stack.inNamespace(namespaceOf(pdb), ...podTypes).map((workload) => ({ workload, chosen: keeps(pdb, workload) })).filter(({ chosen }) => chosen !== false);
  const charts = stack.ofType(...chartTypes).some((chart) => (chart.lacks("namespace") ? "default" : chart.text("namespace")) === namespaceOf(pdb));
  if (charts && Object.keys(pdb.map("spec.selector.matchLabels")).length === 0) return undefined;
  return chosen.reduce<number | undefined>((sum, { workload, chosen }) => {
    const pods = chosen === true && isCounted(workload) ? fewestPods(workload, stack) : undefined;
    return sum === undefined || pods === undefined ? undefined : sum + pods;
  }, 0);
}
