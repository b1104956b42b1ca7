import { AppMetrics } from "../../../services/allowScrape";
import { ArgumentRule } from "../../../shared/argumentRule";
import { Problem } from "../../../shared/errors";
import { MeshAppSettings } from "../settings";
import { isPathPattern } from "./callers";
import { proxyPorts } from "./ports";
import { wholeNumbers } from "./trafficSettings";

const integration = "https://istio.io/latest/docs/ops/integrations/prometheus/";

type Check = (metrics: Required<AppMetrics>, settings: MeshAppSettings) => readonly Problem[];

/** A rule that looks at an app's metrics where it has some. */
function rule(id: string, source: string, check: Check): ArgumentRule<MeshAppSettings> {
  return { id, source, check: (settings) => (settings.metrics ? check(settings.metrics, settings) : []) };
}

/** Rules about how Prometheus has an app's metrics. */
export const metricsRules: readonly ArgumentRule<MeshAppSettings>[] = [
  rule("metrics-port", "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted", ({ port }) => wholeNumbers({ "metrics.port": port }, 1024, 65535)),
  rule("metrics-port-of-proxy", `${integration}#option-1-metrics-merging`, ({ port }) =>
    proxyPorts.includes(port) ? [{ path: "metrics.port", message: "is a port of the proxy's own", given: String(port), fix: "Have the program give its metrics on another." }] : [],
  ),
  rule("metrics-path", integration, ({ path }) =>
    isPathPattern(path) && !path.endsWith("*") ? [] : [{ path: "metrics.path", message: "is not the path of a request", given: JSON.stringify(path), allowed: "a path that begins with /, without query, as /metrics" }],
  ),
  rule("metrics-over-http2", "the platform's own: the proxy's agent asks in HTTP/1.1", ({ port, read }, { containerPort, app: { protocol } }) =>
    read === "merged" && port === containerPort && protocol !== "http"
      ? [{ path: "metrics.port", message: `is the app's port, which speaks ${protocol} where metrics are asked for in HTTP/1.1`, given: String(port), fix: "Give the metrics on a port of their own." }]
      : [],
  ),
  rule("metrics-port-twice", "https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services", ({ port, read }, { containerPort, app: { servicePort } }) =>
    read === "mutualTls" && port !== containerPort && port === servicePort
      ? [{ path: "metrics.port", message: "is the Service's port for requests", given: String(port), allowed: "another port, since with `mutualTls` the Service has it too", fix: "Change `port.servicePort`, or give the metrics on another port." }]
      : [],
  ),
  rule("metrics-behind-token", "https://istio.io/latest/docs/concepts/security/#implicit-enablement", ({ port, path, read }, { containerPort, jwt }) =>
    read === "mutualTls" && port === containerPort && jwt !== undefined && !(jwt.exceptPaths ?? []).some((free) => (free.endsWith("*") ? path.startsWith(free.slice(0, -1)) : path === free))
      ? [{ path: "metrics", message: "are behind the token that `jwt` asks for, and Prometheus has none", given: path, fix: "Name the path in `jwt.exceptPaths`, give the metrics on a port of their own, or leave them `merged`." }]
      : [],
  ),
];
