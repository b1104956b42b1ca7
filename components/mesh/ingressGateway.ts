import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { AzureContext } from "../shared/azureContext";
import { ClusterTarget, inCluster, outlivingCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { HelmRelease } from "../shared/helmRelease";
import { createNamespace } from "../shared/namespace";
import { networkPolicy } from "../shared/networkPolicy";
import { podsOf } from "../shared/peers";
import { placements } from "../shared/placement";
import { spreadOver } from "../shared/spread";
import { charts } from "../shared/versions";
import { GatewayReference, withAnyPort, WorkloadIdentity } from "./access";
import { GatewayCredential } from "./certificates";
import { GatewayPrivateLink, gatewayPorts, privateLinkAnnotations, privateLinkProblems, probePath, readinessPath } from "./gatewayService";
import { Istio } from "./istio";
import { gatewayDeclaration, gatewayLabels, GatewayValues, runtimeDefault } from "./istioCharts";
import { istioObject } from "./istioObject";

/** Arguments of `IngressGateway`. */
export interface IngressGatewayArgs {
  readonly context: AzureContext;
  readonly cluster: ClusterTarget;
  readonly istio: Istio;
  readonly privateLink: GatewayPrivateLink;
  /** The subnet, by name and in the cluster's virtual network, that the load balancer's address comes from. */
  readonly loadBalancerSubnetName: string;
  /** The id that Front Door sends in the header `X-Azure-FDID`. Requests without it are refused. */
  readonly frontDoorId: pulumi.Input<string>;
  /** The domain whose hosts the gateway serves, as `dev.example.com`. */
  readonly domain: string;
  /** The host that Front Door knows the gateway by and probes it with: one in the domain that no app has. */
  readonly originHostName: string;
  /** The hosts of the apps, each in the domain. The probe is answered on them, too. */
  readonly hosts: readonly string[];
}

const releaseName = "istio-ingress";
const namespaceName = "istio-ingress";
const gatewayName = "front-door";

/**
 * The one door of the mesh: Istio's gateway on the ingress pool behind an internal load balancer, which only Front Door reaches, over a
 * private link and by HTTPS. It answers `GET /probe` while it is ready and refuses every other request that did not come through this Front Door.
 *
 * The Service is this component's own and not the chart's, so that Pulumi waits for its address, and with it for the private link service.
 * It has a fixed name and can't exist twice. Its deletion is what removes load balancer and private link service: it runs on every
 * destroy, also on one that removes the whole cluster.
 *
 * @example
 * const gateway = new IngressGateway("gateway", {
 *   context, cluster, istio, frontDoorId, loadBalancerSubnetName: "snet-acme-dev-nodes", domain: "dev.example.com",
 *   privateLink: { resourceGroupName: "rg-acme-dev", subnetName: "snet-acme-dev-private-link", natIpCount: 1 },
 *   originHostName: "ingress.dev.example.com", hosts: ["echo.dev.example.com"],
 * });
 * @source https://istio.io/latest/docs/setup/additional-setup/gateway/ and https://learn.microsoft.com/azure/aks/internal-lb
 */
export class IngressGateway extends pulumi.ComponentResource implements GatewayReference, GatewayCredential {
  /** The gateway's Service; there when load balancer and private link service are. */
  readonly service: k8s.core.v1.Service;
  /** Changes when the Service, and with it the private link service, is made anew. */
  readonly serviceUid: pulumi.Output<string>;
  /** The resource id of the private link service. */
  readonly privateLinkServiceId: string;
  /** The gateway as a VirtualService of any namespace names it. */
  readonly gateway: string = `${namespaceName}/${gatewayName}`;
  /** The gateway's pods, as those that they call allow them. */
  readonly identity: WorkloadIdentity = { serviceAccount: { namespace: namespaceName, name: releaseName }, podLabels: gatewayLabels(releaseName) };
  /** Where the gateway runs: what lets its pods out to an app is made in there, and what it has its certificate from. */
  readonly namespace: k8s.core.v1.Namespace;
  /** The Secret in that namespace that the gateway has its certificate from. Until it is there, the gateway takes no connection. */
  readonly credentialName: string = `${gatewayName}-certificate`;

  constructor(name: string, args: IngressGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, [...privateLinkProblems("privateLink", args.privateLink), ...hostProblems(args)]);
    super("delivery-platform:mesh:IngressGateway", name, {}, opts);
    const { context, cluster, istio, privateLink } = args;
    const privateLinkName = context.names.of("privateLinkService", "ingress");
    this.privateLinkServiceId = `/subscriptions/${context.subscriptionId}/resourceGroups/${privateLink.resourceGroupName}/providers/Microsoft.Network/privateLinkServices/${privateLinkName}`;

    // Neither it nor the Service in it goes with the cluster: see above.
    const namespace = createNamespace(`${name}-namespace`, { namespace: namespaceName, injected: true, outlivesCluster: cluster }, inCluster(this, cluster));
    this.namespace = namespace;

    const podLabels = gatewayLabels(releaseName);
    const pods = { namespace: namespaceName, labels: podLabels };
    const statusPort = gatewayPorts["status-port"].targetPort;
    const appPort = gatewayPorts.https.targetPort;
    networkPolicy(
      `${name}-callers`,
      {
        name: "callers",
        pods,
        // A node hands on what came to it for a pod elsewhere under its own address, and no range of addresses is for nodes.
        // https://docs.cilium.io/en/stable/security/policy/caveats/
        reason: "Front Door's requests and the load balancer's probes come over any node; who may pass is for the gateway's own policies",
        ingress: [{ ports: [appPort, statusPort] }],
        egress: [{ peer: podsOf(pods), ports: [statusPort] }],
      },
      inCluster(this, cluster, { dependsOn: namespace }),
    );

    const release = new HelmRelease<GatewayValues>(
      `${name}-proxy`,
      {
        cluster,
        chart: charts.istioGateway,
        releaseName,
        namespace: namespace.metadata.name,
        values: {
          service: { type: "None" },
          autoscaling: { minReplicas: 2, maxReplicas: 5 },
          podDisruptionBudget: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
          // The chart's own security context with what the level `restricted` asks for besides. The setting lets a proxy that is not root
          // listen on port 443.
          securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }], seccompProfile: runtimeDefault },
          ...placements.ingress,
          topologySpreadConstraints: spreadOver(podLabels),
        },
        declares: gatewayDeclaration(releaseName),
      },
      { parent: this, dependsOn: istio },
    );

    this.service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: {
          name: releaseName,
          namespace: namespace.metadata.name,
          labels: podLabels,
          annotations: privateLinkAnnotations(privateLinkName, privateLink, args.loadBalancerSubnetName),
        },
        spec: {
          type: "LoadBalancer",
          selector: podLabels,
          ports: Object.entries(gatewayPorts).map(([portName, { port, targetPort }]) => ({ name: portName, port, targetPort, protocol: "TCP" })),
        },
      },
      outlivingCluster(
        inCluster(this, cluster, {
          // Pulumi waits for the Service's endpoints as well, so that the pods come first.
          dependsOn: release,
          deleteBeforeReplace: true,
          // Azure takes its time with a private link service, most of all when its connections go.
          customTimeouts: { create: "30m", update: "30m", delete: "30m" },
        }),
      ),
    );
    // A preview knows the metadata as the program wrote it, without a uid; like the id, that comes with the Service.
    this.serviceUid = pulumi.all([this.service.metadata, this.service.id]).apply(([{ uid }]) => uid);

    const checked = inCluster(this, cluster, { dependsOn: [istio, namespace] });
    istioObject(
      "Gateway",
      `${name}-https`,
      {
        name: gatewayName,
        namespace: namespaceName,
        spec: {
          selector: podLabels,
          // One server for Front Door's name for the gateway, which the TLS handshake names, and the apps' hosts, which the requests name.
          servers: [
            {
              port: { number: gatewayPorts.https.port, name: "https", protocol: "HTTPS" },
              hosts: [`*.${args.domain}`],
              tls: { mode: "SIMPLE", credentialName: this.credentialName, minProtocolVersion: "TLSV1_2" },
            },
          ],
        },
      },
      checked,
    );

    // Named host by host: Istio merges the routes of one host, but a route for `*` would not count on a host that has routes of its own.
    istioObject(
      "VirtualService",
      `${name}-probe`,
      {
        name: "probe",
        namespace: namespaceName,
        spec: {
          hosts: [args.originHostName, ...args.hosts],
          gateways: [this.gateway],
          http: [
            {
              name: "probe",
              match: [{ uri: { exact: probePath }, method: { exact: "GET" } }],
              rewrite: { uri: readinessPath },
              route: [
                { destination: { host: `${releaseName}.${namespaceName}.svc.cluster.local`, port: { number: gatewayPorts["status-port"].port } } },
              ],
            },
          ],
        },
      },
      checked,
    );

    // The mesh denies what no policy allows, here as well.
    const ports = [String(appPort)];
    istioObject(
      "AuthorizationPolicy",
      `${name}-hosts`,
      {
        name: "hosts",
        namespace: namespaceName,
        reason: "the apps' hosts for everyone whom Front Door lets in; Front Door's own host for its probe",
        spec: {
          selector: { matchLabels: podLabels },
          action: "ALLOW",
          rules: [
            ...(args.hosts.length > 0 ? [{ to: [{ operation: { ports, hosts: withAnyPort(args.hosts) } }] }] : []),
            { to: [{ operation: { ports, hosts: withAnyPort([args.originHostName]), methods: ["GET"], paths: [probePath] } }] },
          ],
        },
      },
      checked,
    );

    // The ports are those of the container. Without them the rule, which only asks about HTTP, would also refuse every TCP connection.
    // https://istio.io/latest/docs/reference/config/security/authorization-policy/
    istioObject(
      "AuthorizationPolicy",
      `${name}-front-door-only`,
      {
        name: "front-door-only",
        namespace: namespaceName,
        spec: {
          selector: { matchLabels: podLabels },
          action: "DENY",
          rules: [
            {
              to: [
                { operation: { ports, notPaths: [probePath] } },
                // The probe is GET alone: the rest goes to the app of that host.
                { operation: { ports, paths: [probePath], notMethods: ["GET"] } },
              ],
              when: [{ key: "request.headers[x-azure-fdid]", notValues: [args.frontDoorId] }],
            },
          ],
        },
      },
      checked,
    );

    this.registerOutputs({
      service: this.service,
      serviceUid: this.serviceUid,
      privateLinkServiceId: this.privateLinkServiceId,
      gateway: this.gateway,
      identity: this.identity,
      namespace: this.namespace,
    });
  }
}

function hostProblems({ domain, originHostName, hosts }: IngressGatewayArgs): Problem[] {
  const outside = [["originHostName", originHostName] as const, ...hosts.map((host) => [`hosts.${host}`, host] as const)]
    .filter(([, host]) => !host.endsWith(`.${domain}`))
    .map(([path, host]) => ({
      path,
      message: "is not in the domain that the gateway serves",
      given: host,
      allowed: `a host below ${domain}`,
      fix: "Choose a host in the domain, or change the domain.",
    }));
  if (!hosts.includes(originHostName)) return outside;
  return [...outside, { path: "originHostName", message: "is a host of an app", given: originHostName, fix: "Give Front Door a host of its own." }];
}
