import { Finding } from "../../simulator/engine/plan";
import { isRecord } from "../../simulator/engine/values";
import { Paint } from "../ansi";
import { shortType } from "../text";
import { visible } from "../visible";
import { changeLines, inLine, sidesInLine } from "./changeLines";
import { ChangeKind, DiffLine, OutputChange, PlanDiff, PropertyChange, ReplaceReason, ResourceChange } from "./model";
import { comparedWithNothing, encryptedAnew, fateText, lossText, nameOf, outputCounts, sameObjectText } from "./wording";

/** Differences for a person to read: for each stack the verdict, what holds state and goes, the rest by component, outputs and findings. */
export function diffText(diffs: readonly PlanDiff[], paint: Paint, seconds: number): string {
  const took = paint("dim", `Took ${seconds.toFixed(1)} s. No cloud was asked: this is how two programs differ, not what Azure has.`);
  return [...diffs.map((diff) => stackText(diff, paint)), took].join("\n\n").concat("\n");
}

function stackText(diff: PlanDiff, paint: Paint): string {
  const { project, stack, base } = diff;
  const atRisk = diff.resources.filter(({ lost }) => lost !== undefined);
  return [
    `${paint("bold", visible(`Comparing ${project}, stack ${stack}`))} ${paint("dim", visible(`with ${base.ref} (${base.commit.slice(0, 12)})`))}`,
    base.failure === undefined ? "" : paint(["bold", "red"], [`The base doesn't run: ${base.failure}`, comparedWithNothing].join("\n").split("\n").map(visible).join("\n")),
    verdictLine(diff, paint),
    groupText("State that would be lost:", atRisk, paint, true),
    ...byComponent(diff.resources.filter(({ lost }) => lost === undefined)).map(([title, changes]) => groupText(title, changes, paint, false)),
    configText(diff.encryptedConfig ?? [], paint),
    outputsText(diff.outputs, paint),
    findingsText("New findings:", diff.findings.new, paint),
    findingsText("Mended findings:", diff.findings.mended, paint),
  ]
    .filter((section) => section !== "")
    .join("\n\n");
}

