import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { RoleGrant, RoleGrants } from "./roleGrants";

/** Arguments of `AppIdentity`. */
export interface AppIdentityArgs {
  readonly context: AzureContext;
  readonly resourceGroupName: string;
  /** What the identity is for, as `orders`: part of its name. It stays the same for ever. */
  readonly role: string;
  /** The address of the cluster's OpenID Connect issuer, which vouches for its service accounts. */
  readonly oidcIssuerUrl: pulumi.Input<string>;
  /** Whose pods sign in as it, and nobody else. */
  readonly serviceAccount: { readonly namespace: string; readonly name: string };
  /** What it may do, by a key of your own that names the resource and stays the same. Default: nothing, until it is granted elsewhere. */
  readonly grants?: Readonly<Record<string, RoleGrant>>;
}

/**
 * An identity in Azure that pods sign in as by their service account: a managed identity that trusts the tokens of this one account, with its
 * roles. There is no password.
 *
 * The service account names the identity by its client id. What signs in depends on `ready`.
 *
 * @example
 * const identity = new AppIdentity("orders-identity", {
 *   context, resourceGroupName: "rg-acme-dev", role: "orders", oidcIssuerUrl: platform.oidcIssuerUrl,
 *   serviceAccount: { namespace: "orders", name: "orders" },
 *   grants: { files: { role: "Storage Blob Data Contributor", scope: accountId } },
 * });
 * new MeshApp("orders", { …, workloadIdentity: identity }, { dependsOn: [...identity.ready] });
 * @source https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
export class AppIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /** Its object id, as grants name it. */
  readonly principalId: pulumi.Output<string>;
  /** What must be there before it can do its work: the trust, and the wait after the grants. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AppIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:azure:AppIdentity", name, {}, opts);
    const { context, resourceGroupName, role, serviceAccount, grants = {} } = args;
    const resourceName = context.names.of("userAssignedIdentity", role);
    const identity = new managedidentity.UserAssignedIdentity(`${name}-identity`, { resourceName, resourceGroupName, location: context.location, tags: context.tags }, { parent: this });
    this.clientId = identity.clientId;
    this.principalId = identity.principalId;

    const credential = new managedidentity.FederatedIdentityCredential(
      `${name}-credential`,
      {
        federatedIdentityCredentialResourceName: role,
        resourceName,
        resourceGroupName,
        issuer: args.oidcIssuerUrl,
        subject: `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`,
        audiences: ["api://AzureADTokenExchange"],
      },
      { parent: this, dependsOn: identity },
    );
    const granted =
      Object.keys(grants).length > 0
        ? [new RoleGrants(`${name}-grants`, { context, principalId: identity.principalId, principalType: "ServicePrincipal", grants }, { parent: this }).ready]
        : [];
    this.ready = [credential, ...granted];

    this.registerOutputs({ clientId: this.clientId, principalId: this.principalId, ready: this.ready });
  }
}
