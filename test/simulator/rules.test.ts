import * as assert from "node:assert/strict";
import { Registration } from "../../simulator/cloud";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode } from "../../simulator/engine/plan";
import { rules } from "../../simulator/rules";
import { testSubscription, testTenant } from "../support/record";
import { azureRows } from "./rows/azure";
import { clusterRows } from "./rows/cluster";
import { envoyFilterRows } from "./rows/envoyFilter";
import { frontDoorRows } from "./rows/frontDoor";
import { kubernetesRows } from "./rows/kubernetes";
import { destinationTls, furtherRows, meshRows, routesToChart } from "./rows/mesh";

const rows = [...azureRows, ...clusterRows, ...frontDoorRows, ...kubernetesRows, ...envoyFilterRows, ...meshRows];

/** The rules that trip over registrations. */
function tripped(registrations: readonly Registration[], mode: Mode = "up"): string[] {
  const cloud = new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });
  return [...registrations.flatMap((registration) => cloud.register(registration, mode).findings), ...cloud.finish([])].map(({ policy }) => policy);
}

describe("what the embedded cloud refuses", () => {
  for (const [id, refused, passes] of rows) {
    it(`${id} trips over its own row alone`, () => {
      assert.deepEqual(tripped(refused), [id]);
      assert.deepEqual(tripped(passes), []);
      assert.deepEqual(tripped(passes, "preview"), [], "in a preview, where no id is known");
    });
  }

  for (const [what, registrations, refused] of destinationTls) {
    it(`destination-rule-tls ${refused ? "trips over" : "lets pass"} ${what}`, () => assert.deepEqual(tripped(registrations), refused ? ["destination-rule-tls"] : []));
  }

  for (const [id, what, registrations, refused] of furtherRows) {
    it(`${id} ${refused ? "trips over" : "lets pass"} ${what}`, () => assert.deepEqual(tripped(registrations), refused ? [id] : []));
  }

  it("knows what is in a chart by what its component declares, and says nothing of a namespace with another chart", () => {
    const found = (outputs: readonly Record<string, unknown>[]): string[] => {
      const cloud = new EmbeddedCloud({ tenantId: testTenant, subscriptionId: testSubscription });
      routesToChart.forEach((registration) => cloud.register(registration, "up"));
      return cloud.finish(outputs).map(({ policy, message }) => `${policy}: ${message}`);
    };
    const declares = (services: object): Record<string, unknown> => ({ releaseName: "cache", declares: { services, workloads: {} } });
    assert.deepEqual(found([]), []);
    assert.deepEqual(found([declares({ cache: { ports: { http: { port: 80, targetPort: 8080 } } } })]), []);
    assert.deepEqual(found([declares({ other: { ports: {} } })]), ['virtual-service-host-unknown: Referenced host not found: "cache.apps.svc.cluster.local"']);
  });

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
