import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { RateLimit } from "../../components/mesh/rateLimit";
import { RateLimitService, RateLimitServiceArgs, rateLimitServiceRules } from "../../components/services/rateLimitService";
import { ArgumentError } from "../../components/shared/errors";
import { images } from "../../components/shared/versions";
import { Plan } from "../../simulator/engine/plan";
import { testAppPlatform, testConsumerPlatform } from "../support/appPlatform";
import { deletedByItself } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const domains: RateLimitServiceArgs["domains"] = {
  shop: {
    search: { path: { prefix: "/search" }, per: "client-address", requests: 30, unit: "minute" },
    api: { per: { claim: "sub" }, plans: { from: { claim: "plan" }, values: { FREE: { requests: 10, unit: "minute" }, PREMIUM: { requests: 100, unit: "minute" } }, default: "FREE" } },
  },
  team: { all: { requests: 5, unit: "second" } },
};

/** As the platform's own program has it. */
function service(change: Partial<RateLimitServiceArgs> = {}): Promise<Plan> {
  return record(() => {
    const { cluster, images, ready } = testAppPlatform();
    new RateLimitService("limits", { platform: { cluster, images, ready }, namespace: "rate-limit", domains, ...change });
  });
}
const spec = (plan: Plan, type: string, name: string): Record<string, unknown> => inputs(the(plan, type, name))["spec"] as Record<string, unknown>;

