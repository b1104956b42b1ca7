import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowAccess, GatewayReference } from "../mesh/access";
import { istioObject } from "../mesh/istioObject";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { refuseProblems } from "../shared/errors";
import { hostListProblems } from "../shared/hostListProblems";
import { imageReference, ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { placements } from "../shared/placement";
import { restrictedContainer, restrictedPod } from "../shared/podSecurity";
import { spreadOver } from "../shared/spread";
import { images } from "../shared/versions";

/** Arguments of `EchoServer`. */
export interface EchoServerArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** The gateway that requests come in by. */
  readonly gateway: GatewayReference;
  /** The hosts that it answers on, one at least. */
  readonly hosts: readonly string[];
  /** What must be there before its pods and rules: the mesh, and the gateway's namespace. */
  readonly ready: readonly pulumi.Resource[];
}

const echo = "echo";
const labels = { app: echo };
const container = { name: "http", containerPort: 8080 };

/**
 * A server that answers each request with what it got of it. It proves the way in: through Front Door, the private link, the gateway and
 * the mesh to a pod, with the headers that arrive there.
 *
 * @example
 * new EchoServer("echo", { cluster, images: {}, gateway, hosts: ["echo.dev.example.com"], ready: [istio, gateway.namespace] });
 * @source https://github.com/mccutchen/go-httpbin
 */
export class EchoServer extends pulumi.ComponentResource {
  /** The Service's address inside the cluster. */
  readonly address: string = `${echo}.${echo}.svc.cluster.local`;
  /** Its pods and the port of their container, as policies for it name them. */
  readonly app = { namespace: echo, podLabels: labels, ports: [container.containerPort] } as const;
  /** Where it runs. */
  readonly namespace: k8s.core.v1.Namespace;

  constructor(name: string, args: EchoServerArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, hostListProblems(args.hosts, "the echo server"));
    super("delivery-platform:apps:EchoServer", name, {}, opts);
    const { cluster } = args;

    const namespace = createNamespace(`${name}-namespace`, { namespace: echo, injected: true }, inCluster(this, cluster));
    this.namespace = namespace;
    const metadata = { name: echo, namespace: namespace.metadata.name, labels };
    // Its identity in the mesh, with no rights in the cluster and no token for it.
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, inCluster(this, cluster));

    new k8s.apps.v1.Deployment(
      `${name}-server`,
      {
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: account.metadata.name,
              automountServiceAccountToken: false,
              securityContext: restrictedPod,
              nodeSelector: placements.user.nodeSelector,
              tolerations: [...placements.user.tolerations],
              topologySpreadConstraints: spreadOver(labels),
              containers: [
                {
                  name: echo,
                  image: imageReference(images.echoServer, args.images),
                  ports: [container],
                  // It redirects wherever it is asked to; elsewhere, the team's own host would lend its name to any address.
                  env: [{ name: "ALLOWED_REDIRECT_DOMAINS", value: args.hosts.join(",") }],
                  securityContext: restrictedContainer,
                  resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
                  readinessProbe: { httpGet: { path: "/status/200", port: container.name } },
                  livenessProbe: { httpGet: { path: "/status/200", port: container.name }, periodSeconds: 30 },
                },
              ],
            },
          },
        },
      },
      inCluster(this, cluster, { dependsOn: [...args.ready] }),
    );

    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      // A pod that isn't ready serves nobody: it must not keep a node from being emptied.
      { metadata, spec: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } } },
      inCluster(this, cluster),
    );

    const port = 80;
    new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { selector: labels, ports: [{ name: "http", port, targetPort: container.name }] } },
      // Pulumi waits for a Service's endpoints, which come with the pods: it needs no order of its own.
      inCluster(this, cluster),
    );

    const checked = { parent: this, dependsOn: [...args.ready, namespace] };
    istioObject(
      "VirtualService",
      `${name}-hosts`,
      {
        name: echo,
        namespace: echo,
        spec: {
          hosts: [...args.hosts],
          gateways: [args.gateway.gateway],
          http: [{ name: echo, route: [{ destination: { host: this.address, port: { number: port } } }] }],
        },
      },
      inCluster(this, cluster, checked),
    );

    allowAccess(
      `${name}-access`,
      {
        cluster,
        namespace: echo,
        selector: labels,
        callers: [{ ...args.gateway.identity, reason: "brings in the requests for its hosts" }],
        ports: [container.containerPort],
        http: [{ hosts: args.hosts }],
      },
      checked,
    );

    this.registerOutputs({ address: this.address, app: this.app, namespace: this.namespace });
  }
}
