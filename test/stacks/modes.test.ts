import assert from "node:assert/strict";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { isRecord, present } from "../../simulator/engine/values";
import { environmentPlan, environments } from "../support/plans";
import { cloudDecides } from "./cloudDecides";

/** All of a resource but its inputs' values and what the cloud answers; a provider's id is the cloud's, too. */
function shape({ inputs, outputs: _outputs, provider, ...rest }: RecordedResource): unknown {
  return { ...rest, provider: provider?.split("::").slice(0, -1).join("::"), inputKeys: Object.keys(inputs).sort() };
}

/** Where two values differ, as `type path`; list positions become `*`, so that the place is told and not the count. */
function differences(before: unknown, after: unknown, at: string): string[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) return before.flatMap((value, index) => differences(value, after[index], `${at}.*`));
  if (isRecord(before) && isRecord(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => differences(before[key], after[key], `${at}.${key}`));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [at];
}

/** Where the inputs of two plans differ. */
function inputDifferences(preview: Plan, up: Plan): string[] {
  return preview.resources.flatMap((resource, index) => differences(present(resource.inputs), present(up.resources[index]?.inputs), resource.type).map((at) => at.replace(".", " ")));
}

describe("a preview against an update", () => {
  for (const environment of environments) {
    it(`of ${environment} registers the same resources, with the same options and input keys`, async () => {
      const [preview, up] = await Promise.all([environmentPlan(environment, "preview"), environmentPlan(environment, "up")]);
      assert.deepEqual(preview.resources.map(shape), up.resources.map(shape));
    });

    it(`of ${environment} differs only in values that the cloud decides`, async () => {
      const [preview, up] = await Promise.all([environmentPlan(environment, "preview"), environmentPlan(environment, "up")]);
      assert.deepEqual([...new Set(inputDifferences(preview, up))].filter((place) => !cloudDecides.includes(place)), []);
    });
  }

  it("uses every entry of the list of what the cloud decides", async () => {
    const seen = new Set<string>();
    for (const environment of environments) inputDifferences(await environmentPlan(environment, "preview"), await environmentPlan(environment, "up")).forEach((place) => seen.add(place));
    assert.deepEqual(cloudDecides.filter((place) => !seen.has(place)), []);
  });
});
