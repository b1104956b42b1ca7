import { availability } from "../../policies/availability";
import { Plan } from "../../simulator/engine/plan";
import { Properties, UNKNOWN } from "../../simulator/engine/values";
import { without, withAdded, withChange } from "../support/changePlan";
import { PolicyRow, testPolicies } from "./rows";

const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const server = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const kayenta = { type: "kubernetes:apps/v1:Deployment", name: "kayenta-server" };
const proxy = { type: "kubernetes:helm.sh/v3:Release", name: "sign-in-proxy-server" };
const ingress = { type: "kubernetes:helm.sh/v3:Release", name: "ingress-proxy" };
const certManager = { type: "kubernetes:helm.sh/v3:Release", name: "certificates-cert-manager" };
const cluster = "azure-native:containerservice:ManagedCluster";
const pool = { type: "azure-native:containerservice:AgentPool", name: "aks-user" };
const storage = { type: "azure-native:storage:StorageAccount", name: "storage" };
const container = "spec.template.spec.containers.0";

const scaled = (plan: Plan, spec: Properties): Plan =>
  withAdded(plan, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "scaler", {
    metadata: { name: "echo", namespace: "echo" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "echo" }, minReplicas: 2, maxReplicas: 4, ...spec },
  });
const freely = (plan: Plan): Plan => withChange(plan, server, "spec.replicas", undefined);

const wholePod = (plan: Plan, resources: Properties): Plan => withChange(withChange(plan, server, `${container}.resources`, undefined), server, "spec.template.spec.resources", resources);
const single = (plan: Plan): Plan => withChange(plan, server, "spec.replicas", 1);
const chosen = (plan: Plan, expression: Properties): Plan => withChange(plan, budget, "spec.selector", { matchExpressions: [expression] });
const chart = (plan: Plan, values: Properties): Plan => withAdded(plan, "kubernetes:helm.sh/v4:Chart", "chart", { namespace: "elsewhere", values });

