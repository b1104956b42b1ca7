import assert from "node:assert/strict";
import { Plan, RecordedResource } from "../../simulator/engine/plan";
import { isRecord, present } from "../../simulator/engine/values";
import { environmentPlan, environments } from "../support/plans";
import { cloudDecides } from "./cloudDecides";

/** All of a resource but its inputs' values and what the cloud answers; a provider's id is the cloud's, too. */
function shape({ inputs, outputs, provider, ...rest }: RecordedResource): unknown {
  return { ...rest, provider: provider?.split("::").slice(0, -1).join("::"), inputKeys: Object.keys(inputs).sort() };
}

/** The paths at which two values differ, with the first of them; a place in a list is `*`, so that the path tells what and not which. */
function differences(before: unknown, after: unknown, path: readonly string[] = []): { path: string; before: unknown }[] {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) return before.flatMap((value, index) => differences(value, after[index], [...path, "*"]));
  if (isRecord(before) && isRecord(after)) return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => differences(before[key], after[key], [...path, key]));
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: path.join("."), before }];
}

/** Where the inputs of two plans differ, as `type path`, and what the first plan has there. */
function inputDifferences(preview: Plan, up: Plan): { place: string; before: unknown }[] {
  return preview.resources.flatMap(({ type, inputs }, index) => differences(present(inputs), present(up.resources[index]?.inputs)).map(({ path, before }) => ({ place: `${type} ${path}`, before })));
}

/** The environments, and dev with every optional part. */
const planned = [...environments, "everything"] as const;

describe("a preview against an update", () => {
  for (const environment of planned) {
    it(`of ${environment} registers the same resources, with the same options and input keys`, async () => {
      const [preview, up] = await Promise.all([environmentPlan(environment, "preview"), environmentPlan(environment, "up")]);
      assert.deepEqual(preview.resources.map(shape), up.resources.map(shape));
    });

    it(`of ${environment} differs only in values that the cloud decides, which it does not know`, async () => {
      const [preview, up] = await Promise.all([environmentPlan(environment, "preview"), environmentPlan(environment, "up")]);
      const found = inputDifferences(preview, up);
      assert.deepEqual([...new Set(found.map(({ place }) => place))].filter((place) => !cloudDecides.includes(place)), []);
      assert.deepEqual(found.filter(({ before }) => before !== "[unknown]"), []);
    });
  }

  it("uses every entry of the list of what the cloud decides", async () => {
    const seen = new Set<string>();
    for (const environment of planned) inputDifferences(await environmentPlan(environment, "preview"), await environmentPlan(environment, "up")).forEach(({ place }) => seen.add(place));
    assert.deepEqual(cloudDecides.filter((place) => !seen.has(place)), []);
  });
});
