import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AppNamespace } from "../../components/apps/appNamespace";
import { AppPlatform } from "../../components/apps/appPlatform";
import { MeshApp } from "../../components/apps/meshApp";
import { AppVersion, MeshAppArgs } from "../../components/apps/meshApp/args";
import { ArgumentError } from "../../components/shared/errors";
import { Mode, Plan, RecordedResource } from "../../simulator/engine/plan";
import { testAppPlatform, testConsumerPlatform } from "../support/appPlatform";
import { deletedByItself } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const deployment = "kubernetes:apps/v1:Deployment";
const secret = "kubernetes:core/v1:Secret";
const budget = "kubernetes:policy/v1:PodDisruptionBudget";
const authorization = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const network = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const image = "cracmedev.azurecr.io/apps/message:1.4.2";
const issuer = "https://login.partner.example";

type Change = Partial<Omit<MeshAppArgs, "platform">>;

function made(platform: AppPlatform, change: Change = {}): MeshApp {
  return new MeshApp("message", { platform, port: { containerPort: 8080 }, versions: { v1: { image } }, ...change });
}

const message = (change: Change = {}, mode: Mode = "up"): Promise<Plan> => record(() => made(testAppPlatform(), change), { mode });
const versions = (change: Partial<AppVersion>): Change => ({ versions: { v1: { image, ...change } } });

/** The types and names of what the app made, without the stack and the platform's stand-ins. */
function objectsOf(plan: Plan): string[] {
  return plan.resources.filter(({ urn }) => urn.includes("apps:MeshApp$")).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort();
}

interface Container {
  readonly env: unknown;
  readonly volumeMounts: unknown;
}

interface Pods {
  readonly template: { readonly metadata: { readonly labels: unknown; readonly annotations?: Readonly<Record<string, string>> }; readonly spec: { readonly containers: readonly [Container]; readonly volumes: unknown } };
}

const podsOf = (resource: RecordedResource): Pods => inputs(resource)["spec"] as unknown as Pods;
const containerOf = (plan: Plan): Container => podsOf(the(plan, deployment)).template.spec.containers[0];

