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
  readonly resources: readonly { readonly type: string; readonly inputs: unknown }[];
}

describe("the echo example", function () {
  // It runs as a program of its own, beside what the platform of dev would export.
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "echo-"))));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("runs its image of the platform's registry, and nothing of it is refused", async () => {
    const platform = await environmentPlan("dev", "up");
    const file = path.join(folder, "outputs.json");
    fs.writeFileSync(file, JSON.stringify(planToJson(platform)));
    const { status, out, err } = await call(["preview", "dev", "--program", "examples/echo", "--outputs", `organization/azure-delivery-platform/dev=${file}`, "--json"]);
    assert.equal(status, 0, err);
    const { resources, findings } = JSON.parse(out) as Printed;
    assert.deepEqual(findings, []);
    const deployment = resources.find(({ type }) => type === "kubernetes:apps/v1:Deployment")?.inputs as { spec: { template: { spec: { containers: { image: string; env: unknown }[] } } } };
    const [container] = deployment.spec.template.spec.containers;
    assert.equal(container?.image, `${String(platform.outputs["registryLoginServer"])}/apps/echo:1.0.0`);
    assert.deepEqual(container.env, [{ name: "VERSION", value: "1.0.0" }]);
  });

  it("runs the version that its package.json has built", () => {
    const { version } = JSON.parse(fs.readFileSync("examples/echo/package.json", "utf8")) as { version: string };
    assert.match(fs.readFileSync("examples/echo/Pulumi.dev.yaml", "utf8"), new RegExp(`^  version: ${version.replaceAll(".", "\\.")}$`, "m"));
  });
});
