import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { KayentaArgs } from "../../components/services/kayenta";
import { present, reveal } from "../../simulator/engine/values";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself } from "../support/insideCluster";
import { all, inputs, reachable, the } from "../support/record";
import { kayentaPlan, testStorageKey } from "./kayentaProgram";

const deployment = "kubernetes:apps/v1:Deployment";
const authorization = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const release = "kubernetes:helm.sh/v3:Release";
const metadata = { name: "kayenta", namespace: "kayenta", labels: { app: "kayenta" } };
const tokens = { issuer: "https://issuer.example.com/v2.0", jwksUri: "https://issuer.example.com/keys", audience: "client" };
const identity = { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } };

const exposed = (): Promise<Plan> =>
  kayentaPlan((_, gateway) => ({ exposed: { host: "kayenta.dev.example.com", gateway: { gateway: "istio-ingress/front-door", identity }, tokens, ready: [gateway] } }));
const called = (): Promise<Plan> =>
  kayentaPlan(() => ({ callers: [{ serviceAccount: { namespace: "pipelines", name: "deployer" }, reason: "asks before each rollout", elsewhere: true }] }));

interface Pod {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly [Readonly<Record<string, unknown>>] } & Readonly<Record<string, unknown>>;
}
const podOf = (plan: Plan): Pod => (inputs(the(plan, deployment))["spec"] as { template: Pod }).template;
const specOf = (plan: Plan, type: string, name: string): unknown => inputs(the(plan, type, name))["spec"];

