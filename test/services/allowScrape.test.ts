import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { allowScrape, AppMetrics, scrapeAnnotations } from "../../components/services/allowScrape";
import { Plan } from "../../simulator/engine/plan";
import { testCluster } from "../support/insideCluster";
import { all, inputs, record, the } from "../support/record";

const authorization = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const scraped = (metrics: AppMetrics): Promise<Plan> =>
  record(() => {
    const parent = new pulumi.ComponentResource("test:Parent", "orders");
    allowScrape("orders-metrics", { cluster: testCluster(), namespace: "orders", selector: { app: "orders" }, metrics }, { parent });
  });

describe("an app's metrics", () => {
  it("are merged with the proxy's by annotations that the injector takes over", async () => {
    assert.deepEqual(scrapeAnnotations({ port: 8080 }), { "prometheus.io/scrape": "true", "prometheus.io/port": "8080", "prometheus.io/path": "/metrics" });
    const plan = await scraped({ port: 8080 });
    assert.deepEqual([all(plan, authorization), all(plan, network)], [[], []]);
  });

  it("are read over mutual TLS where the app says so", () => {
    assert.deepEqual(scrapeAnnotations({ port: 9102, path: "/stats", read: "mutualTls" }), {
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "9102",
      "prometheus.io/path": "/stats",
      "prometheus.istio.io/merge-metrics": "false",
    });
  });

  it("are then for Prometheus alone, on that port and path, and the network lets it through on both sides", async () => {
    const plan = await scraped({ port: 9102, path: "/stats", read: "mutualTls" });
    const prometheus = { "app.kubernetes.io/component": "server", "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" };
    const pods = (namespace: string, matchLabels: object): object => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, podSelector: { matchLabels } });
    const ports = [{ protocol: "TCP", port: 9102 }];
    assert.deepEqual(inputs(the(plan, authorization))["spec"], {
      selector: { matchLabels: { app: "orders" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/prometheus/sa/prometheus-server"] } }], to: [{ operation: { ports: ["9102"], methods: ["GET"], paths: ["/stats"] } }] }],
    });
    const policy = (name: string): unknown => {
      const { metadata, spec } = inputs(the(plan, network, name)) as { metadata: { namespace: string }; spec: unknown };
      return [metadata.namespace, spec];
    };
    assert.equal(all(plan, network).length, 2);
    assert.deepEqual(policy("orders-metrics-network"), [
      "orders",
      { podSelector: { matchLabels: { app: "orders" } }, policyTypes: ["Ingress"], ingress: [{ from: [pods("prometheus", prometheus)], ports }] },
    ]);
    assert.deepEqual(policy("orders-metrics-from-prometheus.prometheus-server"), [
      "prometheus",
      { podSelector: { matchLabels: prometheus }, policyTypes: ["Egress"], egress: [{ to: [pods("orders", { app: "orders" })], ports }] },
    ]);
    assert.deepEqual(plan.findings, []);
  });
});
