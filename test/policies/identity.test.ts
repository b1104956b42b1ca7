import * as assert from "node:assert/strict";
import { identity } from "../../policies/identity";
import { Plan } from "../../simulator/engine/plan";
import { rerunWith, withAdded, withChange } from "../support/changePlan";
import { found, PolicyRow, testPolicies } from "./rows";

const cluster = "azure-native:containerservice:ManagedCluster";
const registry = "azure-native:containerregistry:Registry";
const storage = { type: "azure-native:storage:StorageAccount", name: "storage" };
const kayenta = { type: "azure-native:storage:StorageAccount", name: "kayenta-storage" };
const binding = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
const server = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const echoAccount = { type: "kubernetes:core/v1:ServiceAccount", name: "echo-account" };

const application = "azuread:index/application:Application";
const subscription = "/subscriptions/66666666-6666-4666-8666-666666666666";
const owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const accessAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
const reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const granted = (plan: Plan, role: string, scope: string): Plan =>
  withAdded(plan, "azure-native:authorization:RoleAssignment", "grant", { principalId: "p", roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`, scope });
const bound = (plan: Plan, role: string, subject: Record<string, string>): Plan => withAdded(plan, binding, "bound", { metadata: { name: "bound" }, roleRef: { kind: "ClusterRole", name: role }, subjects: [subject] });
const group = { kind: "Group", name: "platform" };
const role = (plan: Plan, verbs: readonly string[]): Plan => withAdded(plan, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "role", { rules: [{ apiGroups: [""], resources: ["*"], verbs }] });
const definition = (plan: Plan, actions: readonly string[]): Plan => withAdded(plan, "azure-native:authorization:RoleDefinition", "role", { permissions: [{ actions }] });
const withToken = (plan: Plan): Plan => withChange(plan, server, "spec.template.spec.automountServiceAccountToken", true);

const rows: readonly PolicyRow[] = [
  { policy: "cluster-local-accounts-off", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "disableLocalAccounts", undefined) },
  { policy: "cluster-entra-access", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "aadProfile.enableAzureRBAC", false) },
  { policy: "cluster-entra-access", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "aadProfile", undefined) },
  { policy: "cluster-workload-identity-on", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "securityProfile.workloadIdentity", undefined) },
  { policy: "cluster-run-command-off", at: "aks-cluster", fails: (plan) => withChange(plan, cluster, "apiServerAccessProfile.disableRunCommand", undefined) },
  {
    policy: "application-secret",
    at: "secret",
    fails: (plan) => withAdded(plan, "azuread:index/applicationPassword:ApplicationPassword", "secret", { applicationId: "a" }),
    passes: (plan) => withAdded(plan, "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential", "federated", { applicationId: "a" }),
  },
  { policy: "application-secret", at: "secret", fails: (plan) => withAdded(plan, "azuread:index/servicePrincipalPassword:ServicePrincipalPassword", "secret", { servicePrincipalId: "a" }) },
  { policy: "application-secret", at: "app", fails: (plan) => withAdded(plan, application, "app", { password: { displayName: "ci" } }), passes: (plan) => withAdded(plan, application, "app", { displayName: "ci" }) },
  { policy: "application-secret", at: "app", fails: (plan) => withAdded(plan, application, "app", { passwords: [{ displayName: "ci" }] }), passes: (plan) => withAdded(plan, application, "app", { passwords: [] }) },
  { policy: "role-too-wide", at: "grant", fails: (plan) => granted(plan, accessAdministrator, subscription), passes: (plan) => granted(plan, reader, subscription) },
  { policy: "role-too-wide", at: "grant", fails: (plan) => granted(plan, owner, "/providers/Microsoft.Management/managementGroups/acme"), passes: (plan) => granted(plan, owner, `${subscription}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v`) },
  { policy: "role-too-wide", at: "grant", fails: (plan) => granted(plan, owner, subscription), passes: (plan) => granted(plan, owner, `${subscription}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a`) },
  {
    policy: "role-too-wide",
    at: "grant",
    fails: (plan) => granted(plan, "b24988ac-6180-42a0-ab88-20f7382dd24c", `${subscription}/resourceGroups/rg-acme-prod`),
    passes: (plan) => granted(plan, "acdd72a7-3385-48ef-bd42-f606fba81ae7", subscription),
  },
  { policy: "role-definition-wildcard", at: "role", fails: (plan) => definition(plan, ["*"]), passes: (plan) => definition(plan, ["Microsoft.Storage/storageAccounts/read"]) },
  { policy: "registry-admin-user-off", at: "registry", fails: (plan) => withChange(plan, registry, "adminUserEnabled", true) },
  { policy: "registry-no-anonymous-pull", at: "registry", fails: (plan) => withChange(plan, registry, "anonymousPullEnabled", true) },
  { policy: "storage-shared-key", at: "storage", fails: (plan) => withChange(plan, storage, "allowSharedKeyAccess", undefined) },
  // Kayenta's account takes its key for a reason.
  { policy: "storage-shared-key", at: "kayenta-storage", fails: (plan) => withChange(plan, kayenta, "tags.shared-key-reason", undefined) },
  { policy: "storage-shared-key", at: "kayenta-storage", fails: (plan) => withChange(plan, kayenta, "tags.shared-key-reason", "") },
  { policy: "storage-no-public-blobs", at: "storage", fails: (plan) => withChange(plan, storage, "allowBlobPublicAccess", true) },
  { policy: "storage-no-public-blobs", at: "kayenta-storage-kayenta", fails: (plan) => withChange(plan, "azure-native:storage:BlobContainer", "publicAccess", "Blob") },
  { policy: "workspace-local-keys-off", at: "monitoring", fails: (plan) => withChange(plan, "azure-native:operationalinsights:Workspace", "features", undefined) },
  { policy: "cluster-admin-binding", at: "bound", fails: (plan) => bound(plan, "cluster-admin", group), passes: (plan) => bound(plan, "view", group) },
  { policy: "role-wildcard", at: "role", fails: (plan) => role(plan, ["*"]), passes: (plan) => role(plan, ["get", "list"]) },
  { policy: "binding-of-everybody", at: "bound", fails: (plan) => bound(plan, "view", { kind: "Group", name: "system:authenticated" }), passes: (plan) => bound(plan, "view", { kind: "Group", name: "readers" }) },
  {
    policy: "service-account-token",
    at: "echo-server",
    fails: withToken,
    passes: (plan) => bound(withToken(plan), "view", { kind: "ServiceAccount", name: "echo", namespace: "echo" }),
  },
  {
    policy: "service-account-token",
    at: "echo-server",
    fails: (plan) => withChange(withChange(plan, server, "spec.template.spec.automountServiceAccountToken", undefined), echoAccount, "automountServiceAccountToken", undefined),
    passes: (plan) => withChange(withChange(plan, server, "spec.template.spec.automountServiceAccountToken", undefined), echoAccount, "automountServiceAccountToken", false),
  },
  { policy: "default-service-account", at: "echo-server", fails: (plan) => withChange(plan, server, "spec.template.spec.serviceAccountName", undefined) },
];

describe("policies of identity", function () {
  this.timeout(120_000);
  testPolicies(identity, rows);

  it("find it in the program as well, when it is run anew", async () => {
    assert.deepEqual(found(await rerunWith("dev", "preview", "azure-native:containerservice:ManagedCluster", (args) => ({ ...args, disableLocalAccounts: false })), identity, "dev"), ["cluster-local-accounts-off at aks-cluster"]);
  });
});
