import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { spanProvider, Tracing, TracingArgs } from "../../components/services/tracing";
import { ArgumentError } from "../../components/shared/errors";
import { spanCollector } from "../../components/shared/peers";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself } from "../support/insideCluster";
import { inputs, reachable, the } from "../support/record";
import { observed } from "./observabilityProgram";

const plan = (change: Partial<TracingArgs> = {}): Promise<Plan> => observed(({ prometheus: _, ...args }) => new Tracing("tracing", { ...args, samplingPercent: 1, retentionDays: 3, sizeGi: 16, ...change }));
const config = (of: Plan, name: string, file: string): unknown => parse((inputs(the(of, "kubernetes:core/v1:ConfigMap", name))["data"] as Record<string, string>)[file] ?? "");
const policy = (of: Plan, name: string): unknown => inputs(the(of, "kubernetes:security.istio.io/v1:AuthorizationPolicy", name))["spec"];
const telemetry = (of: Plan, name: string): Record<string, unknown> => inputs(the(of, "kubernetes:telemetry.istio.io/v1:Telemetry", name));
const hand = { methods: ["POST"], paths: ["/opentelemetry.proto.collector.trace.v1.TraceService/Export"] };
const ownMetrics = { metrics: { readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } }] }, logs: { encoding: "json" } };
const limiter = { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 };

