import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { isRecord } from "../../../../simulator/engine/values";
import { partOf } from "../claims/objects";
import { KubeObject, nameOf, ObjectMetadata } from "../lab/kube";
import { firstNode } from "../lab/pod";

/** A pod, as a controller would make it: there is none in a lab. */
export interface MadePod extends KubeObject {
  readonly metadata: ObjectMetadata & { readonly namespace: string };
  readonly spec: IPodSpec;
}

const template = ["spec", "template"] as const;
const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: template,
  StatefulSet: template,
  DaemonSet: template,
  Job: template,
  CronJob: ["spec", "jobTemplate", ...template],
};

/** The first pod of each object that makes pods. */
export function podsOf(objects: readonly KubeObject[]): MadePod[] {
  return objects.flatMap((object) => {
    const path = templates[object.kind];
    if (path === undefined) return [];
    const found = partOf(object, path);
    if (!isTemplate(found)) throw new Error(`${nameOf(object)} has no template for its pods.`);
    return [podOf(object, found)];
  });
}

function podOf(object: KubeObject, { metadata: about, spec }: IPodTemplateSpec & { spec: IPodSpec }): MadePod {
  const { name, namespace = "default" } = object.metadata;
  const pod = `${name}-0`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: pod, namespace, labels: { ...about?.labels, ...labelsByController(object, pod) }, annotations: { ...about?.annotations } },
    spec: { ...spec, nodeName: firstNode, volumes: [...(spec.volumes ?? []), ...claims(object, pod)] },
  };
}

/** What a controller adds, as far as anything could take it for its own. */
function labelsByController({ kind }: KubeObject, pod: string): Record<string, string> {
  return kind === "StatefulSet" ? { "statefulset.kubernetes.io/pod-name": pod } : {};
}

/** A StatefulSet's own volumes: its controller makes a claim for each pod and names it so. */
function claims(object: KubeObject, pod: string): NonNullable<IPodSpec["volumes"]> {
  const wanted = partOf(object, ["spec", "volumeClaimTemplates"]);
  if (!Array.isArray(wanted)) return [];
  return wanted.map((claim: unknown) => {
    const name = String(partOf(claim, ["metadata", "name"]));
    return { name, persistentVolumeClaim: { claimName: `${name}-${pod}` } };
  });
}

function isTemplate(value: unknown): value is IPodTemplateSpec & { spec: IPodSpec } {
  return isRecord(value) && isRecord(value["spec"]);
}
