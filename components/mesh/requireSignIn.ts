import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { entraIdAuthority } from "../shared/knownHosts";
import { withAnyPort } from "./access";
import { istioObject } from "./istioObject";

/** Whose tokens count, and for whom they are made. */
export interface TokenIssuer {
  /** The issuer as a token names it. */
  readonly issuer: string;
  /** Where the issuer publishes its keys. istiod fetches them, not the proxies. */
  readonly jwksUri: string;
  /** The only audience that a token may be for. */
  readonly audience: pulumi.Input<string>;
}

/** Arguments of `RequireSignIn`. */
export interface RequireSignInArgs {
  readonly cluster: ClusterTarget;
  /** The app's pods. The hosts are asked for it on every port of theirs, so that none is left out while a port changes. */
  readonly app: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
  /** The hosts of the app that ask for it, one at least; on its others the app answers everyone. */
  readonly hosts: readonly string[];
  readonly tokens: TokenIssuer;
  /** What must be there before: the mesh, and the app's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/** The tokens that Entra ID issues in a tenant, in version 2. */
export function entraTokens(tenantId: string, audience: pulumi.Input<string>): TokenIssuer {
  const authority = entraIdAuthority(tenantId);
  return { issuer: `${authority}/v2.0`, jwksUri: `${authority}/discovery/v2.0/keys`, audience };
}

// What an app learns of who calls, from a verified token alone. Each is taken off a request first: a client can't send one of its own.
const identityHeaders = {
  "x-auth-request-user": "sub",
  "x-auth-request-email": "preferred_username",
  "x-auth-request-preferred-username": "preferred_username",
  "x-auth-request-groups": "groups",
} as const;

/**
 * Lets an app answer on the given hosts only who has a token that it can verify: whatever the gateway lets through, no request without one
 * reaches the app there. The app gets the caller's names in the headers `X-Auth-Request-User`, `-Email`, `-Preferred-Username` and `-Groups`
 * (a list, as JSON in base64url), and not the token, with which it could call other apps in the caller's name.
 *
 * Its objects are called as the component, so that a namespace may hold several such apps.
 *
 * A token that is there is checked on the app's other hosts as well: with one of another issuer a request gets 401 there.
 *
 * @throws ArgumentError when there is no host or no label
 * @example
 * new RequireSignIn("echo-sign-in", {
 *   cluster, hosts: ["private.dev.example.com"], tokens: entraTokens(tenantId, application.clientId), ready: [istio, namespace],
 *   app: { namespace: "echo", podLabels: { app: "echo" } },
 * });
 * @source https://istio.io/latest/docs/reference/config/security/request_authentication/ and
 * https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
 */
export class RequireSignIn extends pulumi.ComponentResource {
  constructor(name: string, args: RequireSignInArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, emptyProblems(args));
    super("delivery-platform:mesh:RequireSignIn", name, {}, opts);
    const { cluster, app, hosts, tokens } = args;
    const options = inCluster(this, cluster, { dependsOn: [...args.ready] });
    const about = { name, namespace: app.namespace };
    const selector = { matchLabels: { ...app.podLabels } };

    istioObject(
      "RequestAuthentication",
      `${name}-tokens`,
      {
        ...about,
        spec: {
          selector,
          jwtRules: [
            {
              issuer: tokens.issuer,
              jwksUri: tokens.jwksUri,
              audiences: [tokens.audience],
              // By default a token in the query `access_token` would count, and addresses end up in logs.
              fromHeaders: [{ name: "Authorization", prefix: "Bearer " }],
              outputClaimToHeaders: Object.entries(identityHeaders).map(([header, claim]) => ({ header, claim })),
            },
          ],
        },
      },
      options,
    );
    // The rule above only refuses a wrong token, and lets a request without any pass.
    istioObject(
      "AuthorizationPolicy",
      `${name}-required`,
      {
        ...about,
        spec: {
          selector,
          action: "DENY",
          rules: [
            {
              from: [{ source: { notRequestPrincipals: [`${tokens.issuer}/*`] } }],
              to: [{ operation: { hosts: withAnyPort(hosts) } }],
            },
          ],
        },
      },
      options,
    );

    this.registerOutputs({});
  }
}

function emptyProblems({ app, hosts }: RequireSignInArgs): Problem[] {
  return Object.entries({ hosts, "app.podLabels": Object.keys(app.podLabels) })
    .filter(([, list]) => list.length === 0)
    .map(([path]) => ({ path, message: "is empty", allowed: "one at least" }));
}
