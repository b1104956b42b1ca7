import { stringify } from "yaml";
import { Finding } from "../../simulator/engine/plan";
import { partsOf } from "../../simulator/engine/urn";
import { isRecord } from "../../simulator/engine/values";
import { Paint } from "../ansi";
import { shortType } from "../text";
import { lineDiff } from "./lines";
import { ChangeKind, DiffLine, OutputChange, PlanDiff, PropertyChange, ReplaceReason, ResourceChange } from "./model";

/** Differences for a person to read: for each stack the verdict, what holds state and goes, the rest by component, outputs and findings. */
export function diffText(diffs: readonly PlanDiff[], paint: Paint, seconds: number): string {
  const took = paint("dim", `Took ${seconds.toFixed(1)} s. No cloud was asked: this is how two programs differ, not what Azure has.`);
  return [...diffs.map((diff) => stackText(diff, paint)), took].join("\n\n").concat("\n");
}

function stackText(diff: PlanDiff, paint: Paint): string {
  const { project, stack, base } = diff;
  const atRisk = diff.resources.filter(({ lost }) => lost !== undefined);
  return [
    `${paint("bold", `Comparing ${project}, stack ${stack}`)} ${paint("dim", `with ${base.ref} (${base.commit.slice(0, 12)})`)}`,
    verdictLine(diff, paint),
    groupText("State that would be lost:", atRisk, paint, true),
    ...byComponent(diff.resources.filter(({ lost }) => lost === undefined)).map(([title, changes]) => groupText(title, changes, paint, false)),
    outputsText(diff.outputs, paint),
    findingsText("New findings:", diff.findings.new, paint),
    findingsText("Mended findings:", diff.findings.mended, paint),
  ]
    .filter((section) => section !== "")
    .join("\n\n");
}

/** One line that tells whether to look closer. */
export function verdictOf({ verdict, summary, outputs, findings }: PlanDiff): string {
  if (verdict === "none") return "No change.";
  const count = (number: number, what: string): string[] => (number === 0 ? [] : [`${number} ${what}`]);
  const { create, update, replace, rename } = summary;
  const ofOutputs = outputs.added.length + outputs.changed.length + outputs.removed.length;
  const counts = [
    ...[...count(create, "created"), ...count(update, "updated"), ...count(replace, "replaced"), ...count(summary.delete, "deleted"), ...count(rename, "renamed")],
    ...[...count(ofOutputs, ofOutputs === 1 ? "output" : "outputs"), ...count(findings.new.length, `new ${plural(findings.new.length, "finding")}`), ...count(findings.mended.length, `${plural(findings.mended.length, "finding")} mended`)],
  ].join(", ");
  const lost = summary.stateful === 0 ? "" : `${summary.stateful} with state replaced or deleted; `;
  return `${verdict === "dangerous" ? "Dangerous" : "Changes"}: ${lost}${counts === "" ? "components only" : counts}.`;
}

function plural(number: number, word: string): string {
  return number === 1 ? word : `${word}s`;
}

function verdictLine(diff: PlanDiff, paint: Paint): string {
  return paint(diff.verdict === "dangerous" ? ["bold", "red"] : diff.verdict === "changes" ? "yellow" : "green", verdictOf(diff));
}

function byComponent(changes: readonly ResourceChange[]): [string, ResourceChange[]][] {
  const groups = new Map<string, ResourceChange[]>();
  for (const change of changes) {
    const title = change.component.map(({ name }) => name).join(" › ") || "outside of components";
    groups.set(title, [...(groups.get(title) ?? []), change]);
  }
  return [...groups];
}

function groupText(title: string, changes: readonly ResourceChange[], paint: Paint, withComponent: boolean): string {
  if (changes.length === 0) return "";
  return [paint("bold", title), ...changes.flatMap((change) => changeLines(change, paint, withComponent))].join("\n");
}

const signs: Readonly<Record<ChangeKind, readonly [string, Parameters<Paint>[0]]>> = {
  create: ["+ ", "green"],
  update: ["~ ", "yellow"],
  replace: ["+-", "magenta"],
  delete: ["- ", "red"],
  rename: ["→ ", "cyan"],
};

function changeLines(change: ResourceChange, paint: Paint, withComponent: boolean): string[] {
  const [sign, colour] = signs[change.kind];
  const where = withComponent && change.component.length > 0 ? paint("dim", `  in ${change.component.map(({ name }) => name).join(" › ")}`) : "";
  const was = change.urnBefore === undefined ? "" : paint("dim", `  was ${describe(change.urnBefore)}`);
  return [
    ` ${paint(colour, sign)} ${paint(change.custom ? colour : "cyan", shortType(change.type))}  ${change.name}${was}${where}`,
    ...(change.lost === undefined ? [] : [`      ${paint("red", `with it ${change.kind === "replace" && !change.replaceReasons.some(({ sure }) => sure) ? "may go" : "go"}: ${change.lost}`)}`]),
    ...reasonLines(change.replaceReasons, paint),
    ...change.properties.flatMap((property) => propertyLines(property, paint)),
    ...(change.yaml === undefined ? [] : ["      values", ...diffLines(change.yaml, paint)]),
  ];
}

