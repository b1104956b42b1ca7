import type { IVirtualService } from "@kubernetes-models/istio/networking.istio.io/v1";
import * as pulumi from "@pulumi/pulumi";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { GatewayReference, withAnyPort } from "./access";
import { ExtensionProvider } from "./extensionProvider";
import { gatewayPorts, probePath } from "./gatewayService";
import { istioObject } from "./istioObject";

/** Arguments of `SignInHost`. */
export interface SignInHostArgs {
  readonly cluster: ClusterTarget;
  readonly gateway: GatewayReference;
  /** Who decides whether a request may pass: one of the mesh's extension providers. */
  readonly provider: ExtensionProvider;
  /** The namespace of the provider's Service. */
  readonly providerNamespace: string;
  /** The host, as `app.dev.example.com`. */
  readonly host: string;
  /** What must be there before: the mesh, the gateway's namespace and the provider's. */
  readonly ready: readonly pulumi.Resource[];
}

/** What the paths of the sign-in itself begin with, on every host that is signed in to. */
export const signInPrefix = "/oauth2";

type HttpRule = NonNullable<NonNullable<IVirtualService["spec"]>["http"]>[number];

/**
 * The route of the sign-in's own pages on a host. Whatever has routes for such a host by more than the host begins with it: of several objects
 * for one host Istio takes the older one's routes first.
 *
 * @source https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services
 */
export function signInRoute({ service, port }: { readonly service: string; readonly port: number }): HttpRule {
  return { name: "sign-in", match: [{ uri: { prefix: `${signInPrefix}/` } }], route: [{ destination: { host: service, port: { number: port } } }] };
}

// The provider answers these itself, with 200 and without asking who calls, and 200 lets a request pass.
// https://oauth2-proxy.github.io/oauth2-proxy/features/endpoints/
const uncheckedPaths = ["/ping", "/ready", "/robots.txt"];

/**
 * Puts a sign-in in front of one host, at the gateway: each request for it is shown to the provider first, but for those of the sign-in
 * itself, which go to the provider and never to the app, and Front Door's probe. Other hosts are untouched.
 *
 * It decides who comes in. An app asks for the proof besides, with `RequireSignIn`.
 *
 * @example
 * new SignInHost("private", { cluster, gateway, provider, providerNamespace: "oauth2-proxy", host: "private.dev.example.com", ready: [istio, gateway.namespace] });
 * @source https://istio.io/latest/docs/tasks/security/authorization/authz-custom/
 */
export class SignInHost extends pulumi.ComponentResource {
  readonly host: string;

  constructor(name: string, args: SignInHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:mesh:SignInHost", name, {}, opts);
    const { cluster, gateway, provider, providerNamespace, host } = args;
    this.host = host;
    const options = inCluster(this, cluster, { dependsOn: [...args.ready] });
    const { serviceAccount, podLabels = {} } = gateway.identity;
    const atGateway = { namespace: serviceAccount.namespace, selector: { matchLabels: { ...podLabels } } };
    const request = { hosts: withAnyPort([host]), ports: [String(gatewayPorts.https.targetPort)] };

    // By host and not by the name in the TLS handshake: a browser reuses a connection for another host of the same certificate.
    istioObject(
      "AuthorizationPolicy",
      `${name}-check`,
      {
        name: `sign-in-${host}`,
        namespace: atGateway.namespace,
        spec: {
          selector: atGateway.selector,
          action: "CUSTOM",
          provider: { name: provider.name },
          rules: [
            {
              to: [
                { operation: { ...request, notPaths: [`${signInPrefix}/*`, probePath] } },
                { operation: { ...request, paths: [probePath], notMethods: ["GET"] } },
              ],
            },
          ],
        },
      },
      options,
    );
    istioObject(
      "AuthorizationPolicy",
      `${name}-unchecked`,
      { name: `sign-in-${host}-unchecked`, namespace: atGateway.namespace, spec: { selector: atGateway.selector, action: "DENY", rules: [{ to: [{ operation: { ...request, paths: uncheckedPaths } }] }] } },
      options,
    );
    istioObject(
      "VirtualService",
      `${name}-pages`,
      {
        name: `sign-in-${host}`,
        namespace: providerNamespace,
        spec: {
          hosts: [host],
          gateways: [gateway.gateway],
          http: [signInRoute(provider.envoyExtAuthzHttp)],
        },
      },
      options,
    );

    this.registerOutputs({ host: this.host });
  }
}
