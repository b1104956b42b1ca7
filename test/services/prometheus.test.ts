import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Prometheus, PrometheusArgs } from "../../components/services/prometheus";
import { prometheusDeclaration } from "../../components/services/prometheusChart";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

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
  return Object.fromEntries(Object.entries(labels).filter(([label]) => label === "__address__" || !label.startsWith("__")));
}

const meta = "__meta_kubernetes_pod_";
/** A pod as Prometheus finds it after Istio's injector has written its annotations. */
const injected = {
  __address__: "10.244.1.7:8080",
  __meta_kubernetes_namespace: "shop",
  [`${meta}name`]: "cart-v2-abc",
  [`${meta}ip`]: "10.244.1.7",
  [`${meta}phase`]: "Running",
  [`${meta}label_app`]: "cart",
  [`${meta}label_version`]: "v2",
  [`${meta}annotation_prometheus_io_scrape`]: "true",
  [`${meta}annotation_prometheus_io_port`]: "15020",
};

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
    assert.deepEqual(prometheusDeclaration.services["prometheus-server"].ports, { http: { port: 80, targetPort: 9090 } });
  });

  it("has its containers meet `restricted`, which the chart leaves open", async () => {
    const { server, configmapReload } = valuesOf(plan);
    const container = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
    assert.deepEqual(server["securityContext"], { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } });
    assert.deepEqual([server["containerSecurityContext"], configmapReload.prometheus["containerSecurityContext"]], [container, container]);
  });

  it("comes without the chart's other servers", async () => {
    const values = valuesOf(plan);
    for (const part of ["alertmanager", "kube-state-metrics", "prometheus-node-exporter", "prometheus-pushgateway"]) assert.deepEqual(values[part], { enabled: false }, part);
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
      const { podAnnotations } = valuesOf(plan).server;
      assert.deepEqual(podAnnotations, { "traffic.sidecar.istio.io/includeOutboundIPRanges": "" });
    });

    it("reads a pod of the mesh once, in plain text on the port outside mutual TLS, and keeps the pod's labels", async () => {
      const { scrapeConfigs } = valuesOf(plan);
      const { relabel_configs: steps, ...job } = scrapeConfigs["mesh-pods"] as { relabel_configs: Record<string, unknown>[] };
      assert.deepEqual(job, { kubernetes_sd_configs: [{ role: "pod" }], metrics_path: "/stats/prometheus" });
      const target = { __address__: "10.244.1.7:15020", namespace: "shop", pod: "cart-v2-abc", app: "cart", version: "v2" };
      assert.deepEqual(relabelled(injected, steps), target);
      assert.deepEqual(relabelled({ ...injected, __address__: "10.244.1.7:9090" }, steps), target);
    });

    it("leaves alone pods without a proxy, and those that have ended", async () => {
      const { relabel_configs: steps } = valuesOf(plan).scrapeConfigs["mesh-pods"] as { relabel_configs: Record<string, unknown>[] };
      assert.equal(relabelled({ ...injected, [`${meta}annotation_prometheus_io_port`]: "8080" }, steps), undefined);
      assert.equal(relabelled({ ...injected, [`${meta}annotation_prometheus_io_scrape`]: "false" }, steps), undefined);
      assert.equal(relabelled({ ...injected, [`${meta}phase`]: "Succeeded" }, steps), undefined);
    });

    it("asks nothing that the network wouldn't let it: all jobs of the chart are off but the one for itself", async () => {
      const { "mesh-pods": _ours, ...others } = valuesOf(plan).scrapeConfigs;
      assert.deepEqual(Object.keys(others).sort(), [
        "kubernetes-api-servers", "kubernetes-nodes", "kubernetes-nodes-cadvisor", "kubernetes-pods", "kubernetes-pods-slow", "kubernetes-service-endpoints",
        "kubernetes-service-endpoints-slow", "kubernetes-services", "prometheus-pushgateway",
      ]);
      for (const [name, job] of Object.entries(others)) assert.deepEqual(job, { enabled: false }, name);
    });

    it("is let out to the pods of the mesh and to the API server, and nobody is let in", async () => {
      const podSelector = { matchLabels: { "app.kubernetes.io/component": "server", "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/instance": "prometheus" } };
      assert.deepEqual(inputs(the(plan, network, "prometheus-reads"))["spec"], {
        podSelector,
        policyTypes: ["Egress"],
        egress: [{ to: [{ namespaceSelector: { matchLabels: { "istio-injection": "enabled" } } }], ports: [{ protocol: "TCP", port: 15020 }] }],
      });
      assert.deepEqual(inputs(the(plan, network, "prometheus-namespace-outside"))["spec"], {
        podSelector,
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] }],
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