/** Why a resource is made anew: its own properties, each marked below, are told together, and each resource that it follows once. */
function reasonLines(reasons: readonly ReplaceReason[], paint: Paint): string[] {
  if (reasons.length === 0) return [];
  const told = reasons.map(({ path, follows }) => (follows === undefined ? path : `${path.replace(/^options\./, "")}, which follows ${describe(follows)}`));
  return [`      ${paint("magenta", `${reasons.some(({ sure }) => sure) ? "is replaced" : "may be replaced"}: ${[...new Set(told)].join("; ")}`)}`];
}

function propertyLines({ path, kind, before, after, secret, forcesReplacement }: PropertyChange, paint: Paint): string[] {
  const marks = { yes: paint("magenta", "  forces replacement"), unsure: paint("magenta", "  may force replacement"), no: "" };
  const mark = marks[forcesReplacement];
  if (secret && kind === "change" && before === after) return [`      ${path}: ${paint("dim", `${oneLine(before)}, another one`)}${mark}`];
  const [left, right] = [block(before), block(after)];
  const isLong = [left, right].some((text) => text !== undefined && (text.includes("\n") || text.length > 100));
  if (isLong) return [`      ${path}${mark}`, ...diffLines(lineDiff(left ?? "", right ?? ""), paint)];
  if (kind === "add") return [`      ${path}: ${paint("green", `+ ${oneLine(after)}`)}${mark}`];
  if (kind === "remove") return [`      ${path}: ${paint("red", `- ${oneLine(before)}`)}${mark}`];
  return [`      ${path}: ${paint("red", oneLine(before))} → ${paint("green", oneLine(after))}${mark}`];
}

function oneLine(value: unknown): string {
  return typeof value === "string" && /^[\x21-\x7e]/.test(value) && !value.includes("\n") ? value : JSON.stringify(value);
}

/** A value as lines: a text as it is, anything with parts as YAML. */
function block(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value) || isRecord(value)) return JSON.stringify(value).length > 60 ? stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }) : JSON.stringify(value);
  return value === undefined ? undefined : String(value);
}

function diffLines(lines: readonly DiffLine[], paint: Paint): string[] {
  const colours = { "-": "red", "+": "green", " ": undefined, "…": "dim" } as const;
  return lines.map(({ sign, text }) => {
    const colour = colours[sign];
    const line = `${sign} ${text}`.trimEnd();
    return `        ${colour === undefined ? line : paint(colour, line)}`;
  });
}

function outputsText({ added, changed, removed }: PlanDiff["outputs"], paint: Paint): string {
  const line = (sign: string, { name, before, after, secret }: OutputChange): string => {
    if (sign === "~") return ` ${paint("yellow", "~ ")} ${name}: ${secret && oneLine(before) === oneLine(after) ? paint("dim", `${oneLine(before)}, another one`) : `${oneLine(before)} → ${oneLine(after)}`}`;
    return ` ${sign === "+" ? paint("green", "+ ") : paint("red", "- ")} ${name}: ${oneLine(sign === "+" ? after : before)}`;
  };
  const lines = [...added.map((output) => line("+", output)), ...changed.map((output) => line("~", output)), ...removed.map((output) => line("-", output))];
  return lines.length === 0 ? "" : [paint("bold", "Outputs:"), ...lines].join("\n");
}

function findingsText(title: string, findings: readonly Finding[], paint: Paint): string {
  if (findings.length === 0) return "";
  const order = ["error", "warning", "info"] as const;
  const colours = { error: "red", warning: "yellow", info: "blue" } as const;
  const lines = order
    .flatMap((level) => findings.filter((finding) => finding.level === level))
    .flatMap(({ level, policy, urn, message, docs }) => [
      `    ${paint(colours[level], level.padEnd(7))}  ${paint("bold", policy)}  ${describe(urn)}`,
      ...message.split("\n").map((text) => `             ${text}`),
      `             ${paint("dim", docs)}`,
    ]);
  return [paint("bold", title), ...lines].join("\n");
}

/** The type and the name of a URN. */
function describe(urn: string): string {
  const { type, name } = partsOf(urn);
  return `${shortType(type)} ${name}`;
}
