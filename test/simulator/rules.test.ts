import * as assert from "node:assert/strict";
import { Registration } from "../../simulator/cloud";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode } from "../../simulator/engine/plan";
import { rules } from "../../simulator/rules";
import { testSubscription, testTenant } from "../support/record";
import { azureRows } from "./rows/azure";
import { clusterRows } from "./rows/cluster";
import { frontDoorRows } from "./rows/frontDoor";
import { kubernetesRows } from "./rows/kubernetes";

const rows = [...azureRows, ...clusterRows, ...frontDoorRows, ...kubernetesRows];

/** The rules that trip over registrations. */
function tripped(registrations: readonly Registration[], mode: Mode = "up"): string[] {
  const cloud = new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });
  return registrations.flatMap((registration) => cloud.register(registration, mode).findings).map(({ policy }) => policy);
}

describe("what the embedded cloud refuses", () => {
  for (const [id, refused, passes] of rows) {
    it(`${id} trips over its own row alone`, () => {
      assert.deepEqual(tripped(refused), [id]);
      assert.deepEqual(tripped(passes), []);
      assert.deepEqual(tripped(passes, "preview"), [], "in a preview, where no id is known");
    });
  }

  it("has a row for each rule, and no rule or row twice", () => {
    const ids = rows.map(([id]) => id);
    assert.deepEqual(rules.map(({ id }) => id).filter((id) => !ids.includes(id)), []);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
  });

  it("names a source for each rule, and a level only where it is a warning", () => {
    for (const { id, source, level } of rules) {
      assert.match(source, /^https:\/\//, id);
      assert.ok(level === undefined || level === "warning", id);
    }
  });
});
