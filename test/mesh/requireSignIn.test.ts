import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { entraTokens, RequireSignIn, RequireSignInArgs } from "../../components/mesh/requireSignIn";
import { ArgumentError } from "../../components/shared/errors";
import { Plan } from "../../simulator/engine/plan";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, record, testTenant, the } from "../support/record";

const clientId = "44444444-5555-4666-8777-888888888888";
const issuer = `https://login.microsoftonline.com/${testTenant}/v2.0`;

function requireSignIn(change: Partial<RequireSignInArgs> = {}, names = ["shop"]): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    const app = { namespace: "shop", podLabels: { app: "shop" } };
    for (const name of names) new RequireSignIn(name, { cluster, app, hosts: ["shop.dev.example.com"], tokens: entraTokens(testTenant, clientId), ready: [namespace], ...change });
  });
}

describe("RequireSignIn", () => {
  it("verifies tokens of version 2 of the tenant, for the one application, from the one header", async () => {
    assert.deepEqual(inputs(the(await requireSignIn(), "kubernetes:security.istio.io/v1:RequestAuthentication")), {
      apiVersion: "security.istio.io/v1",
      kind: "RequestAuthentication",
      metadata: { name: "shop", namespace: "shop" },
      spec: {
        selector: { matchLabels: { app: "shop" } },
        jwtRules: [
          {
            issuer,
            jwksUri: `https://login.microsoftonline.com/${testTenant}/discovery/v2.0/keys`,
            audiences: [clientId],
            fromHeaders: [{ name: "Authorization", prefix: "Bearer " }],
            outputClaimToHeaders: [
              { header: "x-auth-request-user", claim: "sub" },
              { header: "x-auth-request-email", claim: "preferred_username" },
              { header: "x-auth-request-preferred-username", claim: "preferred_username" },
              { header: "x-auth-request-groups", claim: "groups" },
            ],
          },
        ],
      },
    });
  });

  it("refuses a request without a token on the given hosts, on whatever port the pods have at the moment, which verifying alone would let pass", async () => {
    assert.deepEqual(inputs(the(await requireSignIn(), "kubernetes:security.istio.io/v1:AuthorizationPolicy"))["spec"], {
      selector: { matchLabels: { app: "shop" } },
      action: "DENY",
      rules: [
        {
          from: [{ source: { notRequestPrincipals: [`${issuer}/*`] } }],
          to: [{ operation: { hosts: ["shop.dev.example.com", "shop.dev.example.com:*"] } }],
        },
      ],
    });
  });

  it("is refused by no schema, and goes with the cluster", async () => {
    const plan = await requireSignIn();
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(deletedByItself(plan), []);
  });

  it("may be there for several apps of one namespace", async () => {
    const plan = await requireSignIn({}, ["shop", "search"]);
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(all(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy").map(({ name }) => name).sort(), ["search-required", "shop-required"]);
  });

  it("refuses to be for no host or no pod", async () => {
    await assert.rejects(
      requireSignIn({ hosts: [], app: { namespace: "shop", podLabels: {} } }),
      (error: unknown) => error instanceof ArgumentError && error.problems.map(({ path }) => path).join() === "hosts,app.podLabels",
    );
  });
});
