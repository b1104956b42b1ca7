import type { GetClientConfigResult, GetClientTokenResult } from "@pulumi/azure-native/authorization";
import type { ListManagedClusterUserCredentialsResult } from "@pulumi/azure-native/containerservice";
import type { GetZoneResult } from "@pulumi/azure-native/dns";
import type { ListStorageAccountKeysResult } from "@pulumi/azure-native/storage";
import type { GetApplicationResult, GetClientConfigResult as EntraClientConfig, GetServicePrincipalResult } from "@pulumi/azuread";
import { Properties } from "../engine/values";
import { Reading } from "../resource";
import { World } from "../world";
import { digits, uuid } from "./answer";
import { apiServerHost } from "./cluster";

/** How a lookup is answered. */
type Lookup = (args: Reading, world: World) => Properties;

/** The client that the embedded cloud takes to be signed in, of which the program gives no more than tenant and subscription. */
const signedIn = { clientId: uuid("signed-in client"), objectId: uuid("signed-in object") };

const named = (args: Reading, ...paths: string[]): string => paths.map((path) => args.text(path)).find((text) => text !== undefined) ?? "";

// Microsoft's own applications have the same client id in every tenant.
// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
const microsoftGraph = "00000003-0000-0000-c000-000000000000";

/** The lookups that the embedded cloud answers, by token. */
export const lookups: Readonly<Record<string, Lookup>> = {
  "azure-native:authorization:getClientConfig": (_, { client }) => ({ ...signedIn, ...client }) satisfies GetClientConfigResult,
  "azure-native:authorization:getClientToken": () => ({ token: "embedded-cloud-token" }) satisfies GetClientTokenResult,
  "azure-native:containerservice:listManagedClusterUserCredentials": (args, world) => {
    const value = Buffer.from(kubeconfig(args, world)).toString("base64");
    return { kubeconfigs: [{ name: "clusterUser", value }] } satisfies ListManagedClusterUserCredentialsResult;
  },
  "azure-native:storage:listStorageAccountKeys": (args) => {
    const keys = ["key1", "key2"].map((keyName) => ({
      keyName,
      permissions: "Full",
      creationTime: "2026-01-01T00:00:00Z",
      value: Buffer.from(digits(64, named(args, "accountName"), keyName)).toString("base64"),
    }));
    return { keys } satisfies ListStorageAccountKeysResult;
  },
  "azure-native:dns:getZone": (args, { client }) => {
    const name = named(args, "zoneName");
    const zone: Partial<GetZoneResult> = {
      id: `/subscriptions/${client.subscriptionId}/resourceGroups/${named(args, "resourceGroupName")}/providers/Microsoft.Network/dnszones/${name}`,
      name,
      location: "global",
      nameServers: ["com", "net", "org", "info"].map((end, index) => `ns${index + 1}-01.azure-dns.${end}.`),
      zoneType: "Public",
    };
    return zone;
  },

  "azuread:index/getClientConfig:getClientConfig": (_, { client }) => ({ ...signedIn, id: signedIn.objectId, tenantId: client.tenantId }) satisfies EntraClientConfig,
  "azuread:index/getApplication:getApplication": (args) => {
    const identity = named(args, "clientId", "objectId", "displayName", "identifierUri");
    const objectId = args.text("objectId") ?? uuid(identity, "application");
    const clientId = args.text("clientId") ?? uuid(identity, "client");
    const application: Partial<GetApplicationResult> = {
      id: `/applications/${objectId}`,
      objectId,
      clientId,
      displayName: args.text("displayName") ?? identity,
      apis: [{ requestedAccessTokenVersion: 2, knownClientApplications: [], mappedClaimsEnabled: false, oauth2PermissionScopes: [] }],
      identifierUris: [`api://${clientId}`],
      oauth2PermissionScopeIds: { user_impersonation: uuid(identity, "user_impersonation") },
    };
    return application;
  },
  "azuread:index/getServicePrincipal:getServicePrincipal": (args) => {
    const identity = named(args, "clientId", "objectId", "displayName");
    const objectId = args.text("objectId") ?? uuid(identity, "service principal");
    const scopes = ["openid", "profile", "email", "offline_access", "User.Read"];
    const principal: Partial<GetServicePrincipalResult> = {
      id: `/servicePrincipals/${objectId}`,
      objectId,
      clientId: args.text("clientId") ?? uuid(identity, "client"),
      displayName: args.text("displayName") ?? identity,
      oauth2PermissionScopeIds: Object.fromEntries(scopes.map((scope) => [scope, uuid(identity, scope)])),
    };
    return principal;
  },
  "azuread:index/getApplicationPublishedAppIds:getApplicationPublishedAppIds": () => ({ id: "appIds", result: { MicrosoftGraph: microsoftGraph } }),
};

/** A kubeconfig as a cluster with Entra ID hands it out: no credential in it, the token comes from kubelogin. */
function kubeconfig(args: Reading, world: World): string {
  const name = named(args, "resourceName");
  const cluster = world.where("azure-native:containerservice:ManagedCluster", { resourceName: name, resourceGroupName: args.text("resourceGroupName") });
  const host = cluster?.text("privateFQDN") ?? cluster?.text("fqdn") ?? apiServerHost(name, "westeurope", false, name);
  const user = `clusterUser_${named(args, "resourceGroupName")}_${name}`;
  const certificate = Buffer.from("-----BEGIN CERTIFICATE-----\nembedded cloud\n-----END CERTIFICATE-----\n").toString("base64");
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster:
      server: https://${host}:443
      certificate-authority-data: ${certificate}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${user}
current-context: ${name}
preferences: {}
users:
  - name: ${user}
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        command: kubelogin
        args: [get-token, --login, devicecode, --server-id, 6dae42f8-4368-4678-94ff-3960e28e3630, --client-id, 80faf920-1908-4b52-b5ef-a8e7bedfc67a, --tenant-id, ${world.client.tenantId}, --environment, AzurePublicCloud]
        provideClusterInfo: false
`;
}