describe("Tracing", () => {
  it("takes spans of every proxy of the mesh, and nothing else of anybody", async () => {
    const made = await plan();
    assert.deepEqual(policy(made, "tracing-everyone-mesh"), {
      selector: { matchLabels: { app: "collector" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["*"] } }], to: [{ operation: { ports: ["4317"], ...hand } }] }],
    });
    assert.deepEqual(inputs(the(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "tracing-everyone-network"))["spec"], {
      podSelector: { matchLabels: { app: "collector" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { "istio-injection": "enabled" } } }], ports: [{ protocol: "TCP", port: 4317 }] }],
    });
    assert.deepEqual(made.findings, []);
  });

  it("keeps what the collector hands over, and takes it from nobody else", async () => {
    assert.deepEqual(policy(await plan(), "tracing-spans-mesh"), {
      selector: { matchLabels: { app: "jaeger" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/tracing/sa/collector"] } }], to: [{ operation: { ports: ["4317"], ...hand } }] }],
    });
  });

  it("has the proxies report the share that is asked for, to the provider that the mesh knows, and not about handing over spans", async () => {
    const made = await plan({ samplingPercent: 12.5 });
    const { metadata, spec } = telemetry(made, "tracing-mesh");
    assert.deepEqual([metadata, spec], [{ name: "spans", namespace: "istio-system" }, { tracing: [{ providers: [{ name: "span-collector" }], randomSamplingPercentage: 12.5 }] }]);
    const silent = telemetry(made, "tracing-of-itself");
    assert.deepEqual([silent["metadata"], silent["spec"]], [{ name: "no-spans-of-spans", namespace: "tracing" }, { tracing: [{ disableSpanReporting: true }] }]);
    assert.deepEqual(spanProvider, { name: "span-collector", opentelemetry: { service: "collector.tracing.svc.cluster.local", port: 4317 } });
  });

  it("is told to the proxies once the collector takes spans", async () => {
    const made = await plan();
    const needed = reachable(made, the(made, "kubernetes:telemetry.istio.io/v1:Telemetry", "tracing-mesh"));
    for (const [type, name] of [["apps/v1:Deployment", "tracing-collector-server"], ["telemetry.istio.io/v1:Telemetry", "tracing-of-itself"]] as const) assert.ok(needed.has(the(made, `kubernetes:${type}`, name).urn), name);
  });

  it("collects in two pods that go one at a time, where every namespace of the mesh may send to", async () => {
    const made = await plan();
    const { replicas, template } = inputs(the(made, "kubernetes:apps/v1:Deployment", "tracing-collector-server"))["spec"] as { replicas: number; template: { metadata: { labels: object; annotations: Record<string, string> }; spec: { containers: { image: string; args: string[] }[] } } };
    assert.equal(replicas, 2);
    assert.deepEqual(template.metadata.labels, spanCollector.pods.labels);
    assert.equal(template.metadata.annotations["prometheus.io/port"], "8888");
    assert.deepEqual(template.spec.containers.map(({ image, args }) => [image, args]), [["ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector:0.159.0", ["--config", "/config/collector.yaml"]]]);
    assert.deepEqual(inputs(the(made, "kubernetes:policy/v1:PodDisruptionBudget"))["spec"], { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: { app: "collector" } } });
    assert.deepEqual((inputs(the(made, "kubernetes:core/v1:Service", "tracing-collector-service"))["spec"] as { ports: unknown }).ports, [{ name: "grpc-otlp", port: 4317, targetPort: 4317 }]);
  });

  it("configures the collector: spans in, batches out to the store, and no more than its memory holds", async () => {
    assert.deepEqual(config(await plan(), "tracing-collector-config", "collector.yaml"), {
      extensions: { health_check: { endpoint: "0.0.0.0:13133" } },
      receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
      processors: { memory_limiter: limiter, batch: {} },
      exporters: { otlp_grpc: { endpoint: "jaeger.tracing.svc.cluster.local:4317", tls: { insecure: true }, retry_on_failure: { max_elapsed_time: "60s" } } },
      service: { extensions: ["health_check"], telemetry: ownMetrics, pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["otlp_grpc"] } } },
    });
  });

  it("configures the store: spans on its disk for as long as is asked for, and pages", async () => {
    const made = await plan({ retentionDays: 7 });
    assert.deepEqual(config(made, "tracing-store-config", "jaeger.yaml"), {
      extensions: {
        healthcheckv2: { use_v2: true, http: { endpoint: "0.0.0.0:13133" } },
        jaeger_storage: { backends: { spans: { badger: { directories: { keys: "/spans/keys", values: "/spans/values" }, ephemeral: false, ttl: { spans: "168h" } } } } },
        jaeger_query: { storage: { traces: "spans" }, http: { endpoint: "0.0.0.0:16686" } },
      },
      receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
      processors: { memory_limiter: limiter, batch: {} },
      exporters: { jaeger_storage_exporter: { trace_storage: "spans" } },
      service: {
        extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
        telemetry: ownMetrics,
        pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["jaeger_storage_exporter"] } },
      },
    });
  });

  it("keeps spans on a disk of the cluster's class, in one pod that may write to it", async () => {
    const made = await plan();
    const { replicas, serviceName, volumeClaimTemplates, template } = inputs(the(made, "kubernetes:apps/v1:StatefulSet"))["spec"] as Record<string, unknown>;
    assert.deepEqual([replicas, serviceName], [1, "jaeger"]);
    assert.deepEqual(volumeClaimTemplates, [{ metadata: { name: "disk" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "16Gi" } } } }]);
    const { spec } = template as { spec: { securityContext: { fsGroup: number; runAsUser: number }; containers: { image: string; volumeMounts: object[] }[] } };
    assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.fsGroup], [10001, 10001]);
    assert.deepEqual(spec.containers[0]?.volumeMounts.at(-1), { name: "disk", mountPath: "/spans" });
    assert.equal(spec.containers[0]?.image, "quay.io/jaegertracing/jaeger:2.20.0");
    assert.deepEqual(deletedByItself(made), []);
  });

  for (const [path, value] of [["samplingPercent", 0], ["samplingPercent", 101], ["samplingPercent", NaN], ["retentionDays", 0], ["retentionDays", 31], ["retentionDays", 1.5], ["sizeGi", 3], ["sizeGi", 4096]] as const) {
    it(`refuses a wrong ${path}: ${value}`, async () => {
      await assert.rejects(plan({ [path]: value }), (error: unknown) => error instanceof ArgumentError && error.problems.map((problem) => problem.path).join() === path);
    });
  }
});
