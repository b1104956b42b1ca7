import * as pulumi from "@pulumi/pulumi";
import { allowAccess } from "../mesh/access";
import { Exposure, exposeBehindSignIn } from "../mesh/exposure";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { images } from "../shared/versions";
import { ConfiguredServer } from "./configuredServer";
import { grafanaFolders, grafanaPort, grafanaVariables } from "./grafanaConfig";
import { metricQuestions } from "./metricQuestions";
import { Prometheus } from "./prometheus";

/** Arguments of `Grafana`. */
export interface GrafanaArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  readonly prometheus: Prometheus;
  /** On which host people look at it. */
  readonly exposed: Exposure;
  /** What must be there before: the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

const grafana = "grafana";

/**
 * Grafana with the platform's dashboards. Everything in it is code: it keeps nothing, nobody can change or save anything, and a pod that
 * starts anew is the same as before. It has no password and no administrator; who has signed in is a viewer, by the name in the verified
 * token, which only its own proxy can tell it.
 *
 * @example
 * new Grafana("grafana", { cluster, images: {}, prometheus, exposed: { host: "grafana.dev.example.com", gateway, tokens, ready: [gateway.namespace] }, ready: [istio] });
 * @source https://grafana.com/docs/grafana/latest/administration/provisioning/
 */
export class Grafana extends pulumi.ComponentResource {
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("delivery-platform:services:Grafana", name, {}, opts);
    const { cluster, prometheus, exposed } = args;
    const namespace = createNamespace(`${name}-namespace`, { namespace: grafana, injected: true }, inCluster(this, cluster));
    const checked = { parent: this, dependsOn: [...args.ready, namespace] };

    const server = new ConfiguredServer(
      name,
      {
        cluster,
        images: args.images,
        server: grafana,
        namespace: grafana,
        image: images.grafana,
        user: 472,
        variables: grafanaVariables,
        configuration: grafanaFolders({ host: exposed.host, prometheusAddress: prometheus.address }),
        scratch: { data: "/var/lib/grafana", temporary: "/tmp" },
        ports: { http: grafanaPort },
        health: { path: "/api/health", port: grafanaPort },
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "1Gi" } },
        ready: checked.dependsOn,
      },
      { parent: this },
    );
    allowAccess(
      `${name}-metrics`,
      { cluster, ...prometheus.called, callers: [{ ...server.identity, reason: "draws the metrics" }], http: metricQuestions },
      { parent: this, dependsOn: [...checked.dependsOn, prometheus.namespace] },
    );
    // A viewer asks, also by POST, and changes nothing.
    exposeBehindSignIn(name, { cluster, app: server.exposedAt(grafanaPort), exposed, methods: ["GET", "POST"], ready: checked.dependsOn }, this);

    this.registerOutputs({});
  }
}
