import { stringify } from "yaml";

/** Where Jaeger shows traces and is asked for them. */
export const queryPort = 16686;
/** Where both servers say how they are, and give their metrics. */
export const healthPort = 13133;
export const metricsPort = 8888;

/** On every address of the pod: what the proxy hands on comes to the pod's own. */
const at = (port: number): { readonly endpoint: string } => ({ endpoint: `0.0.0.0:${port}` });

const telemetry = {
  metrics: { readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: metricsPort } } } }] },
  logs: { encoding: "json" },
};

/** Refuses spans before the memory is full, so that the rest goes on. Its shares are of the container's limit. */
const memoryLimiter = { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 };

/**
 * The collector's configuration: takes spans by OTLP and hands them on in batches.
 * @source https://opentelemetry.io/docs/collector/configuration/
 */
export function collectorConfig({ otlpPort, store }: { readonly otlpPort: number; readonly store: string }): string {
  return stringify({
    extensions: { health_check: at(healthPort) },
    receivers: { otlp: { protocols: { grpc: at(otlpPort) } } },
    processors: { memory_limiter: memoryLimiter, batch: {} },
    // The proxies encrypt the connection, each with its own certificate.
    exporters: { otlp_grpc: { endpoint: store, tls: { insecure: true }, retry_on_failure: { max_elapsed_time: "60s" } } },
    service: { extensions: ["health_check"], telemetry, pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["otlp_grpc"] } } },
  });
}

/**
 * Jaeger's configuration: takes spans from the collector, keeps them in files, and answers who asks.
 * @source https://www.jaegertracing.io/docs/latest/deployment/configuration/ and https://github.com/jaegertracing/jaeger/blob/v2.20.0/cmd/jaeger/config-badger.yaml
 */
export function storeConfig({ otlpPort, retentionDays, folder }: { readonly otlpPort: number; readonly retentionDays: number; readonly folder: string }): string {
  const badger = { directories: { keys: `${folder}/keys`, values: `${folder}/values` }, ephemeral: false, ttl: { spans: `${retentionDays * 24}h` } };
  return stringify({
    extensions: {
      healthcheckv2: { use_v2: true, http: at(healthPort) },
      jaeger_storage: { backends: { spans: { badger } } },
      jaeger_query: { storage: { traces: "spans" }, http: at(queryPort) },
    },
    receivers: { otlp: { protocols: { grpc: at(otlpPort) } } },
    processors: { memory_limiter: memoryLimiter, batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: "spans" } },
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      telemetry,
      pipelines: { traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["jaeger_storage_exporter"] } },
    },
  });
}