describe("Kayenta", () => {
  let plan: Plan;
  let outside: Plan;
  let inside: Plan;

  before(async () => {
    [plan, outside, inside] = [await kayentaPlan(), await exposed(), await called()];
  });

  it("is in the mesh, in a namespace that refuses what is not `restricted`, and nothing of it is refused", async () => {
    const plan = outside;
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "kayenta-namespace"))["metadata"], {
      name: "kayenta",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("runs once, as the user of its image, with no rights, no token and no variables of other Services", async () => {
    const { template, ...spec } = specOf(plan, deployment, "kayenta-server") as { template: Pod };
    assert.deepEqual(spec, { replicas: 1, progressDeadlineSeconds: 900, selector: { matchLabels: { app: "kayenta" } } });
    const { containers: _containers, volumes: _volumes, ...pod } = template.spec;
    assert.deepEqual(pod, {
      serviceAccountName: "kayenta",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10111, runAsGroup: 10111, fsGroup: 10111, seccompProfile: { type: "RuntimeDefault" } },
      nodeSelector: { "delivery-platform/pool": "user" },
      tolerations: [],
      terminationGracePeriodSeconds: 720,
    });
    const account = inputs(the(plan, "kubernetes:core/v1:ServiceAccount"));
    assert.deepEqual([account["metadata"], account["automountServiceAccountToken"]], [metadata, false]);
  });

  it("has no disruption budget, which with one pod would let no node be drained", async () => {
    assert.deepEqual(all(plan, "kubernetes:policy/v1:PodDisruptionBudget"), []);
  });

  it("lays its configuration over the image's own and doesn't replace it", async () => {
    const { containers, volumes } = podOf(plan).spec;
    assert.deepEqual(containers[0]["volumeMounts"], [
      { name: "config", mountPath: "/opt/spinnaker/config", readOnly: true },
      { name: "temporary", mountPath: "/tmp" },
    ]);
    assert.deepEqual(volumes, [{ name: "config", configMap: { name: "kayenta" } }, { name: "temporary", emptyDir: {} }]);
    assert.deepEqual(Object.keys(inputs(the(plan, "kubernetes:core/v1:ConfigMap"))["data"] as object), ["kayenta.yml"]);
  });

  it("counts as started when it has its accounts, and as alive whatever /health says", async () => {
    const [container] = podOf(plan).spec.containers;
    const { startupProbe, readinessProbe, livenessProbe } = container as Record<string, { exec?: { command: string[] }; periodSeconds?: number; failureThreshold?: number }>;
    assert.match(startupProbe?.exec?.command.join(" ") ?? "", /127\.0\.0\.1:8090\/credentials .*azure-storage.*prometheus/);
    // Longer than a start takes, and than the client of the storage tries: 37 and 143 seconds were measured.
    assert.ok((startupProbe?.periodSeconds ?? 0) * (startupProbe?.failureThreshold ?? 0) >= 240);
    const answers = { httpGet: { path: "/credentials", port: "http" } };
    assert.deepEqual([readinessProbe, livenessProbe], [{ ...answers, timeoutSeconds: 5 }, { ...answers, periodSeconds: 30, timeoutSeconds: 10 }]);
    assert.ok(!JSON.stringify(container).includes("/health"));
  });

  it("leaves room beside the heap", async () => {
    const [container] = podOf(plan).spec.containers;
    assert.deepEqual(container["env"], [{ name: "JAVA_OPTS", value: "-XX:MaxRAMPercentage=65.0" }]);
    assert.deepEqual(container["resources"], { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } });
    assert.deepEqual(container["securityContext"], { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  });

  it("comes from another registry by one setting, its Redis too", async () => {
    const mirrored = await kayentaPlan(() => ({ images: { registry: "crdev.azurecr.io" } }));
    assert.equal(podOf(mirrored).spec.containers[0]["image"], "crdev.azurecr.io/spinnaker/kayenta:2026.2.3");
    assert.equal((inputs(the(mirrored, release, "kayenta-redis-server"))["values"] as { image: { registry: string } }).image.registry, "crdev.azurecr.io");
    assert.equal(podOf(plan).spec.containers[0]["image"], "ghcr.io/spinnaker/kayenta:2026.2.3");
  });

  it("speaks HTTP by the name of its port, which Envoy would otherwise have to guess", async () => {
    assert.deepEqual(specOf(plan, "kubernetes:core/v1:Service", "kayenta-service"), {
      selector: { app: "kayenta" },
      ports: [{ name: "http", port: 8090, targetPort: "http" }],
    });
  });

  describe("and its secrets", () => {
    it("has them from one Secret alone, as variables", async () => {
      const secret = the(plan, "kubernetes:core/v1:Secret", "kayenta-secret");
      assert.deepEqual(reveal(secret.inputs["stringData"]), { AZURE_STORAGE_KEY: testStorageKey, REDIS_CONNECTION: reveal(the(plan, "delivery-platform:services:Redis").outputs["connectionUrl"]) });
      assert.equal(inputs(secret)["stringData"], "[secret]");
      assert.deepEqual(podOf(plan).spec.containers[0]["envFrom"], [{ secretRef: { name: "kayenta" } }]);
    });

    it("shows the storage key nowhere, though it was given as plain text", async () => {
      const shown = JSON.stringify(present((plan).resources));
      for (const form of [testStorageKey, Buffer.from(testStorageKey).toString("base64")]) assert.ok(!shown.includes(form));
    });

    it("restarts for a new one of either, and for another configuration, and nothing else does", async () => {
      const annotations = async (change: Partial<KayentaArgs>): Promise<Pod["metadata"]["annotations"]> => podOf(await kayentaPlan(() => change)).metadata.annotations;
      const storage: KayentaArgs["storage"] = { accountName: "stacmedevkayenta", accountKey: "another key of the account", endpointRange: "10.0.4.64/26", ready: [] };
      const [old, otherKey, otherAccount] = [podOf(plan).metadata.annotations, await annotations({ storage }), await annotations({ storage: { ...storage, accountName: "stother" } })];
      assert.deepEqual(Object.keys(old), ["checksum/kayenta", "checksum/kayenta-config"]);
      assert.notEqual(otherKey["checksum/kayenta"], old["checksum/kayenta"]);
      assert.equal(otherKey["checksum/kayenta-config"], old["checksum/kayenta-config"]);
      assert.notEqual(otherAccount["checksum/kayenta-config"], old["checksum/kayenta-config"]);

      const connection = String(reveal(the(plan, "delivery-platform:services:Redis").outputs["connectionUrl"]));
      assert.equal(old["checksum/kayenta"], createHash("sha256").update(JSON.stringify([testStorageKey, connection])).digest("hex"));
    });
  });

  describe("and its Redis", () => {
    it("has one of its own, alone and with a disk: what is running is in there", async () => {
      const values = inputs(the(plan, release, "kayenta-redis-server"))["values"] as Record<string, unknown>;
      assert.equal(values["fullnameOverride"], "kayenta-redis");
      assert.equal(values["architecture"], "standalone");
      assert.deepEqual(values["persistence"], { enabled: true, size: "4Gi" });
      // One that drops what it holds would drop analyses.
      assert.match(String(values["extraConfig"]), /maxmemory-policy noeviction/);
    });

    it("is its only caller", async () => {
      const { rules } = specOf(plan, authorization, "kayenta-redis-access-mesh") as { rules: unknown };
      assert.deepEqual(rules, [{ from: [{ source: { principals: ["cluster.local/ns/kayenta/sa/kayenta"] } }], to: [{ operation: { ports: ["6379"] } }] }]);
    });
  });

  describe("and its storage", () => {
    it("reaches the account's blobs over TLS, and nothing else outside does anything in its namespace", async () => {
      assert.deepEqual(specOf(plan, "kubernetes:networking.istio.io/v1:ServiceEntry", "kayenta-egress-blobs"), {
        hosts: ["stacmedevkayenta.blob.core.windows.net"],
        exportTo: ["."],
        location: "MESH_EXTERNAL",
        resolution: "DNS",
        ports: [{ number: 443, name: "tls-443", protocol: "TLS" }],
      });
      assert.deepEqual(specOf(plan, network, "kayenta-egress-blobs-network"), {
        podSelector: { matchLabels: { app: "kayenta" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.4.64/26" } }], ports: [{ protocol: "TCP", port: 443 }] }],
      });
      assert.deepEqual(all(plan, "kubernetes:networking.istio.io/v1:DestinationRule"), []);
    });

    it("starts when account, mesh, Redis and the way there are ready: it looks for them once", async () => {
      const before = reachable(plan, the(plan, deployment));
      const needed = [
        the(plan, "random:index/randomId:RandomId", "account"),
        the(plan, "kubernetes:core/v1:Namespace", "mesh"),
        the(plan, release, "kayenta-redis-server"),
        the(plan, authorization, "kayenta-redis-access-mesh"),
        the(plan, "kubernetes:networking.istio.io/v1:ServiceEntry", "kayenta-egress-blobs"),
        the(plan, network, "kayenta-egress-blobs-network"),
        the(plan, "kubernetes:core/v1:Secret", "kayenta-secret"),
      ];
      assert.deepEqual(needed.filter(({ urn }) => !before.has(urn)).map(({ name }) => name), []);
    });

    it("waits neither for Prometheus nor, with its Redis, for the account", async () => {
      assert.ok(!reachable(plan, the(plan, deployment)).has(the(plan, release, "prometheus-server").urn));
      assert.ok(!reachable(plan, the(plan, release, "kayenta-redis-server")).has(the(plan, "random:index/randomId:RandomId", "account").urn));
    });
  });

  describe("and those who call it", () => {
    it("answers nobody unless they are named", async () => {
      const about = [...all(plan, authorization), ...all(plan, "kubernetes:networking.istio.io/v1:VirtualService")].map(({ name }) => name);
      assert.deepEqual(about, ["kayenta-redis-access-mesh", "kayenta-metrics-mesh"]);
    });

    it("lets a named one ask and write, and nobody delete an account", async () => {
      const { rules, action } = specOf(inside, authorization, "kayenta-callers-mesh") as { rules: unknown; action: string };
      assert.equal(action, "ALLOW");
      assert.deepEqual(rules, [
        { from: [{ source: { principals: ["cluster.local/ns/pipelines/sa/deployer"] } }], to: [{ operation: { ports: ["8090"], methods: ["GET", "POST", "PUT"] } }] },
      ]);
    });

    it("makes nothing in a namespace that another program makes", async () => {
      const plan = inside;
      assert.deepEqual(all(plan, network).filter((policy) => JSON.stringify(inputs(policy)["metadata"]).includes('"namespace":"pipelines"')), []);
      assert.deepEqual(plan.findings, []);
    });

    it("answers outside at one host, for those who have signed in", async () => {
      const plan = outside;
      assert.deepEqual(specOf(plan, "kubernetes:networking.istio.io/v1:VirtualService", "kayenta-host"), {
        hosts: ["kayenta.dev.example.com"],
        gateways: ["istio-ingress/front-door"],
        http: [{ name: "kayenta", route: [{ destination: { host: "kayenta.kayenta.svc.cluster.local", port: { number: 8090 } } }] }],
      });
      const hosts = ["kayenta.dev.example.com", "kayenta.dev.example.com:*"];
      assert.deepEqual((specOf(plan, authorization, "kayenta-from-outside-mesh") as { rules: unknown }).rules, [
        { from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }], to: [{ operation: { ports: ["8090"], methods: ["GET", "POST", "PUT"], hosts } }] },
      ]);
      assert.deepEqual(specOf(plan, authorization, "kayenta-sign-in-required"), {
        selector: { matchLabels: { app: "kayenta" } },
        action: "DENY",
        rules: [{ from: [{ source: { notRequestPrincipals: ["https://issuer.example.com/v2.0/*"] } }], to: [{ operation: { hosts } }] }],
      });
    });

    it("may ask Prometheus for metrics, and give it no orders", async () => {
      const { metadata: where, spec } = inputs(the(plan, authorization, "kayenta-metrics-mesh")) as { metadata: { namespace: string }; spec: { rules: unknown } };
      assert.equal(where.namespace, "prometheus");
      assert.deepEqual(spec.rules, [
        {
          from: [{ source: { principals: ["cluster.local/ns/kayenta/sa/kayenta"] } }],
          to: [{ operation: { ports: ["9090"], methods: ["GET"], paths: ["/api/v1/query_range", "/api/v1/label/__name__/values", "/-/healthy"] } }],
        },
      ]);
    });
  });

  it("registers the same in a preview as in an update", async () => {
    const urns = (plan: Plan): string[] => plan.resources.map(({ urn }) => urn).sort();
    assert.deepEqual(urns(await kayentaPlan(undefined, "preview")), urns(plan));
  });

  it("goes with the cluster", async () => {
    assert.deepEqual(deletedByItself(outside), []);
  });
});