const rows: readonly PolicyRow[] = [
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(plan, server, "spec.replicas", 1), passes: (plan) => withChange(plan, server, "spec.replicas", 3) },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(plan, budget, "spec.minAvailable", 2), passes: (plan) => withChange(plan, server, "spec.replicas", UNKNOWN) },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(plan, budget, "spec.minAvailable", "2"), passes: (plan) => withChange(plan, budget, "spec.minAvailable", UNKNOWN) },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(withChange(plan, budget, "spec.minAvailable", undefined), budget, "spec.maxUnavailable", 0), passes: (plan) => withChange(withChange(plan, budget, "spec.minAvailable", undefined), budget, "spec.maxUnavailable", 1) },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => scaled(freely(plan), { minReplicas: 1 }), passes: (plan) => scaled(freely(plan), {}) },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(single(plan), budget, "spec.minAvailable", "50%"), passes: (plan) => withChange(plan, budget, "spec.minAvailable", "50%") },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(plan, budget, "spec.minAvailable", "51%") },
  { policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => withChange(single(plan), budget, "spec.selector", {}), passes: (plan) => withChange(plan, budget, "spec.selector", {}) },
  ...[["In", ["echo"]], ["NotIn", ["ecco"]], ["Exists", undefined]].map(([operator, values]): PolicyRow => ({ policy: "budget-blocks-drain", at: "echo-budget", fails: (plan) => chosen(single(plan), { key: "app", operator, values }), passes: (plan) => chosen(single(plan), { key: "app", operator: UNKNOWN, values }) })),
  { policy: "chart-budget-blocks-drain", at: "chart", fails: (plan) => chart(plan, { replicaCount: 1, podDisruptionBudget: { minAvailable: "50%" } }), passes: (plan) => chart(plan, { replicaCount: 2, podDisruptionBudget: { minAvailable: "50%" } }) },
  { policy: "chart-budget-blocks-drain", at: "sign-in-proxy-server", fails: (plan) => withChange(plan, proxy, "values.replicaCount", 1), passes: (plan) => withChange(withChange(plan, proxy, "values.replicaCount", 1), proxy, "values.podDisruptionBudget.enabled", false) },
  { policy: "chart-budget-blocks-drain", at: "ingress-proxy", fails: (plan) => withChange(plan, ingress, "values.autoscaling.minReplicas", 1) },
  { policy: "chart-budget-blocks-drain", at: "certificates-cert-manager", fails: (plan) => withChange(plan, certManager, "values.webhook.podDisruptionBudget.minAvailable", 2) },
  { policy: "budget-selects-nothing", at: "echo-budget", fails: (plan) => withChange(withChange(plan, budget, "spec.selector.matchLabels", { app: "ecco" }), server, "spec.replicas", 1), passes: (plan) => withChange(withChange(plan, budget, "metadata.namespace", "elsewhere"), server, "spec.replicas", 1) },
  { policy: "budget-missing", at: "echo-server", fails: (plan) => without(plan, budget), passes: (plan) => withChange(without(plan, budget), server, "spec.replicas", 1) },
  { policy: "autoscaler-fixed-replicas", at: "scaler", fails: (plan) => scaled(plan, {}), passes: (plan) => scaled(freely(plan), {}) },
  { policy: "autoscaler-target-unknown", at: "scaler", fails: (plan) => scaled(plan, { scaleTargetRef: { kind: "Deployment", name: "ecco" } }), passes: (plan) => scaled(freely(plan), {}) },
  { policy: "workload-requests", at: "echo-server", fails: (plan) => withChange(plan, server, `${container}.resources.requests.cpu`, undefined), passes: (plan) => withChange(plan, server, `${container}.resources`, { limits: { cpu: "1", memory: "64Mi" } }) },
  { policy: "workload-requests", at: "registry-purge-job", fails: (plan) => withChange(plan, "kubernetes:batch/v1:CronJob", "spec.jobTemplate.spec.template.spec.containers.0.resources.requests", undefined) },
  { policy: "workload-requests", at: "echo-server", fails: (plan) => wholePod(plan, { requests: { memory: "64Mi" }, limits: { memory: "64Mi" } }), passes: (plan) => wholePod(plan, { requests: { cpu: "1", memory: "64Mi" }, limits: { memory: "64Mi" } }) },
  { policy: "workload-memory-limit", at: "echo-server", fails: (plan) => withChange(plan, server, `${container}.resources.limits`, undefined) },
  { policy: "workload-readiness", at: "echo-server", fails: (plan) => withChange(plan, server, `${container}.readinessProbe`, undefined), passes: (plan) => withChange(withChange(plan, server, `${container}.readinessProbe`, undefined), server, `${container}.ports`, undefined) },
  { policy: "workload-spread", at: "echo-server", fails: (plan) => withChange(plan, server, "spec.template.spec.topologySpreadConstraints", undefined), passes: (plan) => withChange(withChange(plan, server, "spec.template.spec.topologySpreadConstraints", undefined), server, "spec.template.spec.affinity", { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{}] } }) },
  { policy: "workload-spread", at: "echo-server", fails: (plan) => withChange(withChange(plan, server, "spec.template.spec.topologySpreadConstraints", []), server, "spec.template.spec.affinity", { podAntiAffinity: {} }), passes: (plan) => withChange(plan, server, "spec.template.spec.topologySpreadConstraints", UNKNOWN) },
  { policy: "workload-recreate", at: "kayenta-server", fails: (plan) => withChange(plan, kayenta, "spec.strategy", { type: "Recreate" }), passes: (plan) => withChange(plan, kayenta, "spec.strategy", { type: "RollingUpdate" }) },
  { policy: "pool-zones", at: "aks-user", fails: (plan) => withChange(plan, pool, "availabilityZones", undefined), passes: (plan) => withChange(plan, pool, "availabilityZones", UNKNOWN) },
  { policy: "pool-zones", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "agentPoolProfiles.0.availabilityZones", ["1"]) },
  { policy: "pool-nodes", at: "aks-user", fails: (plan) => withChange(plan, pool, "minCount", 1) },
  { policy: "pool-nodes", at: "aks-cluster", fails: (plan) => withChange(withChange(plan, cluster, "agentPoolProfiles.0.enableAutoScaling", false), cluster, "agentPoolProfiles.0.count", 1) },
  { policy: "cluster-tier", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "sku.tier", "Free"), passes: (plan) => withChange(plan, cluster, "sku.tier", "Premium") },
  { policy: "storage-redundancy", at: "storage", fails: (plan) => withChange(plan, storage, "sku.name", "Standard_LRS"), passes: (plan) => withChange(plan, storage, "sku.name", "Standard_GRS") },
];

describe("policies of availability", function () {
  this.timeout(120_000);
  testPolicies(availability, rows);
});
