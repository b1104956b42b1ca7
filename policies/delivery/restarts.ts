import { isRecord } from "../../simulator/engine/values";
import { namespaceOf, objectName } from "../../simulator/answers/kubernetes";
import { containersOf, podSpecOf } from "../../simulator/kubernetes/objects";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy, PolicyResource, PolicyStack } from "../policy";

const sources = { Secret: "kubernetes:core/v1:Secret", ConfigMap: "kubernetes:core/v1:ConfigMap" } as const;
const running = ["Deployment", "StatefulSet", "DaemonSet"].map((kind) => `kubernetes:apps/v1:${kind}`);

/** What is changed takes effect. */
export const restartPolicies: readonly Policy[] = [
  {
    id: "workload-checksum",
    group: "delivery",
    level: "warning",
    title: "Pods are restarted when the Secret or the ConfigMap changes that they take variables from.",
    fix: "Put a checksum of its content into an annotation of the pods, as checksum/<name>.",
    source: "https://helm.sh/docs/howto/charts_tips_and_tricks/#automatically-roll-deployments",
    check: eachOf(running, (workload, stack) => {
      const annotations = workload.get("spec.template.metadata.annotations");
      if (isRecord(annotations) && Object.keys(annotations).some((key) => key.startsWith("checksum/"))) return undefined;
      const used = variableSources(workload).find(({ kind, name }) => isMadeHere(kind, name, workload, stack));
      return used && `A changed ${used.kind} ${used.name} reaches its pods at some later restart.`;
    }),
  },
];

type Source = { readonly kind: keyof typeof sources; readonly name: string };

/** The objects that a workload's containers take variables from: unlike files, these never change while a container runs. */
function variableSources(workload: PolicyResource): Source[] {
  const pod = podSpecOf(workload);
  const from = (reading: Reading, kind: Source["kind"], path: string): Source[] => {
    const name = reading.text(`${path}.name`);
    return name === undefined ? [] : [{ kind, name }];
  };
  return (pod === undefined ? [] : containersOf(pod)).flatMap((container) => [
    ...container.items("envFrom").flatMap((source) => [...from(source, "Secret", "secretRef"), ...from(source, "ConfigMap", "configMapRef")]),
    ...container.items("env").flatMap((variable) => [...from(variable, "Secret", "valueFrom.secretKeyRef"), ...from(variable, "ConfigMap", "valueFrom.configMapKeyRef")]),
  ]);
}

/** Whether the program itself makes an object, under a name that stays. */
function isMadeHere(kind: Source["kind"], name: string, workload: PolicyResource, stack: PolicyStack): boolean {
  return stack.ofType(sources[kind]).some((object) => object.has("metadata.name") && objectName(object) === name && namespaceOf(object) === namespaceOf(workload));
}
