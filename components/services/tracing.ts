import * as pulumi from "@pulumi/pulumi";
import { allowAccess, Caller } from "../mesh/access";
import { Exposure, exposeBehindSignIn } from "../mesh/exposure";
import { TracingProvider } from "../mesh/extensionProvider";
import { Istio } from "../mesh/istio";
import { istioObject } from "../mesh/istioObject";
import { ClusterTarget, inCluster } from "../shared/cluster";
import { Problem, refuseProblems } from "../shared/errors";
import { ImageSource } from "../shared/images";
import { createNamespace } from "../shared/namespace";
import { networkPolicy } from "../shared/networkPolicy";
import { injectedPods, spanCollector } from "../shared/peers";
import { images } from "../shared/versions";
import { ConfiguredServer } from "./configuredServer";
import { collectorConfig, healthPort, metricsPort, queryPort, storeConfig } from "./tracingConfig";

/** Arguments of `Tracing`. */
export interface TracingArgs {
  readonly cluster: ClusterTarget;
  readonly images: ImageSource;
  /** The mesh, which must know `spanProvider` as its tracing provider. */
  readonly istio: Istio;
  /** Of how many requests spans are kept, in percent: more than 0, at most 100. A client that asks for a trace gets one. */
  readonly samplingPercent: number;
  /** How long spans are kept, in days: 1 to 30. */
  readonly retentionDays: number;
  /** The size of the store's disk, in GiB: 4 to 4095. It can grow later, not shrink. */
  readonly sizeGi: number;
  /** On which host people look at traces. */
  readonly exposed: Exposure;
  /** What must be there before: the mesh. */
  readonly ready: readonly pulumi.Resource[];
}

const { namespace } = spanCollector.pods;
const { otlp } = spanCollector.ports;
const [collectorName, storeName] = [spanCollector.pods.labels.app, "jaeger"];

