import { reveal } from "../../../simulator/engine/values";
import { Circumstances, Replacing } from "./replacement";

/** The provider's own table, for the kinds that a platform is made of; every object's name and namespace are in it. */
const source = "https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go";

const identity = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

// Of another name or in another namespace, the new one is made while the old one is still there:
// https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
const deletedFirst = { given: "metadata.name", unlessChanged: ["metadata.name", "metadata.namespace"] };

const volumes = ["azureDisk", "azureFile", "csi", "hostPath", "local", "nfs", "iscsi", "fc", "flexVolume", "cephfs", "rbd", "glusterfs", "awsElasticBlockStore", "gcePersistentDisk", "vsphereVolume"];

const inKind: Readonly<Record<string, readonly string[]>> = {
  "apps/v1:Deployment": ["spec.selector"],
  "apps/v1:DaemonSet": ["spec.selector"],
  "apps/v1:StatefulSet": ["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy", "spec.revisionHistoryLimit"],
  "batch/v1:Job": ["spec.selector", "spec.template", "spec.completions", "spec.parallelism"],
  "core/v1:PersistentVolume": volumes.map((volume) => `spec.${volume}`),
  "core/v1:PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "core/v1:Pod": ["spec"],
  "core/v1:ResourceQuota": ["spec.scopes"],
  "core/v1:Secret": ["type"],
  "core/v1:Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1beta1:RoleBinding": ["roleRef"],
  "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** What the API server lets nobody change, though the provider's table does not have it: the update is refused. */
const refused: Readonly<Record<string, readonly string[]>> = {
  "core/v1:PersistentVolumeClaim": ["spec.volumeMode", "spec.resources"],
  "core/v1:Service": ["spec.loadBalancerClass"],
  "networking.k8s.io/v1:IngressClass": ["spec.controller"],
  "scheduling.k8s.io/v1:PriorityClass": ["value"],
  "storage.k8s.io/v1:StorageClass": ["reclaimPolicy", "volumeBindingMode"],
  "apiextensions.k8s.io/v1:CustomResourceDefinition": ["spec.group", "spec.names", "spec.scope"],
};

/** The data of a Secret or a ConfigMap, and the switch of the provider that has it changed in place. */
const data: Readonly<Record<string, { readonly paths: readonly string[]; readonly mutable: string }>> = {
  "core/v1:Secret": { paths: ["data", "stringData"], mutable: "enableSecretMutable" },
  "core/v1:ConfigMap": { paths: ["data", "binaryData"], mutable: "enableConfigMapMutable" },
};

export function kubernetesProperties(type: string, { inputs, provider }: Circumstances): Replacing {
  const kind = type.replace(/^kubernetes:/, "");
  if (kind === "helm.sh/v3:Release") return { yes: ["name", "namespace"], unsure: [], source: "https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/helm_release.go" };
  const { paths = [], mutable = "" } = data[kind] ?? {};
  const isMutable = inputs["immutable"] !== true && String(reveal(provider?.[mutable])) === "true";
  return { yes: [...identity, ...(inKind[kind] ?? []), ...(isMutable ? [] : paths)], unsure: refused[kind] ?? [], source, deletedFirst };
}
