import * as pulumi from "@pulumi/pulumi";
import { EntraApplication } from "../azure/entraApplication";
import { GatewayReference } from "../mesh/access";
import { entraTokens, TokenIssuer } from "../mesh/requireSignIn";
import { SignInHost } from "../mesh/signInHost";
import { ClusterTarget } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { hostListProblems } from "../shared/hostListProblems";
import { ImageSource } from "../shared/images";
import { OAuth2Proxy } from "./oauth2Proxy";
import { oauth2Proxy, oauth2ProxySubject, signInProvider } from "./oauth2ProxyChart";
import { callbackUrl, OAuth2ProxySettings } from "./oauth2ProxyConfig";

/** Arguments of `SignIn`. */
export interface SignInArgs extends OAuth2ProxySettings {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  readonly gateway: GatewayReference;
  /** The hosts to sign in to, one at least. */
  readonly hosts: readonly string[];
  /** The application in Entra ID: a new one, by the name that people see, or one that exists, by its client id. */
  readonly application: { readonly displayName: string } | { readonly clientId: string };
  /** The address of the cluster's OpenID Connect issuer, which vouches for the proxy. */
  readonly oidcIssuerUrl: pulumi.Input<string>;
  /** What must be there before: the mesh, and the gateway's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Sign-in with Entra ID in front of some hosts and no other: the application in Entra ID, the proxy that signs people in, and for each host
 * the rules at the gateway. What the apps then ask for themselves is `RequireSignIn`, with `tokens`.
 *
 * The mesh must know `signInProvider` among its extension providers.
 *
 * @throws ArgumentError when there is no host, a host is named twice, nobody may sign in, or the sign-in's own host is one that asks for it
 * @example
 * const signIn = new SignIn("sign-in", {
 *   cluster, images: {}, gateway, tenantId, hosts: ["private.dev.example.com"], application: { displayName: "acme dev" },
 *   oidcIssuerUrl: aks.oidcIssuerUrl, allowed: { emails: ["ana@example.com"] }, ready: [istio, gateway.namespace],
 * });
 * @source https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export class SignIn extends pulumi.ComponentResource {
  /** The application's client id: what a program asks a token for, as `<client id>/.default`. */
  readonly clientId: pulumi.Output<string>;
  /** The tokens that show who is signed in. */
  readonly tokens: TokenIssuer;
  /** For each host, and for the sign-in's own, the rules at the gateway: what must be there before the host is opened. */
  readonly rules: Readonly<Record<string, readonly pulumi.Resource[]>>;

  constructor(name: string, args: SignInArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, hostProblems(args));
    super("delivery-platform:services:SignIn", name, {}, opts);
    const { cluster, images, gateway, tenantId, allowed, shared, hosts, application } = args;

    const registered = new EntraApplication(
      `${name}-application`,
      "clientId" in application
        ? { existing: application }
        : {
            displayName: application.displayName,
            redirectUris: (shared ? [shared.host] : hosts).map(callbackUrl),
            credential: { kind: "federated", issuer: args.oidcIssuerUrl, subject: oauth2ProxySubject },
            permissions: ["openid", "profile", "offline_access", ...(allowed.groups?.length ? (["User.Read"] as const) : [])],
            groupClaims: Boolean(allowed.groups?.length),
          },
      { parent: this },
    );
    this.clientId = registered.clientId;
    this.tokens = entraTokens(tenantId, registered.clientId);

    const proxy = new OAuth2Proxy(`${name}-proxy`, { cluster, images, clientId: registered.clientId, gateway, tenantId, allowed, shared, ready: args.ready }, { parent: this });
    const provider = signInProvider({ shared: shared !== undefined });
    this.rules = Object.fromEntries(
      [...hosts, ...(shared ? [shared.host] : [])].map((host) => [
        host,
        [new SignInHost(`${name}-${host}`, { cluster, gateway, provider, providerNamespace: oauth2Proxy, host, ready: [...args.ready, proxy.namespace] }, { parent: this })],
      ]),
    );

    this.registerOutputs({ clientId: this.clientId, tokens: this.tokens });
  }
}

function hostProblems({ hosts, shared }: SignInArgs): Problem[] {
  const listed = hostListProblems(hosts, "the sign-in");
  if (listed.length > 0 || shared === undefined) return listed;
  const outside = [...hosts, shared.host].filter((host) => !host.endsWith(`.${shared.cookieDomain}`)).map((given) => ({ path: "shared.cookieDomain", message: "is not the domain of every host", given, allowed: `hosts below ${shared.cookieDomain}` }));
  return hosts.includes(shared.host) ? [...outside, { path: "shared.host", message: "is itself a host to sign in to", given: shared.host, fix: "Give the sign-in a host of its own." }] : outside;
}
