import { kindOf } from "../../simulator/answers/kubernetes";
import { UNKNOWN } from "../../simulator/engine/values";
import { podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { podTypes } from "../types";
import { fewestPods, scaled } from "./workloads";

const resources = "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
const probes = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";

/** A policy for each container that pods run with, those before it left out. */
function eachContainer(types: readonly string[], check: (container: Reading, pod: Reading) => string | undefined): Policy["check"] {
  return eachOf(types, (resource) => {
    const pod = podSpecOf(resource);
    const found = pod?.items("containers").flatMap((container) => {
      const problem = check(container, pod);
      return problem === undefined ? [] : [`The container ${container.text("name") ?? ""} ${problem}.`];
    });
    return found?.[0];
  });
}

/** Whether a container or its whole pod has a request or a limit; a limit without a request is one too. */
const isGiven = (container: Reading, pod: Reading, kinds: readonly string[], name: string): boolean => [container, pod].some((owner) => kinds.some((kind) => owner.has(`resources.${kind}.${name}`)));

/** What keeps pods apart, in a pod's own words. */
const spreads = ["topologySpreadConstraints", "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution", "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution"];
const isFilled = (list: unknown): boolean => (Array.isArray(list) ? list.length > 0 : list === UNKNOWN);

/** Pods get what they need, and are apart from their like. */
export const podPolicies: readonly Policy[] = [
  {
    id: "workload-requests",
    group: "availability",
    level: "error",
    title: "A container requests CPU and memory.",
    fix: "Set resources.requests to what it uses at rest.",
    source: resources,
    check: eachContainer(podTypes, (container, pod) => {
      const missing = ["cpu", "memory"].filter((name) => !isGiven(container, pod, ["requests", "limits"], name));
      return missing.length === 0 ? undefined : `requests no ${missing.join(" and no ")}: it is put on any node, and is the first to be evicted`;
    }),
  },
  {
    id: "workload-memory-limit",
    group: "availability",
    level: "error",
    title: "A container has a limit for memory.",
    fix: "Set resources.limits.memory.",
    source: resources,
    check: eachContainer(podTypes, (container, pod) => (isGiven(container, pod, ["limits"], "memory") ? undefined : "may use all memory of its node")),
  },
  {
    id: "workload-readiness",
    group: "availability",
    level: "error",
    title: "A container that is called says when it is ready.",
    fix: "Add a readinessProbe.",
    source: probes,
    check: eachContainer([...scaled, "kubernetes:apps/v1:DaemonSet"], (container) => (container.list("ports").length > 0 && container.lacks("readinessProbe") ? "gets requests before it can answer them" : undefined)),
  },
  {
    id: "workload-spread",
    group: "availability",
    level: { dev: "info", staging: "warning", prod: "error" },
    title: "The pods of a workload are spread over zones or nodes.",
    fix: "Add topologySpreadConstraints for topology.kubernetes.io/zone and kubernetes.io/hostname.",
    source: "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    check: eachOf(scaled, (workload, stack) => {
      const pods = fewestPods(workload, stack);
      const apart = spreads.some((path) => isFilled(workload.get(`spec.template.spec.${path}`)));
      return pods !== undefined && pods > 1 && !apart ? `All ${pods} pods may be on one node.` : undefined;
    }),
  },
  {
    id: "workload-recreate",
    group: "availability",
    level: "warning",
    title: "An update starts new pods before it stops the old ones.",
    fix: "Use RollingUpdate; Recreate is for one pod with a volume that no second one may write to.",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy",
    check: eachOf(["kubernetes:apps/v1:Deployment"], (deployment) => {
      const claims = deployment.items("spec.template.spec.volumes").some((volume) => volume.has("persistentVolumeClaim"));
      return deployment.is("spec.strategy.type", "Recreate") && !claims ? `Each update of this ${kindOf(deployment.type).kind} is an outage.` : undefined;
    }),
  },
];
