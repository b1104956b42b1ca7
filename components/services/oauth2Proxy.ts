import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { allowAccess, GatewayReference } from "../mesh/access";
import { Egress } from "../mesh/egress";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { HelmRelease } from "../shared/helmRelease";
import { imageParts, ImageSource } from "../shared/images";
import { entraIdHost, microsoftGraphHost } from "../shared/knownHosts";
import { createNamespace } from "../shared/namespace";
import { placements } from "../shared/placement";
import { secretAnnotation, secretChecksum } from "../shared/secretChecksum";
import { spreadOver } from "../shared/spread";
import { charts, images } from "../shared/versions";
import { oauth2Proxy, oauth2ProxyDeclaration, oauth2ProxyLabels, oauth2ProxyPorts, OAuth2ProxyValues } from "./oauth2ProxyChart";
import { allowedNames, allowedProblems, oauth2ProxyConfig, OAuth2ProxySettings } from "./oauth2ProxyConfig";
import { Redis } from "./redis";

/** Arguments of `OAuth2Proxy`. */
export interface OAuth2ProxyArgs extends OAuth2ProxySettings {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** The application in Entra ID that people sign in to. It has a federated credential for `oauth2ProxySubject`. */
  readonly clientId: pulumi.Input<string>;
  /** The gateway that asks about requests, and brings in those of the sign-in itself. */
  readonly gateway: GatewayReference;
  /** What must be there before its pods: the mesh, and the gateway's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Signs people in with Entra ID and remembers them, and checks the tokens of programs: the server that the gateway asks about each request
 * for a host behind the sign-in. Sessions are kept in a Redis of its own; when that one restarts, everyone signs in again, which mostly
 * goes without a question. While it can't be reached, the hosts behind the sign-in answer 403.
 *
 * It has no secret of the application's: AKS gives its pods a token that Entra ID takes in the secret's place.
 *
 * @throws ArgumentError when nobody could sign in, or a name in the list has not the form of one
 * @example
 * new OAuth2Proxy("oauth2-proxy", {
 *   cluster, images: {}, gateway, tenantId, clientId: application.clientId, allowed: { emails: ["ana@example.com"] }, ready: [istio, gateway.namespace],
 * });
 * @source https://github.com/oauth2-proxy/manifests/tree/main/helm/oauth2-proxy and https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
export class OAuth2Proxy extends pulumi.ComponentResource {
  /** Where it runs. */
  readonly namespace: k8s.core.v1.Namespace;

  constructor(name: string, args: OAuth2ProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, allowedProblems("allowed", args.allowed));
    super("delivery-platform:services:OAuth2Proxy", name, {}, opts);
    const { cluster, clientId, allowed } = args;

    const namespace = createNamespace(`${name}-namespace`, { namespace: oauth2Proxy, injected: true }, inCluster(this, cluster));
    this.namespace = namespace;
    const ready = [...args.ready, namespace];

    const redis = new Redis(
      `${name}-redis`,
      {
        cluster,
        images: args.images,
        serviceName: `${oauth2Proxy}-redis`,
        namespace: oauth2Proxy,
        callers: [{ serviceAccount: { namespace: oauth2Proxy, name: oauth2Proxy }, podLabels: oauth2ProxyLabels, reason: "keeps the sessions there" }],
        // Sessions end by themselves: those that would end first make room.
        whenFull: "drop",
        ready,
      },
      { parent: this },
    );

    const egress = new Egress(
      `${name}-egress`,
      {
        cluster,
        namespace: oauth2Proxy,
        entries: {
          "entra-id": { hosts: [entraIdHost], usedBy: oauth2ProxyLabels, reason: "signs people in with Entra ID, and fetches its keys" },
          ...(allowed.groups?.length && {
            "graph": { hosts: [microsoftGraphHost], usedBy: oauth2ProxyLabels, reason: "asks who is in more groups than a token holds" },
          }),
        },
        ready,
      },
      { parent: this },
    );

    // The proxy takes what it can for base64url, of which 43 letters and digits are 32 bytes: a key for AES-256. Of 32 it would make 24 bytes.
    // https://github.com/oauth2-proxy/oauth2-proxy/blob/v7.15.3/pkg/encryption/utils.go
    const { result: cookieSecret } = new random.RandomPassword(`${name}-cookie-secret`, { length: 43, special: false }, { parent: this });
    const secret = new k8s.core.v1.Secret(
      `${name}-secret`,
      { metadata: { name: oauth2Proxy, namespace: namespace.metadata.name }, stringData: { "client-id": clientId, "cookie-secret": cookieSecret } },
      inCluster(this, cluster),
    );

    const names = allowedNames(allowed);
    new HelmRelease<OAuth2ProxyValues>(
      `${name}-server`,
      {
        cluster,
        chart: charts.oauth2Proxy,
        releaseName: oauth2Proxy,
        namespace: namespace.metadata.name,
        values: {
          image: imageParts(images.oauth2Proxy, args.images),
          // With one pod, the chart's disruption budget would block every node's upgrade.
          replicaCount: 2,
          podDisruptionBudget: { enabled: true, minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
          config: { existingSecret: oauth2Proxy, requiredSecretKeys: ["client-id", "cookie-secret"], configFile: oauth2ProxyConfig(args) },
          authenticatedEmailsFile: names === "" ? { enabled: false } : { enabled: true, persistence: "configmap", restricted_access: names },
          sessionStorage: {
            type: "redis",
            redis: {
              clientType: "standalone",
              standalone: { connectionUrl: `redis://${redis.address}` },
              ...(redis.passwordSecret && { existingSecret: redis.passwordSecret.name, passwordKey: redis.passwordSecret.key }),
            },
          },
          serviceAccount: { automountServiceAccountToken: false, annotations: { "azure.workload.identity/client-id": clientId } },
          podLabels: { "azure.workload.identity/use": "true" },
          podAnnotations: {
            [secretAnnotation(oauth2Proxy)]: secretChecksum(clientId, cookieSecret),
            ...redis.podAnnotations,
            "prometheus.io/scrape": "true",
            "prometheus.io/port": String(oauth2ProxyPorts.metrics.targetPort),
          },
          // Kubernetes would add variables such as OAUTH2_PROXY_REDIS_PORT for the Services, and the proxy takes its settings from names like these.
          enableServiceLinks: false,
          resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "128Mi" } },
          ...placements.user,
          topologySpreadConstraints: spreadOver(oauth2ProxyLabels),
        },
        declares: oauth2ProxyDeclaration,
      },
      // It ends at its start when it can't reach its Redis or Entra ID. The namespace's network policies are made meanwhile: a pod that is there
      // before them starts again.
      { parent: this, dependsOn: [...ready, secret, redis, egress] },
    );

    allowAccess(
      `${name}-access`,
      {
        cluster,
        namespace: oauth2Proxy,
        selector: oauth2ProxyLabels,
        callers: [{ ...args.gateway.identity, reason: "asks about requests, and brings in those of the sign-in itself" }],
        ports: [oauth2ProxyPorts.http.targetPort],
      },
      { parent: this, dependsOn: ready },
    );
    this.registerOutputs({ namespace: this.namespace });
  }
}
