import * as assert from "node:assert/strict";
import { plain } from "../../../cli/ansi";
import { comparePlans } from "../../../cli/diff/compare";
import { judgementOf } from "../../../cli/diff/judgement";
import { PlanDiff } from "../../../cli/diff/model";
import { diffText } from "../../../cli/diff/text";
import { PolicyException } from "../../../policies/exceptions";
import { stackOf } from "../../../policies/stack";
import { Plan } from "../../../simulator/engine/plan";
import { withChange, without } from "../../support/changePlan";
import { environmentPlan } from "../../support/plans";

const istiod = { type: "kubernetes:helm.sh/v3:Release", name: "istio-istiod" };
const namespace = { type: "kubernetes:core/v1:Namespace", name: "kayenta-namespace" };
const registry = { type: "azure-native:containerregistry:Registry" };
const key = { type: "azure-native:keyvault:Key", name: "keys-storage" };

/** What a change of prod's program comes to in an environment, given exceptions, a day before they end. */
async function judged(change: (plan: Plan) => Plan, excepted: readonly Pick<PolicyException, "policy" | "resource">[] = [], environment = "prod"): Promise<PlanDiff> {
  const before = await environmentPlan("prod", "up");
  const after = change(before);
  const entries = excepted.map((entry) => ({ ...entry, reason: "moved to the new stack", until: "2027-03-31" }));
  const states = [stackOf(before, environment), stackOf(after, environment)] as const;
  return comparePlans(before, after, { ref: { ref: "main", commit: "0".repeat(40) }, ...judgementOf(...states, environment, { exceptions: { entries, problems: [] }, today: "2027-03-30" }) });
}

const told = ({ verdict, findings, resources }: PlanDiff): unknown => [verdict, findings.new.map(({ level, policy }) => `${level} ${policy}`), resources.flatMap(({ name, lost, excepted }) => (lost === undefined ? [] : [[name, excepted]]))];

describe("the verdict on a change", function () {
  this.timeout(60_000);

  it("is dangerous where a chart goes back, unless that is excepted", async () => {
    const older = (plan: Plan): Plan => withChange(plan, istiod, "version", "1.30.0");
    assert.deepEqual(told(await judged(older)), ["dangerous", ["error chart-downgrade"], []]);
    assert.deepEqual(told(await judged(older, [{ policy: "chart-downgrade", resource: "istio-istiod" }])), ["changes", [], []]);
    assert.deepEqual(told(await judged((plan) => withChange(plan, istiod, "version", "9.0.0"))), ["changes", [], []]);
  });

  it("is dangerous where state is deleted, in an environment that only warns of it too", async () => {
    const gone = (plan: Plan): Plan => without(plan, namespace);
    const lost = [["kayenta-namespace", undefined]];
    assert.deepEqual(told(await judged(gone)), ["dangerous", ["error state-deleted"], lost]);
    assert.deepEqual(told(await judged(gone, [], "dev")), ["dangerous", ["warning state-deleted"], lost]);
  });

  it("is a change like others where the loss is excepted, which stays first and says why", async () => {
    const entry = { policy: "state-deleted", resource: "kayenta-namespace" };
    const diff = await judged((plan) => without(withChange(plan, istiod, "timeout", 900), namespace), [entry]);
    assert.deepEqual(told(diff), ["changes", [], [["kayenta-namespace", "moved to the new stack"]]]);
    assert.equal(diff.resources[0]?.name, "kayenta-namespace");
    const text = diffText([diff], plain, 1);
    assert.match(text, /with it go: all that is in it, volumes included \(excepted: moved to the new stack\)/);
    assert.deepEqual(told(await judged((plan) => without(without(plan, namespace), registry), [entry])), ["dangerous", ["error state-deleted"], [["registry", undefined], ["kayenta-namespace", "moved to the new stack"]]]);
  });

  it("is dangerous where state is made anew, unless that is excepted", async () => {
    const moved = (plan: Plan): Plan => withChange(plan, registry, "location", "norwayeast");
    const [verdict] = told(await judged(moved)) as [string];
    assert.equal(verdict, "dangerous");
    const other = await judged(moved, [{ policy: "state-deleted", resource: "registry" }]);
    assert.equal(other.verdict, "dangerous");
    const excepted = (await judged(moved, [{ policy: "state-replaced", resource: "registry" }])).resources.find(({ name }) => name === "registry");
    assert.equal(excepted?.excepted, "moved to the new stack");
  });

  it("is no danger where what goes from the program stays in the cloud, and says so", async () => {
    const diff = await judged((plan) => without(plan, key));
    assert.deepEqual(told(diff), ["changes", [], []]);
    assert.deepEqual(diff.resources.map(({ kind, name, leftBehind }) => [kind, name, leftBehind]), [["delete", "keys-storage", true]]);
    assert.match(diffText([diff], plain, 1), /keys-storage.*\n +left behind, as retainOnDelete says/);
  });
});
