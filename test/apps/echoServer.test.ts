import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { EchoServer, EchoServerArgs } from "../../components/apps/echoServer";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { inputs, reachable, record, the } from "../support/record";

const deployment = "kubernetes:apps/v1:Deployment";
const virtualService = "kubernetes:networking.istio.io/v1:VirtualService";
const metadata = { name: "echo", namespace: "echo", labels: { app: "echo" } };

function echo(change: Partial<EchoServerArgs> = {}): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const made = (name: string, namespace: string): k8s.core.v1.Namespace =>
      new k8s.core.v1.Namespace(name, { metadata: { name: namespace } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    const [mesh, ingress] = [made("mesh", "istio-system"), made("ingress", "istio-ingress")];
    const gateway = { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } } };
    const hosts = ["echo.dev.example.com", "hello.dev.example.com"];
    new EchoServer("echo", { cluster, images: {}, gateway, hosts, ready: [mesh, ingress], ...change });
  });
}

describe("EchoServer", () => {
  it("is in the mesh, in a namespace that refuses what is not `restricted`, and nothing of it is refused", async () => {
    const plan = await echo();
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "echo-namespace"))["metadata"], {
      name: "echo",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("runs twice, apart, on the user pool, with no rights and no token", async () => {
    const plan = await echo();
    const { metadata: called, spec } = inputs(the(plan, deployment));
    const labelSelector = { matchLabels: { app: "echo" } };
    const probe = { httpGet: { path: "/status/200", port: "http" } };
    assert.deepEqual(called, metadata);
    assert.deepEqual(spec, {
      replicas: 2,
      selector: labelSelector,
      template: {
        metadata: { labels: { app: "echo" } },
        spec: {
          serviceAccountName: "echo",
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
          nodeSelector: { "delivery-platform/pool": "user" },
          tolerations: [],
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
            { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
          ],
          containers: [
            {
              name: "echo",
              image: "ghcr.io/mccutchen/go-httpbin:2.25.0",
              ports: [{ name: "http", containerPort: 8080 }],
              env: [{ name: "ALLOWED_REDIRECT_DOMAINS", value: "echo.dev.example.com,hello.dev.example.com" }],
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
              resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
              readinessProbe: probe,
              livenessProbe: { ...probe, periodSeconds: 30 },
            },
          ],
        },
      },
    });
    const account = inputs(the(plan, "kubernetes:core/v1:ServiceAccount"));
    assert.deepEqual([account["metadata"], account["automountServiceAccountToken"]], [metadata, false]);
  });

  it("keeps one pod while nodes are drained", async () => {
    assert.deepEqual(inputs(the(await echo(), "kubernetes:policy/v1:PodDisruptionBudget"))["spec"], {
      minAvailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: { app: "echo" } },
    });
  });

  it("speaks HTTP by name on port 80", async () => {
    assert.deepEqual(inputs(the(await echo(), "kubernetes:core/v1:Service"))["spec"], {
      selector: { app: "echo" },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    });
  });

  it("answers on its hosts, at the gateway alone", async () => {
    const { metadata: called, spec } = inputs(the(await echo(), virtualService));
    assert.deepEqual(called, { name: "echo", namespace: "echo" });
    assert.deepEqual(spec, {
      hosts: ["echo.dev.example.com", "hello.dev.example.com"],
      gateways: ["istio-ingress/front-door"],
      http: [{ name: "echo", route: [{ destination: { host: "echo.echo.svc.cluster.local", port: { number: 80 } } }] }],
    });
  });

  it("comes from another registry by one setting", async () => {
    const { spec } = inputs(the(await echo({ images: { registry: "crdev.azurecr.io" } }), deployment));
    assert.match(JSON.stringify(spec), /"image":"crdev\.azurecr\.io\/mccutchen\/go-httpbin:2\.25\.0"/);
  });

  it("lets in the gateway alone, for its hosts alone, on the container's port", async () => {
    const plan = await echo();
    const { spec } = inputs(the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy"));
    const hosts = ["echo.dev.example.com", "echo.dev.example.com:*", "hello.dev.example.com", "hello.dev.example.com:*"];
    assert.deepEqual(spec, {
      selector: { matchLabels: { app: "echo" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }], to: [{ operation: { ports: ["8080"], hosts } }] }],
    });
  });

  it("has pods, routes and rules wait for the mesh, and nothing else", async () => {
    const plan = await echo();
    const mesh = the(plan, "kubernetes:core/v1:Namespace", "mesh").urn;
    const waiting = plan.resources.filter((resource) => resource.custom && reachable(plan, resource).has(mesh)).map(({ name }) => name);
    assert.deepEqual(waiting.sort(), ["echo-access-from-istio-ingress.istio-ingress", "echo-access-mesh", "echo-access-network", "echo-hosts", "echo-server"]);
  });

  it("goes with the cluster, all of it", async () => {
    assert.deepEqual(deletedByItself(await echo()), []);
  });

  it("says its address, and what policies know its pods by", async () => {
    const { address, app } = the(await echo(), "delivery-platform:apps:EchoServer").outputs as Record<string, unknown>;
    assert.equal(address, "echo.echo.svc.cluster.local");
    assert.deepEqual(app, { namespace: "echo", podLabels: { app: "echo" }, ports: [8080] });
  });

  for (const [what, hosts] of [["no host", []], ["a host twice", ["a.dev.example.com", "a.dev.example.com"]]] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(echo({ hosts }), (error: unknown) => error instanceof ArgumentError && error.problems.length === 1 && error.problems[0]?.path === "hosts");
    });
  }
});
