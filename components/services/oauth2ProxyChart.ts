import * as pulumi from "@pulumi/pulumi";
import { ExtensionProvider } from "../mesh/extensionProvider";
import { ChartDeclaration } from "../shared/chart";
import { ImageParts } from "../shared/images";
import { Placement } from "../shared/placement";
import { SpreadConstraint } from "../shared/spread";

type Resources = Readonly<Record<"requests" | "limits", Readonly<Record<string, string>>>>;

/** Values of the `oauth2-proxy` chart, as the platform sets them. */
export interface OAuth2ProxyValues extends Placement {
  readonly image: ImageParts;
  readonly replicaCount: number;
  readonly podDisruptionBudget: { readonly enabled: true; readonly minAvailable: number; readonly unhealthyPodEvictionPolicy: "AlwaysAllow" };
  readonly config: { readonly existingSecret: string; readonly requiredSecretKeys: readonly string[]; readonly configFile: string };
  readonly authenticatedEmailsFile: { readonly enabled: false } | { readonly enabled: true; readonly persistence: "configmap"; readonly restricted_access: string };
  readonly sessionStorage: {
    readonly type: "redis";
    readonly redis: {
      readonly clientType: "standalone";
      readonly existingSecret?: string;
      readonly passwordKey?: string;
      readonly standalone: { readonly connectionUrl: string };
    };
  };
  readonly serviceAccount: { readonly automountServiceAccountToken: false; readonly annotations: Readonly<Record<string, pulumi.Input<string>>> };
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
  readonly enableServiceLinks: false;
  readonly resources: Resources;
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
}

/** The name of the namespace, and of everything in it that the chart makes: the chart calls them by a release's name that has its own in it. */
export const oauth2Proxy = "oauth2-proxy";

export const oauth2ProxyLabels = { "app.kubernetes.io/name": oauth2Proxy, "app.kubernetes.io/instance": oauth2Proxy } as const;

export const oauth2ProxyPorts = {
  http: { port: 80, targetPort: 4180 },
  metrics: { port: 44180, targetPort: 44180 },
} as const;

/** What a release `oauth2-proxy` of the chart makes. */
export const oauth2ProxyDeclaration: ChartDeclaration = {
  services: { [oauth2Proxy]: { ports: oauth2ProxyPorts } },
  workloads: { [oauth2Proxy]: { kind: "Deployment", podLabels: oauth2ProxyLabels, serviceAccount: oauth2Proxy } },
};

/** Where the proxy answers inside the cluster. */
export const oauth2ProxyAddress = { service: `${oauth2Proxy}.${oauth2Proxy}.svc.cluster.local`, port: oauth2ProxyPorts.http.port } as const;

/** Whom the cluster's issuer says that the proxy is: the subject of a federated credential. */
export const oauth2ProxySubject = `system:serviceaccount:${oauth2Proxy}:${oauth2Proxy}`;

/**
 * The proxy as the mesh's proxies ask it; `shared` where the sign-in has a host of its own. It is plain data: the mesh's configuration doesn't wait for the proxy.
 *
 * The proxy is asked on the request's own path, where it answers 200 to who is signed in. Its path for such questions, `/oauth2/auth`,
 * answers 202, which refuses the request.
 * @source https://github.com/oauth2-proxy/oauth2-proxy/issues/2832
 */
export function signInProvider({ shared }: { readonly shared: boolean }): ExtensionProvider {
  return {
    name: oauth2Proxy,
    envoyExtAuthzHttp: {
      ...oauth2ProxyAddress,
      timeout: "5s",
      // By Accept it tells a script, which is to get 401, from a browser, which is sent to sign in.
      includeRequestHeadersInCheck: ["authorization", "cookie", "accept"],
      // Where to come back to from another host. It is made of the request itself, and takes the place of what a client sends.
      ...(shared && { includeAdditionalHeadersInCheck: { "x-auth-request-redirect": "https://%REQ(:AUTHORITY)%%REQ(:PATH)%" } }),
      headersToUpstreamOnAllow: ["authorization", "x-auth-request-user", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-preferred-username"],
      // A session that was just renewed comes with a new cookie.
      headersToDownstreamOnAllow: ["set-cookie"],
      headersToDownstreamOnDeny: ["content-type", "set-cookie"],
    },
  };
}
