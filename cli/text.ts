import { Finding, Plan, RecordedResource, resourcesToCreate, summarize } from "../simulator/engine/plan";
import { stackType } from "../simulator/engine/urn";
import { present } from "../simulator/engine/values";
import { Paint } from "./ansi";
import { Redact } from "./redact";
import { visible } from "./visible";

/** A plan for a person to read: the tree of resources, the counts, the outputs, the findings and the time it took. */
export function planText(plan: Plan, paint: Paint, redact: Redact): string {
  const how = plan.mode === "preview" ? "first preview: what only the cloud decides is [unknown]" : "update: the embedded cloud answers";
  return [
    `${paint("bold", visible(`Previewing ${plan.project}, stack ${plan.stack}`))} ${paint("dim", `(${how})`)}`,
    treeText(plan, paint),
    outputsText(plan, paint),
    findingsText(plan.findings, paint, redact),
    countsText(plan, paint),
    paint("dim", `Took ${(plan.durationMs / 1000).toFixed(1)} s. No cloud was asked: this is what the program wants, not a promise of Azure's.`),
  ]
    .filter((section) => section !== "")
    .join("\n\n")
    .concat("\n");
}

interface Row {
  readonly resource: RecordedResource;
  /** The lines that join it to its parent. */
  readonly branch: string;
}

function treeText(plan: Plan, paint: Paint): string {
  const rows = treeRows(plan.resources);
  const width = Math.max("Type".length, ...rows.map(({ resource, branch }) => branch.length + visible(shortType(resource.type)).length));
  const lines = rows.map(({ resource, branch }) => {
    const type = visible(shortType(resource.type));
    const gap = " ".repeat(width - branch.length - type.length + 2);
    const name = resource.type === stackType ? paint("bold", visible(resource.name)) : visible(resource.name);
    const sign = resource.external === true ? paint("cyan", ">") : paint("green", "+");
    return ` ${sign}  ${paint("dim", branch)}${resource.custom ? type : paint("cyan", type)}${gap}${name}${resource.protect === true ? paint("yellow", "  protected") : ""}`;
  });
  return [paint("bold", `    ${"Type".padEnd(width)}  Name`), ...lines].join("\n");
}

/** Each resource below its parent, siblings in the order of the plan. */
function treeRows(resources: readonly RecordedResource[]): Row[] {
  const known = new Set(resources.map((resource) => resource.urn));
  const children = new Map<string, RecordedResource[]>();
  for (const resource of resources) {
    const parent = resource.parent !== undefined && known.has(resource.parent) ? resource.parent : "";
    children.set(parent, [...(children.get(parent) ?? []), resource]);
  }
  const below = (urn: string, indent: string): Row[] =>
    (children.get(urn) ?? []).flatMap((resource, index, siblings) => {
      const last = index === siblings.length - 1;
      return [{ resource, branch: `${indent}${last ? "└─ " : "├─ "}` }, ...below(resource.urn, `${indent}${last ? "   " : "│  "}`)];
    });
  return (children.get("") ?? []).flatMap((resource) => [{ resource, branch: "" }, ...below(resource.urn, "")]);
}

/** A type without the file that repeats its name, as Pulumi's CLI prints it: `random:index:RandomPassword`. */
export function shortType(type: string): string {
  const [pkg, module = "", name = ""] = type.split(":");
  const folder = module.lastIndexOf("/");
  const repeats = folder >= 0 && module.slice(folder + 1).toLowerCase() === name.toLowerCase();
  return [pkg, repeats ? module.slice(0, folder) : module, name].join(":");
}

function countsText(plan: Plan, paint: Paint): string {
  const { components } = summarize(plan);
  const created = resourcesToCreate(plan);
  const packages = new Map<string, number>();
  for (const { type } of created) {
    const name = type.split(":")[0] ?? type;
    packages.set(name, (packages.get(name) ?? 0) + 1);
  }
  const parts = [...packages].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`);
  const inComponents = plan.resources.some(({ type }) => type === stackType) ? components - 1 : components;
  return [
    paint("bold", "Resources:"),
    `    ${paint("green", `+ ${created.length} to create`)}${parts.length > 0 ? `: ${visible(parts.join(", "))}` : ""}`,
    `    in ${inComponents} ${inComponents === 1 ? "component" : "components"}`,
  ].join("\n");
}

function outputsText(plan: Plan, paint: Paint): string {
  const outputs = present(plan.outputs) as Record<string, unknown>;
  if (Object.keys(outputs).length === 0) return "";
  const width = Math.max(...Object.keys(outputs).map((key) => visible(key).length));
  return [paint("bold", "Outputs:"), ...Object.entries(outputs).map(([key, value]) => `    ${visible(key).padEnd(width)}  ${valueText(value, paint)}`)].join("\n");
}

function valueText(value: unknown, paint: Paint): string {
  if (value === "[secret]" || value === "[unknown]") return paint("dim", value);
  return visible(typeof value === "string" && !value.includes("\n") ? value : JSON.stringify(value));
}

const colours = { error: "red", warning: "yellow", info: "blue" } as const;

function findingsText(findings: readonly Finding[], paint: Paint, redact: Redact): string {
  if (findings.length === 0) return "";
  const order = ["error", "warning", "info"] as const;
  const sorted = order.flatMap((level) => findings.filter((finding) => finding.level === level));
  const lines = sorted.flatMap(({ level, policy, urn, message, docs }) => [
    `    ${paint(colours[level], level.padEnd(7))}  ${paint("bold", visible(policy))}  ${visible(resourceOf(urn))}`,
    ...redact(message).split("\n").map((line) => `             ${visible(line)}`),
    `             ${paint("dim", visible(docs))}`,
  ]);
  return [paint("bold", "Findings:"), ...lines].join("\n");
}

/** The last type and the name of a URN. */
function resourceOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${shortType(types.split("$").at(-1) ?? types)} ${name}`;
}
