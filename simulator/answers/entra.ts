import type * as azuread from "@pulumi/azuread";
import { Answer, digits, other, textOf, uuid } from "./answer";
import { Resource } from "../resource";

const objectId = (resource: Resource): string => uuid(resource.urn, "object");
/** A credential that the embedded cloud made up: it opens nothing, and is told apart by its form. */
const credential = (resource: Resource): string => `embedded~${digits(31, resource.urn, "credential")}`;
const under = (kind: string) => (resource: Resource): string => `${textOf(resource, "applicationId")}/${kind}/${uuid(resource.urn, kind)}`;

/** Entra ID. */
export const entra: Readonly<Record<string, Answer>> = {
  "azuread:index/application:Application": other<azuread.Application>(
    (resource) => `/applications/${objectId(resource)}`,
    (resource) => ({ objectId: objectId(resource), clientId: uuid(resource.urn, "client") }),
  ),
  "azuread:index/servicePrincipal:ServicePrincipal": other<azuread.ServicePrincipal>(
    (resource) => `/servicePrincipals/${objectId(resource)}`,
    (resource, { client }) => ({ objectId: objectId(resource), applicationTenantId: client.tenantId }),
  ),
  "azuread:index/applicationPassword:ApplicationPassword": other<azuread.ApplicationPassword>(under("password"), (resource) => ({
    keyId: uuid(resource.urn, "password"),
    value: credential(resource),
  })),
  "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri": other<azuread.ApplicationIdentifierUri>(under("identifierUris")),
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential": other<azuread.ApplicationFederatedIdentityCredential>(
    under("federatedIdentityCredential"),
    (resource) => ({ credentialId: uuid(resource.urn, "federatedIdentityCredential") }),
  ),
  "azuread:index/applicationPermissionScope:ApplicationPermissionScope": other<azuread.ApplicationPermissionScope>(under("permissionScopes")),
  "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized": other<azuread.ApplicationPreAuthorized>(under("preAuthorizedApplications")),
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant": other<azuread.ServicePrincipalDelegatedPermissionGrant>(
    (resource) => digits(43, resource.urn, "grant"),
  ),
  "azuread:index/appRoleAssignment:AppRoleAssignment": other<azuread.AppRoleAssignment>((resource) => `${textOf(resource, "resourceObjectId")}/appRoleAssignment/${digits(43, resource.urn)}`),
};
