import { kindOf } from "../answers/kubernetes";
import { isRecord } from "../engine/values";
import { Reading } from "../resource";
import { first, Rule } from "../rules/rule";
import { containersOf, podRule } from "./objects";

const containers = "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container";
const probes = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";

const portName = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const containerName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const suffixes: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };

/** The number that a quantity such as `250m` or `128Mi` stands for; nothing when it is none. */
function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const found = typeof value === "string" ? /^([+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(value) : null;
  const factor = suffixes[found?.[2] ?? ""];
  return found === null || factor === undefined ? undefined : Number(found[1]) * factor;
}

/** Text that occurs twice. */
function repeated(texts: readonly (string | undefined)[]): string | undefined {
  return texts.find((text, index) => text !== undefined && texts.indexOf(text) < index);
}

function probesOf(container: Reading): { name: string; probe: Reading }[] {
  return ["livenessProbe", "readinessProbe", "startupProbe"].flatMap((name) => {
    const probe = container.get(name);
    return isRecord(probe) ? [{ name, probe: new Reading(probe) }] : [];
  });
}

export const workloads: readonly Rule[] = [
  podRule("container-name", containers, (pod) =>
    first(containersOf(pod), (container) => {
      const name = container.text("name");
      return name === undefined || containerName.test(name) ? undefined : `containers.name: Invalid value: "${name}": a lowercase RFC 1123 label`;
    }),
  ),
  podRule("container-name-taken", containers, (pod) => {
    const twice = repeated(containersOf(pod).map((container) => container.text("name")));
    return twice && `containers.name: Duplicate value: "${twice}"`;
  }),
  podRule("container-port-name", containers, (pod) =>
    first(containersOf(pod).flatMap((container) => container.items("ports")), (port) => {
      const name = port.text("name");
      return name === undefined || portName.test(name) ? undefined : `containers.ports.name: Invalid value: "${name}": must be no more than 15 characters, lower case letters, digits and '-', with a letter`;
    }),
  ),
  podRule("container-port-name-taken", containers, (pod) =>
    first(containersOf(pod), (container) => {
      const twice = repeated(container.items("ports").map((port) => port.text("name")));
      return twice && `containers.ports.name: Duplicate value: "${twice}"`;
    }),
  ),
  podRule("container-resources", "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/", (pod) =>
    first(containersOf(pod), (container) => {
      const requests = container.get("resources.requests");
      const over = isRecord(requests) ? Object.keys(requests).find((name) => (quantity(requests[name]) ?? 0) > (quantity(container.get(`resources.limits.${name}`)) ?? Infinity)) : undefined;
      return over && `containers.resources.requests: Invalid value: must be less than or equal to ${over} limit`;
    }),
  ),
  podRule("container-volume", "https://kubernetes.io/docs/concepts/storage/volumes/", (pod, resource) => {
    const claims = resource.items("spec.volumeClaimTemplates").map((claim) => claim.get("metadata.name"));
    const volumes = [...pod.items("volumes").map((volume) => volume.get("name")), ...claims];
    if (pod.get("volumes") !== undefined && !Array.isArray(pod.get("volumes"))) return undefined;
    const missing = containersOf(pod).flatMap((container) => container.items("volumeMounts")).map((mount) => mount.text("name")).find((name) => name !== undefined && !volumes.includes(name));
    return missing && `containers.volumeMounts.name: Not found: "${missing}"`;
  }),
  podRule("probe-handler", probes, (pod) =>
    first(containersOf(pod).flatMap(probesOf), ({ name, probe }) => {
      const handlers = ["httpGet", "tcpSocket", "exec", "grpc"].filter((handler) => probe.has(handler));
      if (handlers.length === 0) return `containers.${name}: Required value: must specify a handler type`;
      return handlers.length > 1 ? `containers.${name}: Forbidden: may not specify more than 1 handler type` : undefined;
    }),
  ),
  podRule("probe-success-threshold", probes, (pod) =>
    first(containersOf(pod).flatMap(probesOf), ({ name, probe }) =>
      name !== "readinessProbe" && probe.isNot("successThreshold", undefined, 1) ? `containers.${name}.successThreshold: Invalid value: must be 1` : undefined,
    ),
  ),
  podRule("restart-policy", "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy", (pod, resource) => {
    const { kind } = kindOf(resource.type);
    const jobs = kind === "Job" || kind === "CronJob";
    const allowed = jobs ? ["OnFailure", "Never"] : kind === "Pod" ? [undefined, "Always", "OnFailure", "Never"] : [undefined, "Always"];
    return pod.isNot("restartPolicy", ...allowed) ? `spec.template.spec.restartPolicy: Unsupported value: "${pod.text("restartPolicy") ?? "Always"}"` : undefined;
  }),
  podRule("selector-matches-pods", "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector", (_, resource) => {
    const pods = resource.get("spec.template.metadata.labels");
    const wanted = resource.map("spec.selector.matchLabels");
    const found = isRecord(pods) || pods === undefined ? Object.entries(wanted).find(([key, value]) => typeof pods?.[key] !== "symbol" && pods?.[key] !== value) : undefined;
    return found && `spec.template.metadata.labels: Invalid value: \`selector\` does not match template \`labels\`: ${found.join("=")}`;
  }),
  {
    id: "cron-schedule",
    types: ["kubernetes:batch/v1:CronJob"],
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
    check(job) {
      const schedule = job.text("spec.schedule");
      return schedule === undefined || /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[\d*/,-]+ [\d*/,?-]+ [\d*/,?-]+ ([\d*/,-]|[A-Za-z]{3})+ ([\d*/,?-]|[A-Za-z]{3})+)$/.test(schedule)
        ? undefined
        : `CronJob.batch "${job.name}" is invalid: spec.schedule: Invalid value: "${schedule}": expected 5 fields`;
    },
  },
];
