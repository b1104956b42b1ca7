/** What a box or a group is about; it decides the colour. */
export type Theme = "internet" | "frontDoor" | "network" | "cluster" | "pool" | "namespace" | "keys" | "data" | "operations";

/** How an edge is meant; it decides the line. */
export type EdgeKind = "request" | "check" | "key" | "privateEndpoint" | "uses" | "control";

/** The columns of the picture, from left to right. */
export const columns = ["clients", "edge", "origin", "approval", "network", "gateway", "workloads", "backing"] as const;

export type Column = (typeof columns)[number];

/** One box of the picture: one resource, or a few that a reader takes for one thing. */
export interface Box {
  /** Stable and unique in the picture. */
  readonly id: string;
  readonly theme: Theme;
  /** Where it stands on the way from left, the internet, to right, the apps. */
  readonly column: Column;
  readonly title: string;
  readonly lines: readonly string[];
  /** The resources it stands for; there is no box without one. */
  readonly urns: readonly string[];
  /** What becomes of it, in the picture of a difference. */
  readonly mark?: Mark;
}

/** What becomes of a box's resources. */
export type Mark = "create" | "update" | "replace" | "delete" | "rename";

/** A frame around boxes and other groups. */
export interface Group {
  readonly id: string;
  readonly theme: Theme;
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly groups: readonly Group[];
}

/** An arrow between two boxes. */
export interface Edge {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  /** The frame around `to` that the arrow points at, where it is about all in it. */
  readonly toGroup?: string;
  readonly label?: string;
  /** Why it is drawn: resources from one end to the other, each of which waits for, names or selects its neighbour, or is so by it. */
  readonly path: readonly string[];
}

/** What is in the picture, without how it is drawn. */
export interface Diagram {
  readonly title: string;
  readonly subtitle: string;
  readonly groups: readonly Group[];
  readonly edges: readonly Edge[];
}

/** All boxes of groups, those of inner groups too. */
export function boxesOf(groups: readonly Group[]): Box[] {
  return groups.flatMap((group) => [...group.boxes, ...boxesOf(group.groups)]);
}
