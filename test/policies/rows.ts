import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { findingsOf } from "../../policies/run";
import { Policy } from "../../policies/policy";
import { Plan } from "../../simulator/engine/plan";
import { environments, environmentPlan } from "../support/plans";

/** A small change to the recorded plan of the real program that a policy finds, and one that it lets pass. */
export interface PolicyRow {
  readonly policy: string;
  readonly fails: (plan: Plan) => Plan;
  /** The name of the resource that is against the policy. */
  readonly at: string;
  /** Default: the plan as it is. It must be given where the plan has nothing that the policy looks at. */
  readonly passes?: (plan: Plan) => Plan;
  /** Policies of the group that must find the change too. */
  readonly also?: readonly string[];
}

/** The findings of some policies, as `policy at name`. */
export function found(plan: Plan, policies: readonly Policy[], environment = "prod"): string[] {
  return findingsOf(plan, { environment, policies }).map(({ policy, urn }) => `${policy} at ${urn.split("::").at(-1)}`);
}

/** Tests the policies of a group: each by its rows, in the plan of prod, and all of them by the environments as they are. */
export function testPolicies(group: readonly Policy[], rows: readonly PolicyRow[]): void {
  // Most rows pass the plan as it is.
  let asItIs: readonly string[] | undefined;
  for (const { policy, fails, passes, at, also = [] } of rows) {
    it(`${policy} finds ${at}, and only that`, async () => {
      const plan = await environmentPlan("prod", "up");
      assert.deepEqual([...new Set(found(fails(plan), group))].sort(), [policy, ...also].map((id) => `${id} at ${at}`).sort());
      assert.deepEqual(passes === undefined ? (asItIs ??= found(plan, group)) : found(passes(plan), group), []);
    });
  }

  it("have a row each", () => {
    assert.deepEqual(group.map(({ id }) => id).filter((id) => !rows.some(({ policy }) => policy === id)), []);
  });

  it("find no error in an environment, in either mode, and pass over what is not known", async () => {
    for (const environment of [...environments, "everything"] as const) {
      for (const mode of ["preview", "up"] as const) {
        const findings = findingsOf(await environmentPlan(environment, mode), { environment: environment === "everything" ? "dev" : environment, policies: group });
        assert.deepEqual(findings.filter(({ level }) => level === "error"), [], `${environment}, ${mode}`);
      }
    }
  });

  it("find in a preview what is known there already", async () => {
    const plan = await environmentPlan("prod", "preview");
    const lost = rows.filter(({ policy, fails, at }) => !found(fails(plan), group).includes(`${policy} at ${at}`)).map(({ policy }) => policy);
    assert.deepEqual(lost, []);
  });

  it("have a page each that tells why, how it fails and what to do", () => {
    for (const { id, title, fix, source } of group) {
      const page = fs.readFileSync(`docs/policies/${id}.md`, "utf8");
      for (const part of [`# ${id}\n`, title, fix, source]) assert.ok(page.includes(part), `docs/policies/${id}.md lacks ${part}`);
      assert.match(page, new RegExp(`^ +- \\{? *policy: ${id}\\b`, "m"), `docs/policies/${id}.md shows no exception`);
    }
  });
}
