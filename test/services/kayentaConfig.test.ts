import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { kayentaConfig } from "../../components/services/kayentaConfig";
import { accountsCheck } from "../../components/services/kayentaPod";

const text = kayentaConfig({ storageAccountName: "stacmedevkayenta", prometheusAddress: "http://prometheus-server.prometheus.svc.cluster.local" });
const config = parse(text);

describe("Kayenta's configuration", () => {
  it("switches on the storage account and what stores in it: either alone stores nothing", () => {
    assert.equal(config.kayenta.azure.enabled, true);
    assert.deepEqual(config.kayenta.blobs, { enabled: true });
  });

  it("names one account for storage, over HTTPS, with a container in lower case", () => {
    assert.deepEqual(config.kayenta.azure.accounts, [
      {
        name: "azure-storage",
        storageAccountName: "stacmedevkayenta",
        accountAccessKey: "${AZURE_STORAGE_KEY}",
        // Anything more than the suffix would be part of the connection string, where BlobEndpoint=http:// turns encryption off.
        endpointSuffix: "core.windows.net",
        container: "kayenta",
        rootFolder: "kayenta",
        supportedTypes: ["OBJECT_STORE", "CONFIGURATION_STORE"],
      },
    ]);
  });

  it("names one account for metrics, tells how Prometheus is, and tells canaries apart by a label that they have", () => {
    assert.deepEqual(config.kayenta.prometheus, {
      enabled: true,
      health: { enabled: true },
      scopeLabel: "version",
      accounts: [{ name: "prometheus", endpoint: { baseUrl: "http://prometheus-server.prometheus.svc.cluster.local" }, supportedTypes: ["METRICS_STORE"] }],
    });
  });

  it("switches on what pipelines call, and off what has no account", () => {
    assert.deepEqual(config.kayenta.standaloneCanaryAnalysis, { enabled: true });
    assert.deepEqual(config.kayenta.signalfx, { enabled: false });
  });

  it("takes both secrets from variables", () => {
    assert.equal(config.redis.connection, "${REDIS_CONNECTION}");
    assert.deepEqual(text.match(/\$\{[^}]*\}/g), ["${REDIS_CONNECTION}", "${AZURE_STORAGE_KEY}"]);
  });

  it("shows of itself its health alone: the packaged file also shows variables and memory", () => {
    assert.equal(config.management.endpoints.web.exposure.include, "health");
  });

  it("asks no public site for plugins, and writes where it may", () => {
    assert.deepEqual(config.spinnaker.extensibility, { enableDefaultRepositories: false, "plugins-root-path": "/tmp/plugins" });
  });
});

describe("the check of Kayenta's accounts", () => {
  // What a real server answered.
  const metrics = '{"name":"prometheus","supportedTypes":["METRICS_STORE"],"locations":[],"recommendedLocations":[],"endpoint":{"baseUrl":"http://127.0.0.1:9091"},"type":"prometheus"}';
  const storage = '{"name":"azure-storage","supportedTypes":["OBJECT_STORE","CONFIGURATION_STORE"],"locations":[],"recommendedLocations":[],"rootFolder":"kayenta","type":"azure"}';

  /** Runs it with a stand-in for curl that prints an answer, or fails as curl does when nobody listens. */
  function passes(answer: string | undefined): boolean {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kayenta-"));
    try {
      fs.writeFileSync(path.join(folder, "curl"), answer === undefined ? "#!/bin/sh\nexit 7\n" : `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`, { mode: 0o755 });
      return spawnSync("sh", ["-c", accountsCheck], { env: { PATH: `${folder}:${process.env["PATH"]}` } }).status === 0;
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  it("passes with both accounts, in any order", () => {
    assert.ok(passes(`[${metrics},${storage}]`));
    assert.ok(passes(`[${storage},${metrics}]`));
  });

  it("fails without either, and while nothing answers", () => {
    assert.ok(!passes(`[${metrics}]`));
    assert.ok(!passes(`[${storage}]`));
    assert.ok(!passes("[]"));
    assert.ok(!passes(undefined));
  });
});
