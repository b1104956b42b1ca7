import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { SignIn, SignInArgs } from "../../components/services/signIn";
import { oauth2ProxyDeclaration, signInProvider } from "../../components/services/oauth2ProxyChart";
import { ArgumentError } from "../../components/shared/errors";
import { images } from "../../components/shared/versions";
import { Created, Registration } from "../../simulator/cloud";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Finding, Mode, Plan } from "../../simulator/engine/plan";
import { reveal, rewrite, Secret } from "../../simulator/engine/values";
import { deletedByItself, testCluster } from "../support/insideCluster";
import { all, inputs, reachable, record, RecordOptions, testSubscription, testTenant, the } from "../support/record";

const release = "kubernetes:helm.sh/v3:Release";
const application = "azuread:index/application:Application";
const issuer = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/";

function signIn(change: Partial<SignInArgs> = {}, options?: RecordOptions): Promise<Plan> {
  return record(() => {
    const cluster = testCluster();
    const gatewayNamespace = new k8s.core.v1.Namespace("istio-ingress", { metadata: { name: "istio-ingress" } }, { provider: cluster.provider, deletedWith: cluster.deletedWith });
    const gateway = { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { istio: "ingress" } } };
    new SignIn("sign-in", {
      cluster,
      images: {},
      gateway,
      tenantId: testTenant,
      hosts: ["app.dev.example.com"],
      application: { displayName: "acme dev" },
      oidcIssuerUrl: issuer,
      allowed: { emails: ["ana@example.com"] },
      ready: [gatewayNamespace],
      ...change,
    });
  }, options);
}

const proxyValues = (plan: Plan): Record<string, unknown> => inputs(the(plan, release, "sign-in-proxy-server"))["values"] as Record<string, unknown>;

/** The resources that two plans differ in. */
function changedNames(before: Plan, after: Plan): string[] {
  // Secrets are compared as they are.
  const texts = (plan: Plan): Map<string, string> =>
    new Map(plan.resources.filter(({ custom }) => custom).map(({ name, type, inputs: given, dependencies }) => [`${type.split(":").at(-1)} ${name}`, JSON.stringify([rewrite(given, (value) => (value instanceof Secret ? { with: reveal(value) } : undefined)), dependencies])]));
  const [old, recent] = [texts(before), texts(after)];
  return [...new Set([...old.keys(), ...recent.keys()])].filter((key) => old.get(key) !== recent.get(key)).sort();
}

/** The embedded cloud, with another value for one password. */
class OtherPassword extends EmbeddedCloud {
  constructor(private readonly name: string) {
    super({ tenantId: testTenant, subscriptionId: testSubscription });
  }

  override register(registration: Registration, mode: Mode): { created: Created; findings: readonly Finding[] } {
    const answer = super.register(registration, mode);
    if (registration.name !== this.name) return answer;
    return { ...answer, created: { ...answer.created, outputs: { ...answer.created.outputs, result: "another0another0another0another0" } } };
  }
}

describe("SignIn: the application in Entra ID", () => {
  it("has one redirect address a host, and the cluster vouches for the proxy in place of a secret", async () => {
    const plan = await signIn({ hosts: ["app.dev.example.com", "shop.dev.example.com"] });
    const { displayName, web, groupMembershipClaims } = inputs(the(plan, application));
    assert.equal(displayName, "acme dev");
    assert.deepEqual((web as { redirectUris: string[] }).redirectUris, ["https://app.dev.example.com/oauth2/callback", "https://shop.dev.example.com/oauth2/callback"]);
    assert.equal(groupMembershipClaims, undefined);
    const credential = inputs(the(plan, "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential"));
    assert.deepEqual([credential["issuer"], credential["subject"], credential["audiences"]], [issuer, "system:serviceaccount:oauth2-proxy:oauth2-proxy", ["api://AzureADTokenExchange"]]);
    assert.deepEqual(all(plan, "azuread:index/applicationPassword:ApplicationPassword"), []);
  });

  it("consents to what the proxy asks for, the renewal of sessions among it", async () => {
    const consent = "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";
    assert.deepEqual(inputs(the(await signIn(), consent))["claimValues"], ["openid", "profile", "offline_access"]);
    const groups = ["55555555-5555-4555-8555-555555555555"];
    const plan = await signIn({ allowed: { groups } });
    assert.deepEqual(inputs(the(plan, consent))["claimValues"], ["openid", "profile", "offline_access", "User.Read"]);
    assert.deepEqual(inputs(the(plan, application))["groupMembershipClaims"], ["SecurityGroup"]);
  });

  it("has the address of the sign-in's own host alone, where there is one", async () => {
    const plan = await signIn({ shared: { host: "sign-in.dev.example.com", cookieDomain: "dev.example.com" } });
    assert.deepEqual((inputs(the(plan, application))["web"] as { redirectUris: string[] }).redirectUris, ["https://sign-in.dev.example.com/oauth2/callback"]);
    assert.deepEqual(all(plan, "delivery-platform:mesh:SignInHost").map(({ name }) => name), ["sign-in-app.dev.example.com", "sign-in-sign-in.dev.example.com"]);
  });
});

