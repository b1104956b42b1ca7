import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { policies } from "../../policies/all";
import { changePolicies } from "../../policies/change/changePolicies";
import { fromRules } from "../../policies/mesh/fromRules";
import { eachOf, Levels, levelIn, Policy } from "../../policies/policy";
import { findingsOf } from "../../policies/run";
import { rules } from "../../simulator/rules";
import { environmentPlan } from "../support/plans";

const all = [...policies, ...changePolicies];

describe("policies", () => {
  it("have ids of their own, among themselves and, but for those that are one, the rules of the embedded cloud", () => {
    const ids = [...all, ...rules].map(({ id }) => id);
    assert.deepEqual(ids.filter((id, index) => ids.indexOf(id) !== index).sort(), fromRules.map(({ id }) => id).sort());
    assert.deepEqual(all.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)), []);
  });

  it("name their source, and end what they say as sentences", () => {
    for (const { id, title, fix, source } of all) {
      assert.match(source, /^https:\/\//, id);
      for (const text of [title, fix]) assert.match(text, /^[A-Z].*\.$/, id);
    }
  });

  it("have a page each, and no page is of a policy that is gone", () => {
    const pages = fs.readdirSync("docs/policies").filter((file) => file !== "README.md");
    assert.deepEqual(pages.sort(), all.map(({ id }) => `${id}.md`).sort());
  });

  it("have a line each in the index, with their level", () => {
    const told = (level: string | Levels): string => (typeof level === "string" ? level : `${level.dev} in dev, ${level.staging} in staging, ${level.prod} in prod`);
    const index = fs.readFileSync("docs/policies/README.md", "utf8").split("\n");
    const missing = all.map(({ id, level, title }) => `| [${id}](${id}.md) | ${told(level)} | ${title} |`).filter((line) => !index.includes(line));
    assert.deepEqual(missing, []);
  });

  it("take an environment that they don't name for prod", () => {
    const level = { dev: "off", staging: "info", prod: "error" } as const;
    assert.deepEqual(["dev", "staging", "prod", "canary"].map((environment) => levelIn({ level }, environment)), ["off", "info", "error", "error"]);
  });

  it("find nothing where they are off, and tell what is wrong, what to do and where it is written down", async () => {
    const policy: Policy = {
      id: "no-profile",
      group: "network",
      level: { dev: "off", staging: "info", prod: "error" },
      title: "There is no Front Door.",
      fix: "Take it away.",
      source: "https://example.com",
      check: eachOf(["azure-native:cdn:Prof*"], ({ name }) => `Here is ${name}.`),
    };
    const plan = await environmentPlan("dev", "up");
    const found = (environment: string): unknown[] => findingsOf(plan, { environment, policies: [policy] });
    assert.deepEqual(found("dev"), []);
    const { urn } = plan.resources.find(({ type }) => type === "azure-native:cdn:Profile") ?? {};
    assert.deepEqual(found("prod"), [{ policy: "no-profile", level: "error", urn, message: "Here is front-door-profile. Take it away. See https://example.com", docs: "docs/policies/no-profile.md" }]);
  }).timeout(60_000);
});
