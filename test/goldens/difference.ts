import { plain } from "../../cli/ansi";
import { comparePlans } from "../../cli/diff/compare";
import { lineDiff } from "../../cli/diff/lines";
import { diffText } from "../../cli/diff/text";
import { Plan } from "../../simulator/engine/plan";
import { goldenFile, planOfGolden } from "./golden";

/** What differs between a golden and what is registered now, as the preview with `--base` prints it; as lines where that looks away. */
export function goldenDifference(was: string, is: string, plan: Plan): string {
  const ref = { ref: goldenFile(plan.stack), commit: "as committed" };
  const diff = comparePlans(planOfGolden(was, plan), planOfGolden(is, plan), { ref });
  if (diff.verdict !== "none") return diffText([diff], plain, 0);
  return lineDiff(was, is).map(({ sign, text }) => `${sign} ${text}\n`).join("");
}
