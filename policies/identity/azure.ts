import { isRecord } from "../../simulator/engine/values";
import { Reading } from "../../simulator/resource";
import { eachOf, Policy } from "../policy";
import { isWritten } from "../reason";
import { types } from "../types";

/** Azure's built-in roles that can do everything, or can grant everything. */
const wideRoles: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
};
/** A subscription, a management group or a whole resource group. */
const wideScope = /^(\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?|\/providers\/Microsoft\.Management\/managementGroups\/[^/]+|)\/?$/i;
const secretTypes = ["azuread:index/applicationPassword:ApplicationPassword", "azuread:index/servicePrincipalPassword:ServicePrincipalPassword"];
const applicationType = "azuread:index/application:Application";

/** Whether an application makes secrets of its own: one block, or a list in older versions of the package. */
function makesSecret(application: Reading, path: string): boolean {
  const value = application.get(path);
  return Array.isArray(value) ? value.length > 0 : isRecord(value);
}

/** Who may do what in Azure and Entra ID, and how they show who they are. */
export const azureIdentity: readonly Policy[] = [
  {
    id: "cluster-local-accounts-off",
    group: "identity",
    level: "error",
    title: "Nobody signs in to a cluster with a local account.",
    fix: "Set disableLocalAccounts to true.",
    source: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
    check: eachOf([types.cluster], (cluster) => (cluster.isNot("disableLocalAccounts", true) ? "The cluster has a local administrator, whose certificate no directory can revoke." : undefined)),
  },
  {
    id: "cluster-entra-access",
    group: "identity",
    level: "error",
    title: "Access to a cluster is granted in Entra ID, by Azure's roles.",
    fix: "Set aadProfile.managed and aadProfile.enableAzureRBAC to true.",
    source: "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
    check: eachOf([types.cluster], (cluster) =>
      ["managed", "enableAzureRBAC"].some((key) => cluster.isNot(`aadProfile.${key}`, true)) ? "The cluster does not ask Entra ID who may do what in it." : undefined,
    ),
  },
  {
    id: "cluster-workload-identity-on",
    group: "identity",
    level: "warning",
    title: "Pods can show Azure who they are without a secret.",
    fix: "Set oidcIssuerProfile.enabled and securityProfile.workloadIdentity.enabled to true.",
    source: "https://learn.microsoft.com/azure/aks/workload-identity-overview",
    check: eachOf([types.cluster], (cluster) =>
      ["oidcIssuerProfile.enabled", "securityProfile.workloadIdentity.enabled"].some((path) => cluster.isNot(path, true)) ? "Its pods need secrets to call Azure." : undefined,
    ),
  },
  {
    id: "cluster-run-command-off",
    group: "identity",
    level: "warning",
    title: "Nobody runs commands in a cluster through Azure's own interface.",
    fix: "Set apiServerAccessProfile.disableRunCommand to true.",
    source: "https://learn.microsoft.com/azure/aks/access-private-cluster#disable-run-command",
    check: eachOf([types.cluster], (cluster) =>
      cluster.isNot("apiServerAccessProfile.disableRunCommand", true) ? "Whoever may run commands gets past the API server's network." : undefined,
    ),
  },
  {
    id: "application-secret",
    group: "identity",
    level: { dev: "warning", staging: "error", prod: "error" },
    title: "An application shows who it is by a federated credential.",
    fix: "Federate it with the cluster's issuer and a service account: there is nothing to leak or to renew.",
    source: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation",
    check: eachOf([...secretTypes, applicationType], (resource) =>
      resource.type !== applicationType || ["password", "passwords"].some((path) => makesSecret(resource, path)) ? "The application has a secret, where a federated credential can be." : undefined,
    ),
  },
  {
    id: "role-too-wide",
    group: "identity",
    level: "error",
    title: "No role that can do or grant everything is given on a group of resources.",
    fix: "Grant a role of the service's own, on the one resource that it is for.",
    source: "https://learn.microsoft.com/azure/role-based-access-control/best-practices",
    check: eachOf([types.roleAssignment], (grant) => {
      const role = wideRoles[grant.text("roleDefinitionId")?.split("/").at(-1)?.toLowerCase() ?? ""];
      const scope = grant.text("scope");
      return role !== undefined && scope !== undefined && wideScope.test(scope) ? `It makes somebody ${role} of ${scope}.` : undefined;
    }),
  },
  {
    id: "role-definition-wildcard",
    group: "identity",
    level: "error",
    title: "A role of one's own names what it allows.",
    fix: "List the actions that are needed in place of *.",
    source: "https://learn.microsoft.com/azure/role-based-access-control/best-practices#limit-custom-role-wildcards",
    check: eachOf(["azure-native:authorization:RoleDefinition"], (role) =>
      role.items("permissions").some((permission) => [...permission.texts("actions"), ...permission.texts("dataActions")].includes("*")) ? "The role allows every action." : undefined,
    ),
  },
  {
    id: "registry-admin-user-off",
    group: "identity",
    level: "error",
    title: "A registry has no user with a password.",
    fix: "Set adminUserEnabled to false and grant AcrPull.",
    source: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
    check: eachOf([types.registry], (registry) => (registry.is("adminUserEnabled", true) ? "The registry has an administrator with a password, who may push." : undefined)),
  },
  {
    id: "registry-no-anonymous-pull",
    group: "identity",
    level: "error",
    title: "Nobody pulls from a registry without signing in.",
    fix: "Set anonymousPullEnabled to false.",
    source: "https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
    check: eachOf([types.registry], (registry) => (registry.is("anonymousPullEnabled", true) ? "Anybody can pull from the registry." : undefined)),
  },
  {
    id: "storage-shared-key",
    group: "identity",
    level: "error",
    title: "A storage account that takes its shared key says why.",
    fix: "Set allowSharedKeyAccess to false and grant a role on blobs; where a client knows only the key, give the reason in the tag shared-key-reason.",
    source: "https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent",
    check: eachOf([types.storageAccount], (account) =>
      account.isNot("allowSharedKeyAccess", false) && !isWritten(account, "tags.shared-key-reason") ? "Whoever has the account's key may do everything with it, and nobody can tell who it was." : undefined,
    ),
  },
  {
    id: "storage-no-public-blobs",
    group: "identity",
    level: "error",
    title: "Nobody reads blobs without signing in.",
    fix: "Set allowBlobPublicAccess of the account to false, and publicAccess of the container to None.",
    source: "https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent",
    check: eachOf([types.storageAccount, types.blobContainer], (resource) =>
      resource.is("allowBlobPublicAccess", true) || resource.is("publicAccess", "Blob", "Container") ? "Anybody can read its blobs." : undefined,
    ),
  },
  {
    id: "workspace-local-keys-off",
    group: "identity",
    level: "warning",
    title: "Nobody writes logs with a workspace's shared key.",
    fix: "Set features.disableLocalAuth to true.",
    source: "https://learn.microsoft.com/azure/azure-monitor/logs/api/overview#disable-local-authentication-for-log-analytics",
    check: eachOf(["azure-native:operationalinsights:Workspace"], (workspace) => (workspace.isNot("features.disableLocalAuth", true) ? "Whoever has the workspace's key can write false logs." : undefined)),
  },
];
