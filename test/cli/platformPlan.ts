import { readProject, readStackConfig } from "../../cli/projectFiles";
import { Mode, Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Platform } from "../../stacks/platform";
import { record } from "../support/record";

/** The plan of one of the platform's own environments. */
export function platformPlan(stack: string, mode: Mode = "up"): Promise<Plan> {
  const project = readProject(".");
  const config: unknown = JSON.parse(readStackConfig(project, stack).values[`${project.name}:platform`] ?? "{}");
  return record(() => new Platform("platform", parseConfig(config, stack)), { stack, mode });
}
