import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { allowAccess } from "../mesh/access";
import { Exposure, exposeBehindSignIn } from "../mesh/exposure";
import { Istio } from "../mesh/istio";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { images } from "../shared/versions";
import { ConfiguredServer } from "./configuredServer";
import { kialiConfig, kialiPort, kialiReads } from "./kialiConfig";
import { metricQuestions } from "./metricQuestions";
import { Prometheus } from "./prometheus";
import { Tracing } from "./tracing";

/** Arguments of `Kiali`. */
export interface KialiArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  readonly istio: Istio;
  readonly prometheus: Prometheus;
  /** Where it has the traces from. Default: it shows none. */
  readonly tracing?: Tracing;
  /** On which host people look at it. */
  readonly exposed: Exposure;
  /** What must be there before: the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

const kiali = "kiali";

/**
 * Kiali: a picture of who calls whom, and what is wrong in the mesh's configuration. It changes nothing, neither for those who look nor by
 * the rights of its own account, which reads the mesh's objects and the workloads in every namespace, and no secret and no pod's log.
 *
 * All who have signed in see the same. It takes nobody's name, for it has no users of its own then.
 *
 * @example
 * new Kiali("kiali", { cluster, images: {}, istio, prometheus, exposed: { host: "mesh.dev.example.com", gateway, tokens, ready: [gateway.namespace] }, ready: [istio] });
 * @source https://kiali.io/docs/configuration/ and https://github.com/kiali/helm-charts/tree/v2.29.0/kiali-server
 */
export class Kiali extends pulumi.ComponentResource {
  constructor(name: string, args: KialiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:services:Kiali", name, {}, opts);
    const { cluster, istio, prometheus, tracing, exposed } = args;
    const podLabels = { app: kiali };
    const namespace = createNamespace(
      `${name}-namespace`,
      { namespace: kiali, injected: true, outside: { podLabels, reason: "Kiali asks the API server for the mesh's objects and workloads" } },
      inCluster(this, cluster),
    );
    const checked = { parent: this, dependsOn: [...args.ready, namespace] };

    const subjects = [{ kind: "ServiceAccount", name: kiali, namespace: kiali }];
    const everywhere = new k8s.rbac.v1.ClusterRole(`${name}-reads`, { metadata: { name: kiali }, rules: kialiReads() }, inCluster(this, cluster));
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-reads-binding`,
      { metadata: { name: kiali }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: everywhere.metadata.name }, subjects },
      inCluster(this, cluster),
    );
    // By it Kiali asks istiod which proxies have its latest configuration: istiod answers that on no port that others may call.
    const atIstiod = { name: "kiali-asks-istiod", namespace: istio.rootNamespace };
    const forward = new k8s.rbac.v1.Role(`${name}-asks-istiod`, { metadata: atIstiod, rules: [{ apiGroups: [""], resources: ["pods/portforward"], verbs: ["create"] }] }, inCluster(this, cluster, { dependsOn: [...args.ready] }));
    const forwardBinding = new k8s.rbac.v1.RoleBinding(
      `${name}-asks-istiod-binding`,
      { metadata: atIstiod, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: forward.metadata.name }, subjects },
      inCluster(this, cluster, { dependsOn: [...args.ready] }),
    );

    const server = new ConfiguredServer(
      name,
      {
        cluster,
        images: args.images,
        server: kiali,
        namespace: kiali,
        image: images.kiali,
        user: 1000,
        arguments: ["-config", "/config/config.yaml"],
        variables: { LOG_FORMAT: "json" },
        configuration: {
          config: {
            path: "/config",
            files: { "config.yaml": kialiConfig({ host: exposed.host, namespace: kiali, prometheusAddress: prometheus.address, tracing: tracing && { address: tracing.address, host: tracing.host } }) },
          },
        },
        ports: { http: kialiPort },
        health: { path: "/healthz", port: kialiPort },
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "1Gi" } },
        readsCluster: true,
        ready: [...checked.dependsOn, binding, forwardBinding],
      },
      { parent: this },
    );
    allowAccess(
      `${name}-metrics`,
      { cluster, ...prometheus.called, callers: [{ ...server.identity, reason: "draws who calls whom" }], http: metricQuestions },
      { parent: this, dependsOn: [...checked.dependsOn, prometheus.namespace] },
    );
    tracing?.allowQueries(`${name}-traces`, cluster, [{ ...server.identity, reason: "shows the traces beside the workloads" }], { parent: this, dependsOn: [...checked.dependsOn, tracing] });
    exposeBehindSignIn(name, { cluster, app: server.exposedAt(kialiPort), exposed, methods: ["GET", "POST"], ready: checked.dependsOn }, this);

    this.registerOutputs({});
  }
}
