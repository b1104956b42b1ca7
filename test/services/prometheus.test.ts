import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { scrapeAnnotations } from "../../components/services/allowScrape";
import { Prometheus, PrometheusArgs } from "../../components/services/prometheus";
import { prometheusDeclaration } from "../../components/services/prometheusChart";
import { ArgumentError } from "../../components/shared/errors";
import { notForPods } from "../../components/shared/peers";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";
import { parse } from "yaml";

const release = "kubernetes:helm.sh/v3:Release";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function make(change: Partial<PrometheusArgs>): void {
  const cluster = testCluster();
  const mesh = new k8s.core.v1.Namespace("mesh", { metadata: { name: "istio-system" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
  new Prometheus("prometheus", { cluster, images: {}, retentionDays: 15, sizeGi: 32, ready: [mesh], ...change });
}

const prometheus = (change: Partial<PrometheusArgs> = {}): Promise<Plan> => record(() => make(change));

interface Values {
  readonly server: Readonly<Record<string, unknown>>;
  readonly configmapReload: { readonly prometheus: Readonly<Record<string, unknown>> };
  readonly scrapeConfigs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const valuesOf = (plan: Plan): Values & Readonly<Record<string, unknown>> => inputs(the(plan, release))["values"] as Values & Record<string, unknown>;

/** What Prometheus makes of the labels that it finds a target with: the target's labels, or nothing where it is dropped. */
function relabelled(found: Readonly<Record<string, string>>, steps: readonly Readonly<Record<string, unknown>>[]): Record<string, string> | undefined {
  const labels: Record<string, string> = { ...found };
  for (const { source_labels: from = [], action, regex, replacement = "$1", target_label: to } of steps as readonly { source_labels?: string[]; action: string; regex?: string; replacement?: string; target_label?: string }[]) {
    const pattern = new RegExp(`^(?:${regex ?? "(.*)"})$`);
    const value = from.map((label) => labels[label] ?? "").join(";");
    if (action === "keep" && !pattern.test(value)) return undefined;
    if (action === "drop" && pattern.test(value)) return undefined;
    if (action === "replace" && pattern.test(value)) labels[to ?? ""] = value.replace(pattern, replacement);
    if (action === "labelmap") for (const [label, text] of Object.entries(labels)) if (pattern.test(label)) labels[label.replace(pattern, replacement)] = text;
  }
  return Object.fromEntries(Object.entries(labels).filter(([label]) => label === "__address__" || label === "__metrics_path__" || !label.startsWith("__")));
}

const meta = "__meta_kubernetes_pod_";
type Labels = Readonly<Record<string, string>>;

/** A pod as Prometheus finds it at its first port; one of the mesh has what Istio's injector writes. */
function found(namespace: string, labels: Labels, annotations: Labels): Record<string, string> {
  const under = (kind: string, values: Labels): [string, string][] => Object.entries(values).map(([name, value]) => [`${meta}${kind}_${name.replace(/[^a-zA-Z0-9]/g, "_")}`, value]);
  return {
    __address__: "10.244.1.7:8080",
    __meta_kubernetes_namespace: namespace,
    [`${meta}name`]: "pod-1",
    [`${meta}ip`]: "10.244.1.7",
    [`${meta}phase`]: "Running",
    ...Object.fromEntries([...under("label", labels), ...under("annotation", annotations)]),
  };
}
const cart = { app: "cart", version: "v2" };
const injected = { "sidecar.istio.io/status": '{"containers":["istio-proxy"]}', "prometheus.io/scrape": "true" };
const merged = { ...injected, "prometheus.io/port": "15020", "prometheus.io/path": "/stats/prometheus" };
const apart = { ...injected, ...scrapeAnnotations({ port: 9102, path: "/metrics/app", read: "mutualTls" }) };

describe("Prometheus", () => {
  let plan: Plan;

  before(async () => {
    plan = await prometheus();
  });

  it("is in the mesh, in a namespace that refuses what is not `restricted`, and nothing of it is refused", async () => {
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "prometheus-namespace"))["metadata"], {
      name: "prometheus",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("installs the chart at an exact version, by the name that its Service is made of, after the mesh", async () => {
    const { name, chart, version, namespace } = inputs(the(plan, release));
    assert.deepEqual([name, chart, version, namespace], ["prometheus", "oci://ghcr.io/prometheus-community/charts/prometheus", "29.27.0", "prometheus"]);
    assert.ok(reachable(plan, the(plan, release)).has(the(plan, "kubernetes:core/v1:Namespace", "mesh").urn));
    assert.equal(the(plan, "delivery-platform:services:Prometheus").outputs["address"], "http://prometheus-server.prometheus.svc.cluster.local");
  });

  it("is called by the container's port where a policy speaks of it, and by the Service's where a client does", () => {
    assert.deepEqual(prometheusDeclaration.services, {
      "prometheus-server": { ports: { http: { port: 80, targetPort: 9090 } } },
      "prometheus-kube-state-metrics": { ports: { http: { port: 8080, targetPort: 8080 } } },
    });
  });

  it("has its containers meet `restricted`, which the chart leaves open", async () => {
    const { server, configmapReload } = valuesOf(plan);
    const container = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
    assert.deepEqual(server["securityContext"], { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } });
    assert.deepEqual([server["containerSecurityContext"], configmapReload.prometheus["containerSecurityContext"]], [container, container]);
  });

  it("comes without the chart's other servers", async () => {
    const values = valuesOf(plan);
    for (const part of ["alertmanager", "prometheus-node-exporter", "prometheus-pushgateway"]) assert.deepEqual(values[part], { enabled: false }, part);
  });

  it("keeps metrics as long as asked, on the cluster's own class of disks, and doesn't fill the disk", async () => {
    const { server } = valuesOf(await prometheus({ retentionDays: 30, sizeGi: 100 }));
    assert.deepEqual([server["retention"], server["retentionSize"], server["persistentVolume"]], ["30d", "80GB", { enabled: true, size: "100Gi" }]);
  });

  it("comes from another registry by one setting", async () => {
    const here = valuesOf(plan);
    const { server, configmapReload } = valuesOf(await prometheus({ images: { registry: "crdev.azurecr.io" } }));
    assert.deepEqual([here.server["image"], here.configmapReload.prometheus["image"]], [
      { repository: "quay.io/prometheus/prometheus", tag: "v3.14.0" },
      { repository: "quay.io/prometheus-operator/prometheus-config-reloader", tag: "v0.93.1" },
    ]);
    assert.deepEqual([server["image"], configmapReload.prometheus["image"]], [
      { repository: "crdev.azurecr.io/prometheus/prometheus", tag: "v3.14.0" },
      { repository: "crdev.azurecr.io/prometheus-operator/prometheus-config-reloader", tag: "v0.93.1" },
    ]);
  });

  describe("and the mesh that it reads", () => {
    it("calls past its proxy, which knows no pods by address, and is called through it", async () => {
      const annotations = valuesOf(plan).server["podAnnotations"] as Labels;
      assert.equal(annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"], "");
      assert.deepEqual(Object.keys(annotations).filter((name) => name.includes("Inbound")), []);
    });

    it("has its proxy write the certificate into the volume that it reads it from", async () => {
      const { server, scrapeConfigs } = valuesOf(plan);
      const annotations = server["podAnnotations"] as Labels;
      assert.deepEqual(parse(annotations["proxy.istio.io/config"] ?? ""), { proxyMetadata: { OUTPUT_CERTS: "/etc/istio-output-certs" } });
      assert.deepEqual(JSON.parse(annotations["sidecar.istio.io/userVolumeMount"] ?? ""), [{ name: "istio-certs", mountPath: "/etc/istio-output-certs" }]);
      assert.deepEqual(server["extraVolumes"], [{ name: "istio-certs", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }]);
      assert.deepEqual(server["extraVolumeMounts"], [{ name: "istio-certs", mountPath: "/etc/istio-certs", readOnly: true }]);
      const { relabel_configs: _steps, ...job } = scrapeConfigs["kubernetes-pods-istio-secure"] ?? {};
      assert.deepEqual(job, {
        kubernetes_sd_configs: [{ role: "pod" }],
        metrics_path: "/metrics",
        scheme: "https",
        tls_config: { ca_file: "/etc/istio-certs/root-cert.pem", cert_file: "/etc/istio-certs/cert-chain.pem", key_file: "/etc/istio-certs/key.pem", insecure_skip_verify: true },
        enable_http2: true,
      });
    });

    describe("finds each pod where it gives its metrics:", () => {
      /** The targets that a pod is, by the job that reads it: address, path, and the labels of its series. */
      function targetsOf(pod: Record<string, string>): Record<string, Record<string, string>> {
        const jobs = Object.entries(valuesOf(plan).scrapeConfigs).filter(([, job]) => "relabel_configs" in job);
        return Object.fromEntries(
          jobs.flatMap(([name, job]) => {
            const { relabel_configs: steps, metrics_path: path, kubernetes_sd_configs: [discovery] } = job as { relabel_configs: Record<string, unknown>[]; metrics_path: string; kubernetes_sd_configs: [{ namespaces?: { names: string[] } }] };
            if (discovery.namespaces?.names.includes(pod["__meta_kubernetes_namespace"] ?? "") === false) return [];
            const target = relabelled({ __metrics_path__: path, ...pod }, steps);
            return target === undefined ? [] : [[name, target]];
          }),
        );
      }
      const proxyOf = (namespace: string, labels: Labels): object => ({ __address__: "10.244.1.7:15020", __metrics_path__: "/stats/prometheus", namespace, pod: "pod-1", ...labels });

      it("an app of the mesh together with its proxy, whichever port it is found by", () => {
        const target = { "mesh-pods": proxyOf("shop", cart) };
        assert.deepEqual(targetsOf(found("shop", cart, merged)), target);
        assert.deepEqual(targetsOf({ ...found("shop", cart, merged), __address__: "10.244.1.7:9090" }), target);
      });

      it("an app that keeps its metrics to itself at its own port, and its proxy by itself", () => {
        assert.deepEqual(targetsOf(found("shop", cart, apart)), {
          "mesh-pods": proxyOf("shop", cart),
          "kubernetes-pods-istio-secure": { __address__: "10.244.1.7:9102", __metrics_path__: "/metrics/app", namespace: "shop", pod: "pod-1", ...cart },
        });
        const { "prometheus.io/path": _path, ...withoutPath }: Labels = apart;
        assert.equal(targetsOf(found("shop", cart, withoutPath))["kubernetes-pods-istio-secure"]?.["__metrics_path__"], "/metrics");
      });

      it("an app apart without a port by its proxy alone", () => {
        const { "prometheus.io/port": _port, ...withoutPort }: Labels = apart;
        assert.deepEqual(Object.keys(targetsOf(found("shop", cart, withoutPort))), ["mesh-pods"]);
      });

      it("kube-state-metrics, cert-manager and istiod, each by a job of its own that leaves them the names they speak of", () => {
        const at = (address: string, path: string, namespace: string): object => ({ __address__: `10.244.1.7:${address}`, __metrics_path__: path, namespace, pod: "pod-1" });
        const ksm = { "app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "prometheus" };
        const controller = { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": "controller" };
        assert.deepEqual(targetsOf(found("prometheus", ksm, merged)), { "cluster-state": at("15020", "/stats/prometheus", "prometheus") });
        assert.deepEqual(targetsOf(found("cert-manager", controller, { "prometheus.io/scrape": "true", "prometheus.io/port": "9402" })), { "cert-manager": at("9402", "/metrics", "cert-manager") });
        assert.deepEqual(targetsOf(found("istio-system", { app: "istiod", istio: "pilot" }, { "prometheus.io/scrape": "true", "prometheus.io/port": "15014" })), { istiod: at("15014", "/metrics", "istio-system") });
        const { scrapeConfigs } = valuesOf(plan);
        assert.deepEqual(Object.keys(scrapeConfigs).filter((job) => scrapeConfigs[job]?.["honor_labels"] === true).sort(), ["cert-manager", "cluster-state", "istiod"]);
      });

      it("none that has no proxy, asks to be left out, or has ended", () => {
        assert.deepEqual(targetsOf(found("plain", cart, { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" })), {});
        assert.deepEqual(targetsOf(found("shop", cart, { ...merged, "prometheus.io/scrape": "false" })), {});
        assert.deepEqual(targetsOf({ ...found("shop", cart, apart), [`${meta}phase`]: "Succeeded" }), {});
        assert.deepEqual(targetsOf(found("cert-manager", { "app.kubernetes.io/name": "webhook", "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": "webhook" }, {})), {});
      });
    });

    it("asks nothing that the network wouldn't let it: all jobs of the chart are off but the one for itself", async () => {
      const off = Object.entries(valuesOf(plan).scrapeConfigs).filter(([, job]) => !("relabel_configs" in job));
      assert.deepEqual(off.map(([name]) => name).sort(), [
        "kubernetes-api-servers", "kubernetes-nodes", "kubernetes-nodes-cadvisor", "kubernetes-pods", "kubernetes-pods-slow", "kubernetes-service-endpoints",
        "kubernetes-service-endpoints-slow", "kubernetes-services", "prometheus-pushgateway",
      ]);
      for (const [name, job] of off) assert.deepEqual(job, { enabled: false }, name);
    });

    it("knows what the cluster thinks of workloads, by a server that may read no more than their three kinds", async () => {
      assert.deepEqual(valuesOf(plan)["kube-state-metrics"], {
        enabled: true,
        image: { registry: "registry.k8s.io", repository: "kube-state-metrics/kube-state-metrics", tag: "v2.20.0" },
        collectors: ["deployments", "horizontalpodautoscalers", "statefulsets"],
        metricLabelsAllowlist: ["horizontalpodautoscalers=[app,version]"],
        podAnnotations: { "traffic.sidecar.istio.io/includeOutboundIPRanges": "", "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
        resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } },
        nodeSelector: { "delivery-platform/pool": "user" },
        tolerations: [],
      });
    });

    it("is let out to what it reads and to the API server, and nobody is let in", async () => {
      const pods = (namespace: string, matchLabels: object): object => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } }, podSelector: { matchLabels } });
      const podSelector = { matchLabels: { "app.kubernetes.io/component": "server", "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" } };
      assert.deepEqual(inputs(the(plan, network, "prometheus-reads"))["spec"], {
        podSelector,
        policyTypes: ["Egress"],
        egress: [
          { to: [{ namespaceSelector: { matchLabels: { "istio-injection": "enabled" } } }], ports: [{ protocol: "TCP", port: 15020 }] },
          { to: [pods("istio-system", { app: "istiod", istio: "pilot" })], ports: [{ protocol: "TCP", port: 15014 }] },
          { to: [pods("cert-manager", { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/instance": "cert-manager", "app.kubernetes.io/component": "controller" })], ports: [{ protocol: "TCP", port: 9402 }] },
        ],
      });
      assert.deepEqual(inputs(the(plan, network, "prometheus-cluster-state"))["spec"], {
        podSelector: { matchLabels: { "app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "prometheus" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...notForPods] } }], ports: [{ protocol: "TCP", port: 443 }] }],
      });
      assert.deepEqual(inputs(the(plan, network, "prometheus-namespace-outside"))["spec"], {
        podSelector,
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...notForPods] } }], ports: [{ protocol: "TCP", port: 443 }] }],
      });
      assert.deepEqual(all(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy"), []);
    });

    it("brings no DestinationRule, which would demand a certificate where there is none", async () => {
      assert.deepEqual(all(plan, "kubernetes:networking.istio.io/v1:DestinationRule"), []);
    });
  });

  it("refuses a retention and a disk that can't be, together", async () => {
    const problemsOf = async (change: Partial<PrometheusArgs>): Promise<unknown> => {
      let problems: unknown;
      await record(() => {
        try {
          make(change);
        } catch (error) {
          problems = error instanceof ArgumentError ? error.problems.map(({ path, given }) => [path, given]) : error;
        }
      });
      return problems;
    };
    assert.deepEqual(await problemsOf({ retentionDays: 0, sizeGi: 4096 }), [["retentionDays", "0"], ["sizeGi", "4096"]]);
    assert.deepEqual(await problemsOf({ sizeGi: 8.5 }), [["sizeGi", "8.5"]]);
  });

  it("goes with the cluster", async () => {
    assert.deepEqual(deletedByItself(plan), []);
  });
});