describe("RateLimitService", () => {
  it("runs the image that Envoy's own gateway installs, in two pods that meet the level restricted", async () => {
    const plan = await service();
    const { replicas, selector, template } = spec(plan, "kubernetes:apps/v1:Deployment", "limits-server") as { replicas: number; selector: unknown; template: { metadata: { labels: unknown; annotations: Record<string, string> }; spec: unknown } };
    assert.deepEqual([replicas, selector], [2, { matchLabels: { app: "rate-limit" } }]);
    const { metadata, spec: pod } = template;
    assert.deepEqual(metadata.labels, { app: "rate-limit" });
    assert.deepEqual(Object.keys(metadata.annotations), ["checksum/rate-limit-config", "checksum/rate-limit-redis", "prometheus.io/port", "prometheus.io/scrape"]);
    assert.deepEqual(pod, {
      serviceAccountName: "rate-limit",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: "RuntimeDefault" } },
      nodeSelector: { "delivery-platform/pool": "user" },
      tolerations: [],
      topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: { app: "rate-limit" } } })),
      containers: [
        {
          name: "ratelimit",
          image: "docker.io/envoyproxy/ratelimit:3fb70258",
          command: ["/bin/ratelimit"],
          ports: [
            { name: "http", containerPort: 8080 },
            { name: "grpc", containerPort: 8081 },
          ],
          env: [
            { name: "LOG_LEVEL", value: "warn" },
            { name: "REDIS_TYPE", value: "single" },
            { name: "REDIS_SOCKET_TYPE", value: "tcp" },
            { name: "REDIS_URL", value: "rate-limit-redis.rate-limit.svc.cluster.local:6379" },
            { name: "REDIS_HEALTH_CHECK_ACTIVE_CONNECTION", value: "true" },
            { name: "RUNTIME_ROOT", value: "/data" },
            { name: "RUNTIME_SUBDIRECTORY", value: "ratelimit" },
            { name: "RUNTIME_WATCH_ROOT", value: "false" },
            { name: "RUNTIME_IGNOREDOTFILES", value: "true" },
            { name: "HEALTHY_WITH_AT_LEAST_ONE_CONFIG_LOADED", value: "true" },
            { name: "DEBUG_HOST", value: "127.0.0.1" },
            { name: "USE_STATSD", value: "false" },
            { name: "USE_PROMETHEUS", value: "true" },
            { name: "PROMETHEUS_ADDR", value: ":9090" },
            { name: "REDIS_AUTH", valueFrom: { secretKeyRef: { name: "rate-limit-redis", key: "redis-password" } } },
          ],
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "384Mi" } },
          readinessProbe: { httpGet: { path: "/healthcheck", port: "http" }, periodSeconds: 2, failureThreshold: 1 },
          livenessProbe: { tcpSocket: { port: "grpc" }, periodSeconds: 30 },
          volumeMounts: [{ name: "config", mountPath: "/data/ratelimit/config", readOnly: true }],
        },
      ],
      volumes: [{ name: "config", configMap: { name: "rate-limit" } }],
    });
    assert.match(images.rateLimit.tag, /^[0-9a-f]{8}$/);
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("is a Service whose port's name says gRPC, and keeps one pod at a node's upgrade", async () => {
    const plan = await service();
    assert.deepEqual(spec(plan, "kubernetes:core/v1:Service", "limits-service"), { selector: { app: "rate-limit" }, ports: [{ name: "grpc", port: 8081, targetPort: "grpc" }] });
    assert.deepEqual(spec(plan, "kubernetes:policy/v1:PodDisruptionBudget", "limits-budget"), { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: { app: "rate-limit" } } });
  });

  it("has a file for each domain", async () => {
    assert.deepEqual(inputs(the(await service(), "kubernetes:core/v1:ConfigMap", "limits-config"))["data"], {
      "shop.yaml": `domain: shop
descriptors:
  - key: limit
    value: search
    descriptors:
      - key: address
        rate_limit:
          unit: minute
          requests_per_unit: 30
  - key: limit
    value: api
    descriptors:
${[["value: FREE", 10], ["value: PREMIUM", 100], ["", 10]]
  .map(
    ([plan, requests]) => `      - key: plan
${plan === "" ? "" : `        ${String(plan)}\n`}        descriptors:
          - key: claim
            rate_limit:
              unit: minute
              requests_per_unit: ${String(requests)}
          - key: claim
            value: "-"
            descriptors:
              - key: address
                rate_limit:
                  unit: minute
                  requests_per_unit: ${String(requests)}
`,
  )
  .join("")}`,
      "team.yaml": `domain: team
descriptors:
  - key: limit
    value: all
    rate_limit:
      unit: second
      requests_per_unit: 5
`,
    });
  });

  it("restarts its pods when a limit changes", async () => {
    const checksum = async (change?: Partial<RateLimitServiceArgs>): Promise<unknown> => {
      const { template } = spec(await service(change), "kubernetes:apps/v1:Deployment", "limits-server") as { template: { metadata: { annotations: Record<string, string> } } };
      return template.metadata.annotations["checksum/rate-limit-config"];
    };
    assert.equal(await checksum(), await checksum());
    assert.notEqual(await checksum(), await checksum({ domains: { team: { all: { requests: 6, unit: "second" } } } }));
  });

  it("keeps its counts in a Redis that it alone may call, and is called by nobody by itself", async () => {
    const plan = await service();
    const policies = all(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy").map((policy) => inputs(policy)["spec"] as { rules: { from: { source: { principals: string[] } }[] }[] });
    assert.deepEqual(policies.map(({ rules }) => rules.flatMap(({ from }) => from.flatMap(({ source }) => source.principals))), [["cluster.local/ns/rate-limit/sa/rate-limit"]]);
  });

  it("drops the counts that end soonest when its Redis is full, and starts once that and the mesh are there", async () => {
    const plan = await service();
    const { extraConfig } = inputs(the(plan, "kubernetes:helm.sh/v3:Release"))["values"] as { extraConfig: string };
    assert.match(extraConfig, /^maxmemory-policy volatile-ttl$/m);
    const needed = [...reachable(plan, the(plan, "kubernetes:apps/v1:Deployment", "limits-server"))].map((urn) => urn.split("::").at(-1));
    assert.deepEqual(["limits-redis-server", "mesh", "ingress"].filter((name) => !needed.includes(name)), []);
  });

  it("is ready for who asks it once its pods, its Service and its namespace are there", async () => {
    const plan = await record(() => {
      const { cluster, images, ready } = testAppPlatform();
      const made = new RateLimitService("limits", { platform: { cluster, images, ready }, domains });
      new k8s.core.v1.ConfigMap("asks", {}, { provider: cluster.provider, deletedWith: cluster.deletedWith, dependsOn: [...made.ready] });
    });
    const needed = [...reachable(plan, the(plan, "kubernetes:core/v1:ConfigMap", "asks"))].map((urn) => urn.split("::").at(-1));
    assert.deepEqual(["limits-namespace", "limits-server", "limits-service"].filter((name) => !needed.includes(name)), []);
  });

  it("may be there for a consumer as well, in a namespace of its own, with the platform's outputs alone", async () => {
    const plan = await record(() => {
      const platform = testConsumerPlatform();
      const limits = new RateLimitService("guestbook-limits", { platform, domains });
      new RateLimit("guestbook-limit", { platform, service: limits, domain: "team", hosts: ["app.dev.example.com"] });
    });
    assert.deepEqual(plan.findings, []);
    assert.match(JSON.stringify(inputs(the(plan, "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter"))), /outbound\|8081\|\|rate-limit\.guestbook-limits\.svc\.cluster\.local/);
  });

  const rate = { requests: 1, unit: "second" } as const;
  const platform = {} as RateLimitServiceArgs["platform"];
  const ofTeam = { ...platform, outsideMesh: ["legacy"], exceptionNamespaces: ["billing"] };
  const rows: readonly (readonly [id: string, change: Partial<RateLimitServiceArgs>, paths: readonly string[]])[] = [
    ["rate-limit-domains-some", { domains: {} }, ["domains"]],
    ["rate-limit-domain-name", { domains: { "Shop/1": { all: rate } } }, ["domains"]],
    ["rate-limit-domain-name", { domains: { ["a".repeat(129)]: { all: rate } } }, ["domains"]],
    ["rate-limit-namespace", { namespace: "kube-system" }, ["namespace"]],
    ["rate-limit-namespace", { namespace: "Limits" }, ["namespace"]],
    ["rate-limit-namespace", { namespace: "limits.shop" }, ["namespace"]],
    ["rate-limit-namespace", { namespace: "a".repeat(64) }, ["namespace"]],
    ...["rate-limit", "istio-system", "legacy", "billing"].map((namespace) => ["rate-limit-namespace", { namespace, platform: ofTeam }, ["namespace"]] as const),
    ["rate-limit-replicas", { replicas: 1 }, ["replicas"]],
  ];
  for (const [id, change, paths] of rows) {
    it(`${id} refuses ${JSON.stringify(change)}, and no other rule does`, () => {
      const refused = rateLimitServiceRules.flatMap((rule) => rule.check({ platform, domains, namespace: "limits", ...change }).map(({ path }) => [rule.id, path]));
      assert.deepEqual(refused, paths.map((path) => [id, path]));
    });
  }

  it("has a row for each rule, and names the domain of a limit that it refuses", () => {
    assert.deepEqual([...new Set(rows.map(([id]) => id))], rateLimitServiceRules.map(({ id }) => id));
    const good = { platform: ofTeam, domains: { ["a".repeat(128)]: { all: rate } }, namespace: "limits" };
    assert.deepEqual(rateLimitServiceRules.flatMap((rule) => rule.check(good)), []);
    assert.deepEqual(rateLimitServiceRules.flatMap((rule) => rule.check({ ...good, platform, namespace: "rate-limit" })), [], "in the platform's own program");
    assert.throws(() => new RateLimitService("kube-system", { platform, domains: { shop: { all: rate } } }), (thrown) => thrown instanceof ArgumentError && thrown.problems.map(({ path }) => path).join() === "namespace");
    assert.throws(
      () => new RateLimitService("limits", { platform, domains: { shop: { all: { ...rate, requests: 0 } } } }),
      (thrown) => thrown instanceof ArgumentError && thrown.problems.map(({ path }) => path).join() === 'domains["shop"]["all"].requests',
    );
  });
});
