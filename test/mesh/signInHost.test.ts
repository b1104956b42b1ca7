import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { SignInHost } from "../../components/mesh/signInHost";
import { signInProvider } from "../../components/services/oauth2ProxyChart";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, the } from "../support/record";

const policy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const host = "app.dev.example.com";

function signInHost(): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const [gatewayNamespace, proxyNamespace] = ["istio-ingress", "oauth2-proxy"].map((name) => new k8s.core.v1.Namespace(name, { metadata: { name } }, { provider: cluster.provider, deletedWith: cluster.deletedWith }));
    const gateway = { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { app: "istio-ingress", istio: "ingress" } } };
    const ready = [gatewayNamespace, proxyNamespace].filter((namespace) => namespace !== undefined);
    new SignInHost("app", { cluster, gateway, provider: signInProvider({ shared: false }), providerNamespace: "oauth2-proxy", host, ready });
  });
}

const spec = (plan: Plan, type: string, name: string): unknown => inputs(the(plan, type, name))["spec"];

describe("SignInHost", () => {
  const request = { hosts: [host, `${host}:*`], ports: ["443"] };
  const selector = { matchLabels: { app: "istio-ingress", istio: "ingress" } };

  it("has the gateway ask about every request for the host, but for the sign-in itself and the probe", async () => {
    assert.deepEqual(spec(await signInHost(), policy, "app-check"), {
      selector,
      action: "CUSTOM",
      provider: { name: "oauth2-proxy" },
      rules: [{ to: [{ operation: { ...request, notPaths: ["/oauth2/*", "/probe"] } }, { operation: { ...request, paths: ["/probe"], notMethods: ["GET"] } }] }],
    });
  });

  it("asks about no identity that is only known after the check", async () => {
    const rules = all(await signInHost(), policy).flatMap((resource) => (inputs(resource)["spec"] as { action: string; rules: Record<string, unknown>[] }).rules);
    assert.deepEqual(rules.flatMap((rule) => Object.keys(rule)), ["to", "to"]);
  });

  it("refuses what the proxy would let pass unasked", async () => {
    assert.deepEqual(spec(await signInHost(), policy, "app-unchecked"), {
      selector,
      action: "DENY",
      rules: [{ to: [{ operation: { ...request, paths: ["/ping", "/ready", "/robots.txt"] } }] }],
    });
  });

  it("brings the sign-in's own paths to the Service's port, which is not the container's", async () => {
    assert.deepEqual(spec(await signInHost(), "kubernetes:networking.istio.io/v1:VirtualService", "app-pages"), {
      hosts: [host],
      gateways: ["istio-ingress/front-door"],
      http: [{ name: "sign-in", match: [{ uri: { prefix: "/oauth2/" } }], route: [{ destination: { host: "oauth2-proxy.oauth2-proxy.svc.cluster.local", port: { number: 80 } } }] }],
    });
  });

  it("puts policies where the gateway runs, waits for what it is told to, and goes with the cluster", async () => {
    const plan = await signInHost();
    assert.deepEqual(all(plan, policy).map((resource) => (inputs(resource)["metadata"] as { namespace: string }).namespace), ["istio-ingress", "istio-ingress"]);
    const namespace = the(plan, "kubernetes:core/v1:Namespace", "istio-ingress").urn;
    assert.ok(all(plan, policy).every((resource) => reachable(plan, resource).has(namespace)));
    assert.deepEqual(deletedByItself(plan), []);
    assert.deepEqual(plan.findings, []);
  });
});
