import { undelivered } from "../prometheusRules/recordings";
import { Dashboard } from "./dashboard";

const fromGateway = `reporter="source",source_workload="istio-ingress",source_workload_namespace="istio-ingress"`;
const service = "{{destination_service_namespace}}/{{destination_service_name}}";
const byService = "sum by (destination_service_namespace, destination_service_name)";

/** What comes in through the gateway. */
export const gateway: Dashboard = {
  id: "platform-gateway",
  title: "Gateway",
  panels: [
    { title: "Requests from outside", unit: "reqps", queries: [{ expr: "destination_service:gateway_requests:rate5m", legend: service }] },
    { title: "Share of them that fail", unit: "percentunit", limit: 0.05, queries: [{ expr: "destination_service:gateway_request_errors:ratio_rate5m", legend: service }] },
    { title: "Answers by code", unit: "reqps", queries: [{ expr: `sum by (response_code) (rate(istio_requests_total{${fromGateway}}[5m]))`, legend: "{{response_code}}" }] },
    {
      title: "Time to answer, 95 of 100",
      unit: "ms",
      queries: [{ expr: `histogram_quantile(0.95, sum by (destination_service_namespace, destination_service_name, le) (rate(istio_request_duration_milliseconds_bucket{${fromGateway}}[5m])))`, legend: service }],
    },
    {
      title: "Front Door's probes",
      about: "None means that nobody's requests arrive.",
      unit: "reqps",
      queries: [{ expr: `sum(rate(istio_requests_total{${fromGateway},destination_service_name="istio-ingress"}[5m]))`, legend: "probes" }],
    },
    {
      title: "Requests that the proxies refuse or can't deliver",
      about: "By Envoy's flags: UF and UC are connections that failed, UAEX an answer of the sign-in's, RL a limit.",
      unit: "reqps",
      queries: [{ expr: `sum by (response_flags) (rate(istio_requests_total{${fromGateway},response_flags!="-"}[5m]))`, legend: "{{response_flags}}" }],
    },
  ],
};

const received = `reporter="destination"`;

/** How much of what the mesh carries is encrypted, and where connections fail. */
export const mesh: Dashboard = {
  id: "platform-mesh",
  title: "Mesh",
  panels: [
    {
      title: "Share of requests over mutual TLS",
      about: "As the proxies in front of the apps count them. Below 100% someone is let in without a certificate: see the exceptions.",
      unit: "percentunit",
      queries: [
        {
          expr: `sum by (destination_service_namespace) (rate(istio_requests_total{${received},connection_security_policy="mutual_tls"}[5m])) / sum by (destination_service_namespace) (rate(istio_requests_total{${received}}[5m]))`,
          legend: "{{destination_service_namespace}}",
        },
      ],
    },
    {
      title: "Connections that fail, by caller and called",
      about: "A 503 of the caller's own proxy: so it looks when one side speaks mutual TLS and the other does not, or when there is no pod.",
      unit: "reqps",
      queries: [
        {
          expr: `sum by (source_workload, destination_service, destination_version) (rate(istio_requests_total{${undelivered}}[5m]))`,
          legend: "{{source_workload}} to {{destination_service}} {{destination_version}}",
        },
      ],
    },
    {
      title: "Requests that no policy allows",
      unit: "reqps",
      queries: [{ expr: `${byService} (rate(istio_requests_total{${received},response_code="403"}[5m]))`, legend: service }],
    },
    {
      title: "Bytes over plain TCP connections",
      unit: "Bps",
      queries: [{ expr: `${byService} (rate(istio_tcp_received_bytes_total{${received}}[5m]) + rate(istio_tcp_sent_bytes_total{${received}}[5m]))`, legend: service }],
    },
    { title: "Time left of the proxies' certificates", about: "The shortest in each namespace. A proxy has a new one when half of the day is left.", unit: "s", queries: [{ expr: `min by (namespace) (istio_agent_cert_expiry_seconds{resource_name="default"})`, legend: "{{namespace}}" }] },
    { title: "Targets that can't be read", unit: "short", queries: [{ expr: "sum by (job) (up == bool 0)", legend: "{{job}}" }] },
  ],
};

/** What the other parts stand on: sign-in, its Redis and those of others, limits. */
export const services: Dashboard = {
  id: "platform-services",
  title: "Sign-in, Redis and rate limits",
  panels: [
    { title: "Sign-in: answers by code", unit: "reqps", queries: [{ expr: `sum by (response_code) (rate(istio_requests_total{${received},destination_workload="oauth2-proxy"}[5m]))`, legend: "{{response_code}}" }] },
    {
      title: "Sign-in: time to answer, 95 of 100",
      about: "Every request to a host behind it waits so long.",
      unit: "ms",
      queries: [{ expr: `histogram_quantile(0.95, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${received},destination_workload="oauth2-proxy"}[5m])))`, legend: "p95" }],
    },
    {
      title: "Sign-in: pods that are missing",
      unit: "short",
      queries: [{ expr: `kube_deployment_spec_replicas{namespace="oauth2-proxy",deployment="oauth2-proxy"} - kube_deployment_status_replicas_ready{namespace="oauth2-proxy",deployment="oauth2-proxy"}`, legend: "missing" }],
    },
    {
      title: "Redis: pods that are missing",
      unit: "short",
      queries: [{ expr: `kube_statefulset_replicas{statefulset=~"(.+-)?redis"} - kube_statefulset_status_replicas_ready{statefulset=~"(.+-)?redis"}`, legend: "{{namespace}}/{{statefulset}}" }],
    },
    {
      title: "Redis: bytes",
      unit: "Bps",
      queries: [{ expr: `sum by (destination_workload_namespace, destination_workload) (rate(istio_tcp_sent_bytes_total{${received},destination_workload=~"(.+-)?redis"}[5m]))`, legend: "{{destination_workload_namespace}}/{{destination_workload}}" }],
    },
    // Both proxies count a request; what the gateway refuses, the caller's alone.
    { title: "Answers with 429, by whom they were for", unit: "reqps", queries: [{ expr: `${byService} (rate(istio_requests_total{reporter="source",response_code="429"}[5m]))`, legend: service }] },
  ],
};
