import * as fs from "node:fs";
import { parse } from "yaml";
import { EmbeddedCloud } from "../../simulator/embeddedCloud";
import { Mode, Plan } from "../../simulator/engine/plan";
import { parseConfig } from "../../stacks/config/parseConfig";
import { Platform } from "../../stacks/platform";
import { record } from "./record";

/** The environments that the project has a file for. */
export const environments = ["dev", "staging", "prod"] as const;

export type Environment = (typeof environments)[number];

/** What may be changed in an environment's config: the parsed YAML of its file. */
export type Change = (config: Record<string, never>) => void;

/** The config of an environment as its file has it: a new copy at each call. */
export function fileConfig(environment: Environment): Record<string, never> {
  return parse(fs.readFileSync(`Pulumi.${environment}.yaml`, "utf8")).config["azure-delivery-platform:platform"];
}

const plans = new Map<string, Promise<Plan>>();

/** What the program registers for an environment. Each environment and mode runs once in a test run. */
export function environmentPlan(environment: Environment, mode: Mode): Promise<Plan> {
  const key = `${environment} ${mode}`;
  const known = plans.get(key) ?? changedPlan(environment, mode, () => undefined);
  plans.set(key, known);
  return known;
}

/** What the program would register for an environment whose config were another. */
export function changedPlan(environment: Environment, mode: Mode, change: Change): Promise<Plan> {
  const raw = fileConfig(environment);
  change(raw);
  const config = parseConfig(raw, environment);
  return record(() => new Platform("platform", config).outputs, { mode, stack: environment, cloud: new EmbeddedCloud(config.azure) });
}
