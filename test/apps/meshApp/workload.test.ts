import * as assert from "node:assert/strict";
import { AppNamespace } from "../../../components/apps/appNamespace";
import { MeshApp } from "../../../components/apps/meshApp";
import { MeshAppArgs } from "../../../components/apps/meshApp/args";
import { ArgumentError } from "../../../components/shared/errors";
import { Plan, RecordedResource } from "../../../simulator/engine/plan";
import { testAppPlatform } from "../../support/appPlatform";
import { all, inputs, reachable, record, the } from "../../support/record";

const deployment = "kubernetes:apps/v1:Deployment";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const image = "cracmedev.azurecr.io/apps/message:1.4.2";

const message = (change: Partial<MeshAppArgs> = {}): Promise<Plan> =>
  record(() => new MeshApp("message", { platform: testAppPlatform(), port: { containerPort: 8080 }, versions: { v1: { image } }, ...change }));

interface Container {
  readonly startupProbe: unknown;
  readonly readinessProbe: unknown;
  readonly livenessProbe: unknown;
}

interface Pods {
  readonly replicas?: number;
  readonly progressDeadlineSeconds?: number;
  readonly template: { readonly metadata: { readonly labels: unknown }; readonly spec: { readonly containers: readonly [Container]; readonly terminationGracePeriodSeconds?: number } };
}

const podsOf = (resource: RecordedResource): Pods => inputs(resource)["spec"] as unknown as Pods;
const containerOf = (plan: Plan): Container => podsOf(the(plan, deployment)).template.spec.containers[0];