/** By which spans are handed over. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-request */
const handOver = { methods: ["POST"], paths: ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"] };

/** Where the mesh's proxies send their spans. It is plain data: the mesh's configuration doesn't wait for the collector. */
export const spanProvider: TracingProvider = { name: "span-collector", opentelemetry: { service: `${collectorName}.${namespace}.svc.cluster.local`, port: otlp } };

/**
 * Traces of what goes through the mesh: every proxy reports some of its requests to a collector of OpenTelemetry's, which hands them in
 * batches to Jaeger, which keeps them on a disk for some days and shows them to those who have signed in. An app only has to pass the
 * headers `traceparent` and `tracestate` on, and may send spans of its own to the collector.
 *
 * Spans are a help and no record: while the collector's memory is full or Jaeger is away for more than a minute, they are dropped, and no
 * request waits for one.
 *
 * @throws ArgumentError when the share, the retention or the size is out of range
 * @example
 * new Tracing("tracing", { cluster, images: {}, istio, samplingPercent: 1, retentionDays: 3, sizeGi: 16, exposed: { host: "traces.dev.example.com", gateway, tokens, ready: [gateway.namespace] }, ready: [istio] });
 * @source https://istio.io/latest/docs/tasks/observability/distributed-tracing/opentelemetry/ and https://www.jaegertracing.io/docs/latest/storage/badger/
 */
export class Tracing extends pulumi.ComponentResource {
  /** Where traces are asked for inside the mesh, as `http://jaeger.tracing.svc.cluster.local:16686`. */
  readonly address: string = `http://${storeName}.${namespace}.svc.cluster.local:${queryPort}`;
  /** The host on which people look at traces. */
  readonly host: string;
  private readonly store: ConfiguredServer;

  constructor(name: string, args: TracingArgs, opts?: pulumi.ComponentResourceOptions) {
    refuseProblems(name, tracingProblems(args));
    super("delivery-platform:services:Tracing", name, {}, opts);
    const { cluster, istio, exposed } = args;
    this.host = exposed.host;

    const made = createNamespace(`${name}-namespace`, { namespace, injected: true }, inCluster(this, cluster));
    const checked = { parent: this, dependsOn: [...args.ready, made] };
    const server = { cluster, images: args.images, namespace, user: 10001, metricsPort, ready: checked.dependsOn };

    this.store = new ConfiguredServer(
      `${name}-store`,
      {
        ...server,
        server: storeName,
        image: images.jaeger,
        arguments: ["--config", "/config/jaeger.yaml"],
        configuration: { config: { path: "/config", files: { "jaeger.yaml": storeConfig({ otlpPort: otlp, retentionDays: args.retentionDays, folder: "/spans" }) } } },
        disk: { path: "/spans", sizeGi: args.sizeGi },
        ports: { http: queryPort, "grpc-otlp": otlp },
        health: { path: "/status", port: healthPort },
        resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "1Gi" } },
      },
      { parent: this },
    );
    const collector = new ConfiguredServer(
      `${name}-collector`,
      {
        ...server,
        server: collectorName,
        image: images.spanCollector,
        arguments: ["--config", "/config/collector.yaml"],
        configuration: { config: { path: "/config", files: { "collector.yaml": collectorConfig({ otlpPort: otlp, store: `${this.store.host}:${otlp}` }) } } },
        ports: { "grpc-otlp": otlp },
        health: { path: "/", port: healthPort },
        resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        replicas: 2,
      },
      { parent: this },
    );
    allowAccess(`${name}-spans`, { cluster, ...this.store.called(otlp), callers: [{ ...collector.identity, reason: "hands the spans over to where they are kept" }], http: [handOver] }, checked);

    const reason = "every proxy of the mesh sends its spans, whosever it is; it can only add to them";
    istioObject(
      "AuthorizationPolicy",
      `${name}-everyone-mesh`,
      {
        name: "spans",
        namespace,
        reason,
        spec: {
          selector: { matchLabels: { ...collector.podLabels } },
          action: "ALLOW",
          rules: [{ from: [{ source: { principals: ["*"] } }], to: [{ operation: { ports: [String(otlp)], ...handOver } }] }],
        },
      },
      inCluster(this, cluster, checked),
    );
    networkPolicy(
      `${name}-everyone-network`,
      { name: "spans", pods: { namespace, labels: collector.podLabels }, reason, ingress: [{ peer: injectedPods, ports: [otlp] }] },
      inCluster(this, cluster, { dependsOn: made }),
    );

    // Handing over spans is itself a request, whose spans would have to be handed over.
    const silent = istioObject("Telemetry", `${name}-of-itself`, { name: "no-spans-of-spans", namespace, spec: { tracing: [{ disableSpanReporting: true }] } }, inCluster(this, cluster, checked));
    // In the root namespace it is for every proxy.
    istioObject(
      "Telemetry",
      `${name}-mesh`,
      { name: "spans", namespace: istio.rootNamespace, spec: { tracing: [{ providers: [{ name: spanProvider.name }], randomSamplingPercentage: args.samplingPercent }] } },
      inCluster(this, cluster, { dependsOn: [...args.ready, collector, silent] }),
    );

    // To ask is to read: it keeps nothing for those who look.
    exposeBehindSignIn(`${name}-pages`, { cluster, app: this.store.exposedAt(queryPort), exposed, methods: ["GET"], ready: checked.dependsOn }, this);

    this.registerOutputs({ address: this.address, host: this.host });
  }

  /** Lets others of the mesh read traces. The options name what must be there before: the mesh, and the callers' namespaces. */
  allowQueries(name: string, cluster: ClusterTarget, callers: readonly Caller[], opts: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource }): void {
    allowAccess(name, { cluster, ...this.store.called(queryPort), callers, http: [{ methods: ["GET"], paths: ["/api/*"] }] }, opts);
  }
}

function tracingProblems({ samplingPercent, retentionDays, sizeGi }: TracingArgs): Problem[] {
  const whole = [
    { path: "retentionDays", value: retentionDays, min: 1, max: 30, unit: "days" },
    { path: "sizeGi", value: sizeGi, min: 4, max: 4095, unit: "GiB" },
  ]
    .filter(({ value, min, max }) => !Number.isInteger(value) || value < min || value > max)
    .map(({ path, value, min, max, unit }) => ({ path, message: "is out of range", given: String(value), allowed: `a whole number from ${min} to ${max} ${unit}` }));
  if (samplingPercent > 0 && samplingPercent <= 100) return whole;
  return [...whole, { path: "samplingPercent", message: "is out of range", given: String(samplingPercent), allowed: "more than 0, at most 100 percent", fix: "Without traces, leave tracing out." }];
}
