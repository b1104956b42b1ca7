import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import * as path from "node:path";
import { isRecord } from "../../../../simulator/engine/values";
import type { KubeObject, Pod, PodArgs } from "../lab/lab";
import { findSystemTool } from "../tools/debian";
import { Planned, releaseOf } from "./planned";

/** What runs in a pod that the program plans. */
export interface Process {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Says that it answers. */
  readonly ready: (pod: Pod) => Promise<boolean>;
}

/** The pods that a lab has to make: it has no kubelet and none of the controllers that would. */
export interface PlannedPod extends PodArgs {
  /** The workload's name, as `orders-v1`. */
  readonly workload: string;
}

// One pod of a workload does, but where the claims need as many as the program says.
const wholeNamespaces = ["orders", "shop"];

/** The pods of the program's own workloads in some namespaces, as their templates have them. */
export function ownPods(objects: readonly KubeObject[], namespaces: readonly string[]): PlannedPod[] {
  return objects.filter(isWorkload).flatMap((object) => {
    const { metadata } = object;
    const namespace = metadata.namespace ?? "";
    if (!namespaces.includes(namespace)) return [];
    const { metadata: about, spec: template } = object.spec?.template ?? {};
    const { containers = [], serviceAccountName, nodeName: _, ...spec } = template ?? {};
    const workload = metadata.name;
    const count = wholeNamespaces.includes(namespace) ? (object.spec?.replicas ?? 1) : 1;
    return names(workload, count).map((name) => ({
      workload,
      name,
      namespace,
      mesh: "sidecar" as const,
      labels: about?.labels ?? {},
      annotations: about?.annotations ?? {},
      ...(serviceAccountName !== undefined && { serviceAccount: serviceAccountName }),
      containers,
      spec,
    }));
  });
}

/** The pod of each workload that some charts make, as the components declare it. */
export function chartPods(platform: Planned, names: readonly string[]): PlannedPod[] {
  return names.flatMap((release) => {
    const { namespace, declares, values } = releaseOf(platform, release);
    // The gateway's chart gives it to the pod; others give theirs to the container.
    const securityContext = release === "istio-ingress" && isRecord(values["securityContext"]) ? values["securityContext"] : {};
    return Object.entries(declares.workloads).map(([workload, { podLabels, serviceAccount }]) => ({
      workload,
      name: `${workload}-0`,
      namespace,
      mesh: workload === "istio-ingress" ? ("gateway" as const) : ("sidecar" as const),
      labels: podLabels,
      serviceAccount,
      spec: { securityContext },
    }));
  });
}

/** The Services that some charts make, as the components declare them. */
export function chartServices(platform: Planned, names: readonly string[]): KubeObject[] {
  return names.flatMap((release) => {
    const { namespace, declares } = releaseOf(platform, release);
    return Object.entries(declares.services).map(([name, { ports }]) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: {
        ...(name.endsWith("-headless") && { clusterIP: "None" }),
        // A Service is for the workload of its name; a chart without such a one has one workload here.
        selector: (declares.workloads[name] ?? Object.values(declares.workloads)[0])?.podLabels,
        ports: Object.entries(ports).map(([port, numbers]) => ({ name: port, ...numbers })),
      },
    }));
  });
}

/** The claims' own app, as what runs in the first container of a pod. */
export function appProcess({ name, labels = {}, containers = [] }: PlannedPod, files: { readonly log: string; readonly broken: string }): Process {
  const port = containers[0]?.ports?.[0]?.containerPort ?? 8080;
  const server = path.join(__dirname, "apps", "server.mjs");
  return { command: [process.execPath, server], env: { POD: name, VERSION: labels["version"] ?? "", PORT: String(port), LOG: files.log, BROKEN: files.broken }, ready: answers(`http://127.0.0.1:${port}/healthz`) };
}

/** Says of a process that it answers 200 inside of its pod. */
export function answers(url: string): Process["ready"] {
  return async (pod) => (await pod.request({ url })).status === 200;
}

/** The real Redis. */
export function redisProcess(password?: string): Process {
  const command = [findSystemTool("redis") ?? "redis-server", "--port", "6379", "--save", "", "--protected-mode", "no", ...(password === undefined ? [] : ["--requirepass", password])];
  return { command, ready: async (pod) => (await pod.connect("127.0.0.1", 6379)).destroy().destroyed };
}

interface Workload extends KubeObject {
  readonly spec?: Pick<NonNullable<IDeployment["spec"]>, "replicas" | "template">;
}

/** True for what makes pods of a template. */
export function isWorkload(object: KubeObject): object is Workload {
  return (object.kind === "Deployment" || object.kind === "StatefulSet") && "spec" in object && isRecord(object.spec);
}

const names = (workload: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${workload}-${index}`);