describe("MeshApp", () => {
  it("is these objects and no others, in a namespace of its own, and nothing of it is refused", async () => {
    const plan = await message();
    assert.deepEqual(objectsOf(plan), [
      "AppNamespace message",
      "Deployment message-v1",
      "DestinationRule message-destination",
      "Namespace message-namespace",
      "NetworkPolicy message-namespace-default-deny",
      "NetworkPolicy message-namespace-dns",
      "NetworkPolicy message-namespace-mesh",
      "NetworkPolicy message-namespace-metrics",
      "PodDisruptionBudget message-budget",
      "Service message-service",
      "ServiceAccount message-account",
      "VirtualService message-routes",
    ]);
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Namespace", "message-namespace"))["metadata"], {
      name: "message",
      labels: { "pod-security.kubernetes.io/enforce": "restricted", "istio-injection": "enabled" },
    });
    assert.deepEqual(plan.findings, []);
  });

  it("runs each version twice, apart, on the user pool, without rights or a token", async () => {
    const plan = await message();
    const labels = { app: "message", version: "v1" };
    const labelSelector = { matchLabels: labels };
    const probe = { httpGet: { path: "/healthz", port: "app" } };
    assert.deepEqual(inputs(the(plan, deployment)), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "message-v1", namespace: "message", labels, annotations: { "pulumi.com/patchForce": "true" } },
      spec: {
        replicas: 2,
        progressDeadlineSeconds: 600,
        selector: labelSelector,
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: "message",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 30,
            securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
            nodeSelector: { "delivery-platform/pool": "user" },
            tolerations: [],
            topologySpreadConstraints: [
              { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
              { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector },
            ],
            containers: [
              {
                name: "message",
                image,
                ports: [{ name: "app", containerPort: 8080 }],
                env: [],
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
                startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 12 },
                readinessProbe: probe,
                livenessProbe: { ...probe, periodSeconds: 30 },
                lifecycle: { preStop: { sleep: { seconds: 5 } } },
                volumeMounts: [],
              },
            ],
            volumes: [],
          },
        },
      },
    });
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:ServiceAccount")), {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "message", namespace: "message", labels: { app: "message" } },
      automountServiceAccountToken: false,
    });
  });

  it("is one Service over all its versions, on a port that says what is spoken", async () => {
    const plan = await message({ port: { containerPort: 9090, protocol: "grpc", servicePort: 9000 }, versions: { v1: { image, weight: 90 }, v2: { image, weight: 10 } } });
    assert.deepEqual(inputs(the(plan, "kubernetes:core/v1:Service")), {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "message", namespace: "message", labels: { app: "message" } },
      spec: { selector: { app: "message" }, ports: [{ name: "grpc", port: 9000, targetPort: "app" }] },
    });
    assert.deepEqual(all(plan, deployment).map((resource) => podsOf(resource).template.metadata.labels), [{ app: "message", version: "v1" }, { app: "message", version: "v2" }]);
    assert.deepEqual(plan.findings, []);
  });

  it("lets go of one pod at a time while nodes are drained, and of its only one", async () => {
    assert.deepEqual(inputs(the(await message(), budget)), {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "message", namespace: "message", labels: { app: "message" } },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: { app: "message" } } },
    });
    assert.deepEqual(all(await message(versions({ replicas: { min: 1 } })), budget), []);
  });

  it("keeps secret variables in a Secret, also those that the program has as plain text, and restarts when one changes", async () => {
    const withSecret = (value: string): Promise<Plan> => message(versions({ env: { LEVEL: "info" }, secretEnv: { PASSWORD: value } }));
    const plan = await withSecret("a3f9");
    assert.deepEqual(containerOf(plan).env, [
      { name: "LEVEL", value: "info" },
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "message-v1", key: "PASSWORD" } } },
    ]);
    assert.deepEqual(inputs(the(plan, secret)), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "message-v1", namespace: "message", labels: { app: "message", version: "v1" } },
      stringData: "[secret]",
    });
    const checksum = (of: Plan): string | undefined => podsOf(the(of, deployment)).template.metadata.annotations?.["checksum/message-v1"];
    assert.match(checksum(plan) ?? "", /^[0-9a-f]{64}$/);
    assert.notEqual(checksum(await withSecret("b7c1")), checksum(plan));
    assert.ok(reachable(plan, the(plan, deployment)).has(the(plan, secret).urn));
  });

  it("may write to the named folders alone", async () => {
    const plan = await message(versions({ writable: ["/tmp", "/var/cache/app"] }));
    const { template } = podsOf(the(plan, deployment));
    const names = (template.spec.volumes as { name: string; emptyDir: object }[]).map(({ name }) => name);
    assert.deepEqual(template.spec.volumes, names.map((name) => ({ name, emptyDir: {} })));
    assert.deepEqual(containerOf(plan).volumeMounts, [{ name: names[0], mountPath: "/tmp" }, { name: names[1], mountPath: "/var/cache/app" }]);
    assert.deepEqual(plan.findings, []);
  });

  it("lets in the gateway for its hosts, and each caller for its own requests", async () => {
    const plan = await message({
      hosts: ["app.dev.example.com"],
      callers: {
        ui: { serviceAccount: { namespace: "message", name: "ui" }, podLabels: { app: "ui" }, reason: "shows them", requests: [{ methods: ["GET"], paths: ["/messages/*"] }, { paths: ["/healthz"] }] },
        jobs: { serviceAccount: { namespace: "jobs", name: "cleaner" }, reason: "takes old ones away", elsewhere: true },
      },
    });
    const from = (name: string): object[] => [{ source: { principals: [`cluster.local/ns/${name}`] } }];
    assert.deepEqual(inputs(the(plan, authorization)), {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: {
        name: "message-access",
        namespace: "message",
        annotations: { "delivery-platform/reason": "istio-ingress/istio-ingress: brings in the requests for its hosts\nmessage/ui: shows them\njobs/cleaner: takes old ones away" },
      },
      spec: {
        selector: { matchLabels: { app: "message" } },
        action: "ALLOW",
        rules: [
          { from: from("istio-ingress/sa/istio-ingress"), to: [{ operation: { ports: ["8080"], hosts: ["app.dev.example.com", "app.dev.example.com:*"] } }] },
          { from: from("message/sa/ui"), to: [{ operation: { ports: ["8080"], methods: ["GET"], paths: ["/messages/*"] } }, { operation: { ports: ["8080"], paths: ["/healthz"] } }] },
          { from: from("jobs/sa/cleaner"), to: [{ operation: { ports: ["8080"] } }] },
        ],
      },
    });
    assert.deepEqual(
      all(plan, network).map(({ name }) => name).filter((name) => name.startsWith("message-access")).sort(),
      ["message-access-from-istio-ingress.istio-ingress", "message-access-from-message.ui", "message-access-network"],
    );
    assert.deepEqual(plan.findings, []);
  });

  it("lets in nobody where nobody is named: the mesh and the network deny the rest", async () => {
    const plan = await message();
    assert.deepEqual(all(plan, authorization), []);
    assert.deepEqual(all(plan, network).filter(({ name }) => !name.startsWith("message-namespace-")), []);
  });

  it("takes another app's identity for a caller, and waits for the namespace of that one", async () => {
    const plan = await record(() => {
      const platform = testAppPlatform();
      const ui = new MeshApp("ui", { platform, port: { containerPort: 3000 }, versions: { v1: { image } }, hosts: ["app.dev.example.com"] });
      made(platform, { callers: { ui: { ...ui.identity, reason: "shows them" } } });
    });
    const out = the(plan, network, "message-access-from-ui.ui");
    const { podSelector } = inputs(out)["spec"] as { podSelector: unknown };
    assert.deepEqual(podSelector, { matchLabels: { app: "ui" } });
    assert.ok(reachable(plan, out).has(the(plan, "kubernetes:core/v1:Namespace", "ui-namespace").urn));
    assert.deepEqual(plan.findings, []);
  });

  it("shares a namespace with other apps where it is given one", async () => {
    const plan = await record(() => {
      const platform = testAppPlatform();
      const namespace = new AppNamespace("guestbook", { platform });
      for (const name of ["message", "book"]) new MeshApp(name, { platform, namespace, port: { containerPort: 8080 }, versions: { v1: { image } } });
    });
    assert.deepEqual(all(plan, deployment).map((resource) => inputs(resource)["metadata"] as { namespace: string }).map(({ namespace }) => namespace), ["guestbook", "guestbook"]);
    assert.deepEqual(plan.findings, []);
  });

  it("asks for a signed-in caller on its hosts before it is reached there", async () => {
    const plan = await message({ hosts: ["private.dev.example.com"], signIn: true });
    const required = the(plan, authorization, "message-sign-in-required");
    assert.deepEqual((inputs(required)["spec"] as { rules: unknown }).rules, [
      {
        from: [{ source: { notRequestPrincipals: ["https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0/*"] } }],
        to: [{ operation: { hosts: ["private.dev.example.com", "private.dev.example.com:*"] } }],
      },
    ]);
    for (const [type, name] of [[authorization, "message-access-mesh"], ["kubernetes:networking.istio.io/v1:VirtualService", "message-host-routes"]] as const) {
      assert.ok(reachable(plan, the(plan, type, name)).has(required.urn), name);
    }
    assert.deepEqual(plan.findings, []);
  });

  const jwt = {
    issuer,
    jwksUri: `${issuer}/keys`,
    audiences: ["message"],
    exceptPaths: ["/public/*"],
    claims: { plan: ["FREE", "PREMIUM"] },
    headers: { "x-plan": "plan" },
  };

  it("verifies tokens of another issuer, for the named audiences, from the one header", async () => {
    assert.deepEqual(inputs(the(await message({ jwt }), "kubernetes:security.istio.io/v1:RequestAuthentication")), {
      apiVersion: "security.istio.io/v1",
      kind: "RequestAuthentication",
      metadata: { name: "message-jwt", namespace: "message" },
      spec: {
        selector: { matchLabels: { app: "message" } },
        jwtRules: [
          {
            issuer,
            jwksUri: `${issuer}/keys`,
            audiences: ["message"],
            fromHeaders: [{ name: "Authorization", prefix: "Bearer " }],
            outputClaimToHeaders: [{ header: "x-plan", claim: "plan" }],
          },
        ],
      },
    });
  });

  it("denies a request without a token or with another claim, whoever is let in, and what lets in waits for that", async () => {
    const plan = await message({ jwt, hosts: ["app.dev.example.com"] });
    const required = the(plan, authorization, "message-jwt-required");
    const to = [{ operation: { notPaths: ["/public/*"] } }];
    assert.deepEqual(inputs(required), {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "message-jwt", namespace: "message" },
      spec: {
        selector: { matchLabels: { app: "message" } },
        action: "DENY",
        rules: [
          { from: [{ source: { notRequestPrincipals: [`${issuer}/*`] } }], to },
          { to, when: [{ key: "request.auth.claims[plan]", notValues: ["FREE", "PREMIUM"] }] },
        ],
      },
    });
    assert.ok(reachable(plan, the(plan, authorization, "message-access-mesh")).has(required.urn));
    assert.deepEqual(plan.findings, []);
  });

  it("denies a request without a token on every port, so that none is left out while the port changes, but for metrics of Prometheus's own port", async () => {
    const rules = async (change: Change): Promise<unknown> => {
      const plan = await message({ jwt: { ...jwt, exceptPaths: [] }, ...change });
      assert.deepEqual(plan.findings, []);
      return (inputs(the(plan, authorization, "message-jwt-required"))["spec"] as { rules: unknown }).rules;
    };
    const from = [{ source: { notRequestPrincipals: [`${issuer}/*`] } }];
    const when = [{ key: "request.auth.claims[plan]", notValues: ["FREE", "PREMIUM"] }];
    assert.deepEqual(await rules({}), [{ from }, { when }]);
    const to = [{ operation: { notPorts: ["9102"] } }];
    assert.deepEqual(await rules({ metrics: { port: 9102, read: "mutualTls" } }), [{ from, to }, { to, when }]);
    assert.deepEqual(await rules({ metrics: { port: 9102 } }), [{ from }, { when }]);
  });

  it("says where it is, and what others name as their caller", async () => {
    const plan = await message({ hosts: ["app.dev.example.com"] });
    const { address, identity, hosts } = the(plan, "delivery-platform:apps:MeshApp").outputs as Record<string, unknown>;
    const { serviceAccount, podLabels } = identity as Record<string, unknown>;
    assert.deepEqual([address, hosts], ["message.message.svc.cluster.local", ["app.dev.example.com"]]);
    assert.deepEqual([serviceAccount, podLabels], [{ namespace: "message", name: "message" }, { app: "message" }]);
  });

  it("waits for the mesh with all of it", async () => {
    const plan = await message({ hosts: ["app.dev.example.com"] });
    const mesh = the(plan, "kubernetes:core/v1:Namespace", "mesh").urn;
    const early = plan.resources.filter((resource) => resource.custom && resource.urn.includes("apps:MeshApp$") && !reachable(plan, resource).has(mesh));
    assert.deepEqual(early, []);
  });

  it("goes with the cluster, all of it", async () => {
    assert.deepEqual(deletedByItself(await message({ hosts: ["app.dev.example.com"], jwt })), []);
  });

  const everything: Change = {
    hosts: ["private.dev.example.com"],
    signIn: true,
    workloadIdentity: { clientId: pulumi.secret("55555555-5555-4555-8555-555555555555") },
    versions: { v1: { image, weight: 90, secretEnv: { KEY: "k" } }, v2: { image: pulumi.output(image), weight: 10, replicas: { min: 1, max: 4 } } },
    callers: { jobs: { serviceAccount: { namespace: "jobs", name: "cleaner" }, reason: "takes old ones away", elsewhere: true } },
  };

  it("is the same in a project that has the platform from its outputs, whose objects have only themselves to go with", async () => {
    const [own, consumer] = await Promise.all([message(everything), record(() => made(testConsumerPlatform(), everything))]);
    assert.deepEqual(objectsOf(consumer), objectsOf(own));
    assert.deepEqual(consumer.findings, []);
    assert.deepEqual(consumer.resources.filter(({ deletedWith }) => deletedWith !== undefined), []);
  });

  it("is the same in a preview and in an update", async () => {
    assert.deepEqual(objectsOf(await message(everything, "preview")), objectsOf(await message(everything)));
  });

  it("refuses all that is wrong at once, before it makes anything", async () => {
    let problems: readonly string[] = [];
    const plan = await record(() => {
      try {
        made(testAppPlatform(), { hosts: ["shop.dev.example.com"], port: { containerPort: 80 }, timeout: "soon" });
      } catch (error) {
        if (!(error instanceof ArgumentError)) throw error;
        problems = error.problems.map(({ path }) => path);
      }
    });
    assert.deepEqual(problems, ["port.containerPort", "hosts", "timeout"]);
    assert.deepEqual(objectsOf(plan), []);
  });
});

describe("AppNamespace", () => {
  for (const [what, namespace] of [["no name", "Guest Book"], ["the cluster's", "kube-apps"], ["the platform's", "oauth2-proxy"], ["one of the platform's outside the mesh", "legacy"], ["one that the platform makes as an exception", "billing"]] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        record(() => new AppNamespace("guestbook", { platform: testAppPlatform(), namespace })),
        (error: unknown) => error instanceof ArgumentError && error.problems.length === 1 && error.problems[0]?.path === "namespace",
      );
    });
  }
});
