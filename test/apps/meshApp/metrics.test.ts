import * as assert from "node:assert/strict";
import { MeshApp } from "../../../components/apps/meshApp";
import { MeshAppArgs } from "../../../components/apps/meshApp/args";
import { metricsRules } from "../../../components/apps/meshApp/rules/metrics";
import { settingsOf } from "../../../components/apps/meshApp/settings";
import { Plan } from "../../../simulator/engine/plan";
import { testAppPlatform } from "../../support/appPlatform";
import { all, inputs, record, the } from "../../support/record";

type Change = Partial<Pick<MeshAppArgs, "metrics" | "port" | "jwt" | "hosts">>;

const jwt = { issuer: "https://issuer.example.com", jwksUri: "https://issuer.example.com/keys", audiences: ["orders"] };
const own = { port: 9102, read: "mutualTls" } as const;

/** A rule, arguments that it refuses, and the path of the problem. */
const rows: readonly (readonly [id: string, refused: Change, path: string])[] = [
  ["metrics-port", { metrics: { port: 80 } }, "metrics.port"],
  ["metrics-port", { metrics: { port: 70000 } }, "metrics.port"],
  ["metrics-port-of-proxy", { metrics: { port: 15020 } }, "metrics.port"],
  ["metrics-path", { metrics: { port: 9102, path: "metrics" } }, "metrics.path"],
  ["metrics-path", { metrics: { port: 9102, path: "/metrics?format=text" } }, "metrics.path"],
  ["metrics-path", { metrics: { port: 9102, path: "/*" } }, "metrics.path"],
  ["metrics-over-http2", { metrics: { port: 8080 }, port: { containerPort: 8080, protocol: "grpc" } }, "metrics.port"],
  ["metrics-port-twice", { metrics: own, port: { containerPort: 8080, servicePort: 9102 } }, "metrics.port"],
  ["metrics-behind-token", { metrics: { port: 8080, read: "mutualTls" }, jwt: { ...jwt, exceptPaths: ["/metricsabc", "/public/*"] } }, "metrics"],
];

/** What is close to a refusal, and isn't one. */
const allowed: readonly Change[] = [
  { metrics: { port: 8080 } },
  { metrics: { port: 9102 }, port: { containerPort: 8080, protocol: "grpc" } },
  { metrics: { port: 9102 }, port: { containerPort: 8080, servicePort: 9102 } },
  { metrics: own, jwt },
  { metrics: { port: 8080 }, jwt },
  { metrics: { port: 8080, path: "/public/metrics", read: "mutualTls" }, jwt: { ...jwt, exceptPaths: ["/public/*"] } },
];

/** The problems that each rule finds in an app with these arguments: the rule's id and the path. */
async function problemsOf(change: Change): Promise<string[][]> {
  let found: string[][] = [];
  await record(() => {
    const settings = settingsOf("orders", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image: "registry.example.com/orders:1.0.0" } }, ...change });
    found = metricsRules.flatMap(({ id, check }) => check(settings).map(({ path }) => [id, path]));
  });
  return found;
}

const app = (change: Change): Promise<Plan> =>
  record(() => void new MeshApp("orders", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image: "registry.example.com/orders:1.0.0" } }, ...change }));

interface Pod {
  readonly metadata: { readonly annotations?: unknown };
  readonly spec: { readonly containers: readonly [{ readonly ports: unknown }] };
}
const podOf = (plan: Plan): Pod => (inputs(the(plan, "kubernetes:apps/v1:Deployment")) as { spec: { template: Pod } }).spec.template;
const servicePorts = (plan: Plan): unknown => (inputs(the(plan, "kubernetes:core/v1:Service")) as { spec: { ports: unknown } }).spec.ports;
const policies = (plan: Plan): string[] => [...all(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy"), ...all(plan, "kubernetes:networking.k8s.io/v1:NetworkPolicy")].map(({ name }) => name).filter((name) => name.includes("orders-metrics"));

describe("an app's own metrics", () => {
  it("have a row here for each of their rules", () => {
    assert.deepEqual([...new Set(rows.map(([id]) => id))].sort(), metricsRules.map(({ id }) => id).sort());
  });

  for (const [index, [id, change, path]] of rows.entries()) {
    it(`are refused by ${id}, and by no other rule (${index + 1})`, async () => assert.deepEqual(await problemsOf(change), [[id, path]]));
  }

  for (const [index, change] of allowed.entries()) {
    it(`are taken where nothing is against them (${index + 1})`, async () => assert.deepEqual(await problemsOf(change), []));
  }

  it("are refused before anything is made", async () => {
    let message = "";
    const plan = await record(() => {
      try {
        new MeshApp("orders", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image: "registry.example.com/orders:1.0.0" } }, metrics: { port: 80, path: "metrics" } });
      } catch (error) {
        message = String(error);
      }
    });
    assert.match(message, /orders[\s\S]*metrics\./);
    assert.deepEqual(all(plan, "delivery-platform:apps:MeshApp"), []);
  });

  it("are nothing by default", async () => {
    const plan = await app({});
    assert.deepEqual([podOf(plan).metadata.annotations, policies(plan)], [undefined, []]);
  });

  it("come with the proxy's, which takes annotations and nothing else", async () => {
    const plan = await app({ metrics: { port: 9102 } });
    assert.deepEqual(podOf(plan).metadata.annotations, { "prometheus.io/scrape": "true", "prometheus.io/port": "9102", "prometheus.io/path": "/metrics" });
    assert.deepEqual(servicePorts(plan), [{ name: "http", port: 80, targetPort: "app" }]);
    assert.deepEqual(policies(plan), []);
  });

  it("over mutual TLS have a port that the Service knows as HTTP, and are for Prometheus alone", async () => {
    const plan = await app({ metrics: own });
    const { metadata, spec } = podOf(plan);
    assert.deepEqual(metadata.annotations, {
      "prometheus.io/scrape": "true",
      "prometheus.io/port": "9102",
      "prometheus.io/path": "/metrics",
      "prometheus.istio.io/merge-metrics": "false",
    });
    assert.deepEqual(spec.containers[0].ports, [{ name: "app", containerPort: 8080 }, { name: "http-metrics", containerPort: 9102 }]);
    assert.deepEqual(servicePorts(plan), [{ name: "http", port: 80, targetPort: "app" }, { name: "http-metrics", port: 9102, targetPort: "http-metrics" }]);
    assert.deepEqual(policies(plan).sort(), ["orders-metrics-from-prometheus.prometheus-server", "orders-metrics-mesh", "orders-metrics-network"]);
    assert.deepEqual(plan.findings, []);
  });

  it("over mutual TLS on the app's own port need no second one", async () => {
    const plan = await app({ metrics: { port: 8080, read: "mutualTls" } });
    assert.deepEqual(servicePorts(plan), [{ name: "http", port: 80, targetPort: "app" }]);
  });
});
