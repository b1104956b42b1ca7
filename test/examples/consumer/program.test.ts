import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { planToJson } from "../../../simulator/engine/plan";
import { call } from "../../cli/terminal";
import { environmentPlan } from "../../support/plans";

/** What `--json` prints, as far as this looks at it. */
interface Printed {
  readonly findings: readonly unknown[];
  readonly outputs: unknown;
  readonly resources: readonly { readonly type: string; readonly name: string; readonly inputs: Readonly<Record<string, unknown>>; readonly dependencies?: readonly string[] }[];
}

describe("the consumer example", function () {
  // It runs as a program of its own, beside what the platform of dev would export.
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "orders-"))));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("takes cluster, registry, zone, issuer and hosts of the platform's outputs, and nothing of it is refused", async () => {
    const platform = await environmentPlan("dev", "up");
    const { outputs } = platform;
    // As if the platform's config listed its host.
    const host = "orders.dev.example.com";
    const plan = { ...platform, outputs: { ...outputs, hosts: [...(outputs["hosts"] as string[]), host], signInHosts: [...(outputs["signInHosts"] as string[]), host] } };
    const file = path.join(folder, "outputs.json");
    fs.writeFileSync(file, JSON.stringify(planToJson(plan)));
    const { status, out, err } = await call(["preview", "dev", "--program", "examples/consumer", "--mode", "up", "--outputs", `organization/azure-delivery-platform/dev=${file}`, "--json"]);
    assert.equal(status, 0, err);

    const printed = JSON.parse(out) as Printed;
    assert.deepEqual(printed.findings, []);
    const the = (type: string) => {
      const [found, ...others] = printed.resources.filter((resource) => resource.type === type);
      if (found === undefined || others.length > 0) return assert.fail(`${others.length + (found ? 1 : 0)} resources of type ${type}`);
      return found;
    };
    const { issuer, subject } = the("azure-native:managedidentity:FederatedIdentityCredential").inputs;
    assert.deepEqual([issuer, subject], [outputs["oidcIssuerUrl"], "system:serviceaccount:orders:orders"]);
    assert.match(String(the("azure-native:managedidentity:UserAssignedIdentity").dependencies), /ResourceGroup::group$/);
    const { zoneName, resourceGroupName, relativeRecordSetName } = the("azure-native:dns:RecordSet").inputs;
    assert.deepEqual([zoneName, resourceGroupName, relativeRecordSetName], ["dev.example.com", "dns", "_partner.orders"]);
    assert.match(JSON.stringify(the("kubernetes:apps/v1:Deployment").inputs), new RegExp(`"image":"${String(outputs["registryLoginServer"]).replaceAll(".", "\\.")}/apps/echo:1\\.0\\.0"`));
    assert.equal(the("pulumi:providers:kubernetes").inputs["clusterIdentifier"], outputs["clusterId"]);
    const { hosts, verificationName } = printed.outputs as Readonly<Record<string, unknown>>;
    assert.deepEqual([hosts, verificationName], [[host], "_partner.orders.dev.example.com."]);
    assert.ok(printed.resources.some(({ type }) => type === "kubernetes:security.istio.io/v1:RequestAuthentication"), "its host asks for a sign-in");
  });
});
