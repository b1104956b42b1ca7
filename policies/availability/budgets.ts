import { namespaceOf } from "../../simulator/answers/kubernetes";
import { isRecord } from "../../simulator/engine/values";
import { MeshView } from "../../simulator/kubernetes/meshView";
import { Reading } from "../../simulator/resource";
import { first } from "../../simulator/rules/rule";
import { eachOf, Policy } from "../policy";
import { chartTypes } from "../types";
import { autoscaler, budget, fewestBudgeted, fewestPods, keeps, scaled, targetOf } from "./workloads";

const budgets = "https://kubernetes.io/docs/tasks/run-application/configure-pdb/";
const drains = "https://learn.microsoft.com/azure/aks/operator-best-practices-scheduler#plan-for-availability-using-pod-disruption-budgets";
const scaling = "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/";

/** Nodes can be drained and workloads scaled, without an outage and without a stop. */
export const budgetPolicies: readonly Policy[] = [
  {
    id: "budget-blocks-drain",
    group: "availability",
    level: "error",
    title: "A disruption budget lets at least one pod go.",
    fix: "Run one pod more than minAvailable, or set maxUnavailable to 1.",
    source: drains,
    check: eachOf([budget], (pdb, stack) => {
      if (pdb.is("spec.maxUnavailable", 0, "0", "0%") || pdb.is("spec.minAvailable", "100%")) return "It lets no pod go: nodes can be neither drained nor upgraded.";
      const pods = fewestBudgeted(pdb, stack);
      const least = pods && leastOf(pdb.get("spec.minAvailable"), pods);
      return pods !== undefined && least !== undefined && least > 0 && pods > 0 && pods <= least ? `It keeps ${least} of ${pods} pods: nodes can be neither drained nor upgraded.` : undefined;
    }),
  },
  {
    id: "chart-budget-blocks-drain",
    group: "availability",
    level: "error",
    title: "A disruption budget in a chart's values lets at least one pod go.",
    fix: "Raise the number of replicas in the values, or switch the budget off.",
    source: drains,
    check: eachOf(chartTypes, (chart) => {
      const values = chart.get("values");
      return isRecord(values) ? chartProblem(new Reading(values), "values") : undefined;
    }),
  },
  {
    id: "budget-selects-nothing",
    group: "availability",
    level: "error",
    title: "A disruption budget is for pods that are there.",
    fix: "Give its selector the labels of the pods.",
    source: budgets,
    check: eachOf([budget], (pdb, stack) => {
      const namespace = namespaceOf(pdb);
      const selector = pdb.map("spec.selector.matchLabels");
      const mesh = MeshView.of(stack);
      return mesh.knows(namespace) && Object.keys(selector).length > 0 && !mesh.hasPods(namespace, selector) ? "No pod has the labels that it asks for: it keeps nothing." : undefined;
    }),
  },
  {
    id: "budget-missing",
    group: "availability",
    level: "warning",
    title: "A workload of several pods has a disruption budget.",
    fix: "Add a PodDisruptionBudget for its pods with maxUnavailable 1.",
    source: budgets,
    check: eachOf(scaled, (workload, stack) => {
      const pods = fewestPods(workload, stack);
      const kept = stack.inNamespace(namespaceOf(workload), budget).some((pdb) => keeps(pdb, workload) !== false);
      return pods !== undefined && pods > 1 && !kept ? `A drain may take all of its ${pods} pods at once.` : undefined;
    }),
  },
  {
    id: "autoscaler-fixed-replicas",
    group: "availability",
    level: "error",
    title: "A workload with an autoscaler leaves the number of its pods to it.",
    fix: "Take spec.replicas away.",
    source: `${scaling}#migrating-deployments-and-statefulsets-to-horizontal-autoscaling`,
    check: eachOf([autoscaler], (scaler, stack) => {
      const target = targetOf(scaler, stack);
      return target?.has("spec.replicas") === true && !target.ignoreChanges.includes("spec.replicas") ? `${target.name} sets spec.replicas: each update puts the number back that the autoscaler had changed.` : undefined;
    }),
  },
  {
    id: "autoscaler-target-unknown",
    group: "availability",
    level: "error",
    title: "An autoscaler is for a workload that is there.",
    fix: "Name the workload and its kind in scaleTargetRef.",
    source: scaling,
    check: eachOf([autoscaler], (scaler, stack) =>
      MeshView.of(stack).knows(namespaceOf(scaler)) && scaler.is("spec.scaleTargetRef.kind", "Deployment", "StatefulSet") && scaler.text("spec.scaleTargetRef.name") !== undefined && targetOf(scaler, stack) === undefined
        ? `There is no ${scaler.text("spec.scaleTargetRef.kind")} ${scaler.text("spec.scaleTargetRef.name")} in its namespace.`
        : undefined,
    ),
  },
];

/** How many pods minAvailable keeps of some; a share is rounded up. https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages */
function leastOf(minAvailable: unknown, pods: number): number | undefined {
  const [, share] = typeof minAvailable === "string" ? (/^(\d+)%$/.exec(minAvailable) ?? []) : [];
  if (share !== undefined) return Math.ceil((Number(share) * pods) / 100);
  return typeof minAvailable === "number" || (typeof minAvailable === "string" && /^\d+$/.test(minAvailable)) ? Number(minAvailable) : undefined;
}

/** A budget at any depth of a chart's values that keeps as many pods as there are, where both are said. */
function chartProblem(values: Reading, path: string): string | undefined {
  const pods = values.number("autoscaling.minReplicas") ?? values.number("replicaCount") ?? values.number("replicas");
  const least = values.is("podDisruptionBudget.enabled", false) ? undefined : pods && leastOf(values.get("podDisruptionBudget.minAvailable"), pods);
  if (pods !== undefined && least !== undefined && least > 0 && pods <= least) return `${path}.podDisruptionBudget keeps ${least} of ${pods} pods: nodes can be neither drained nor upgraded.`;
  const inner = isRecord(values.properties) ? Object.entries(values.properties) : [];
  return first(inner, ([key, value]) => (isRecord(value) ? chartProblem(new Reading(value), `${path}.${key}`) : undefined));
}