describe("the pods of an app", () => {
  it("asks an app that speaks gRPC by its health service", async () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(await message({ port: { containerPort: 9090, protocol: "grpc" }, probes: { startupSeconds: 12 } }));
    const probe = { grpc: { port: 9090 } };
    assert.deepEqual([startupProbe, readinessProbe, livenessProbe], [{ ...probe, periodSeconds: 5, failureThreshold: 3 }, probe, { ...probe, periodSeconds: 30 }]);
  });

  it("asks an app that speaks HTTP/2 whether its port answers, since the agent asks in HTTP/1.1, and on a path where it is given one", async () => {
    const asked = async (probes: MeshAppArgs["probes"]): Promise<unknown[]> => {
      const { readinessProbe, livenessProbe } = containerOf(await message({ port: { containerPort: 8080, protocol: "http2" }, probes }));
      return [readinessProbe, livenessProbe];
    };
    const connects = { tcpSocket: { port: "app" } };
    const ready = { httpGet: { path: "/ready", port: "app" } };
    assert.deepEqual(await asked(undefined), [connects, { ...connects, periodSeconds: 30 }]);
    assert.deepEqual(await asked({ readiness: "/ready" }), [ready, { ...ready, periodSeconds: 30 }]);
    assert.deepEqual(await asked({ liveness: "/ready" }), [connects, { ...ready, periodSeconds: 30 }]);
  });

  it("asks on the paths that it is given", async () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(await message({ probes: { readiness: "/ready", liveness: "/live" } }));
    const probe = (path: string): object => ({ httpGet: { path, port: "app" } });
    assert.deepEqual([startupProbe, readinessProbe, livenessProbe], [{ ...probe("/live"), periodSeconds: 5, failureThreshold: 12 }, probe("/ready"), { ...probe("/live"), periodSeconds: 30 }]);
  });

  it("gives pods that start slowly their time, and Pulumi's wait too, a quarter of the pods after the other", async () => {
    const rollout = async (startupSeconds?: number): Promise<unknown[]> => {
      const deployed = the(await message({ probes: { startupSeconds } }), deployment);
      return [podsOf(deployed).progressDeadlineSeconds, deployed.customTimeouts];
    };
    assert.deepEqual(await rollout(), [600, { create: "10m", update: "10m" }]);
    assert.deepEqual(await rollout(1800), [1890, { create: "126m", update: "126m" }]);
  });

  it("lets a request that is under way end before a pod goes, however long it may take, up to ten minutes", async () => {
    const grace = async (timeout?: string): Promise<unknown> => podsOf(the(await message({ timeout }), deployment)).template.spec.terminationGracePeriodSeconds;
    assert.deepEqual([await grace(), await grace("26s"), await grace("100500ms"), await grace("1h")], [30, 31, 106, 600]);
  });

  it("begins with the least number of pods and leaves it to the autoscaler where there is one, which looks at the app's own container", async () => {
    const plan = await message({ versions: { v1: { image, replicas: { min: 3, max: 9, cpuPercent: 60 } } } });
    const deployed = the(plan, deployment);
    assert.equal(podsOf(deployed).replicas, 3);
    assert.deepEqual(deployed.ignoreChanges, ["spec.replicas"]);
    assert.deepEqual(inputs(deployed)["metadata"], { name: "message-v1", namespace: "message", labels: { app: "message", version: "v1" } });
    assert.deepEqual(inputs(the(plan, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler")), {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "message-v1", namespace: "message", labels: { app: "message", version: "v1" } },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "message-v1" },
        minReplicas: 3,
        maxReplicas: 9,
        metrics: [{ type: "ContainerResource", containerResource: { name: "cpu", container: "message", target: { type: "Utilization", averageUtilization: 60 } } }],
      },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("has the number of pods back from an autoscaler that is gone", async () => {
    const deployed = the(await message(), deployment);
    assert.equal((inputs(deployed)["metadata"] as { annotations: Record<string, string> }).annotations["pulumi.com/patchForce"], "true");
    assert.deepEqual(deployed.ignoreChanges ?? [], []);
  });

  it("is given the time that the platform's Front Door waits, and no more", async () => {
    const refused = async (responseTimeoutSeconds: number, timeout: string): Promise<string[]> => {
      let paths: string[] = [];
      await record(() => {
        try {
          new MeshApp("message", { platform: testAppPlatform({ responseTimeoutSeconds }), port: { containerPort: 8080 }, versions: { v1: { image } }, hosts: ["app.dev.example.com"], timeout });
        } catch (error) {
          if (!(error instanceof ArgumentError)) throw error;
          paths = error.problems.map(({ path }) => path);
        }
      });
      return paths;
    };
    assert.deepEqual(await refused(30, "45s"), ["timeout"]);
    assert.deepEqual(await refused(240, "100s"), []);
  });

  it("signs in to Azure as an identity, and gets out to Entra ID for it and nowhere else", async () => {
    const clientId = "55555555-5555-4555-8555-555555555555";
    const plan = await message({ workloadIdentity: { clientId } });
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:ServiceAccount"))["metadata"], { name: "message", namespace: "message", labels: { app: "message" }, annotations: { "azure.workload.identity/client-id": clientId } });
    assert.deepEqual(podsOf(the(plan, deployment)).template.metadata.labels, { app: "message", version: "v1", "azure.workload.identity/use": "true" });
    const { hosts, exportTo } = inputs(the(plan, "kubernetes:networking.istio.io/v1:ServiceEntry"))["spec"] as { hosts: unknown; exportTo: unknown };
    assert.deepEqual([hosts, exportTo], [["login.microsoftonline.com"], ["."]]);
    const out = all(plan, network).map((policy) => inputs(policy)["spec"] as { podSelector: unknown; egress?: { ports: unknown }[] }).filter(({ egress }) => JSON.stringify(egress ?? []).includes("ipBlock"));
    assert.deepEqual(out.map(({ podSelector, egress }) => [podSelector, egress?.map(({ ports }) => ports)]), [[{ matchLabels: { "azure.workload.identity/use": "true" } }, [[{ protocol: "TCP", port: 443 }]]]]);
    for (const way of [the(plan, "kubernetes:networking.istio.io/v1:ServiceEntry"), the(plan, network, "message-to-azure-entra-id-network")]) assert.ok(reachable(plan, the(plan, deployment)).has(way.urn), way.name);
    assert.deepEqual(plan.findings, []);
  });

  it("shares the way to Entra ID with the other apps of its namespace", async () => {
    const workloadIdentity = { clientId: "55555555-5555-4555-8555-555555555555" };
    const plan = await record(() => {
      const platform = testAppPlatform();
      const namespace = new AppNamespace("guestbook", { platform });
      for (const name of ["message", "orders"]) new MeshApp(name, { platform, namespace, port: { containerPort: 8080 }, versions: { v1: { image } }, workloadIdentity });
    });
    const entry = the(plan, "kubernetes:networking.istio.io/v1:ServiceEntry");
    for (const name of ["message-v1", "orders-v1"]) assert.ok(reachable(plan, the(plan, deployment, name)).has(entry.urn), name);
    assert.deepEqual(plan.findings, []);
  });
});
