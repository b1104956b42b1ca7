import assert from "node:assert/strict";
import { kayentaContainer } from "../../components/services/kayentaConfig";
import { Plan } from "../../simulator/engine/plan";
import { reveal } from "../../simulator/engine/values";
import { changedPlan, Change, environmentPlan, environments } from "../support/plans";
import { all, inputs, reachable, the } from "../support/record";

const account = "azure-native:storage:StorageAccount";
const container = "azure-native:storage:BlobContainer";
const host = "kayenta.dev.example.com";

interface Config {
  hosts?: Record<string, object>;
  signIn?: unknown;
  kayenta?: unknown;
}

const without: Change = (config: Config) => void (config.kayenta = { enabled: false });
const opened: Change = (config: Config) => {
  config.hosts = { ...config.hosts, [host]: { signIn: true } };
  config.signIn ??= { allowed: { groups: ["55555555-5555-4555-8555-555555555555"] } };
  config.kayenta = { host, callers: { "pipelines/deployer": { reason: "asks before each rollout" } } };
};

describe("canary analysis on the platform", () => {
  for (const environment of environments) {
    it(`lets no account of ${environment} be entered by its key but Kayenta's own`, async () => {
      const plan = await environmentPlan(environment, "up");
      assert.deepEqual(all(plan, account).filter((made) => inputs(made)["allowSharedKeyAccess"] !== false).map(({ name }) => name), ["kayenta-storage"]);
    });
  }

  it("gives Kayenta the key, the name and the container of that account", async () => {
    const plan = await environmentPlan("dev", "up");
    const { accountName } = inputs(the(plan, account, "kayenta-storage"));
    const { data } = inputs(the(plan, "kubernetes:core/v1:ConfigMap", "kayenta-config")) as { data: Record<string, string> };
    assert.ok(data["kayenta.yml"]?.includes(`storageAccountName: ${String(accountName)}\n`));
    assert.equal(inputs(the(plan, container, "kayenta-storage-kayenta"))["containerName"], kayentaContainer);
    assert.equal(kayentaContainer, kayentaContainer.toLowerCase());
    const { AZURE_STORAGE_KEY: key } = reveal(the(plan, "kubernetes:core/v1:Secret", "kayenta-secret").inputs["stringData"]) as Record<string, string>;
    assert.match(key ?? "", /^[A-Za-z0-9+/]{40,}=*$/);
  });

  it("starts Kayenta when the account can be reached by its private address", async () => {
    const plan = await environmentPlan("dev", "up");
    const before = reachable(plan, the(plan, "kubernetes:apps/v1:Deployment", "kayenta-server"));
    assert.ok(before.has(the(plan, "azure-native:network:PrivateDnsZoneGroup", "kayenta-storage-endpoint-zone").urn));
    assert.ok(before.has(the(plan, container, "kayenta-storage-kayenta").urn));
  });

  it("tells where Kayenta and Prometheus answer", async () => {
    const { outputs } = await environmentPlan("dev", "up");
    assert.equal(outputs["kayentaAddress"], "http://kayenta.kayenta.svc.cluster.local:8090");
    assert.equal(outputs["prometheusAddress"], "http://prometheus-server.prometheus.svc.cluster.local");
  });

  it("is not there where it is switched off, nor its account; Prometheus stays", async () => {
    const plan = await changedPlan("dev", "up", without);
    assert.deepEqual(plan.resources.filter(({ name }) => name.startsWith("kayenta")), []);
    assert.deepEqual(Object.keys(plan.outputs).filter((name) => name.startsWith("kayenta")), []);
    assert.equal(all(plan, "delivery-platform:services:Prometheus").length, 1);
    assert.deepEqual(plan.findings, []);
  });

  describe("opened to a host and to pods of another program", () => {
    let plan: Plan;

    before(async () => {
      plan = await changedPlan("dev", "up", opened);
    });

    it("answers there behind the sign-in, and both may do the same", () => {
      const sources = ["kayenta-callers-mesh", "kayenta-from-outside-mesh"].map((name) => {
        const { spec } = inputs(the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy", name)) as { spec: { rules: [{ from: unknown; to: [{ operation: { methods: string[] } }] }] } };
        return [spec.rules[0].from, spec.rules[0].to[0].operation.methods];
      });
      const methods = ["GET", "POST", "PUT"];
      assert.deepEqual(sources, [
        [[{ source: { principals: ["cluster.local/ns/pipelines/sa/deployer"] } }], methods],
        [[{ source: { principals: ["cluster.local/ns/istio-ingress/sa/istio-ingress"] } }], methods],
      ]);
      assert.deepEqual((inputs(the(plan, "kubernetes:networking.istio.io/v1:VirtualService", "kayenta-host"))["spec"] as { hosts: unknown }).hosts, [host]);
      assert.deepEqual(plan.findings, []);
    });

    it("demands a verified token at the host, so that a gap in the gateway's rules opens nothing", () => {
      assert.equal(all(plan, "kubernetes:security.istio.io/v1:RequestAuthentication").filter(({ name }) => name === "kayenta-sign-in-tokens").length, 1);
      const { spec } = inputs(the(plan, "kubernetes:security.istio.io/v1:AuthorizationPolicy", "kayenta-sign-in-required")) as { spec: { action: string } };
      assert.equal(spec.action, "DENY");
    });

    it("restarts nothing of it", async () => {
      const before = await environmentPlan("dev", "up");
      const podsOf = (some: Plan): unknown => (inputs(the(some, "kubernetes:apps/v1:Deployment", "kayenta-server"))["spec"] as { template: unknown }).template;
      assert.deepEqual(podsOf(plan), podsOf(before));
    });
  });
});
