import { present, Properties } from "./values";

/** `preview`: what the cloud would decide is unknown. `up`: the embedded cloud answers. */
export type Mode = "preview" | "up";

/** How a run was asked for and what it was asked to run. */
export interface Run {
  readonly project: string;
  readonly stack: string;
  readonly mode: Mode;
}

/** The custom time-outs of a resource, as `30m`. */
export interface Timeouts {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

/** One resource as the program registered it and the embedded cloud answered. Absent options are left out. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  readonly custom: boolean;
  /** True for what is read and not made: a reference to another stack. */
  readonly external?: true;
  readonly provider?: string;
  readonly inputs: Properties;
  outputs: Properties;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly deletedWith?: string;
  readonly replaceWith?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  /** The URNs that it may have had, as its own aliases say. */
  readonly aliases?: readonly string[];
  readonly customTimeouts?: Timeouts;
}

/** Something a reader should know of a resource. An error stops the environment from being deployed. */
export interface Finding {
  /** The rule's id. */
  readonly policy: string;
  readonly level: "error" | "warning" | "info";
  readonly urn: string;
  readonly message: string;
  /** Where the rule is written down. */
  readonly docs: string;
}

/** How many resources a plan holds. */
export interface Summary {
  readonly total: number;
  readonly components: number;
  readonly errors: number;
  readonly warnings: number;
}

/** What one run of a program registered. The values are still live: `UNKNOWN` and `Secret` stand in them. */
export interface Plan extends Run {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Properties;
  readonly findings: readonly Finding[];
  readonly durationMs: number;
}

/** The contract of `--json` and `plan.json`: a plan as plain data, without unknown or secret values. */
export function planToJson(plan: Plan): Record<string, unknown> {
  return {
    schemaVersion: 1,
    project: plan.project,
    stack: plan.stack,
    mode: plan.mode,
    resources: plan.resources.map((resource) => present(resource)),
    outputs: present(plan.outputs),
    findings: plan.findings,
    summary: summarize(plan),
    durationMs: plan.durationMs,
  };
}

/** What would be made in a cloud or a cluster: neither components nor providers. */
export function resourcesToCreate(plan: Plan): RecordedResource[] {
  return plan.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
}

export function summarize(plan: Plan): Summary {
  return {
    total: plan.resources.length,
    components: plan.resources.filter((resource) => !resource.custom).length,
    errors: plan.findings.filter((finding) => finding.level === "error").length,
    warnings: plan.findings.filter((finding) => finding.level === "warning").length,
  };
}

/**
 * Puts resources in one order that does not depend on how fast answers came: each after its parent, provider and dependencies,
 * and by URN where these leave a choice. It is an order in which the program could have registered them.
 */
export function inStableOrder(resources: readonly RecordedResource[]): RecordedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const placed = new Set<string>();
  const ordered: RecordedResource[] = [];
  const place = (resource: RecordedResource): void => {
    if (placed.has(resource.urn)) return;
    placed.add(resource.urn);
    for (const needed of neededUrns(resource).sort()) {
      const before = byUrn.get(needed);
      if (before !== undefined) place(before);
    }
    ordered.push(resource);
  };
  [...byUrn.keys()].sort().forEach((urn) => place(byUrn.get(urn) as RecordedResource));
  return ordered;
}

/** What must be there before a resource: its parent, its provider and its dependencies. */
export function neededUrns(resource: RecordedResource): string[] {
  const provider = resource.provider?.split("::").slice(0, -1).join("::");
  return [resource.parent, provider, ...(resource.dependencies ?? [])].filter((urn) => urn !== undefined && urn !== "") as string[];
}
