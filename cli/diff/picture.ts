import { Plan } from "../../simulator/engine/plan";
import { architectureOf } from "../diagram/architecture";
import { drawDiagram } from "../diagram/draw";
import { Box, boxesOf, Diagram, Group } from "../diagram/model";
import { ChangeKind, PlanDiff } from "./model";

/** Draws the architecture of both sides in one picture, with what changes marked; nothing where there is nothing to draw. */
export async function drawDiff(before: Plan, after: Plan, diff: PlanDiff): Promise<string | undefined> {
  const diagram = diagramOf(before, after, diff);
  return diagram.groups.length === 0 ? undefined : drawDiagram(diagram);
}

/** What the picture of both sides shows: what is there now, and what is deleted. */
export function diagramOf(before: Plan, after: Plan, { base, resources }: PlanDiff): Diagram {
  const kinds = new Map(resources.map(({ urn, kind }) => [urn, kind]));
  const there = new Set(after.resources.map(({ type, name }) => `${type} ${name}`));
  // What comes back elsewhere under the same type and name is in the picture already.
  const deleted = before.resources.filter(({ urn, type, name }) => kinds.get(urn) === "delete" && !there.has(`${type} ${name}`));
  const diagram = architectureOf({ ...after, resources: [...after.resources, ...deleted] });
  const marked = (groups: readonly Group[]): Group[] => groups.map((group) => ({ ...group, boxes: group.boxes.map((box) => ({ ...box, mark: markOf(box, kinds) })), groups: marked(group.groups) }));
  const groups = marked(diagram.groups);
  const count = boxesOf(groups).filter(({ mark }) => mark !== undefined).length;
  return { ...diagram, groups, subtitle: `compared with ${base.ref}: ${count} of ${boxesOf(groups).length} boxes differ` };
}

/** What becomes of a box: as its resources where all share one fate; else it is replaced if one of them is, and updated otherwise. */
function markOf({ urns }: Box, kinds: ReadonlyMap<string, ChangeKind>): ChangeKind | undefined {
  const fates = new Set(urns.map((urn) => kinds.get(urn)));
  if (fates.size === 1) return [...fates][0];
  return fates.has("replace") ? "replace" : "update";
}
