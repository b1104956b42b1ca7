import * as pulumi from "@pulumi/pulumi";
import { allowAccess } from "../mesh/access";
import { ClusterTarget } from "../shared/cluster";
import { prometheus } from "../shared/peers";
import { prometheusDeclaration, serviceName } from "./prometheusChart";

/** The metrics that an app gives in Prometheus' format. */
export interface AppMetrics {
  /** The port of the container that gives them. */
  readonly port: number;
  /** Default: `/metrics`. */
  readonly path?: string;
  /**
   * How Prometheus has them. `merged`: the proxy's agent asks the app inside the pod and gives them with the proxy's own, in plain text, to
   * who reaches the pod. `mutualTls`: Prometheus asks the app with a certificate of the mesh; the port must be a port of a Service whose name
   * begins with `http`, and nobody else gets them. Default: `merged`.
   */
  readonly read?: "merged" | "mutualTls";
}

/**
 * The annotations by which a pod tells Prometheus of its app's metrics. Istio's injector takes those of `merged` over.
 * @source https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export function scrapeAnnotations({ port, path = "/metrics", read = "merged" }: AppMetrics): Record<string, string> {
  return {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(port),
    "prometheus.io/path": path,
    ...(read === "mutualTls" && { "prometheus.istio.io/merge-metrics": "false" }),
  };
}

/** Arguments of `allowScrape`. */
export interface AllowScrapeArgs {
  readonly cluster: ClusterTarget;
  /** The namespace of the pods. */
  readonly namespace: string;
  /** The labels of the pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly metrics: AppMetrics;
}

/**
 * Lets Prometheus ask an app for its metrics with a certificate of the mesh, and for nothing else. What is `merged` needs no allowance: it
 * makes nothing then.
 *
 * A service's port that isn't named as HTTP passes the proxy as it is: no rule about a path allows it, and HTTP/2 reaches an app that may not
 * speak it. The options name what must be there before: the mesh, the namespace of the pods, and that of Prometheus.
 *
 * @example
 * allowScrape("orders-metrics", { cluster, namespace: "orders", selector: { app: "orders" }, metrics: { port: 9102, read: "mutualTls" } }, { parent, dependsOn: [istio, namespace, prometheus.namespace] });
 * @throws ArgumentError when the port is none
 * @source https://istio.io/latest/docs/ops/integrations/prometheus/#tls-settings
 */
export function allowScrape(name: string, args: AllowScrapeArgs, opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource }): void {
  const { cluster, namespace, selector, metrics } = args;
  if (metrics.read !== "mutualTls") return;
  const { podLabels } = prometheusDeclaration.workloads[serviceName];
  allowAccess(
    name,
    {
      cluster,
      namespace,
      selector,
      ports: [metrics.port],
      callers: [{ serviceAccount: { namespace: prometheus.namespace, name: serviceName }, podLabels, reason: "reads the metrics of the app" }],
      http: [{ methods: ["GET"], paths: [metrics.path ?? "/metrics"] }],
    },
    opts,
  );
}
