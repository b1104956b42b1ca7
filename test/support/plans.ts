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

/** What the program registers for an environment, or for dev with everything. Each of them and each mode runs once in a test run. */
export function environmentPlan(environment: Environment | "everything", mode: Mode): Promise<Plan> {
  const key = `${environment} ${mode}`;
  const known = plans.get(key) ?? (environment === "everything" ? changedPlan("dev", mode, askForEverything) : changedPlan(environment, mode, () => undefined));
  plans.set(key, known);
  return known;
}

/** What the program registers for dev with every optional part. */
export function everythingPlan(mode: Mode): Promise<Plan> {
  return environmentPlan("everything", mode);
}

/** Asks for every optional part of the platform, on hosts of the environment's own. Whoever adds such a part, asks for it here. */
export function askForEverything(config: Record<string, never>): void {
  const on = (app: string): string => `${app}.${String(config["domain"])}`;
  Object.assign(config, {
    hosts: Object.assign({}, config["hosts"], Object.fromEntries(["canary", "grafana", "mesh", "traces"].map((app) => [on(app), { signIn: true }]))),
    kayenta: { host: on("canary") },
    rateLimits: { hosts: { [on("canary")]: { all: { per: "client-address", requests: 100, unit: "minute" } } } },
    observability: { grafana: { host: on("grafana") }, kiali: { host: on("mesh") }, tracing: { host: on("traces") } },
  });
}

/** What the program would register for an environment whose config were another. */
export function changedPlan(environment: Environment, mode: Mode, change: Change): Promise<Plan> {
  const raw = fileConfig(environment);
  change(raw);
  const config = parseConfig(raw, environment);
  return record(() => new Platform("platform", config).outputs, { mode, stack: environment, cloud: new EmbeddedCloud(config.azure) });
}
