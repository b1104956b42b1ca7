import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Redis, RedisArgs } from "../../components/services/redis";
import { ArgumentError } from "../../components/shared/errors";
import { images, charts } from "../../components/shared/versions";
import { Plan } from "../../simulator/engine/plan";
import { reveal, Secret } from "../../simulator/engine/values";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, RecordOptions, the } from "../support/record";

const release = "kubernetes:helm.sh/v3:Release";

function redis(change: Partial<RedisArgs> = {}, options?: RecordOptions): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    const callers = [{ serviceAccount: { namespace: "shop", name: "shop" }, podLabels: { app: "shop" }, reason: "keeps its baskets there" }];
    new Redis("redis", { cluster, images: {}, serviceName: "shop-redis", namespace: "shop", callers, ready: [namespace], ...change });
  }, options);
}

const values = async (change?: Partial<RedisArgs>, options?: RecordOptions): Promise<Record<string, unknown>> => inputs(the(await redis(change, options), release))["values"] as Record<string, unknown>;
const outputs = (plan: Plan): Record<string, unknown> => the(plan, "delivery-platform:services:Redis").outputs as Record<string, unknown>;

describe("Redis", () => {
  it("is installed from a chart and an image that can be had, each at one version", async () => {
    const { chart, version, name, namespace } = inputs(the(await redis(), release));
    assert.deepEqual([chart, version, name, namespace], ["oci://registry-1.docker.io/cloudpirates/redis", "0.34.18", "shop-redis", "shop"]);
    assert.match(images.redis.tag, /^\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    assert.ok([...Object.values(charts).map(({ address }) => address), ...Object.values(images).map(({ repository }) => repository)].every((place) => !place.includes("bitnami")));
  });

  it("asks for a password, has an account of its own and no disk, and may take more memory than it holds", async () => {
    const { podAnnotations, ...rest } = await values();
    assert.deepEqual(rest, {
      fullnameOverride: "shop-redis",
      architecture: "standalone",
      image: { registry: "docker.io", repository: "library/redis", tag: images.redis.tag, pullPolicy: "IfNotPresent" },
      auth: { enabled: true, existingSecret: "shop-redis", existingSecretPasswordKey: "redis-password" },
      persistence: { enabled: false },
      extraConfig: "maxmemory 96mb\nmaxmemory-policy noeviction\n",
      serviceAccount: { create: true },
      resources: { requests: { cpu: "20m", memory: "96Mi" }, limits: { memory: "224Mi" } },
      nodeSelector: { "delivery-platform/pool": "user" },
      tolerations: [],
    });
    assert.deepEqual(Object.keys(podAnnotations as object), ["checksum/shop-redis"]);
  });

  it("declares Services whose port is named tcp, and pods by the labels that the chart gives them", async () => {
    const { declares } = the(await redis(), "delivery-platform:shared:HelmRelease").outputs as Record<string, unknown>;
    const ports = { "tcp-redis": { port: 6379, targetPort: 6379 } };
    assert.deepEqual(declares, {
      services: { "shop-redis": { ports }, "shop-redis-headless": { ports } },
      workloads: { "shop-redis": { kind: "StatefulSet", podLabels: { "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": "shop-redis" }, serviceAccount: "shop-redis" } },
    });
  });

  it("has a password of letters and digits, in one Secret and, secret, in one address", async () => {
    const plan = await redis();
    const { length, special } = inputs(the(plan, "random:index/randomPassword:RandomPassword"));
    assert.deepEqual([length, special], [32, false]);
    const { stringData } = the(plan, "kubernetes:core/v1:Secret").inputs as { stringData: Secret };
    const { "redis-password": password } = reveal(stringData) as { "redis-password": unknown };
    const url = outputs(plan)["connectionUrl"];
    assert.ok(url instanceof Secret);
    assert.equal(reveal(url), `redis://:${String(password instanceof Secret ? reveal(password) : password)}@shop-redis.shop.svc.cluster.local:6379`);
    assert.equal(outputs(plan)["address"], "shop-redis.shop.svc.cluster.local:6379");
  });

  it("tells its users of a changed password by a checksum, which a preview does not know and which is not secret", async () => {
    const checksum = async (options?: RecordOptions): Promise<unknown> => ((await values({}, options))["podAnnotations"] as Record<string, unknown>)["checksum/shop-redis"];
    assert.match(String(await checksum()), /^[0-9a-f]{64}$/);
    assert.equal(await checksum({ mode: "preview" }), "[unknown]");
  });

  it("does without a password where it is told to", async () => {
    const plan = await redis({ password: false });
    assert.deepEqual(all(plan, "kubernetes:core/v1:Secret"), []);
    assert.deepEqual((inputs(the(plan, release))["values"] as Record<string, unknown>)["auth"], { enabled: false });
    assert.deepEqual(outputs(plan), { address: "shop-redis.shop.svc.cluster.local:6379", connectionUrl: "redis://shop-redis.shop.svc.cluster.local:6379", podAnnotations: {} });
  });

  it("keeps its data on a disk, and drops what ends soonest, where it is told to", async () => {
    const { persistence, extraConfig, resources } = await values({ persistence: { sizeGi: 4 }, maxMemoryMb: 256, whenFull: "drop" });
    assert.deepEqual(persistence, { enabled: true, size: "4Gi" });
    assert.equal(extraConfig, "maxmemory 256mb\nmaxmemory-policy volatile-ttl\n");
    assert.deepEqual(resources, { requests: { cpu: "20m", memory: "256Mi" }, limits: { memory: "544Mi" } });
  });

  it("is reached by its callers alone, by a rule that asks nothing about HTTP", async () => {
    assert.deepEqual(inputs(the(await redis(), "kubernetes:security.istio.io/v1:AuthorizationPolicy"))["spec"], {
      selector: { matchLabels: { "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": "shop-redis" } },
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/shop/sa/shop"] } }], to: [{ operation: { ports: ["6379"] } }] }],
    });
  });

  it("comes from another registry by one setting", async () => {
    assert.equal(((await values({ images: { registry: "crdev.azurecr.io" } }))["image"] as { registry: string }).registry, "crdev.azurecr.io");
  });

  it("starts when its namespace and its Secret are there, and goes with the cluster", async () => {
    const plan = await redis();
    const needed = reachable(plan, the(plan, release));
    assert.ok(needed.has(the(plan, "kubernetes:core/v1:Secret").urn) && needed.has(the(plan, "kubernetes:core/v1:Namespace").urn));
    assert.deepEqual(deletedByItself(plan), []);
    assert.deepEqual(plan.findings, []);
  });

  for (const [path, change] of [["maxMemoryMb", { maxMemoryMb: 0 }], ["persistence.sizeGi", { persistence: { sizeGi: 1.5 } }]] as const) {
    it(`refuses a wrong ${path}`, async () => {
      await assert.rejects(redis(change), (error: unknown) => error instanceof ArgumentError && error.problems.map((problem) => problem.path).join() === path);
    });
  }
});
