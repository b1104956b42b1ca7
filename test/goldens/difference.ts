import { plain } from "../../cli/ansi";
import { comparePlans } from "../../cli/diff/compare";
import { lineDiff } from "../../cli/diff/lines";
import { diffText } from "../../cli/diff/text";
import { Plan } from "../../simulator/engine/plan";
import { goldenFile, planOfGolden } from "./golden";

/**
 * What differs between a golden and what is registered now, as the preview with `--base` prints it; as lines where that looks away.
 *
 * @param plan what is registered now: what follows what, which a golden leaves out, comes from it
 */
export function goldenDifference(was: string, is: string, plan: Plan): string {
  const ref = { ref: goldenFile(plan.stack), commit: "as committed" };
  const diff = comparePlans(planOfGolden(was, plan), withDependencies(planOfGolden(is, plan), plan), { ref });
  if (diff.verdict !== "none") return diffText([diff], plain, 0);
  return lineDiff(was, is).map(({ sign, text }) => `${sign} ${text}\n`).join("");
}

/** The plan of a golden in the order in which its resources were registered, with what they have of others and what the cloud answered. */
function withDependencies(golden: Plan, { resources }: Plan): Plan {
  const byUrn = new Map(golden.resources.map((resource) => [resource.urn, resource]));
  return {
    ...golden,
    resources: resources.flatMap(({ urn, propertyDependencies, outputs }) => {
      const resource = byUrn.get(urn);
      return resource === undefined ? [] : [{ ...resource, outputs, ...(propertyDependencies && { propertyDependencies }) }];
    }),
  };
}
