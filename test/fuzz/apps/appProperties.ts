import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { MeshApp } from "../../../components/apps/meshApp";
import { ArgumentError } from "../../../components/shared/errors";
import { findingsOf } from "../../../policies/run";
import { Plan } from "../../../simulator/engine/plan";
import { testAppPlatform } from "../../support/appPlatform";
import { inputs, record } from "../../support/record";
import { Tries } from "../tries";
import { AppArgs, likelyArgs, oddArgs } from "./appArgs";
import { secretValue } from "./versions";

/** Describes what holds for the arguments of every app, tried on some. */
export function describeApps({ runs, seed }: Tries): void {
  it(`${runs} that are likely are refused, each with where, or give an app that the cluster takes, as most do`, async () => {
    const made: boolean[] = [];
    await fc.assert(
      fc.asyncProperty(likelyArgs, async (args) => void made.push(await holds(args))),
      { numRuns: runs, seed },
    );
    assert.ok(made.filter(Boolean).length > made.length * 0.8, `${made.filter(Boolean).length} of ${made.length} are made`);
  });

  it(`${runs} with something odd in one place are refused, each with where, or give an app that the cluster takes`, async () => {
    await fc.assert(
      fc.asyncProperty(oddArgs, async (args) => void (await holds(args))),
      { numRuns: runs, seed: seed + 1 },
    );
  });
}

/** What the cluster would refuse, and what of the app is against a policy. */
function errorsIn(plan: Plan): object[] {
  const policies = findingsOf(plan, { environment: "dev" }).filter(({ urn }) => urn.includes("delivery-platform:apps:MeshApp$"));
  return [...plan.findings, ...policies].filter(({ level }) => level === "error");
}

/** Whether an app is made of the arguments. One that is must have no error in its plan, and one that isn't a reason with a path. */
async function holds(args: AppArgs): Promise<boolean> {
  let refusal: ArgumentError | undefined;
  const plan = await record(() => {
    try {
      new MeshApp("message", { platform: testAppPlatform(), ...args });
    } catch (thrown) {
      if (!(thrown instanceof ArgumentError)) throw thrown;
      refusal = thrown;
    }
  });
  if (refusal === undefined) {
    assert.deepEqual(errorsIn(plan), []);
    assert.ok(!JSON.stringify(plan.resources.map(inputs)).includes(secretValue), "a secret is in the plan");
    return true;
  }
  assert.ok(!refusal.message.includes(secretValue), refusal.message);
  assert.ok(refusal.problems.length > 0 && refusal.problems.every(({ path }) => path !== ""), refusal.message);
  assert.deepEqual(plan.resources.filter(({ type }) => type.startsWith("delivery-platform:apps:")), [], "something is registered before the refusal");
  return false;
}
