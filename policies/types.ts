/** The types that several policies look at. */
export const types = {
  registry: "azure-native:containerregistry:Registry",
  vault: "azure-native:keyvault:Vault",
  key: "azure-native:keyvault:Key",
  storageAccount: "azure-native:storage:StorageAccount",
  blobContainer: "azure-native:storage:BlobContainer",
  cluster: "azure-native:containerservice:ManagedCluster",
  agentPool: "azure-native:containerservice:AgentPool",
  diskEncryptionSet: "azure-native:compute:DiskEncryptionSet",
  virtualNetwork: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
  privateEndpoint: "azure-native:network:PrivateEndpoint",
  roleAssignment: "azure-native:authorization:RoleAssignment",
  domain: "azure-native:cdn:AFDCustomDomain",
  endpoint: "azure-native:cdn:AFDEndpoint",
  origin: "azure-native:cdn:AFDOrigin",
  route: "azure-native:cdn:Route",
  securityPolicy: "azure-native:cdn:SecurityPolicy",
  firewall: "azure-native:frontdoor:Policy",
  namespace: "kubernetes:core/v1:Namespace",
  service: "kubernetes:core/v1:Service",
  serviceAccount: "kubernetes:core/v1:ServiceAccount",
  disruptionBudget: "kubernetes:policy/v1:PodDisruptionBudget",
  release: "kubernetes:helm.sh/v3:Release",
  networkPolicy: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
} as const;

/** What installs a chart: a release, or its objects one by one. */
export const chartTypes = [types.release, "kubernetes:helm.sh/v3:Chart", "kubernetes:helm.sh/v4:Chart"] as const;

/** Where the metadata of pods is in what makes them. */
export function podMetadata({ type }: { readonly type: string }): string {
  if (type.endsWith(":Pod")) return "metadata";
  return type.endsWith(":CronJob") ? "spec.jobTemplate.spec.template.metadata" : "spec.template.metadata";
}

/** What makes pods, by its own type. */
export const podTypes = ["apps/v1:Deployment", "apps/v1:StatefulSet", "apps/v1:DaemonSet", "apps/v1:ReplicaSet", "core/v1:ReplicationController", "batch/v1:Job", "batch/v1:CronJob", "core/v1:Pod"].map((type) => `kubernetes:${type}`);
