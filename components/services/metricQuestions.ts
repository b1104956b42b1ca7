import { HttpOperation } from "../mesh/access";

/**
 * What someone may ask Prometheus who looks at metrics: queries, and what it is like. Orders, as to load its configuration again, are not
 * among it. Longer queries come by POST.
 * @source https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export const metricQuestions: readonly HttpOperation[] = [
  { methods: ["GET", "POST"], paths: ["/api/v1/query", "/api/v1/query_range", "/api/v1/query_exemplars", "/api/v1/series", "/api/v1/labels"] },
  { methods: ["GET"], paths: ["/api/v1/label/*", "/api/v1/metadata", "/api/v1/rules", "/api/v1/alerts", "/api/v1/status/*", "/-/healthy"] },
];
