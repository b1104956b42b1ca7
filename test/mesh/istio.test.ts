import * as assert from "node:assert/strict";
import { Istio } from "../../components/mesh/istio";
import { ImageSource } from "../../components/shared/images";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const release = "kubernetes:helm.sh/v3:Release";

function istio(images: ImageSource = {}): ReturnType<typeof record> {
  return record(() => new Istio("istio", { cluster: testCluster(), images }));
}

async function values(name: string, images?: ImageSource): Promise<Record<string, unknown>> {
  return inputs(the(await istio(images), release, name))["values"] as Record<string, unknown>;
}

describe("Istio", () => {
  it("installs three charts of one version from where they are published, each in its namespace", async () => {
    const installed = all(await istio(), release).map(inputs).map(({ name, namespace, chart, version }) => [name, namespace, chart, version]);
    assert.deepEqual(installed.sort(), [
      ["istio-base", "istio-system", "oci://ghcr.io/istio/release/charts/base", "1.31.1"],
      ["istio-cni", "istio-cni", "oci://ghcr.io/istio/release/charts/cni", "1.31.1"],
      ["istiod", "istio-system", "oci://ghcr.io/istio/release/charts/istiod", "1.31.1"],
    ]);
  });

  it("allows privileged pods in the node agent's namespace alone", async () => {
    const plan = await istio();
    const labels = (name: string): unknown => inputs(the(plan, "kubernetes:core/v1:Namespace", name))["metadata"];
    assert.deepEqual(labels("istio-cni-namespace"), { name: "istio-cni", labels: { "pod-security.kubernetes.io/enforce": "privileged" } });
    assert.deepEqual(labels("istio-system-namespace"), { name: "istio-system", labels: { "pod-security.kubernetes.io/enforce": "restricted" } });
  });

  it("makes the base chart's webhook refuse from the start", async () => {
    assert.deepEqual(await values("istio-base"), { base: { validationFailurePolicy: "Fail" } });
  });

  it("runs the node agent on every node, whatever its taints", async () => {
    assert.deepEqual(await values("istio-cni"), {
      global: { hub: "docker.io/istio", tag: "1.31.1", logAsJson: true },
      tolerations: [{ operator: "Exists" }],
    });
  });

  it("knows where spans go only where it is told, beside those who decide about requests", async () => {
    const tracing = { name: "span-collector", opentelemetry: { service: "collector.tracing.svc.cluster.local", port: 4317 } };
    const plan = await record(() => new Istio("istio", { cluster: testCluster(), images: {}, tracing }));
    const { meshConfig } = inputs(the(plan, release, "istio-istiod"))["values"] as { meshConfig: Record<string, unknown> };
    assert.deepEqual(meshConfig["extensionProviders"], [tracing]);
    assert.ok(!("extensionProviders" in ((await values("istio-istiod"))["meshConfig"] as object)));
  });

  it("runs istiod twice on the system pool, with a closed mesh and pods that pass `restricted`", async () => {
    const labelSelector = { matchLabels: { app: "istiod", istio: "pilot" } };
    assert.deepEqual(await values("istio-istiod"), {
      global: { hub: "docker.io/istio", tag: "1.31.1", logAsJson: true, proxy: { seccompProfile: { type: "RuntimeDefault" } } },
      base: { validationFailurePolicy: "Fail" },
      cni: { enabled: true },
      autoscaleMin: 2,
      seccompProfile: { type: "RuntimeDefault" },
      nodeSelector: { "kubernetes.azure.com/mode": "system" },
      tolerations: [{ key: "CriticalAddonsOnly", operator: "Equal", value: "true", effect: "NoSchedule" }],
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
        { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
      ],
      sidecarInjectorWebhookAnnotations: { "admissions.enforcer/disabled": "true" },
      env: {
        BLOCKED_CIDRS_IN_JWKS_URIS:
          "127.0.0.0/8,169.254.0.0/16,168.63.129.16/32,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,::1/128,fe80::/10,fc00::/7",
      },
      meshConfig: {
        accessLogFile: "/dev/stdout",
        accessLogEncoding: "JSON",
        enablePrometheusMerge: true,
        outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
        pathNormalization: { normalization: "DECODE_AND_MERGE_SLASHES" },
        defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } },
      },
    });
  });

  it("takes every image from another registry by one setting", async () => {
    for (const name of ["istio-cni", "istio-istiod"]) {
      assert.equal(((await values(name, { registry: "crdev.azurecr.io" }))["global"] as Record<string, unknown>)["hub"], "crdev.azurecr.io/istio");
    }
  });

  it("has istiod wait for definitions and node agent, which wait for each other not at all", async () => {
    const plan = await istio();
    const [base, cni, istiod] = ["istio-base", "istio-cni", "istio-istiod"].map((name) => the(plan, release, name));
    assert.ok(base && cni && istiod);
    assert.ok(reachable(plan, istiod).has(base.urn));
    assert.ok(reachable(plan, istiod).has(cni.urn));
    assert.ok(!reachable(plan, cni).has(base.urn));
    assert.ok(!reachable(plan, base).has(cni.urn));
  });

  it("goes with the cluster, all of it", async () => {
    assert.deepEqual(deletedByItself(await istio()), []);
  });

  it("names the mesh's root namespace", async () => {
    assert.deepEqual(the(await istio(), "delivery-platform:mesh:Istio").outputs, { rootNamespace: "istio-system" });
  });
});
