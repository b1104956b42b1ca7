import assert from "node:assert/strict";
import { filesOf } from "../../cli/outFiles";
import { redactorFor } from "../../cli/redact";
import { Plan } from "../../simulator/engine/plan";
import { reveal, rewrite, Secret } from "../../simulator/engine/values";
import { environmentPlan, environments } from "../support/plans";

/**
 * Every text that is marked as secret anywhere in a plan. Short ones are left out: they occur by chance. So is the sign-in application's
 * id: it is public, and only shares a Kubernetes Secret with what is not.
 */
function secretTexts(plan: Plan): string[] {
  const found = new Set<string>();
  const open = plan.outputs["signInClientId"];
  const collect = (value: unknown): void =>
    void rewrite(value, (inner) => {
      if (typeof inner === "string" && inner.length >= 12) found.add(inner);
      return undefined;
    });
  rewrite([plan.resources, plan.outputs], (value) => {
    if (value instanceof Secret) collect(reveal(value));
    return value instanceof Secret ? { with: undefined } : undefined;
  });
  return [...found].filter((text) => text !== open);
}

/** The forms in which a text is still the text. */
function forms(text: string): string[] {
  return [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString("base64").replace(/=+$/, ""), encodeURIComponent(text)];
}

/** A plan with every value that is marked as secret left out. */
function openText(plan: Plan): string {
  return JSON.stringify(rewrite([plan.resources, plan.outputs], (value) => (value instanceof Secret ? { with: null } : undefined)));
}

describe("secrets of the platform", () => {
  for (const environment of [...environments, "everything"] as const) {
    it(`of ${environment} stand in no input or output that is not marked, in any form`, async () => {
      const plan = await environmentPlan(environment, "up");
      const texts = secretTexts(plan);
      assert.ok(texts.some((text) => text.includes("kubelogin")));
      const open = openText(plan);
      assert.deepEqual(texts.filter((text) => forms(text).some((form) => open.includes(form))).map((text) => text.slice(0, 4)), []);
    });

    it(`of ${environment} are in no file that a preview writes`, async () => {
      const plan = await environmentPlan(environment, "up");
      const files = [...filesOf(plan, redactorFor(plan))].map(([, content]) => content).join("\n");
      assert.deepEqual(secretTexts(plan).filter((text) => forms(text).some((form) => files.includes(form))).map((text) => text.slice(0, 4)), []);
    });
  }
});
