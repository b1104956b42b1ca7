import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { refuseProblems } from "../shared/errors";
import { entraApplicationProblems, existingApplicationProblems } from "./entraApplicationProblems";

/**
 * What a person's sign-in may ask of Microsoft Graph, with the id that Microsoft gave each.
 * @source https://learn.microsoft.com/graph/permissions-reference
 */
const graphPermissions = {
  "openid": "37f7f235-527c-4136-accd-4a02d197296e",
  "profile": "14dad69e-099b-42c9-810b-d002981feec1",
  "email": "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
  "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
  "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
} as const;

/** A delegated permission of Microsoft Graph. */
export type GraphPermission = keyof typeof graphPermissions;

/** How the application proves who it is. */
export type EntraCredential =
  | {
      readonly kind: "secret";
      /** When the secret ends, as `2027-01-31T00:00:00Z`. A later date makes a new secret; the old one goes once its users have the new. */
      readonly expires: string;
    }
  | {
      /** A token of another issuer stands for the application, so that there is no secret: a pod's service account, or a pipeline. */
      readonly kind: "federated";
      /** The issuer's address, as the cluster's OIDC issuer URL. */
      readonly issuer: pulumi.Input<string>;
      /** Who the issuer says it is, as `system:serviceaccount:<namespace>:<service account>`. */
      readonly subject: string;
    };

/** An application that is made here. */
export interface NewEntraApplicationArgs {
  /** The name that people see when they sign in, 1 to 120 characters. */
  readonly displayName: string;
  /** Where Entra ID may send a browser after sign-in, as `https://app.example.com/oauth2/callback`. https only, but for `localhost`. */
  readonly redirectUris: readonly string[];
  readonly credential: EntraCredential;
  /** The name of the one scope that the application exposes. Default `access`. */
  readonly scopeName?: string;
  /** What it asks of Microsoft Graph for the signed-in person. Default `openid`, `profile` and `email`. */
  readonly permissions?: readonly GraphPermission[];
  /**
   * Whether consent to `permissions` is given for everybody here, so that nobody is asked. Default true. It takes the directory role Cloud
   * Application Administrator, or for a pipeline the Graph permission DelegatedPermissionGrant.ReadWrite.All.
   */
  readonly adminConsent?: boolean;
  /** Whether tokens say which security groups a person is in. Default false. */
  readonly groupClaims?: boolean;
  /**
   * Other applications whose users need not consent to the exposed scope, by a key of your own: their client ids. `az account
   * get-access-token` works when the Azure CLI, 04b07795-8ddb-461a-bbee-02f9e1bf7b46, is one. Default none.
   */
  readonly preAuthorizedClients?: Readonly<Record<string, string>>;
}

/** An application that exists already and is only looked up. Its redirect addresses and credential are its owner's to keep. */
export interface ExistingEntraApplicationArgs {
  readonly existing: {
    /** The application (client) id. */
    readonly clientId: string;
  };
}

/** Arguments of `EntraApplication`. */
export type EntraApplicationArgs = NewEntraApplicationArgs | ExistingEntraApplicationArgs;

const graph = "00000003-0000-0000-c000-000000000000";
// Any fixed UUID will do; a change of it would make every exposed scope anew.
const scopeNamespace = "8d7d2c5e-4f0b-4b8e-9a55-0c3f8a1f6f2d";

