import * as assert from "node:assert/strict";
import { parser } from "@prometheus-io/lezer-promql";

/** What is known of a metric. */
export interface Metric {
  /** The labels that a query may ask about, besides those of every pod. */
  readonly labels: string;
  /** Where it is documented. */
  readonly source: string;
}

const istio = "https://istio.io/latest/docs/reference/config/metrics/";
const clusterState = "https://github.com/kubernetes/kube-state-metrics/tree/main/docs";
const tcpLabels = "reporter destination_service_name destination_service_namespace destination_workload destination_workload_namespace";

/** The metrics that queries may use. */
export const knownMetrics: Readonly<Record<string, Metric>> = {
  istio_requests_total: {
    labels:
      "reporter source_workload source_workload_namespace destination_service destination_service_name destination_service_namespace destination_workload destination_version response_code response_flags grpc_response_status " +
      "connection_security_policy",
    source: istio,
  },
  istio_request_duration_milliseconds_bucket: { labels: "reporter source_workload source_workload_namespace destination_service_name destination_service_namespace destination_workload le", source: istio },
  istio_tcp_sent_bytes_total: { labels: tcpLabels, source: istio },
  istio_tcp_received_bytes_total: { labels: tcpLabels, source: istio },
  istio_agent_cert_expiry_seconds: { labels: "resource_name", source: "https://github.com/istio/istio/blob/master/security/pkg/nodeagent/cache/monitoring.go" },
  citadel_server_root_cert_expiry_timestamp: { labels: "", source: "https://github.com/istio/istio/blob/master/security/pkg/server/ca/monitoring.go" },
  certmanager_certificate_expiration_timestamp_seconds: { labels: "namespace name", source: "https://pkg.go.dev/github.com/cert-manager/cert-manager/pkg/metrics" },
  kube_statefulset_replicas: { labels: "namespace statefulset", source: clusterState },
  kube_statefulset_status_replicas_ready: { labels: "namespace statefulset", source: clusterState },
  kube_deployment_spec_replicas: { labels: "namespace deployment", source: clusterState },
  kube_deployment_status_replicas_ready: { labels: "namespace deployment", source: clusterState },
  kube_horizontalpodautoscaler_spec_max_replicas: { labels: "namespace horizontalpodautoscaler", source: clusterState },
  kube_horizontalpodautoscaler_status_current_replicas: { labels: "namespace horizontalpodautoscaler", source: clusterState },
  kube_horizontalpodautoscaler_labels: { labels: "namespace horizontalpodautoscaler label_app label_version", source: clusterState },
  up: { labels: "job", source: "https://prometheus.io/docs/concepts/jobs_instances/" },
};

/** The labels that Prometheus itself gives the series of a pod of the mesh. */
export const labelsOfPods = ["app", "version", "namespace", "pod"];

/** What a query takes from. */
export interface Selector {
  /** The name of the series. */
  readonly name: string;
  /** The labels that it selects by. */
  readonly labels: string[];
}

/** What a query takes from; fails where it is not PromQL. */
export function selectors(expr: string): Selector[] {
  const found: Selector[] = [];
  parser.parse(expr).iterate({
    enter({ name: kind, from, to, node }) {
      const text = expr.slice(from, to);
      assert.notEqual(kind, "⚠", `not PromQL: ${expr}`);
      if (kind === "Identifier") found.push({ name: text, labels: [] });
      if (kind === "LabelName" && node.parent?.name === "UnquotedLabelMatcher") found.at(-1)?.labels.push(text);
    },
  });
  return found;
}

/** The labels that a query adds its series up by. */
export function groupingLabels(expr: string): string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter({ name: kind, from, to, node }) {
      if (kind === "LabelName" && node.parent?.name === "GroupingLabels") found.push(expr.slice(from, to));
    },
  });
  return found;
}
