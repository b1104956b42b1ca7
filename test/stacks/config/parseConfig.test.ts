import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Problem } from "../../../components/shared/errors";
import { ConfigError, configRefused } from "../../../stacks/config/configError";
import { parseConfig } from "../../../stacks/config/parseConfig";
import { changed, RawConfig, validConfig } from "./validConfig";

const root = path.join(__dirname, "../../..");
const key = "azure-delivery-platform:platform";

function refusal(config: unknown, stack = "dev"): ConfigError {
  try {
    parseConfig(config, stack);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  return assert.fail("the config is not refused");
}

const fileOf = (stack: string): { text: string; platform: RawConfig } => {
  const text = fs.readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8");
  return { text, platform: parse(text).config[key] };
};

describe("the committed environments", () => {
  for (const stack of ["dev", "staging", "prod"]) {
    it(`${stack} is allowed, and only for the stack of that name`, () => {
      const { platform } = fileOf(stack);
      assert.equal(parseConfig(platform, stack).environment, stack);
      assert.deepEqual(refusal(platform, "other").problems.map((problem) => problem.path), ["environment"]);
    });
  }

  it("dev fits in less than 40 lines, has no zones, and an API server with a public name", () => {
    const { text, platform } = fileOf("dev");
    assert.ok(text.split("\n").length < 40);
    const { cluster, protect } = parseConfig(platform, "dev");
    assert.deepEqual({ zones: cluster.zones, access: cluster.apiServer.access, protect }, { zones: [], access: "public", protect: false });
  });

  it("prod has a private API server with a way in, three zones, the Standard tier and protected state", () => {
    const { cluster, network, protect } = parseConfig(fileOf("prod").platform, "prod");
    assert.deepEqual(cluster.apiServer, { access: "private" });
    assert.match(network.runnerVirtualNetworkId ?? "", /virtualNetworks/);
    assert.deepEqual({ zones: cluster.zones, tier: cluster.tier, protect }, { zones: ["1", "2", "3"], tier: "Standard", protect: true });
  });

  it("differ in what must not be shared: subscription, runner's network, DNS zone and domain", () => {
    const configs = ["dev", "staging", "prod"].map((stack) => parseConfig(fileOf(stack).platform, stack));
    for (const of of [(c: (typeof configs)[number]) => c.azure.subscriptionId, (c: (typeof configs)[number]) => c.network.runnerVirtualNetworkId, (c: (typeof configs)[number]) => c.dns.zone, (c: (typeof configs)[number]) => c.domain]) {
      assert.equal(new Set(configs.map(of)).size, 3);
    }
  });

  it("belong to a project that starts index.ts and describes its one key", () => {
    const project = parse(fs.readFileSync(path.join(root, "Pulumi.yaml"), "utf8"));
    assert.equal(project.name, "azure-delivery-platform");
    assert.equal(project.main, "index.ts");
    assert.deepEqual(Object.keys(project.config), ["platform"]);
  });
});

describe("parseConfig", () => {
  it("fills in every default, the secure one where there is a choice", () => {
    const config = parseConfig(validConfig(), "dev");
    assert.deepEqual(config, {
      environment: "dev",
      azure: { tenantId: "11111111-1111-4111-8111-111111111111", subscriptionId: "22222222-2222-4222-8222-222222222222", location: "westeurope", workload: "acme", tags: {} },
      access: { deployers: ["33333333-3333-4333-8333-333333333333"], adminGroups: [], publishers: [], kubelogin: "azurecli" },
      network: {
        addressSpace: "10.0.0.0/16",
        subnets: { nodes: "10.0.0.0/22", privateLink: "10.0.4.0/27", privateEndpoints: "10.0.4.64/26" },
        pods: "10.244.0.0/16",
        services: "10.2.0.0/16",
        dnsServiceIp: "10.2.0.10",
        natAddresses: 1,
      },
      cluster: {
        kubernetesVersion: "1.36",
        tier: "Standard",
        apiServer: { access: "public", authorizedIpRanges: ["203.0.113.0/24"] },
        zones: ["1", "2", "3"],
        pools: {
          system: { name: "system", vmSize: "Standard_D4ds_v5", minCount: 3, maxCount: 5, maxPods: 110 },
          user: { name: "user", vmSize: "Standard_D4ds_v5", minCount: 3, maxCount: 10, maxPods: 110, taints: [] },
          ingress: { name: "ingress", vmSize: "Standard_D2ds_v5", minCount: 3, maxCount: 5, maxPods: 110 },
        },
        upgrades: { channel: "patch", nodeOsChannel: "NodeImage", maxSurge: "33%", window: { day: "Sunday", start: "02:00", utcOffset: "+00:00", hours: 6 } },
        encryptionAtHost: true,
      },
      encryption: { key: { type: "RSA", size: 3072, rotateAfter: "P180D", expireAfter: "P2Y", notifyBefore: "P30D" } },
      registry: { retentionDays: 15, zoneRedundant: true, cachedRepositories: [], purge: { schedule: "0 3 * * *", rules: {} } },
      images: { source: "upstream" },
      storage: { sku: "Standard_ZRS", containers: [], deleteRetentionDays: 30 },
      monitoring: { retentionDays: 90 },
      frontDoor: { privateLinkLocation: "westeurope", firewall: { mode: "Prevention", rateLimitPerMinute: 1000 }, responseTimeoutSeconds: 60 },
      certificates: { email: "platform@example.com", authority: "letsencrypt" },
      mesh: { exceptions: {} },
      prometheus: { retentionDays: 15, sizeGi: 32 },
      kayenta: { enabled: true, callers: {} },
      observability: {},
      rateLimits: { hosts: {}, failClosed: false },
      policyExceptions: [],
      dns: { zone: "dev.example.com", resourceGroup: "dns" },
      domain: "dev.example.com",
      hosts: { "echo.dev.example.com": { signIn: false } },
      signIn: { allowed: { emails: [], servicePrincipals: [], groups: [] } },
      echo: { hosts: ["echo.dev.example.com"] },
      protect: false,
    });
  });

  it("makes the API server private when nothing is said", () => {
    const config = changed(validConfig(), {
      cluster: undefined,
      "network.runnerVirtualNetworkId": "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet",
    });
    assert.deepEqual(parseConfig(config, "dev").cluster.apiServer, { access: "private" });
  });

  it("leaves the version of Kubernetes to Azure where its channel moves on to newer ones", () => {
    const { cluster } = parseConfig(changed(validConfig(), { "cluster.upgrades.channel": "stable" }), "dev");
    assert.ok(!("kubernetesVersion" in cluster));
  });

  it("protects prod, and another environment when it says so", () => {
    const prod = changed(validConfig(), { environment: "prod" });
    assert.equal(parseConfig(prod, "prod").protect, true);
    assert.equal(parseConfig(changed(prod, { protect: false }), "prod").protect, false);
    assert.equal(parseConfig(changed(validConfig(), { protect: true }), "dev").protect, true);
  });

  it("takes a region that Front Door is not known to serve when the reason is given", () => {
    const config = changed(validConfig(), { "azure.location": "italynorth", "frontDoor.unlistedLocationReason": "Azure has added it in 2027" });
    assert.equal(parseConfig(config, "dev").frontDoor.privateLinkLocation, "italynorth");
  });

  it("takes the JSON text that Pulumi hands over as well as the object", () => {
    assert.deepEqual(parseConfig(JSON.stringify(validConfig()), "dev"), parseConfig(validConfig(), "dev"));
  });

  it("does not change what it was given", () => {
    const config = validConfig();
    parseConfig(config, "dev");
    assert.deepEqual(config, validConfig());
  });
});

describe("the shape of the config", () => {
  const rows: { is: string; change: Record<string, unknown>; problem: Problem }[] = [
    { is: "an unknown section", change: { redis: {} }, problem: { path: "redis", message: "is not a known key", fix: "Correct its name or remove it; docs/configuration.md lists the keys." } },
    { is: "an unknown key", change: { "cluster.nodePools": {} }, problem: { path: "cluster.nodePools", message: "is not a known key", fix: "Correct its name or remove it; docs/configuration.md lists the keys." } },
    { is: "a wrong type", change: { "network.natAddresses": "two" }, problem: { path: "network.natAddresses", message: "is not what is allowed here", given: '"two"', allowed: "a number" } },
    { is: "a fraction for a whole number", change: { "network.natAddresses": 1.5 }, problem: { path: "network.natAddresses", message: "is not what is allowed here", given: "1.5", allowed: "a whole number" } },
    { is: "a number that YAML made of a version", change: { "cluster.kubernetesVersion": 1.36 }, problem: { path: "cluster.kubernetesVersion", message: "is not what is allowed here", given: "1.36", allowed: "a text", fix: "Write it in quotes." } },
    { is: "a missing key", change: { "azure.location": undefined }, problem: { path: "azure.location", message: "is missing", allowed: "a text" } },
    { is: "a missing section", change: { dns: undefined }, problem: { path: "dns", message: "is missing", allowed: "a map of keys" } },
    { is: "a list for a map", change: { monitoring: [30] }, problem: { path: "monitoring", message: "is not what is allowed here", given: "a list", allowed: "a map of keys" } },
    { is: "nothing for a map", change: { monitoring: null }, problem: { path: "monitoring", message: "is not what is allowed here", given: "null", allowed: "a map of keys" } },
    { is: "a value outside an enumeration", change: { "frontDoor.firewall.mode": "Off" }, problem: { path: "frontDoor.firewall.mode", message: "is not what is allowed here", given: '"Off"', allowed: '"Prevention", "Detection"' } },
    { is: "a key size that Azure's services do not take", change: { "encryption.key.size": 1024 }, problem: { path: "encryption.key.size", message: "is not what is allowed here", given: "1024", allowed: "2048, 3072, 4096" } },
    { is: "a zone that no region has", change: { "cluster.zones": ["1", "4"] }, problem: { path: "cluster.zones[1]", message: "is not what is allowed here", given: '"4"', allowed: '"1", "2", "3"' } },
    { is: "a tier without a promise to keep", change: { "cluster.tier": "Basic" }, problem: { path: "cluster.tier", message: "is not what is allowed here", given: '"Basic"', allowed: '"Free", "Standard"' } },
    { is: "a redundancy of another kind of account", change: { "storage.sku": "Premium_ZRS" }, problem: { path: "storage.sku", message: "is not what is allowed here", given: '"Premium_ZRS"', allowed: '"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_GZRS", "Standard_RAGRS", "Standard_RAGZRS"' } },
    { is: "an id that is no GUID", change: { "azure.tenantId": "contoso" }, problem: { path: "azure.tenantId", message: "is not what is allowed here", given: '"contoso"', allowed: "a GUID, as 11111111-2222-4333-8444-555555555555" } },
    { is: "a range with bits after its prefix", change: { "network.pods": "10.244.0.1/16" }, problem: { path: "network.pods", message: "is not what is allowed here", given: '"10.244.0.1/16"', allowed: "an IPv4 range whose address is its first, as 10.0.0.0/16" } },
    { is: "a text for an address", change: { "network.dnsServiceIp": "dns" }, problem: { path: "network.dnsServiceIp", message: "is not what is allowed here", given: '"dns"', allowed: "an IPv4 address, as 10.0.0.10" } },
    { is: "what is no address of a mailbox", change: { "certificates.email": "platform" }, problem: { path: "certificates.email", message: "is not what is allowed here", given: '"platform"', allowed: "an address, as platform@example.com" } },
    { is: "a duration in weeks", change: { "encryption.key.rotateAfter": "P12W" }, problem: { path: "encryption.key.rotateAfter", message: "is not what is allowed here", given: '"P12W"', allowed: "days, months or years as ISO 8601 writes them: P90D, P18M, P2Y" } },
    { is: "an exception without a reason", change: { "encryption.openVaultReason": " " }, problem: { path: "encryption.openVaultReason", message: "is not what is allowed here", given: '" "', allowed: "a reason of 10 to 256 characters" } },
    { is: "a time that no clock shows", change: { "cluster.upgrades.window.start": "24:00" }, problem: { path: "cluster.upgrades.window.start", message: "is not what is allowed here", given: '"24:00"', allowed: "a time of 24 hours, as 02:00" } },
    { is: "a setting of a host that there is none of", change: { hosts: { "echo.dev.example.com": { public: true } } }, problem: { path: 'hosts["echo.dev.example.com"].public', message: "is not a known key", fix: "Correct its name or remove it; docs/configuration.md lists the keys." } },
  ];

  for (const { is, change, problem } of rows) {
    it(`refuses ${is}`, () => assert.deepEqual(refusal(changed(validConfig(), change)).problems, [problem]));
  }

  for (const [is, raw] of [["nothing", undefined], ["a text", "dev"], ["a number", "5"], ["a list", []], ["null", null]] as const) {
    it(`refuses ${is} in place of the whole`, () => assert.deepEqual(refusal(raw).problems.map((problem) => problem.path), ["platform"]));
  }
});

describe("the message of a refused config", () => {
  it("begins with its fixed line, and Pulumi shows it without a stack", () => {
    const error = refusal({});
    assert.equal(error.message.split("\n")[0], configRefused);
    assert.ok(pulumi.RunError.isInstance(error));
  });

  it("names everything that is wrong, wherever it is: shapes and rules of all sections", () => {
    const config = changed(validConfig(), { "azure.tenantId": 1, "monitoring.retentionDays": 7, "network.dnsServiceIp": "10.2.0.1", "cluster.zones": "1", surplus: true });
    assert.deepEqual(
      refusal(config).problems.map((problem) => problem.path).sort(),
      ["azure.tenantId", "cluster.zones", "monitoring.retentionDays", "network.dnsServiceIp", "surplus"],
    );
  });

  it("is this, to the letter", () => {
    assert.equal(
      refusal(changed(validConfig(), { "cluster.tier": "Gold", "cluster.size": 3, "echo.hosts": ["x.dev.example.com"] })).message,
      [
        "The platform's configuration is refused:",
        "  cluster.tier: is not what is allowed here",
        '      given:   "Gold"',
        '      allowed: "Free", "Standard"',
        "  cluster.size: is not a known key",
        "      do:      Correct its name or remove it; docs/configuration.md lists the keys.",
        "  echo.hosts[0]: is not one of the platform's hosts",
        '      given:   "x.dev.example.com"',
        "      allowed: echo.dev.example.com",
        '      do:      Add it to hosts: "x.dev.example.com": {}',
      ].join("\n"),
    );
  });

  const secret = "hunter2-S3cr3t";
  for (const [where, change] of Object.entries<Record<string, unknown>>({
    "at an unknown key": { "azure.clientId": secret },
    "below an unknown key": { vault: { admin: { value: secret } } },
    "in a map where a text belongs": { "azure.workload": { secure: secret } },
    "in a list where a text belongs": { domain: [secret] },
    "below a key that is called a secret": { "azure.tags": { "client-secret": [secret], DbPassword: { value: secret }, accountKey: 5, token: `${secret}${"x".repeat(300)}` } },
    "in a rule called a secret": { "registry.purge.rules": { password: { repositories: `A ${secret}`, keep: 1 } } },
  })) {
    it(`shows no secret ${where}`, () => {
      const { message, problems } = refusal(changed(validConfig(), change));
      assert.ok(problems.length > 0);
      assert.ok(!message.includes(secret), message);
      assert.ok(!JSON.stringify(problems).includes(secret));
    });
  }

  it("cuts a long value", () => {
    const [problem] = refusal(changed(validConfig(), { "azure.tenantId": "x".repeat(5000) })).problems;
    assert.ok((problem?.given ?? "").length < 100);
  });
});

describe("parseConfig, whatever it is given", () => {
  const values: unknown[] = [undefined, null, true, 0, -1, 1.5, Number.NaN, 1e300, "", "x", "10.0.0.0/0", "P1D", [], [null], {}, { "": {} }, { __proto__: null }, JSON.parse('{"__proto__": {"keep": 1}}')];

  /** The path of every key of a config, outer ones too. */
  function pathsOf(value: unknown, prefix: string[] = []): string[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).flatMap(([name, inner]) => (name.includes(".") ? [] : [[...prefix, name].join("."), ...pathsOf(inner, [...prefix, name])]));
  }

  it("returns settings or throws a ConfigError, nothing else", () => {
    const whole = parseConfig(validConfig(), "dev");
    let refused = 0;
    for (const at of pathsOf(whole)) {
      for (const value of values) {
        try {
          parseConfig(changed(JSON.parse(JSON.stringify(whole)) as RawConfig, { [at]: value }), "dev");
        } catch (thrown) {
          assert.ok(thrown instanceof ConfigError, `${at} = ${JSON.stringify(value)}: ${String(thrown)}`);
          refused += 1;
        }
      }
    }
    assert.ok(refused > 500, `${refused} refused`);
  });

  it("takes the settings it returned as a config again, with the same result", () => {
    for (const stack of ["dev", "staging", "prod"]) {
      const settings = parseConfig(fileOf(stack).platform, stack);
      assert.deepEqual(parseConfig(settings, stack), settings);
    }
  });
});