/**
 * An application in Entra ID for sign-in: people sign in by the browser, programs by client credentials, and both get tokens of version 2
 * for the same audience. Nobody outside the tenant can sign in, and no token comes through a browser's address bar.
 *
 * With the component option `protect` the application and its service principal are protected; credentials can always be renewed.
 *
 * @throws ArgumentError when an argument is not one that Entra ID takes, and, once it is looked up, when an existing application issues
 * tokens of version 1 or has no identifier `api://<client id>`.
 * @example
 * const signIn = new EntraApplication("sign-in", {
 *   displayName: "Acme delivery platform (dev)",
 *   redirectUris: ["https://echo.dev.example.com/oauth2/callback"],
 *   credential: { kind: "federated", issuer: cluster.oidcIssuerUrl, subject: "system:serviceaccount:oauth2-proxy:oauth2-proxy" },
 * });
 * @source https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export class EntraApplication extends pulumi.ComponentResource {
  /** The application (client) id. */
  readonly clientId: pulumi.Output<string>;
  /** The client secret, where `credential` asks for one. Secret. */
  readonly clientSecret: pulumi.Output<string> | undefined;
  /** The scope that a program asks a token for: `api://<client id>/.default`. */
  readonly scope: pulumi.Output<string>;
  /** Every audience that a token for this application can name: the client id, in version 2 whichever way the token was asked for. */
  readonly audiences: pulumi.Output<string[]>;

  constructor(name: string, args: EntraApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, entraApplicationProblems(args));
    super("delivery-platform:azure:EntraApplication", name, {}, opts);

    if ("existing" in args) {
      this.clientId = this.lookUp(name, args.existing.clientId);
    } else {
      const application = this.make(name, args);
      this.clientId = application.clientId;
      this.clientSecret = this.makeCredential(name, args.credential, application);
    }
    this.scope = pulumi.interpolate`api://${this.clientId}/.default`;
    this.audiences = this.clientId.apply((clientId) => [clientId]);

    this.registerOutputs({ clientId: this.clientId, clientSecret: this.clientSecret, scope: this.scope, audiences: this.audiences });
  }

  /** Finds an application and passes its client id on only if its tokens are what `audiences` says. */
  private lookUp(name: string, clientId: string): pulumi.Output<string> {
    return azuread.getApplicationOutput({ clientId }, { parent: this }).apply((found) => {
      refuseProblems(name, existingApplicationProblems(clientId, found));
      return found.clientId;
    });
  }

  private make(name: string, args: NewEntraApplicationArgs): azuread.Application {
    const { displayName, redirectUris, scopeName = "access", permissions = ["openid", "profile", "email"], adminConsent = true, groupClaims = false, preAuthorizedClients = {} } = args;
    const scopeId = uuid(scopeName, scopeNamespace);
    const description = `Use ${displayName} as the signed-in person.`;
    const application = new azuread.Application(
      name,
      {
        displayName,
        signInAudience: "AzureADMyOrg",
        web: { redirectUris: [...redirectUris], implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false } },
        api: {
          requestedAccessTokenVersion: 2,
          oauth2PermissionScopes: [
            {
              id: scopeId,
              value: scopeName,
              type: "User",
              enabled: true,
              adminConsentDisplayName: displayName,
              adminConsentDescription: description,
              userConsentDisplayName: displayName,
              userConsentDescription: description,
            },
          ],
        },
        ...(groupClaims && { groupMembershipClaims: ["SecurityGroup"] }),
        // Entra ID leaves the address of a person out of a token unless it is asked for.
        // https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
        optionalClaims: { idTokens: [{ name: "email" }], accessTokens: [{ name: "email" }] },
        requiredResourceAccesses: permissions.length === 0 ? [] : [{ resourceAppId: graph, resourceAccesses: permissions.map((permission) => ({ id: graphPermissions[permission], type: "Scope" })) }],
      },
      // The identifier holds the client id, so it is a resource of its own.
      // https://www.pulumi.com/registry/packages/azuread/api-docs/applicationidentifieruri/
      { parent: this, ignoreChanges: ["identifierUris"] },
    );
    new azuread.ApplicationIdentifierUri(`${name}-identifier`, { applicationId: application.id, identifierUri: pulumi.interpolate`api://${application.clientId}` }, { parent: this });
    const principal = new azuread.ServicePrincipal(`${name}-principal`, { clientId: application.clientId }, { parent: this });
    if (adminConsent && permissions.length > 0) {
      const resourceServicePrincipalObjectId = azuread.getServicePrincipalOutput({ clientId: graph }, { parent: this }).objectId;
      const consent = { servicePrincipalObjectId: principal.objectId, resourceServicePrincipalObjectId, claimValues: [...permissions] };
      new azuread.ServicePrincipalDelegatedPermissionGrant(`${name}-consent`, consent, { parent: this });
    }
    for (const [key, authorizedClientId] of Object.entries(preAuthorizedClients)) {
      new azuread.ApplicationPreAuthorized(`${name}-client-${key}`, { applicationId: application.id, authorizedClientId, permissionIds: [scopeId] }, { parent: this });
    }
    return application;
  }

  /** Makes the credential; answers with the secret where it is one. */
  private makeCredential(name: string, credential: EntraCredential, application: azuread.Application): pulumi.Output<string> | undefined {
    // A protected credential could not be renewed, since that replaces it.
    const options = { parent: this, protect: false };
    if (credential.kind === "secret") {
      const password = new azuread.ApplicationPassword(`${name}-secret`, { applicationId: application.id, displayName: name, endDate: credential.expires }, options);
      return pulumi.secret(password.value);
    }
    const { issuer, subject } = credential;
    new azuread.ApplicationFederatedIdentityCredential(
      `${name}-federation`,
      { applicationId: application.id, displayName: name, issuer, subject, audiences: ["api://AzureADTokenExchange"] },
      options,
    );
    return undefined;
  }
}