describe("SignIn: the proxy", () => {
  it("is a version without the two ways around it, whose tag the chart can compare", async () => {
    const { chart, version } = inputs(the(await signIn(), release, "sign-in-proxy-server"));
    assert.deepEqual([chart, version], ["oci://ghcr.io/oauth2-proxy/charts/oauth2-proxy", "10.7.0"]);
    const [, major, minor, patch] = (/^v(\d+)\.(\d+)\.(\d+)$/.exec(images.oauth2Proxy.tag) ?? []).map(Number);
    assert.ok(major === 7 && minor !== undefined && patch !== undefined && (minor > 15 || (minor === 15 && patch >= 2)), images.oauth2Proxy.tag);
  });

  it("runs twice, apart, with a disruption budget that lets a node be drained", async () => {
    const { replicaCount, podDisruptionBudget, topologySpreadConstraints } = proxyValues(await signIn()) as { replicaCount: number; podDisruptionBudget: { minAvailable: number }; topologySpreadConstraints: unknown[] };
    assert.deepEqual([replicaCount, podDisruptionBudget, topologySpreadConstraints.length], [2, { enabled: true, minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" }, 2]);
    assert.ok(podDisruptionBudget.minAvailable < replicaCount);
  });

  it("signs in as the application by workload identity, with no token of the cluster's and no client secret", async () => {
    const { config, serviceAccount, podLabels, enableServiceLinks } = proxyValues(await signIn({ application: { displayName: "acme dev" } }));
    const { existingSecret, requiredSecretKeys } = config as Record<string, unknown>;
    assert.deepEqual([existingSecret, requiredSecretKeys], ["oauth2-proxy", ["client-id", "cookie-secret"]]);
    const clientId = (the(await signIn(), application).outputs as Record<string, unknown>)["clientId"];
    assert.deepEqual(serviceAccount, { automountServiceAccountToken: false, annotations: { "azure.workload.identity/client-id": clientId } });
    assert.deepEqual([podLabels, enableServiceLinks], [{ "azure.workload.identity/use": "true" }, false]);
  });

  it("has 32 bytes to encrypt cookies with, as the proxy reads the key: letters and digits, taken for base64url", async () => {
    const { length, special } = inputs(the(await signIn(), "random:index/randomPassword:RandomPassword", "sign-in-proxy-cookie-secret"));
    assert.equal(special, false);
    for (const letter of ["A", "z", "9"]) assert.equal(Buffer.from(letter.repeat(Number(length)), "base64url").length, 32);
  });

  it("keeps sessions in its own Redis, by an address without the password", async () => {
    assert.deepEqual(proxyValues(await signIn())["sessionStorage"], {
      type: "redis",
      redis: { clientType: "standalone", standalone: { connectionUrl: "redis://oauth2-proxy-redis.oauth2-proxy.svc.cluster.local:6379" }, existingSecret: "oauth2-proxy-redis", passwordKey: "redis-password" },
    });
  });

  it("knows the list of who may sign in, or none where groups decide", async () => {
    assert.deepEqual(proxyValues(await signIn())["authenticatedEmailsFile"], { enabled: true, persistence: "configmap", restricted_access: "ana@example.com\n" });
    assert.deepEqual(proxyValues(await signIn({ allowed: { groups: ["55555555-5555-4555-8555-555555555555"] } }))["authenticatedEmailsFile"], { enabled: false });
  });

  it("reaches Entra ID, and Microsoft Graph only where groups decide, and so do none of the pods beside it", async () => {
    const hosts = async (change?: Partial<SignInArgs>): Promise<unknown> => all(await signIn(change), "kubernetes:networking.istio.io/v1:ServiceEntry").map((entry) => [entry.name, (inputs(entry)["spec"] as { hosts: unknown }).hosts]);
    const entraId = ["sign-in-proxy-egress-entra-id", ["login.microsoftonline.com"]];
    assert.deepEqual(await hosts(), [entraId]);
    assert.deepEqual(await hosts({ allowed: { groups: ["55555555-5555-4555-8555-555555555555"] } }), [entraId, ["sign-in-proxy-egress-graph", ["graph.microsoft.com"]]]);
    const { podSelector } = inputs(the(await signIn(), "kubernetes:networking.k8s.io/v1:NetworkPolicy", "sign-in-proxy-egress-entra-id-network"))["spec"] as { podSelector: unknown };
    assert.deepEqual(podSelector, { matchLabels: { "app.kubernetes.io/name": "oauth2-proxy", "app.kubernetes.io/instance": "oauth2-proxy" } });
  });

  it("starts when its Redis and Entra ID can be reached, and waits for no host's rules", async () => {
    const plan = await signIn();
    const needed = reachable(plan, the(plan, release, "sign-in-proxy-server"));
    for (const name of ["sign-in-proxy-redis-server", "sign-in-proxy-redis-access-mesh", "sign-in-proxy-egress-entra-id", "sign-in-proxy-secret", "sign-in-proxy-namespace"]) {
      assert.ok(plan.resources.some((resource) => resource.name === name && resource.custom && needed.has(resource.urn)), name);
    }
    assert.ok(!plan.resources.some(({ name, urn }) => name.startsWith("sign-in-app.dev.example.com") && needed.has(urn)));
    assert.ok(!reachable(plan, the(plan, release, "sign-in-proxy-redis-server")).has(the(plan, application).urn));
  });

  it("is all refused by nothing, and goes with the cluster", async () => {
    const plan = await signIn();
    assert.deepEqual(plan.findings, []);
    assert.deepEqual(deletedByItself(plan), []);
  });
});

describe("SignIn: the provider", () => {
  it("asks on the request's own path and on the Service's port, for five seconds at most, and refuses without an answer", () => {
    assert.deepEqual(signInProvider({ shared: false }), {
      name: "oauth2-proxy",
      envoyExtAuthzHttp: {
        service: "oauth2-proxy.oauth2-proxy.svc.cluster.local",
        port: 80,
        timeout: "5s",
        includeRequestHeadersInCheck: ["authorization", "cookie", "accept"],
        headersToUpstreamOnAllow: ["authorization", "x-auth-request-user", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-preferred-username"],
        headersToDownstreamOnAllow: ["set-cookie"],
        headersToDownstreamOnDeny: ["content-type", "set-cookie"],
      },
    });
  });

  it("is what the chart makes of a release of that name", () => {
    assert.deepEqual(oauth2ProxyDeclaration, {
      services: { "oauth2-proxy": { ports: { http: { port: 80, targetPort: 4180 }, metrics: { port: 44180, targetPort: 44180 } } } },
      workloads: {
        "oauth2-proxy": { kind: "Deployment", podLabels: { "app.kubernetes.io/name": "oauth2-proxy", "app.kubernetes.io/instance": "oauth2-proxy" }, serviceAccount: "oauth2-proxy" },
      },
    });
  });

  it("tells the proxy where to come back to only where the sign-in has a host of its own", () => {
    assert.deepEqual(signInProvider({ shared: true }).envoyExtAuthzHttp.includeAdditionalHeadersInCheck, { "x-auth-request-redirect": "https://%REQ(:AUTHORITY)%%REQ(:PATH)%" });
  });
});

describe("SignIn: changes", () => {
  it("of the list of who may sign in touch the proxy alone", async () => {
    assert.deepEqual(changedNames(await signIn(), await signIn({ allowed: { emails: ["ana@example.com", "eve@example.com"] } })), ["Release sign-in-proxy-server"]);
  });

  it("to a second host add its own objects and a redirect address", async () => {
    const changed = changedNames(await signIn(), await signIn({ hosts: ["app.dev.example.com", "shop.dev.example.com"] }));
    assert.deepEqual(changed, [
      "AuthorizationPolicy sign-in-shop.dev.example.com-check",
      "AuthorizationPolicy sign-in-shop.dev.example.com-unchecked",
      "VirtualService sign-in-shop.dev.example.com-pages",
      "Application sign-in-application",
    ].sort());
  });

  it("of the sessions' password restart Redis and the proxy", async () => {
    const changed = changedNames(await signIn(), await signIn({}, { cloud: new OtherPassword("sign-in-proxy-redis-password") }));
    assert.deepEqual(changed, ["Release sign-in-proxy-redis-server", "Release sign-in-proxy-server", "Secret sign-in-proxy-redis-secret"]);
  });

  it("of the cookies' key restart the proxy alone", async () => {
    const changed = changedNames(await signIn(), await signIn({}, { cloud: new OtherPassword("sign-in-proxy-cookie-secret") }));
    assert.deepEqual(changed, ["Release sign-in-proxy-server", "Secret sign-in-proxy-secret"]);
  });
});

describe("SignIn refuses", () => {
  const shared = { host: "sign-in.dev.example.com", cookieDomain: "dev.example.com" };
  for (const [what, change, path] of [
    ["to be for no host", { hosts: [] }, "hosts"],
    ["to be for a host twice", { hosts: ["app.dev.example.com", "app.dev.example.com"] }, "hosts"],
    ["to let nobody in", { allowed: {} }, "allowed"],
    ["a host of its own that asks for it", { shared: { ...shared, host: "app.dev.example.com" } }, "shared.host"],
    ["a session for a domain that a host is not in", { shared: { ...shared, cookieDomain: "example.org" } }, "shared.cookieDomain"],
  ] as const) {
    it(what, async () => {
      await assert.rejects(signIn(change), (error: unknown) => error instanceof ArgumentError && error.problems.every((problem) => problem.path === path));
    });
  }
});
