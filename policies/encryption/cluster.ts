import { eachOf, Policy, PolicyResource } from "../policy";
import { types } from "../types";

const ownKeys = "https://learn.microsoft.com/azure/aks/azure-disk-customer-managed-keys";
const claimTypes = ["kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:apps/v1:StatefulSet"];

/** Drivers that make a storage account of their own where none is named; disks are encrypted by the cluster's set. */
const accountDrivers = ["file.csi.azure.com", "blob.csi.azure.com", "kubernetes.io/azure-file"];
/** The classes that AKS brings along for those drivers. */
const accountClasses = /^azure(file|blob)(-|$)/;

/** Encryption of what a cluster keeps. */
export const clusterEncryption: readonly Policy[] = [
  {
    id: "cluster-customer-key",
    group: "encryption",
    level: "error",
    title: "A cluster's disks are encrypted by a disk encryption set.",
    fix: "Set diskEncryptionSetID; it can be set only when the cluster is made.",
    source: ownKeys,
    check: eachOf([types.cluster], (cluster) => (cluster.lacks("diskEncryptionSetID") ? "The disks of nodes and volumes are encrypted with a key of Microsoft's." : undefined)),
  },
  {
    id: "node-encryption-at-host",
    group: "encryption",
    // Not every subscription has the feature, so the config can do without.
    level: "warning",
    title: "Nodes encrypt their temporary disks and caches.",
    fix: "Set enableEncryptionAtHost to true for each pool; it can be set only when the pool is made.",
    source: "https://learn.microsoft.com/azure/aks/enable-host-encryption",
    check(stack) {
      const inline = eachOf([types.cluster], (cluster) => {
        const pools = cluster.items("agentPoolProfiles").filter((pool) => pool.isNot("enableEncryptionAtHost", true));
        return pools.length === 0 ? undefined : `The nodes of ${pools.map((pool) => pool.text("name") ?? "a pool").join(", ")} keep temporary disks and caches unencrypted.`;
      });
      const own = eachOf([types.agentPool], (pool) => (pool.isNot("enableEncryptionAtHost", true) ? "Its nodes keep temporary disks and caches unencrypted." : undefined));
      return [...inline(stack), ...own(stack)];
    },
  },
  {
    id: "storage-class-customer-key",
    group: "encryption",
    level: "error",
    title: "A storage class keeps data under a key of one's own.",
    fix: "Use disks, provisioner disk.csi.azure.com, or name an account with a key of one's own in parameters.storageAccount.",
    source: ownKeys,
    check: eachOf(["kubernetes:storage.k8s.io/v1:StorageClass"], (storageClass) =>
      storageClass.is("provisioner", ...accountDrivers) && storageClass.lacks("parameters.storageAccount")
        ? `${storageClass.text("provisioner")} makes a storage account that is encrypted with a key of Microsoft's.`
        : undefined,
    ),
  },
  {
    id: "volume-customer-key",
    group: "encryption",
    level: "error",
    title: "A volume is of a storage class that keeps data under a key of one's own.",
    fix: "Name a class of disks, as managed-csi.",
    source: "https://learn.microsoft.com/azure/aks/concepts-storage#storage-classes",
    check: eachOf(claimTypes, (resource) => {
      const wrong = classesOf(resource).find((name) => accountClasses.test(name));
      return wrong && `The class ${wrong} keeps its files in a storage account that is encrypted with a key of Microsoft's.`;
    }),
  },
];

/** The storage classes that a claim, or the claims of a StatefulSet, name. */
function classesOf(resource: PolicyResource): string[] {
  const own = [resource.text("spec.storageClassName")];
  const claimed = resource.items("spec.volumeClaimTemplates").map((claim) => claim.text("spec.storageClassName"));
  return [...own, ...claimed].filter((name) => name !== undefined);
}
