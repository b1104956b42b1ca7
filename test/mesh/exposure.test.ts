import * as assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { exposeBehindSignIn } from "../../components/mesh/exposure";
import { entraTokens } from "../../components/mesh/requireSignIn";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { inputs, reachable, record, the } from "../support/record";

const issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111";
const host = "pages.dev.example.com";
const selector = { matchLabels: { app: "pages" } };

function exposed(): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const inside = { provider: cluster.provider, deletedWith: cluster.deletedWith };
    const [namespace, gateway] = ["shop", "istio-ingress"].map((name) => new k8s.core.v1.Namespace(name, { metadata: { name } }, inside));
    const parent = new pulumi.ComponentResource("test:Parent", "parent");
    assert.ok(namespace && gateway);
    exposeBehindSignIn(
      "shop",
      {
        cluster,
        app: { name: "pages", namespace: "shop", podLabels: { app: "pages" }, port: 80, containerPort: 8080 },
        exposed: {
          host,
          gateway: { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } } },
          tokens: entraTokens("11111111-1111-4111-8111-111111111111", "client"),
          ready: [gateway],
        },
        methods: ["GET"],
        ready: [namespace],
      },
      parent,
    );
  });
}

describe("exposeBehindSignIn", () => {
  it("routes one host of the gateway's to the app's Service", async () => {
    const { metadata, spec } = inputs(the(await exposed(), "kubernetes:networking.istio.io/v1:VirtualService"));
    assert.deepEqual([metadata, spec], [
      { name: "pages", namespace: "shop" },
      { hosts: [host], gateways: ["istio-ingress/front-door"], http: [{ name: "pages", route: [{ destination: { host: "pages.shop.svc.cluster.local", port: { number: 80 } } }] }] },
    ]);
  });

  it("lets the gateway in for that host and those methods, and refuses there whoever has not signed in", async () => {
    const plan = await exposed();
    const policy = (name: string): unknown => inputs(the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy", name))["spec"];
    const hosts = [host, `${host}:*`];
    assert.deepEqual(policy("shop-from-outside-mesh"), {
      selector,
      action: "ALLOW",
      rules: [{ from: [{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }], to: [{ operation: { ports: ["8080"], methods: ["GET"], hosts } }] }],
    });
    assert.deepEqual(policy("shop-sign-in-required"), {
      selector,
      action: "DENY",
      rules: [{ from: [{ source: { notRequestPrincipals: [`${issuer}/v2.0/*`] } }], to: [{ operation: { hosts } }] }],
    });
    assert.deepEqual(plan.findings, []);
  });

  it("opens neither before the rule that refuses, the app's namespace and the host's own sign-in", async () => {
    const plan = await exposed();
    const required = the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-sign-in-required");
    for (const [type, name] of [["networking.istio.io/v1:VirtualService", "shop-host"], ["security.istio.io/v1:AuthorizationPolicy", "shop-from-outside-mesh"]] as const) {
      const needed = reachable(plan, the(plan, `kubernetes:${type}`, name));
      for (const { urn } of [required, the(plan, "kubernetes:core/v1:Namespace", "shop"), the(plan, "kubernetes:core/v1:Namespace", "istio-ingress")]) assert.ok(needed.has(urn), `${name} needs ${urn}`);
    }
    assert.deepEqual(deletedByItself(plan), []);
  });
});
