import { Dashboard, Panel, Variable } from "./dashboard";

const requests = "namespace_app_version:istio_requests:rate5m";
const chosen = `namespace=~"$namespace",app=~"$app"`;
const variables: readonly Variable[] = [
  { name: "namespace", from: { series: requests, label: "namespace" } },
  { name: "app", from: { series: `${requests}{namespace=~"$namespace"}`, label: "app" } },
];

const errors: Panel = {
  title: "Share of requests that fail",
  about: "Answers with 5xx, and those of gRPC whose code blames the server.",
  unit: "percentunit",
  limit: 0.05,
  queries: [{ expr: `namespace_app_version:istio_request_errors:ratio_rate5m{${chosen}}`, legend: "{{namespace}}/{{app}} {{version}}" }],
};

/** The golden signals of each app, version by version. */
export const apps: Dashboard = {
  id: "platform-apps",
  title: "Apps",
  variables,
  panels: [
    { title: "Requests", unit: "reqps", queries: [{ expr: `${requests}{${chosen}}`, legend: "{{namespace}}/{{app}} {{version}}" }] },
    errors,
    {
      title: "Time to answer",
      unit: "ms",
      queries: ["p50", "p95", "p99"].map((quantile) => ({ expr: `namespace_app_version:istio_request_duration_milliseconds:${quantile}_rate5m{${chosen}}`, legend: `${quantile} {{namespace}}/{{app}} {{version}}` })),
    },
    {
      title: "Share of the pods that it may have",
      about: "At 100% the autoscaler adds no more.",
      unit: "percentunit",
      limit: 1,
      queries: [{ expr: `namespace_app_version:kube_horizontalpodautoscaler_replicas:ratio{${chosen}}`, legend: "{{namespace}}/{{app}} {{version}}" }],
    },
    {
      title: "Requests that are refused for their number",
      unit: "reqps",
      queries: [{ expr: `sum by (namespace, app, version) (rate(istio_requests_total{reporter="destination",response_code="429",${chosen}}[5m]))`, legend: "{{namespace}}/{{app}} {{version}}" }],
    },
    {
      title: "Requests by who sends them",
      unit: "reqps",
      queries: [{ expr: `sum by (source_workload_namespace, source_workload) (rate(istio_requests_total{reporter="destination",${chosen}}[5m]))`, legend: "{{source_workload_namespace}}/{{source_workload}}" }],
    },
  ],
};

/** Each version beside the app's others. */
export const canary: Dashboard = {
  id: "platform-canary",
  title: "Canary against the others",
  variables,
  panels: [
    {
      title: "Share of the app's requests",
      unit: "percentunit",
      queries: [{ expr: `${requests}{${chosen}} / on (namespace, app) group_left () (sum by (namespace, app) (${requests}{${chosen}}) > 0)`, legend: "{{namespace}}/{{app}} {{version}}" }],
    },
    errors,
    {
      title: "Share that fails, less that of the other versions",
      about: "Above zero it does worse than they do.",
      unit: "percentunit",
      limit: 0.02,
      queries: [
        {
          expr: `namespace_app_version:istio_request_errors:ratio_rate5m{${chosen}} - namespace_app_version:istio_request_errors_of_others:ratio_rate5m{${chosen}}`,
          legend: "{{namespace}}/{{app}} {{version}}",
        },
      ],
    },
    {
      title: "Time to answer, 95 of 100",
      unit: "ms",
      queries: [{ expr: `namespace_app_version:istio_request_duration_milliseconds:p95_rate5m{${chosen}}`, legend: "{{namespace}}/{{app}} {{version}}" }],
    },
  ],
};
