import * as assert from "node:assert/strict";
import { Plan } from "../../simulator/engine/plan";
import { environmentPlan, environments } from "../support/plans";
import { inputs } from "../support/record";
import { calledInCluster, isInCluster, settingsIn } from "../support/settings";

/*
 * How many pods must stay while a node is emptied. A budget that allows none to go blocks every upgrade of the cluster.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */

interface Budget {
  readonly of: string;
  readonly replicas: number;
  readonly minAvailable?: unknown;
  readonly maxUnavailable?: unknown;
  readonly unhealthyPodEvictionPolicy?: unknown;
}

interface BudgetObject {
  readonly metadata: { readonly namespace: string };
  readonly spec: Omit<Budget, "of" | "replicas"> & { readonly selector: { readonly matchLabels: object } };
}

interface Workload {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly replicas?: number; readonly selector: { readonly matchLabels: object } };
}

/** Charts whose budgets can't say what becomes of pods that aren't ready. https://github.com/cert-manager/cert-manager/pull/7728 */
const withoutPolicy = ["Release cert-manager/cert-manager"];

/** The budgets of the program itself, and those that it asks charts for. */
function budgetsOf(plan: Plan): Budget[] {
  const inCluster = plan.resources.filter(isInCluster);
  const workloads = inCluster.filter(({ type }) => type.startsWith("kubernetes:apps/")).map((resource) => inputs(resource) as unknown as Workload);
  return inCluster.flatMap((resource): Budget[] => {
    const of = calledInCluster(resource);
    if (resource.type.endsWith(":PodDisruptionBudget")) {
      const { metadata, spec } = inputs(resource) as unknown as BudgetObject;
      const { selector, ...budget } = spec;
      const pods = workloads.filter((workload) => workload.metadata.namespace === metadata.namespace && JSON.stringify(workload.spec.selector) === JSON.stringify(selector));
      return [{ of, replicas: pods[0]?.spec.replicas ?? 1, ...budget }];
    }
    return settingsIn(inputs(resource)["values"])
      .filter(({ key, value }) => /^(podDisruptionBudget|pdb)$/i.test(key) && (value as { enabled?: boolean }).enabled !== false)
      .map(({ value, beside }) => {
        const { enabled: _, ...budget } = value as { enabled?: boolean };
        return { of, replicas: replicasBeside(beside), ...budget };
      });
  });
}

/** The fewest pods that a chart makes, from the values beside its budget. */
function replicasBeside(values: Readonly<Record<string, unknown>>): number {
  const { autoscaling, replicaCount = 1 } = values as { autoscaling?: { minReplicas?: number }; replicaCount?: number };
  return autoscaling?.minReplicas ?? replicaCount;
}

/** A share, as 50%, is not counted here, and neither is a budget that leaves the number to the chart. */
const letsOneGo = ({ replicas, minAvailable, maxUnavailable }: Budget): boolean => (typeof minAvailable === "number" ? minAvailable < replicas : typeof maxUnavailable === "number" && maxUnavailable > 0);

describe("disruption budgets", () => {
  for (const environment of [...environments, "everything"] as const) {
    it(`let a pod go in ${environment}, so that every node can be emptied`, async () => {
      const budgets = budgetsOf(await environmentPlan(environment, "up"));
      assert.deepEqual(budgets.filter((budget) => !letsOneGo(budget)), []);
      assert.deepEqual(budgets.map(({ of }) => of).sort(), [
        "PodDisruptionBudget echo/echo",
        ...(environment === "everything" ? ["PodDisruptionBudget rate-limit/rate-limit", "PodDisruptionBudget tracing/collector"] : []),
        ...Array<string>(3).fill("Release cert-manager/cert-manager"),
        "Release istio-ingress/istio-ingress",
        "Release oauth2-proxy/oauth2-proxy",
      ]);
    });

    it(`let every pod go that isn't ready in ${environment}, where the chart can say so`, async () => {
      const budgets = budgetsOf(await environmentPlan(environment, "up")).filter(({ of }) => !withoutPolicy.includes(of));
      assert.deepEqual(budgets.filter(({ unhealthyPodEvictionPolicy }) => unhealthyPodEvictionPolicy !== "AlwaysAllow"), []);
    });
  }

  it("block a node when they keep as many pods as there are", () => {
    const kept = (budget: object): boolean => letsOneGo({ of: "example", replicas: 1, ...budget });
    assert.deepEqual([{ minAvailable: 1 }, {}, { minAvailable: "100%" }, { maxUnavailable: 0 }].filter(kept), []);
    assert.ok(kept({ maxUnavailable: 1 }) && kept({ minAvailable: 1, replicas: 2 }));
  });
});
