import * as containerservice from "@pulumi/azure-native/containerservice";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode } from "../../simulator/engine/plan";
import { Secret, UNKNOWN } from "../../simulator/engine/values";
import { record, testSubscription, testTenant, the } from "../support/record";
import { registration } from "./rows/row";

const inGroup = { resourceGroupName: "rg-acme" };
const group = `/subscriptions/${testSubscription}/resourceGroups/rg-acme/providers`;
const cloud = (): EmbeddedCloud => new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });

/** What the embedded cloud answers to one resource. */
const answer = (type: string, inputs: Record<string, unknown>, mode: Mode = "up") => cloud().register(registration(type, "it", inputs), mode);

describe("the embedded cloud's answers", () => {
  it("have ids in Azure's form, inside another resource too", async () => {
    const plan = await record(() => {
      const identity = new managedidentity.UserAssignedIdentity("id", { ...inGroup, resourceName: "id-acme" });
      const subnet = new network.Subnet("nodes", { ...inGroup, virtualNetworkName: "vnet", subnetName: "nodes", addressPrefix: "10.0.0.0/24" });
      return { identity: identity.id, subnet: subnet.id };
    });
    assert.deepEqual(plan.outputs, {
      identity: `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/id-acme`,
      subnet: `${group}/Microsoft.Network/virtualNetworks/vnet/subnets/nodes`,
    });
  });

  it("are merged into the inputs, so that a vault keeps its properties and gets an address", async () => {
    const plan = await record(() => {
      new keyvault.Vault("vault", { ...inGroup, vaultName: "KV-acme", properties: { tenantId: testTenant, sku: { family: "A", name: "standard" } } });
    });
    const properties = the(plan, "azure-native:keyvault:Vault").outputs["properties"];
    assert.equal((properties as Record<string, unknown>)["vaultUri"], "https://kv-acme.vault.azure.net/");
    assert.equal((properties as Record<string, unknown>)["tenantId"], testTenant);
  });

  it("leave a secret input secret where they add beside it", async () => {
    const plan = await record(() => {
      new k8s.core.v1.ConfigMap("it", { metadata: { name: "it", annotations: { checksum: pulumi.secret("planted") } } });
    });
    const { metadata } = the(plan, "kubernetes:core/v1:ConfigMap").outputs as { metadata: Record<string, unknown> };
    assert.equal(metadata["namespace"], "default");
    const annotations = metadata["annotations"] instanceof Secret ? metadata["annotations"].value : metadata["annotations"];
    assert.ok(metadata["annotations"] instanceof Secret || (annotations as Record<string, unknown>)["checksum"] instanceof Secret);
  });

  it("are the same in every run, and differ from one resource to another", () => {
    const type = "azure-native:managedidentity:UserAssignedIdentity";
    const one = answer(type, { ...inGroup, resourceName: "one" });
    assert.deepEqual(answer(type, { ...inGroup, resourceName: "one" }), one);
    const other = cloud().register(registration(type, "other", { ...inGroup, resourceName: "one" }), "up");
    assert.notEqual(other.created.outputs["principalId"], one.created.outputs["principalId"]);
  });

  it("make a key's address with and without its version", () => {
    const { outputs } = answer("azure-native:keyvault:Key", { ...inGroup, vaultName: "kv", keyName: "disks", properties: { kty: "RSA" } }).created;
    assert.equal(outputs["keyUri"], "https://kv.vault.azure.net/keys/disks");
    assert.match(String(outputs["keyUriWithVersion"]), /^https:\/\/kv\.vault\.azure\.net\/keys\/disks\/[0-9a-f]{32}$/);
  });

  it("give a private cluster a private address alone, and an issuer only when it is asked for", () => {
    const cluster = (inputs: Record<string, unknown>): Record<string, unknown> =>
      answer("azure-native:containerservice:ManagedCluster", { ...inGroup, resourceName: "aks", location: "westeurope", ...inputs }).created.outputs;
    const closed = cluster({ apiServerAccessProfile: { enablePrivateCluster: true }, oidcIssuerProfile: { enabled: true } });
    assert.match(String(closed["privateFQDN"]), /\.privatelink\.westeurope\.azmk8s\.io$/);
    assert.equal("fqdn" in closed, false);
    assert.match(String((closed["oidcIssuerProfile"] as Record<string, unknown>)["issuerURL"]), new RegExp(`/${testTenant}/`));
    assert.equal("oidcIssuerProfile" in cluster({}), false);
  });

  it("make random text of the characters that are left", () => {
    const made = answer("random:index/randomPassword:RandomPassword", { length: 40, special: false, upper: false }).created.outputs;
    assert.match(String(made["result"]), /^[a-z0-9]{40}$/);
    assert.match(String(answer("random:index/randomId:RandomId", { byteLength: 3 }).created.outputs["hex"]), /^[0-9a-f]{6}$/);
  });

  it("give a Service of an internal load balancer the address that it asks for", () => {
    const service = (annotations: Record<string, string>): unknown =>
      answer("kubernetes:core/v1:Service", { metadata: { name: "gateway", annotations }, spec: { type: "LoadBalancer", selector: { app: "a" }, ports: [{ port: 80 }] } }).created.outputs["status"];
    assert.deepEqual(service({ "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.0.0.9" }), { loadBalancer: { ingress: [{ ip: "10.0.0.9" }] } });
    assert.match(JSON.stringify(service({ "service.beta.kubernetes.io/azure-load-balancer-internal": "true" })), /"10\.255\.\d+\.\d+"/);
  });

  it("say that a Helm release is deployed", () => {
    const { id, outputs } = answer("kubernetes:helm.sh/v3:Release", { name: "istiod", namespace: "default", chart: "oci://example.com/charts/istiod", version: "1.31.1" }).created;
    assert.equal(id, "default/istiod");
    assert.deepEqual(outputs["status"], { name: "istiod", namespace: "default", revision: 1, status: "deployed", chart: "istiod", version: "1.31.1" });
  });

  it("are left unknown in a preview", async () => {
    const program = (): Record<string, unknown> => {
      const text = new random.RandomString("text", { length: 6 });
      return { text: text.result, id: text.id };
    };
    const preview = await record(program, { mode: "preview" });
    assert.deepEqual(preview.outputs, { text: UNKNOWN, id: UNKNOWN });
    const up = await record(program);
    assert.match(String(up.outputs["text"]), /^.{6}$/);
  });

  it("hand out a kubeconfig without a credential, for the cluster that was made", async () => {
    let text = "";
    await record(async () => {
      const cluster = new containerservice.ManagedCluster("aks", { ...inGroup, resourceName: "aks", agentPoolProfiles: [{ name: "system", mode: "System", count: 2 }] });
      const answered = containerservice.listManagedClusterUserCredentialsOutput({ ...inGroup, resourceName: cluster.name, format: "exec" });
      return new Promise((resolve) => answered.kubeconfigs.apply((configs) => resolve((text = Buffer.from(configs[0]?.value ?? "", "base64").toString()))));
    });
    assert.match(text, /server: https:\/\/aks-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io:443/);
    assert.match(text, /command: kubelogin/);
    assert.doesNotMatch(text, /token:|client-key-data|password/);
  });

  it("take the signed-in client to be the config's own", () => {
    const client = cloud().invoke("azure-native:authorization:getClientConfig", {});
    assert.deepEqual([client["tenantId"], client["subscriptionId"]], [testTenant, testSubscription]);
  });
});

