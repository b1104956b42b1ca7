import { isRecord } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { statefulTypes } from "../stateful";
import { types } from "../types";

const options = "https://www.pulumi.com/docs/iac/concepts/options";

/** What holds state can't be lost by a slip. */
export const statePolicies: readonly Policy[] = [
  {
    id: "state-unprotected",
    group: "change",
    level: { dev: "off", staging: "off", prod: "warning" },
    title: "What holds state is protected from being deleted.",
    fix: "Give it the option protect: true; the platform does where the config says protect: true.",
    source: `${options}/protect/`,
    check: eachOf(Object.keys(statefulTypes).filter((type) => statefulTypes[type]?.protect === true), (resource) =>
      resource.protect ? undefined : `A change that replaces or drops it would lose ${statefulTypes[resource.type]?.lost ?? ""}.`,
    ),
  },
  {
    id: "key-outlives-program",
    group: "change",
    level: "error",
    title: "A key of a vault goes with its vault, not by itself.",
    fix: "Give it the option retainOnDelete: true, or deletedWith its vault.",
    source: "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview",
    check: eachOf([types.key], ({ lifetime }) =>
      lifetime === undefined || lifetime.retainOnDelete === true || lifetime.deletedWith !== undefined ? undefined : "To delete it, the deployer would have to reach the vault's own data, and its name would stay taken.",
    ),
  },
  {
    id: "pool-goes-with-cluster",
    group: "change",
    level: "info",
    title: "A pool goes with its cluster.",
    fix: "Give it the option deletedWith the cluster.",
    source: `${options}/deletedwith/`,
    check: eachOf([types.agentPool], ({ lifetime }) => (lifetime === undefined || lifetime.deletedWith !== undefined ? undefined : "A destroy drains and deletes it by itself, though it would go with the cluster.")),
  },
  {
    id: "provider-cluster-identifier",
    group: "change",
    level: "error",
    title: "A provider for a cluster says which cluster it is.",
    fix: "Set clusterIdentifier to the cluster's id.",
    source: "https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/#clusteridentifier_nodejs",
    check: eachOf(["pulumi:providers:kubernetes"], (provider) =>
      provider.has("kubeconfig") && provider.lacks("clusterIdentifier") ? "Another address or certificate in its kubeconfig replaces everything that it made." : undefined,
    ),
  },
  {
    id: "storage-soft-delete",
    group: "change",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "Deleted and overwritten blobs can be brought back.",
    fix: "Make the account's BlobServiceProperties with isVersioningEnabled and a deleteRetentionPolicy.",
    source: "https://learn.microsoft.com/azure/storage/blobs/data-protection-overview",
    check: eachOf([types.storageAccount], (account, stack) => {
      const name = account.get("accountName");
      const settings = stack.ofType("azure-native:storage:BlobServiceProperties").filter((properties) => typeof name !== "string" || !properties.isNot("accountName", name));
      if (account.is("kind", "FileStorage") || settings.some((properties) => !properties.isNot("isVersioningEnabled", true) && !properties.isNot("deleteRetentionPolicy.enabled", true))) return undefined;
      return "A blob that is deleted or overwritten in it is gone at once.";
    }),
  },
  {
    id: "volume-reclaim",
    group: "change",
    level: { dev: "off", staging: "info", prod: "warning" },
    title: "A volume stays when its claim goes.",
    fix: "Set reclaimPolicy to Retain.",
    source: "https://kubernetes.io/docs/concepts/storage/storage-classes/#reclaim-policy",
    check: eachOf(["kubernetes:storage.k8s.io/v1:StorageClass"], (storageClass) => (storageClass.is("reclaimPolicy", undefined, "Delete") ? "Its disks are deleted with their claims." : undefined)),
  },
  {
    id: "claim-retention",
    group: "change",
    level: { dev: "info", staging: "error", prod: "error" },
    title: "The claims of a StatefulSet stay when it goes, or has fewer pods.",
    fix: "Set whenDeleted and whenScaled of persistentVolumeClaimRetentionPolicy to Retain, the default.",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention",
    check: eachOf(["kubernetes:apps/v1:StatefulSet"], (set) => {
      const policy = set.get("spec.persistentVolumeClaimRetentionPolicy");
      const deleting = isRecord(policy) ? ["whenDeleted", "whenScaled"].find((when) => new Reading(policy).is(when, "Delete")) : undefined;
      return deleting && `With ${deleting}: Delete its volumes go by a change of the program.`;
    }),
  },
];
