import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { Kiali } from "../../components/services/kiali";
import { Tracing } from "../../components/services/tracing";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself } from "../support/insideCluster";
import { all, inputs, reachable, the } from "../support/record";
import { observed } from "./observabilityProgram";

const plan = (): Promise<Plan> => observed((args) => new Kiali("kiali", args));
const withTraces = (): Promise<Plan> =>
  observed((args) => {
    const tracing = new Tracing("tracing", { ...args, samplingPercent: 1, retentionDays: 3, sizeGi: 16, exposed: { ...args.exposed, host: "traces.dev.example.com" } });
    new Kiali("kiali", { ...args, tracing });
  });
const config = (of: Plan): Record<string, unknown> => parse((inputs(the(of, "kubernetes:core/v1:ConfigMap", "kiali-config"))["data"] as Record<string, string>)["config.yaml"] ?? "") as Record<string, unknown>;
const rulesOf = (of: Plan, kind: string, name: string): { apiGroups: string[]; resources: string[]; verbs: string[] }[] => inputs(the(of, `kubernetes:rbac.authorization.k8s.io/v1:${kind}`, name))["rules"] as [];

describe("Kiali", () => {
  it("lets nobody change anything, asks for no name, and knows where its metrics are", async () => {
    assert.deepEqual(config(await plan()), {
      auth: { strategy: "anonymous" },
      deployment: { namespace: "kiali", cluster_wide_access: true, view_only_mode: true },
      server: { port: 20001, web_fqdn: "shown.dev.example.com", web_schema: "https", web_port: "443", web_root: "/", observability: { metrics: { enabled: false }, tracing: { enabled: false } } },
      kiali_feature_flags: { disabled_features: ["logs-tab"] },
      external_services: { prometheus: { url: "http://prometheus-server.prometheus.svc.cluster.local" }, grafana: { enabled: false }, tracing: { enabled: false } },
    });
  });

  it("shows traces where there are any, which it may ask for", async () => {
    const made = await withTraces();
    assert.deepEqual((config(made)["external_services"] as Record<string, unknown>)["tracing"], {
      enabled: true,
      provider: "jaeger",
      use_grpc: false,
      internal_url: "http://jaeger.tracing.svc.cluster.local:16686",
      external_url: "https://traces.dev.example.com",
    });
    assert.deepEqual(inputs(the(made, "kubernetes:security.istio.io/v1:AuthorizationPolicy", "kiali-traces-mesh"))["spec"], {
      selector: { matchLabels: { app: "jaeger" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/kiali/sa/kiali"] } }], to: [{ operation: { ports: ["16686"], methods: ["GET"], paths: ["/api/*"] } }] }],
    });
    assert.deepEqual(made.findings, []);
    assert.deepEqual(all(await plan(), "kubernetes:security.istio.io/v1:AuthorizationPolicy").filter(({ name }) => name.startsWith("kiali-traces")), []);
  });

  it("reads what the mesh is made of, and neither secrets nor logs, and goes into no pod but istiod's", async () => {
    const made = await plan();
    const everywhere = rulesOf(made, "ClusterRole", "kiali-reads");
    assert.deepEqual([...new Set(everywhere.flatMap(({ verbs }) => verbs))].sort(), ["get", "list", "watch"]);
    const read = everywhere.filter(({ apiGroups }) => apiGroups.includes("")).flatMap(({ resources }) => resources);
    assert.deepEqual(read, ["configmaps", "namespaces", "pods", "replicationcontrollers", "services"]);
    assert.deepEqual(everywhere.filter(({ apiGroups, resources }) => apiGroups.includes("*") || (resources.includes("*") && apiGroups.some((group) => !/\.(istio|networking\.k8s)\.io$/.test(group)))), []);
    assert.deepEqual(rulesOf(made, "Role", "kiali-asks-istiod"), [{ apiGroups: [""], resources: ["pods/portforward"], verbs: ["create"] }]);
    assert.deepEqual((inputs(the(made, "kubernetes:rbac.authorization.k8s.io/v1:Role"))["metadata"] as { namespace: string }).namespace, "istio-system");
    for (const [kind, name] of [["ClusterRoleBinding", "kiali-reads-binding"], ["RoleBinding", "kiali-asks-istiod-binding"]] as const) {
      const binding = inputs(the(made, `kubernetes:rbac.authorization.k8s.io/v1:${kind}`, name));
      assert.deepEqual(binding["subjects"], [{ kind: "ServiceAccount", name: "kiali", namespace: "kiali" }]);
      assert.deepEqual((binding["roleRef"] as { kind: string }).kind, kind.replace("Binding", ""));
    }
  });

  it("has a token for the API server and a way there, its rights before its pod, and goes with the cluster", async () => {
    const made = await plan();
    const server = the(made, "kubernetes:apps/v1:Deployment", "kiali-server");
    const { template } = inputs(server)["spec"] as { template: { spec: { automountServiceAccountToken: boolean; containers: { image: string; args: string[] }[] } } };
    assert.equal(template.spec.automountServiceAccountToken, true);
    assert.deepEqual(template.spec.containers.map(({ image, args }) => [image, args]), [["quay.io/kiali/kiali:v2.29.0", ["-config", "/config/config.yaml"]]]);
    const needed = reachable(made, server);
    for (const name of ["kiali-reads-binding", "kiali-asks-istiod-binding"]) assert.ok([...needed].some((urn) => urn.endsWith(`::${name}`)), name);
    assert.deepEqual((inputs(the(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "kiali-namespace-outside"))["spec"] as { podSelector: unknown }).podSelector, { matchLabels: { app: "kiali" } });
    assert.deepEqual(deletedByItself(made), []);
    assert.deepEqual(made.findings, []);
  });
});