describe("what the embedded cloud does not know", () => {
  it("is an error that names the type and where to add it", () => {
    assert.throws(() => answer("azure-native:cache:Redis", inGroup), /does not know the type azure-native:cache:Redis\. In this project, add it to simulator\/answers; .* with "pulumi preview"/);
    assert.throws(() => answer("azure-native:cache:Redis", inGroup, "preview"), /does not know the type azure-native:cache:Redis/);
  });

  it("is an error for a lookup", () => {
    assert.throws(() => cloud().invoke("azure-native:cache:getRedis", {}), /does not know the lookup azure-native:cache:getRedis\. In this project, add it to simulator\/answers\/lookups\.ts; .* with "pulumi preview"/);
  });

  it("is an error for a kind without a published schema", () => {
    assert.throws(() => answer("kubernetes:example.com/v1:Widget", { metadata: { name: "a" } }), /no schema for example\.com\/v1 Widget/);
  });
});

describe("the embedded cloud in a preview", () => {
  const deployment = (replicas: unknown, containers: unknown): Record<string, unknown> => ({
    metadata: { name: "echo", namespace: UNKNOWN },
    spec: { replicas, selector: { matchLabels: { app: "echo" } }, template: { metadata: { labels: { app: "echo" } }, spec: { containers } } },
  });

  it("does not judge what is unknown", () => {
    assert.deepEqual(answer("kubernetes:apps/v1:Deployment", deployment(UNKNOWN, [{ name: "echo", image: UNKNOWN, ports: UNKNOWN }]), "preview").findings, []);
    assert.deepEqual(answer("azure-native:storage:StorageAccount", { ...inGroup, accountName: UNKNOWN, encryption: UNKNOWN, identity: UNKNOWN }, "preview").findings, []);
    assert.deepEqual(answer("azure-native:cdn:Route", { ...inGroup, customDomains: UNKNOWN, originGroup: UNKNOWN }, "preview").findings.map(({ policy }) => policy), ["route-waits-for-origin"]);
  });

  it("judges what is known beside it", () => {
    const [finding, ...more] = answer("kubernetes:apps/v1:Deployment", deployment(UNKNOWN, [{ name: "echo", image: UNKNOWN, imagePullPolicy: "Sometimes" }]), "preview").findings;
    assert.equal(more.length, 0);
    assert.equal(finding?.policy, "kubernetes-schema");
    assert.match(finding?.message ?? "", /spec\.template\.spec\.containers\[0\]\.imagePullPolicy: Unsupported value: supported values: "Always"/);
  });
});

describe("a refusal of the embedded cloud", () => {
  it("carries the rule, its source and the service's kind of words, and the resource is made all the same", () => {
    const { created, findings } = answer("azure-native:keyvault:Vault", { ...inGroup, vaultName: "kv-acme", properties: { enablePurgeProtection: false, softDeleteRetentionInDays: 5 } });
    assert.deepEqual(findings.map(({ policy, level }) => [policy, level]), [
      ["vault-soft-delete-days", "error"],
      ["vault-purge-protection-off", "error"],
    ]);
    assert.match(findings[1]?.message ?? "", /^Code="BadRequest" Message=/);
    assert.match(findings[1]?.docs ?? "", /^https:\/\/learn\.microsoft\.com\//);
    assert.equal(created.id, `${group}/Microsoft.KeyVault/vaults/kv-acme`);
  });

  it("comes from a schema that Node loads without a warning", () => {
    const program = `const { EmbeddedCloud } = require("./simulator/embeddedCloud");
      const registration = { urn: "urn", type: "kubernetes:core/v1:Pod", name: "pod", inputs: { metadata: { name: "pod" }, spec: { containers: "none" } } };
      console.log(new EmbeddedCloud({}).register(registration, "up").findings.map(({ policy }) => policy).join());`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--require", "ts-node/register", "--eval", program], { encoding: "utf8" });
    assert.deepEqual([stdout, stderr], ["kubernetes-schema\n", ""]);
  });
});
