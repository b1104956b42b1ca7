import * as assert from "node:assert/strict";
import { exceptionsIn, PolicyException } from "../../policies/exceptions";
import { findingsOf } from "../../policies/run";
import { Plan } from "../../simulator/engine/plan";
import { UNKNOWN } from "../../simulator/engine/values";
import { ConfigError } from "../../stacks/config/configError";
import { parseConfig } from "../../stacks/config/parseConfig";
import { withChange } from "../support/changePlan";
import { environmentPlan, fileConfig } from "../support/plans";

describe("exceptions from policies", function () {
  this.timeout(120_000);
  const entry: PolicyException = { policy: "storage-https-only", resource: "storage", reason: "the scanners know plain HTTP alone", until: "2027-03-31" };
  const target = { type: "azure-native:storage:StorageAccount", name: "storage" };
  let plan: Plan;
  before(async () => {
    plan = withChange(await environmentPlan("prod", "up"), target, "enableHttpsTrafficOnly", false);
  });

  const findings = (changes: Partial<PolicyException>, today = "2027-01-01"): string[] =>
    findingsOf(plan, { environment: "prod", today, exceptions: { entries: [{ ...entry, ...changes }], problems: [] } }).filter(({ level }) => level !== "info").map(({ policy, level }) => `${level} ${policy}`).sort();

  it("let one resource off one policy, by its name or by a pattern of its URN", () => {
    assert.deepEqual(findings({}), []);
    assert.deepEqual(findings({ resource: "urn:pulumi:prod::*$azure-native:storage:StorageAccount::*" }), []);
  });

  it("let nothing else off, and say that they are of no use", () => {
    const useless = ["error storage-https-only", "warning policy-exception-unused"];
    assert.deepEqual(findings({ resource: "kayenta-storage" }), useless);
    assert.deepEqual(findings({ resource: "stor" }), useless);
    assert.deepEqual(findings({ resource: "::storage" }), useless);
    assert.deepEqual(findings({ policy: "storage-minimum-tls" }), useless);
  });

  it("are an error where they name no part of a type or a name, and let nothing off", () => {
    for (const resource of ["*", "urn:*", "urn:pulumi:prod::*", "*::*", `urn:pulumi:prod::${plan.project}::*`, `*::${plan.project}*`]) assert.deepEqual(findings({ resource }), ["error policy-exception", "error storage-https-only"], resource);
    assert.deepEqual(findings({ resource: "*::stor*" }), []);
  });

  it("are not called useless where the policy looks away, or may have passed over what is not known", () => {
    const unused = (changes: Partial<PolicyException>, seen: Plan, environment = "prod"): string[] =>
      findingsOf(seen, { environment, today: "2027-01-01", exceptions: { entries: [{ ...entry, ...changes }], problems: [] } }).flatMap(({ policy }) => (policy === "policy-exception-unused" ? [policy] : []));
    const secure = withChange(plan, target, "enableHttpsTrafficOnly", true);
    assert.deepEqual(unused({}, secure), ["policy-exception-unused"]);
    assert.deepEqual(unused({}, withChange(plan, target, "enableHttpsTrafficOnly", UNKNOWN)), []);
    assert.deepEqual(unused({ policy: "state-unprotected", resource: "registry" }, secure), ["policy-exception-unused"]);
    assert.deepEqual(unused({ policy: "state-unprotected", resource: "registry" }, secure, "dev"), []);
    // Whether a change needs one, a single state doesn't tell.
    assert.deepEqual(unused({ policy: "state-deleted" }, secure), []);
  });

  it("hold on their last day, and are an error from the next on", () => {
    assert.deepEqual(findings({}, "2027-03-31"), []);
    assert.deepEqual(findings({}, "2027-04-01"), ["error policy-exception", "error storage-https-only"]);
  });

  it("are an error where no policy has that id", () => {
    assert.deepEqual(findings({ policy: "storage-https" }), ["error policy-exception", "error storage-https-only"]);
  });

  it("are read from a map of the project's own config, and from no other project's", () => {
    const read = (list: unknown, key = "shop:app"): ReturnType<typeof exceptionsIn> => exceptionsIn("shop", { [key]: JSON.stringify({ policyExceptions: list }), "shop:name": "a text", "shop:number": "1" });
    assert.deepEqual(read([entry]), { entries: [entry], problems: [] });
    assert.deepEqual(read([entry], "other:app"), { entries: [], problems: [] });
    const { entries, problems } = read([{ ...entry, until: "31.3.2027" }]);
    assert.deepEqual(entries, []);
    assert.match(problems.join("\n"), /^policyExceptions\[0\]\.until: the last day on which it holds, as 2027-03-31$/);
    const malformed = findingsOf(plan, { environment: "prod", exceptions: { entries, problems } }).filter(({ policy }) => policy === "policy-exception");
    assert.deepEqual(malformed.map(({ level, message }) => [level, message]), [["error", problems[0]]]);
  });

  it("are part of the platform's config, which refuses what it can't read", () => {
    const config = (list: unknown): unknown => ({ ...fileConfig("dev"), policyExceptions: list });
    assert.deepEqual(parseConfig(config([entry]), "dev").policyExceptions, [entry]);
    for (const resource of ["", "*", "urn:pulumi:dev::shop::*"]) assert.throws(() => parseConfig(config([{ ...entry, resource }]), "dev"), /policyExceptions\[0\]\.resource.*a part of its type or its name/s);
    assert.throws(
      () => parseConfig(config([{ ...entry, reason: "so", until: "2027-02-30" }]), "dev"),
      (thrown: unknown) => thrown instanceof ConfigError && /policyExceptions\[0\]\.reason.*10 to 256 characters/s.test(thrown.message) && /policyExceptions\[0\]\.until.*the last day/s.test(thrown.message),
    );
  });
});