/** One line that tells whether to look closer. */
export function verdictOf({ verdict, summary, encryptedConfig = [], outputs, findings }: PlanDiff): string {
  if (verdict === "none") return "No change.";
  const count = (number: number, what: string): string[] => (number === 0 ? [] : [`${number} ${what}`]);
  const { create, update, replace, rename } = summary;
  const counts = [
    ...[...count(create, "created"), ...count(update, "updated"), ...count(replace, "replaced"), ...count(summary.delete, "deleted"), ...count(rename, "renamed")],
    ...count(encryptedConfig.length, `encrypted config ${plural(encryptedConfig.length, "value")}`),
    ...outputCounts(outputs).map(({ number, word }) => `${number} ${plural(number, "output")} ${word}`),
    ...[...count(findings.new.length, `new ${plural(findings.new.length, "finding")}`), ...count(findings.mended.length, `${plural(findings.mended.length, "finding")} mended`)],
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
  return [paint("bold", visible(title)), ...changes.flatMap((change) => resourceLines(change, paint, withComponent))].join("\n");
}

const signs: Readonly<Record<ChangeKind, readonly [string, Parameters<Paint>[0]]>> = {
  create: ["+ ", "green"],
  update: ["~ ", "yellow"],
  replace: ["+-", "magenta"],
  delete: ["- ", "red"],
  rename: ["→ ", "cyan"],
};

function resourceLines(change: ResourceChange, paint: Paint, withComponent: boolean): string[] {
  const [sign, colour] = signs[change.kind];
  const where = withComponent && change.component.length > 0 ? paint("dim", visible(`  in ${change.component.map(({ name }) => name).join(" › ")}`)) : "";
  const was = change.urnBefore === undefined ? "" : paint("dim", visible(`  was ${nameOf(change.urnBefore)}`));
  return [
    ` ${paint(colour, sign)} ${paint(change.custom ? colour : "cyan", visible(shortType(change.type)))}  ${visible(change.name)}${was}${where}`,
    ...(change.leftBehind === true ? [`      ${paint("dim", fateText(change))}`] : []),
    ...(change.lost === undefined ? [] : [`      ${paint("red", `with it ${change.kind === "replace" && !change.replaceReasons.some(({ sure }) => sure) ? "may go" : "go"}: ${visible(lossText(change) ?? "")}`)}`]),
    ...(change.sameObject === undefined ? [] : [`      ${paint("red", visible(sameObjectText(change) ?? ""))}`]),
    ...reasonLines(change.replaceReasons, paint),
    ...change.properties.flatMap((property) => propertyLines(property, paint)),
    ...(change.yaml === undefined ? [] : ["      values", ...diffLines(change.yaml, paint)]),
  ];
}

/** Why a resource is made anew: its own properties, each marked below, are told together, and each resource that it follows once. */
function reasonLines(reasons: readonly ReplaceReason[], paint: Paint): string[] {
  if (reasons.length === 0) return [];
  const told = reasons.map(({ path, follows }) => (follows === undefined ? path : `${path.replace(/^options\./, "")}, which follows ${nameOf(follows)}`));
  return [`      ${paint("magenta", visible(`${reasons.some(({ sure }) => sure) ? "is replaced" : "may be replaced"}: ${[...new Set(told)].join("; ")}`))}`];
}

function propertyLines(property: PropertyChange, paint: Paint): string[] {
  const { path, before, after, forcesReplacement } = property;
  const marks = { yes: paint("magenta", "  forces replacement"), unsure: paint("magenta", "  may force replacement"), no: "" };
  const [start, mark] = [`      ${visible(path)}`, marks[forcesReplacement]];
  if (isLong(before) || isLong(after)) return [`${start}${mark}`, ...diffLines(changeLines(property), paint)];
  return [`${start}: ${sidesText(property, paint)}${mark}`];
}

/** True of a value that is shown as lines. */
function isLong(value: unknown): boolean {
  if (Array.isArray(value) || isRecord(value)) return JSON.stringify(value).length > 60;
  return typeof value === "string" && (value.includes("\n") || value.length > 100);
}

function sidesText(change: PropertyChange | OutputChange, paint: Paint): string {
  const [from, to] = sidesInLine(change);
  if (change.before === undefined) return paint("green", `+ ${to}`);
  if (change.after === undefined) return paint("red", `- ${from}`);
  return from === to ? paint("dim", `${from}, another one`) : `${paint("red", from)} → ${paint("green", to)}`;
}

function diffLines(lines: readonly DiffLine[], paint: Paint): string[] {
  const colours = { "-": "red", "+": "green", " ": undefined, "…": "dim" } as const;
  return lines.map(({ sign, text }) => {
    const colour = colours[sign];
    const line = `${sign} ${visible(text)}`.trimEnd();
    return `        ${colour === undefined ? line : paint(colour, line)}`;
  });
}

function configText(keys: readonly string[], paint: Paint): string {
  return keys.length === 0 ? "" : [paint("bold", "Config:"), ...keys.map((key) => ` ${paint("yellow", "~ ")} ${visible(key)}: ${paint("dim", encryptedAnew)}`)].join("\n");
}

function outputsText({ added, changed, removed }: PlanDiff["outputs"], paint: Paint): string {
  const lines = [
    ...added.map(({ name, after }) => ` ${paint("green", "+ ")} ${visible(name)}: ${inLine(after)}`),
    ...changed.map((output) => ` ${paint("yellow", "~ ")} ${visible(output.name)}: ${sidesText(output, paint)}`),
    ...removed.map(({ name, before }) => ` ${paint("red", "- ")} ${visible(name)}: ${inLine(before)}`),
  ];
  return lines.length === 0 ? "" : [paint("bold", "Outputs:"), ...lines].join("\n");
}

function findingsText(title: string, findings: readonly Finding[], paint: Paint): string {
  if (findings.length === 0) return "";
  const order = ["error", "warning", "info"] as const;
  const colours = { error: "red", warning: "yellow", info: "blue" } as const;
  const lines = order
    .flatMap((level) => findings.filter((finding) => finding.level === level))
    .flatMap(({ level, policy, urn, message, docs }) => [
      `    ${paint(colours[level], level.padEnd(7))}  ${paint("bold", visible(policy))}  ${visible(nameOf(urn))}`,
      ...message.split("\n").map((text) => `             ${visible(text)}`),
      `             ${paint("dim", visible(docs))}`,
    ]);
  return [paint("bold", title), ...lines].join("\n");
}
