import * as assert from "node:assert/strict";
import { diagnose, DiagnoseArgs } from "../../components/azure/diagnose";
import { Monitoring, MonitoringArgs } from "../../components/azure/monitoring";
import { testContext, testGroup, testId, testWorkspace } from "../support/azure";
import { inputs, record, the } from "../support/record";

const workspace = "azure-native:operationalinsights:Workspace";
const setting = "azure-native:monitor:DiagnosticSetting";

describe("Monitoring", () => {
  const args = (changes: Partial<MonitoringArgs> = {}): MonitoringArgs => ({ context: testContext(), resourceGroupName: testGroup, retentionDays: 90, ...changes });

  it("makes a workspace that is read with Entra ID alone, and observes it", async () => {
    const plan = await record(() => new Monitoring("monitoring", args()));
    assert.deepEqual(inputs(the(plan, workspace)), {
      resourceGroupName: testGroup,
      workspaceName: "log-acme-dev",
      location: "westeurope",
      tags: { environment: "dev" },
      sku: { name: "PerGB2018" },
      retentionInDays: 90,
      features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true },
    });
    assert.equal(inputs(the(plan, setting))["resourceUri"], testWorkspace);
    assert.deepEqual(the(plan, "delivery-platform:azure:Monitoring").outputs, { workspaceId: testWorkspace });
    assert.deepEqual(plan.findings, []);
  });

  it("caps what is taken in per day where it is told to", async () => {
    const plan = await record(() => new Monitoring("monitoring", args({ dailyCapGb: 5 })));
    assert.deepEqual(inputs(the(plan, workspace))["workspaceCapping"], { dailyQuotaGb: 5 });
  });

  it("protects the logs where the environment says so", async () => {
    const plan = await record(() => new Monitoring("monitoring", args({ context: testContext({ protect: true }) })));
    assert.equal(the(plan, workspace).protect, true);
  });

  for (const retentionDays of [29, 731, 45.5]) {
    it(`refuses a retention of ${retentionDays} days`, async () => {
      await assert.rejects(record(() => new Monitoring("monitoring", args({ retentionDays }))), /retentionDays: is not a time/);
    });
  }

  it("refuses a cap that is too small to be one", async () => {
    await assert.rejects(record(() => new Monitoring("monitoring", args({ dailyCapGb: 0.01 }))), /dailyCapGb: is smaller/);
  });
});

describe("diagnose", () => {
  const target = testId("Microsoft.KeyVault/vaults/kv");
  const settingOf = async (args: Partial<DiagnoseArgs>) => {
    const plan = await record(() => diagnose("vault-diagnostics", { target, workspaceId: testWorkspace, ...args }, {}));
    return inputs(the(plan, setting));
  };
  const common = { name: "delivery-platform", resourceUri: target, workspaceId: testWorkspace };

  it("keeps a group of logs, and no metrics unless asked", async () => {
    assert.deepEqual(await settingOf({ logs: { group: "audit" } }), { ...common, logs: [{ categoryGroup: "audit", enabled: true }] });
  });

  it("keeps categories by name, and all metrics", async () => {
    assert.deepEqual(await settingOf({ logs: { categories: ["guard", "kube-audit-admin"] }, metrics: true }), {
      ...common,
      logs: [
        { category: "guard", enabled: true },
        { category: "kube-audit-admin", enabled: true },
      ],
      metrics: [{ category: "AllMetrics", enabled: true }],
    });
  });

  it("keeps a storage account's one category of metrics, and no logs", async () => {
    assert.deepEqual(await settingOf({ metrics: "Transaction" }), { ...common, metrics: [{ category: "Transaction", enabled: true }] });
  });

  it("writes to the service's own tables where it is told to", async () => {
    assert.equal((await settingOf({ logs: { group: "audit" }, dedicatedTables: true }))["logAnalyticsDestinationType"], "Dedicated");
  });
});
