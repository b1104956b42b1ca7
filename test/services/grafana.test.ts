import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { dashboards } from "../../components/services/dashboards";
import { Grafana } from "../../components/services/grafana";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself } from "../support/insideCluster";
import { MeshAccess, Workload } from "../support/meshAccess";
import { everythingPlan } from "../support/plans";
import { all, inputs, reachable, the } from "../support/record";
import { observed } from "./observabilityProgram";

const plan = (): Promise<Plan> => observed(({ istio: _, ...args }) => new Grafana("grafana", args));
const files = (of: Plan, name: string): Record<string, string> => inputs(the(of, "kubernetes:core/v1:ConfigMap", name))["data"] as Record<string, string>;

interface Pod {
  readonly metadata: { readonly annotations: Record<string, string> };
  readonly spec: { readonly containers: readonly [Record<string, unknown>] };
}
const pod = (of: Plan): Pod => (inputs(the(of, "kubernetes:apps/v1:Deployment", "grafana-server"))["spec"] as { template: Pod }).template;

describe("Grafana", () => {
  it("runs one pod of level `restricted` that writes to folders of its own alone, and nothing of it is refused", async () => {
    const made = await plan();
    assert.deepEqual(made.findings, []);
    const { metadata: _, ...template } = pod(made);
    const probe = { httpGet: { path: "/api/health", port: 3000 } };
    assert.deepEqual(template.spec, {
      serviceAccountName: "grafana",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 472, runAsGroup: 472, fsGroup: 472, seccompProfile: { type: "RuntimeDefault" } },
      nodeSelector: { "delivery-platform/pool": "user" },
      tolerations: [],
      containers: [
        {
          name: "grafana",
          image: "docker.io/grafana/grafana:12.4.11",
          env: [
            { name: "GF_PATHS_CONFIG", value: "/config/settings/grafana.ini" },
            { name: "GF_PATHS_PROVISIONING", value: "/config/provisioning" },
          ],
          ports: [{ name: "http", containerPort: 3000 }],
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "1Gi" } },
          startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 60 },
          readinessProbe: probe,
          livenessProbe: { ...probe, periodSeconds: 30, timeoutSeconds: 5 },
          volumeMounts: [
            { name: "settings", mountPath: "/config/settings", readOnly: true },
            { name: "data-sources", mountPath: "/config/provisioning/datasources", readOnly: true },
            { name: "providers", mountPath: "/config/provisioning/dashboards", readOnly: true },
            { name: "dashboards", mountPath: "/config/dashboards", readOnly: true },
            { name: "data", mountPath: "/var/lib/grafana" },
            { name: "temporary", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        ...["settings", "data-sources", "providers", "dashboards"].map((name) => ({ name, configMap: { name: `grafana-${name}` } })),
        ...["data", "temporary"].map((name) => ({ name, emptyDir: { sizeLimit: "1Gi" } })),
      ],
    });
  });

  it("has no password, no administrator and no login of its own, and takes a name from its own proxy alone", async () => {
    const settings = files(await plan(), "grafana-settings")["grafana.ini"] ?? "";
    const section = (name: string): string[] => new RegExp(`^\\[${name.replace(".", "\\.")}\\]\\n([^[]*)`, "m").exec(settings)?.[1]?.trim().split("\n") ?? [];
    assert.deepEqual(section("security"), ["disable_initial_admin_creation = true", "cookie_secure = true", "disable_gravatar = true"]);
    assert.deepEqual(section("auth"), ["disable_login_form = true", "disable_signout_menu = true"]);
    assert.deepEqual(section("auth.basic"), ["enabled = false"]);
    assert.deepEqual(section("auth.proxy"), [
      "enabled = true",
      "header_name = X-Auth-Request-User",
      "header_property = username",
      "headers = Name:X-Auth-Request-Preferred-Username Email:X-Auth-Request-Email",
      "auto_sign_up = true",
      "enable_login_token = false",
      "whitelist = 127.0.0.6",
    ]);
    assert.deepEqual(section("users"), ["allow_sign_up = false", "auto_assign_org_role = Viewer", "viewers_can_edit = false"]);
    assert.deepEqual(section("server"), ["http_port = 3000", "root_url = https://shown.dev.example.com/"]);
    assert.doesNotMatch(settings, /password|secret/i);
    assert.deepEqual(all(await plan(), "kubernetes:core/v1:Secret"), []);
  });

  it("calls nobody but Prometheus: it fetches no plugin, no news and no newer version, and has no way out", async () => {
    const made = await plan();
    const settings = files(made, "grafana-settings")["grafana.ini"] ?? "";
    for (const line of ["reporting_enabled = false", "check_for_updates = false", "check_for_plugin_updates = false", "news_feed_enabled = false", "preinstall_disabled = true", "plugin_admin_enabled = false"]) assert.ok(settings.split("\n").includes(line), line);
    assert.deepEqual(all(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy").filter(({ name }) => name.startsWith("grafana") && JSON.stringify(inputs(the(made, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name))).includes("ipBlock")), []);
  });

  it("may ask Prometheus for metrics, by these paths alone", async () => {
    const queries = ["query", "query_range", "query_exemplars", "series", "labels"].map((path) => `/api/v1/${path}`);
    const about = ["label/*", "metadata", "rules", "alerts", "status/*"].map((path) => `/api/v1/${path}`);
    assert.deepEqual((inputs(the(await plan(), "kubernetes:security.istio.io/v1:AuthorizationPolicy", "grafana-metrics-mesh"))["spec"] as { rules: unknown }).rules, [
      {
        from: [{ source: { principals: ["cluster.local/ns/grafana/sa/grafana"] } }],
        to: [{ operation: { ports: ["9090"], methods: ["GET", "POST"], paths: queries } }, { operation: { ports: ["9090"], methods: ["GET"], paths: [...about, "/-/healthy"] } }],
      },
    ]);
  });

  it("finds its metrics and every dashboard in files that it can't change", async () => {
    const made = await plan();
    assert.deepEqual(parse(files(made, "grafana-data-sources")["prometheus.yaml"] ?? ""), {
      apiVersion: 1,
      prune: true,
      datasources: [
        { type: "prometheus", uid: "prometheus", name: "Prometheus", access: "proxy", url: "http://prometheus-server.prometheus.svc.cluster.local", isDefault: true, editable: false, jsonData: { httpMethod: "POST", timeInterval: "15s" } },
      ],
    });
    assert.deepEqual(parse(files(made, "grafana-providers")["platform.yaml"] ?? ""), {
      apiVersion: 1,
      providers: [{ name: "platform", type: "file", allowUiUpdates: false, disableDeletion: true, options: { path: "/config/dashboards" } }],
    });
    assert.deepEqual(Object.keys(files(made, "grafana-dashboards")), dashboards.map(({ id }) => `${id}.json`));
    assert.ok(files(made, "grafana-settings")["grafana.ini"]?.includes("default_home_dashboard_path = /config/dashboards/platform-apps.json"));
    // A ConfigMap holds one MiB.
    assert.ok(Object.values(files(made, "grafana-dashboards")).join("").length < 500_000);
  });

  it("starts anew when a file of its changes, which it reads at its start", async () => {
    const annotations = async (host: string): Promise<Record<string, string>> => {
      const made = await observed(({ istio: _, ...args }) => new Grafana("grafana", { ...args, exposed: { ...args.exposed, host } }));
      return pod(made).metadata.annotations;
    };
    const [one, other] = [await annotations("one.dev.example.com"), await annotations("other.dev.example.com")];
    assert.deepEqual(Object.keys(one).sort(), ["dashboards", "data-sources", "providers", "settings"].map((role) => `checksum/grafana-${role}`));
    assert.deepEqual(Object.keys(one).filter((key) => one[key] !== other[key]), ["checksum/grafana-settings"]);
  });

  it("is opened only after the rule that asks for a sign-in, and goes with the cluster", async () => {
    const made = await plan();
    const required = the(made, "kubernetes:security.istio.io/v1:AuthorizationPolicy", "grafana-sign-in-required");
    for (const [type, name] of [["kubernetes:networking.istio.io/v1:VirtualService", "grafana-host"], ["kubernetes:security.istio.io/v1:AuthorizationPolicy", "grafana-from-outside-mesh"]] as const) {
      const needed = reachable(made, the(made, type, name));
      assert.ok(needed.has(required.urn) && needed.has(the(made, "kubernetes:core/v1:Namespace", "gateway").urn), name);
    }
    assert.deepEqual(deletedByItself(made), []);
  });

  it("comes from another registry by one setting", async () => {
    const made = await observed(({ istio: _, ...args }) => new Grafana("grafana", args), { images: { registry: "crdev.azurecr.io" } });
    assert.equal(pod(made).spec.containers[0]["image"], "crdev.azurecr.io/grafana/grafana:12.4.11");
  });
});

describe("who looks at metrics, traces and the mesh", () => {
  const pods = (access: MeshAccess, name: string): Workload => access.workloads.find(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}` === name) as Workload;
  const gateway = "istio-ingress/istio-ingress";
  const signedIn = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0/somebody";
  const prometheus = ["prometheus/prometheus-server", 9090] as const;
  const jaeger = ["tracing/jaeger", 16686] as const;
  const inMesh = (method: string, path: string): object => ({ method, path, host: "inside" });
  const outside = (app: string, method = "GET", principal: string | undefined = signedIn): object => ({ method, path: "/", host: `${app}.dev.example.com`, principal });

  const rows: readonly { readonly what: string; readonly from: string; readonly to: readonly [string, number]; readonly request: object; readonly refused?: RegExp }[] = [
    ...(
      [
        ["grafana", "grafana/grafana", 3000],
        ["mesh", "kiali/kiali", 20001],
        ["traces", ...jaeger],
      ] as const
    ).flatMap(([app, to, port]) => [
      { what: `${app}, signed in`, from: gateway, to: [to, port] as const, request: outside(app) },
      { what: `${app} without a sign-in`, from: gateway, to: [to, port] as const, request: outside(app, "GET", ""), refused: /denied by .*sign-in/ },
      { what: `${app} on another host`, from: gateway, to: [to, port] as const, request: outside("echo"), refused: /nothing allows it/ },
      { what: `${app}, to delete`, from: gateway, to: [to, port] as const, request: outside(app, "DELETE"), refused: /nothing allows it/ },
    ]),
    { what: "the traces, to write", from: gateway, to: jaeger, request: outside("traces", "POST"), refused: /nothing allows it/ },
    ...["grafana/grafana", "kiali/kiali"].flatMap((from) => [
      { what: `a query of ${from}'s`, from, to: prometheus, request: inMesh("POST", "/api/v1/query_range") },
      { what: `the values of a label for ${from}`, from, to: prometheus, request: inMesh("GET", "/api/v1/label/namespace/values") },
      { what: `an order of ${from}'s to Prometheus`, from, to: prometheus, request: inMesh("POST", "/-/reload"), refused: /nothing allows it/ },
      { what: `a series that ${from} would write`, from, to: prometheus, request: inMesh("POST", "/api/v1/write"), refused: /nothing allows it/ },
    ]),
    { what: "Kiali's question for traces", from: "kiali/kiali", to: jaeger, request: inMesh("GET", "/api/traces") },
    { what: "spans of Kiali's to the store", from: "kiali/kiali", to: ["tracing/jaeger", 4317], request: inMesh("POST", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"), refused: /network/ },
    { what: "spans of an app's to the collector", from: "echo/echo", to: ["tracing/collector", 4317], request: inMesh("POST", "/opentelemetry.proto.collector.trace.v1.TraceService/Export") },
    { what: "anything else to the collector", from: "echo/echo", to: ["tracing/collector", 4317], request: inMesh("POST", "/other.Service/Call"), refused: /nothing allows it/ },
    { what: "Grafana's question for traces", from: "grafana/grafana", to: jaeger, request: inMesh("GET", "/api/traces"), refused: /network/ },
  ];
  for (const { what, from, to, request, refused } of rows) {
    it(`${refused ? "refuses" : "allows"} ${what}`, async () => {
      const access = new MeshAccess(await everythingPlan("up"));
      const refusal = access.refusal(pods(access, from), pods(access, to[0]), to[1], request as Parameters<MeshAccess["refusal"]>[3]);
      if (refused) assert.match(refusal ?? "allowed", refused);
      else assert.equal(refusal, undefined);
    });
  }
});
