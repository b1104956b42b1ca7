import assert from "node:assert/strict";
import { planToJson } from "../../simulator/engine/plan";
import { isRecord, Properties, reveal, Secret } from "../../simulator/engine/values";
import { namespacesOutsideMesh, platformNamespaces } from "../../components/shared/clusterNamespace";
import { contractVersion } from "../../stacks/outputs";
import { PlatformReference } from "../../stacks/reference";
import { changedPlan, environmentPlan, environments } from "../support/plans";
import { all, inputs, record, RecordOptions, the } from "../support/record";

const stack = "acme/azure-delivery-platform/dev";

/** Another project's program that takes the platform by a reference, with what it got. */
async function consume(outputs: Properties, options: RecordOptions = {}) {
  let loaded: PlatformReference | undefined;
  const plan = await record(
    async () => {
      loaded = await PlatformReference.load("platform", { stack });
    },
    { ...options, stackOutputs: { [stack]: outputs } },
  );
  return { plan, platform: loaded as unknown as PlatformReference };
}

describe("a reference to the platform", () => {
  let outputs: Properties;
  before(async () => {
    ({ outputs } = await environmentPlan("dev", "up"));
  });

  for (const environment of environments) {
    it(`has every output of ${environment}, plain but for the secret`, async () => {
      const plan = await environmentPlan(environment, "up");
      const { platform } = await consume(plan.outputs);
      const { kubeconfig, ...plain } = platform.outputs;
      const { kubeconfig: exported, ...others } = plan.outputs;
      assert.deepEqual(present(plain), reveal(others));
      assert.ok(exported instanceof Secret && kubeconfig !== undefined);
    });
  }

  it("has the outputs of parts that are switched off, as none", async () => {
    const plan = await changedPlan("dev", "up", (config) => {
      Object.assign(config, { kayenta: { enabled: false }, hosts: { "echo.dev.example.com": {} }, echo: { hosts: [] }, signIn: {} });
    });
    const { platform } = await consume(plan.outputs);
    assert.deepEqual([platform.outputs.kayentaAddress, platform.outputs.signInClientId, platform.app.signInTokens], [undefined, undefined, undefined]);
    assert.deepEqual(platform.app.hosts, { "echo.dev.example.com": { signIn: false } });
  });

  it("has what an app needs", async () => {
    const { platform } = await consume({ ...outputs, imageRegistry: "cracme.azurecr.io" });
    const { cluster, ...app } = platform.app;
    const issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111";
    assert.deepEqual(app, {
      environment: "dev",
      images: { registry: "cracme.azurecr.io" },
      registryLoginServer: outputs["registryLoginServer"],
      oidcIssuerUrl: outputs["oidcIssuerUrl"],
      gateway: { gateway: "istio-ingress/front-door", identity: { serviceAccount: { namespace: "istio-ingress", name: "istio-ingress" }, podLabels: { app: "istio-ingress", istio: "ingress" } } },
      responseTimeoutSeconds: 60,
      hosts: {
        "echo.dev.example.com": { signIn: false, usedBy: "the echo server" },
        "private.dev.example.com": { signIn: true, usedBy: "the echo server" },
        "guestbook.dev.example.com": { signIn: true },
        "guestbook-api.dev.example.com": { signIn: false },
      },
      signInTokens: { issuer: `${issuer}/v2.0`, jwksUri: `${issuer}/discovery/v2.0/keys`, audience: outputs["signInClientId"] },
      outsideMesh: ["cert-manager", "istio-cni", "istio-system", "registry-purge"],
      exceptionNamespaces: [],
      ready: [],
    });
    assert.deepEqual(Object.keys(cluster), ["provider"]);
    assert.equal(cluster.provider, platform.provider);
  });

  it("knows the namespaces that the platform makes for its exceptions", async () => {
    const plan = await changedPlan("dev", "up", (config) => {
      Object.assign(config, { mesh: { exceptions: { billing: { mode: "PERMISSIVE", reason: "called by the old batch servers until they are moved" } } } });
    });
    const { platform } = await consume(plan.outputs);
    assert.deepEqual(platform.app.exceptionNamespaces, ["billing"]);
    assert.deepEqual(all(plan, "kubernetes:core/v1:Namespace").filter((namespace) => (inputs(namespace)["metadata"] as { name: string }).name === "billing").length, 1);
  });

  it("makes the same in a preview as in an update: a provider that keeps the kubeconfig secret", async () => {
    const shapes = [];
    for (const mode of ["preview", "up"] as const) {
      const { plan } = await consume(outputs, { mode });
      const provider = the(plan, "pulumi:providers:kubernetes");
      assert.ok(provider.inputs["kubeconfig"] instanceof Secret);
      assert.equal(reveal(provider.inputs["kubeconfig"]), reveal(outputs["kubeconfig"]));
      assert.ok(!JSON.stringify(planToJson(plan)).includes("kubelogin"));
      shapes.push(plan.resources.map(({ urn, parent, external }) => ({ urn: urn.split("::").slice(2).join("::"), parent: parent?.split("::").at(-1), external })), inputs(provider));
    }
    assert.deepEqual(shapes.slice(0, 2), shapes.slice(2));
    assert.deepEqual(shapes[0], [
      { urn: "pulumi:pulumi:Stack::test-dev", parent: undefined, external: undefined },
      { urn: "delivery-platform:stacks:PlatformReference::platform", parent: "test-dev", external: undefined },
      { urn: "pulumi:pulumi:StackReference::platform-stack", parent: "test-dev", external: true },
      { urn: "delivery-platform:stacks:PlatformReference$pulumi:providers:kubernetes::platform-kubernetes", parent: "platform", external: undefined },
    ]);
    assert.deepEqual(shapes[1], {
      kubeconfig: "[secret]",
      clusterIdentifier: outputs["clusterId"],
      enableServerSideApply: "true",
      enableSecretMutable: "true",
      enableConfigMapMutable: "true",
    });
  });

  const without = (...names: string[]) => (all: Properties): Properties => Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
  const refused: readonly (readonly [string, (outputs: Properties) => Properties, RegExp])[] = [
    ["of an older contract", (all) => ({ ...all, contractVersion: contractVersion - 1 }), /acme\/azure-delivery-platform\/dev are older .* of contract 0, .* reads 1\. Deploy the platform/],
    ["of a newer contract", (all) => ({ ...all, contractVersion: contractVersion + 1 }), /are newer .* of contract 2, .* reads 1\. Install the release here/],
    ["that was never deployed", () => ({}), /has no output contractVersion: it has not been deployed yet, or it is none of/],
    ["of another project", () => ({ contractVersion: "one" }), /has no output contractVersion/],
    ["without an output", without("registryLoginServer", "gateway"), /has no output registryLoginServer, gateway\. Deploy the platform with the release/],
    ["without a kubeconfig", without("kubeconfig"), /has no output kubeconfig\./],
    ["with a secret where none is", (all) => ({ ...all, clusterId: new Secret("cluster") }), /has the output clusterId as a secret/],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses a stack ${what}`, async () => {
      await assert.rejects(consume(change(outputs)), message);
    });
  }

  it("says which stack isn't there", async () => {
    const program = () => PlatformReference.load("platform", { stack });
    await assert.rejects(record(program), /unknown stack "acme\/azure-delivery-platform\/dev"/);
  });
});

describe("the hosts of the platform's own parts", () => {
  it("are those that one of its own routes is for, each with the part", async () => {
    const plan = await changedPlan("dev", "preview", (config: Record<string, object>) => {
      const signIn = { signIn: true };
      Object.assign(config, {
        hosts: { ...config["hosts"], "free.dev.example.com": {}, "k.dev.example.com": signIn, "g.dev.example.com": signIn, "v.dev.example.com": signIn, "t.dev.example.com": signIn, "login.dev.example.com": {} },
        kayenta: { host: "k.dev.example.com" },
        observability: { grafana: { host: "g.dev.example.com" }, kiali: { host: "v.dev.example.com" }, tracing: { host: "t.dev.example.com" } },
        signIn: { ...config["signIn"], host: "login.dev.example.com" },
      });
    });
    const hosts = plan.outputs["platformHosts"] as Record<string, string>;
    assert.deepEqual(hosts, {
      "echo.dev.example.com": "the echo server",
      "private.dev.example.com": "the echo server",
      "k.dev.example.com": "Kayenta",
      "g.dev.example.com": "Grafana",
      "v.dev.example.com": "Kiali",
      "t.dev.example.com": "the traces",
      "login.dev.example.com": "the sign-in",
    });
    // The gateway has a route for its probe on every host, and the sign-in one for its pages on every host that asks for it, whoever answers there.
    const isShared = /probe|^sign-in-(?!login\.).*-pages$/;
    const routed = all(plan, "kubernetes:networking.istio.io/v1:VirtualService").filter(({ name }) => !isShared.test(name)).flatMap((route) => (inputs(route)["spec"] as { hosts: string[] }).hosts);
    const listed = plan.outputs["hosts"] as string[];
    assert.deepEqual(Object.keys(hosts).sort(), [...new Set(routed.filter((host) => listed.includes(host)))].sort());
  });
});

describe("the namespaces outside the mesh", () => {
  it("are those of the platform's whose pods get no proxy", async () => {
    const plans = await Promise.all(environments.map((environment) => environmentPlan(environment, "up")));
    const made = plans.flatMap((plan) => all(plan, "kubernetes:core/v1:Namespace").map((namespace) => inputs(namespace)["metadata"] as { name: string; labels: Record<string, string> }));
    assert.deepEqual(made.filter(({ name }) => !platformNamespaces.includes(name)), []);
    const without = made.filter(({ labels }) => labels["istio-injection"] !== "enabled").map(({ name }) => name);
    assert.deepEqual([...new Set(without)].sort(), [...namespacesOutsideMesh].sort());
  });
});

/** A value without what is not there, which an output never has. */
function present(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) : value;
}
