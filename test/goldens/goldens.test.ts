import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { comparePlans } from "../../cli/diff/compare";
import { redactorFor } from "../../cli/redact";
import { withChange, withResource } from "../support/changePlan";
import { environmentPlan, environments } from "../support/plans";
import { goldenDifference } from "./difference";
import { goldenFile, goldenText } from "./golden";

const deployment = { type: "kubernetes:apps/v1:Deployment", name: "echo-server" };
const vault = "azure-native:keyvault:Vault";

describe("the goldens", () => {
  for (const environment of environments) {
    it(`say what ${environment} registers`, async () => {
      const plan = await environmentPlan(environment, "up");
      const [was, is] = [fs.readFileSync(goldenFile(environment), "utf8"), goldenText(plan)];
      if (was !== is) assert.fail(`${goldenDifference(was, is, plan)}\nIf that is what you want, write the goldens anew with \`npm run goldens\` and commit them.`);
    });
  }

  it("hold no secret, and no text that Node.js makes of a function", async () => {
    const plan = await environmentPlan("dev", "up");
    const text = goldenText(plan);
    assert.match(text, /\[secret\]/);
    assert.equal(redactorFor(plan)(text), text);
    assert.doesNotMatch(text, /__provider|exports\.handler/);
  });

  it("show a value that differs with what was and what is, and nothing else", async () => {
    const plan = await environmentPlan("dev", "up");
    const difference = goldenDifference(goldenText(plan), goldenText(withChange(plan, deployment, "spec.replicas", 7)), plan);
    assert.match(difference, /Changes: 1 updated/);
    assert.match(difference, /echo-server[^]*spec\.replicas.*2.*7/);
  });

  it("show the loss of state, and of its protection", async () => {
    const plan = await environmentPlan("prod", "up");
    const was = goldenText(plan);
    assert.match(goldenDifference(was, goldenText(withChange(plan, vault, "location", "eastus")), plan), /Dangerous/);
    assert.match(goldenDifference(was, goldenText(withResource(plan, vault, ({ protect: _, ...resource }) => resource)), plan), /options\.protect/);
  });

  it("show what follows a resource that is made anew, as a comparison of the plans does", async () => {
    const plan = await environmentPlan("dev", "up");
    const account = { type: "azure-native:storage:StorageAccount", name: "kayenta-storage" };
    const moved = withChange(plan, account, "location", "eastus");
    const { summary } = comparePlans(plan, moved, { ref: { ref: "main", commit: "" } });
    assert.ok(summary.replace > 1 && summary.stateful > 1);
    assert.ok(goldenDifference(goldenText(plan), goldenText(moved), moved).includes(`Dangerous: ${summary.stateful} with state replaced or deleted; ${summary.replace} replaced`));
  });

  it("show as lines what a preview looks away from", async () => {
    const plan = await environmentPlan("dev", "up");
    const aliased = withResource(plan, deployment, (resource) => ({ ...resource, aliases: ["urn:pulumi:dev::test::kubernetes:apps/v1:Deployment::old-echo"] }));
    assert.match(goldenDifference(goldenText(plan), goldenText(aliased), plan), /^\+ .*old-echo$/m);
  });
});
