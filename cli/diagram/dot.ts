import { Box, boxesOf, columns, Diagram, Edge, EdgeKind, Group, Mark, Theme } from "./model";

/** The colours of one theme: line and heading, and a light ground. */
interface Colours {
  readonly line: string;
  readonly ground: string;
}

const colours: Readonly<Record<Theme, Colours>> = {
  internet: { line: "#64748b", ground: "#f8fafc" },
  frontDoor: { line: "#2563eb", ground: "#eff6ff" },
  network: { line: "#0f766e", ground: "#f0fdfa" },
  cluster: { line: "#4f46e5", ground: "#eef2ff" },
  pool: { line: "#7c3aed", ground: "#faf5ff" },
  namespace: { line: "#94a3b8", ground: "#ffffff" },
  keys: { line: "#b45309", ground: "#fffbeb" },
  data: { line: "#15803d", ground: "#f0fdf4" },
  operations: { line: "#64748b", ground: "#f8fafc" },
};

/** How a box looks that differs, and what it says of it. */
const marks: Readonly<Record<Mark, Colours & { readonly says: string }>> = {
  create: { line: "#116329", ground: "#dafbe1", says: "+ created" },
  update: { line: "#9a6700", ground: "#fff8c5", says: "~ changed" },
  replace: { line: "#8250df", ground: "#f3e8ff", says: "± replaced" },
  delete: { line: "#a40e26", ground: "#ffebe9", says: "− deleted" },
  rename: { line: "#0550ae", ground: "#ddf4ff", says: "→ renamed" },
};

/** How an edge of a kind looks, and what the legend says of it. */
export interface EdgeStyle {
  readonly colour: string;
  readonly width: number;
  /** The lengths of dashes and gaps; none for a line without gaps. */
  readonly dashes?: "dashed" | "dotted";
  readonly meaning: string;
}

export const edgeStyles: Readonly<Record<EdgeKind, EdgeStyle>> = {
  request: { colour: "#2563eb", width: 2.4, meaning: "the way of a request" },
  check: { colour: "#be185d", width: 1.8, meaning: "asks who may pass" },
  key: { colour: "#b45309", width: 1.4, meaning: "encrypts with" },
  privateEndpoint: { colour: "#0f766e", width: 1.2, meaning: "has a private address" },
  uses: { colour: "#64748b", width: 1.2, dashes: "dashed", meaning: "serves or uses" },
  control: { colour: "#7c3aed", width: 1.6, dashes: "dotted", meaning: "guards or configures" },
};

export const fontFamily = "Helvetica,Arial,sans-serif";

/** The picture in Graphviz's language. https://graphviz.org/doc/info/lang.html */
export function dotOf({ groups, edges }: Diagram): string {
  const boxes = boxesOf(groups);
  return [
    "digraph architecture {",
    `  graph [rankdir=LR, compound=true, newrank=true, bgcolor="transparent", pad=0.1, nodesep=0.22, ranksep=0.55, splines=spline, fontname="${fontFamily}"]`,
    `  node [shape=box, style="rounded,filled", fontname="${fontFamily}", margin="0.12,0.08", penwidth=1.2]`,
    `  edge [fontname="${fontFamily}", arrowsize=0.7]`,
    ...groups.flatMap((group) => groupLines(group, edges, "  ")),
    ...edges.map((edge) => edgeLine(edge, boxes)),
    ...columnLines(boxes, edges),
    "}",
  ].join("\n");
}

function groupLines(group: Group, edges: readonly Edge[], indent: string): string[] {
  const { line, ground } = colours[group.theme];
  return [
    `${indent}subgraph ${quoted(frame(group.id))} {`,
    `${indent}  graph [label=<<TABLE BORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>${textCell(group.title, 11, true, line)}</TR></TABLE>>, labeljust=l, color="${line}", fillcolor="${ground}", style="rounded,filled${group.theme === "namespace" ? ",dashed" : ""}", penwidth=1, margin=12]`,
    ...group.boxes.map((box) => `${indent}  ${boxLine(box)}`),
    // Inside one frame an unseen line is enough to keep a box below the one before.
    ...group.boxes.slice(1).flatMap((box, index) => {
      const above = group.boxes[index];
      return above?.column === box.column ? unseen(above, box, edges, "weight=1").map((line) => `${indent}${line}`) : [];
    }),
    ...group.groups.flatMap((inner) => groupLines(inner, edges, `${indent}  `)),
    `${indent}}`,
  ];
}

function boxLine({ id, theme, title, lines, mark }: Box): string {
  const marked = mark && marks[mark];
  const rows = [...(marked ? [textCell(marked.says, 10, true, marked.line)] : []), textCell(title, 11, true, "#0f172a"), ...lines.map((line) => textCell(shortened(line), 9.5, false, "#475569"))];
  return `${quoted(id)} [label=<<TABLE BORDER="0" CELLPADDING="0" CELLSPACING="2">${rows.map((row) => `<TR>${row}</TR>`).join("")}</TABLE>>, tooltip=${quoted(id)}, color="${(marked ?? colours[theme]).line}", fillcolor="${marked?.ground ?? "#ffffff"}"${marked ? ", penwidth=2.6" : ""}]`;
}

/** A cell that is wide enough in every font of the family: the layout engine has none of them and only guesses. */
function textCell(text: string, size: number, bold: boolean, colour: string): string {
  const width = Math.ceil(text.length * size * (bold ? 0.6 : 0.53));
  return `<TD ALIGN="LEFT" WIDTH="${width}"><FONT POINT-SIZE="${size}" COLOR="${colour}">${bold ? `<B>${escaped(text)}</B>` : escaped(text)}</FONT></TD>`;
}

function edgeLine({ kind, from, to, toGroup, label }: Edge, boxes: readonly Box[]): string {
  const { colour, width, dashes } = edgeStyles[kind];
  // The empty row keeps the words off the line below them.
  const text = label === undefined ? "" : `, label=<<TABLE BORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>${textCell(label, 9.5, false, colour)}</TR><TR><TD HEIGHT="7"></TD></TR></TABLE>>`;
  const [start = 0, end = 0] = [from, to].map((id) => columns.indexOf(boxes.find((box) => box.id === id)?.column ?? "clients"));
  const backwards = start > end;
  const frameEnd = toGroup === undefined ? "" : `, ${backwards ? "ltail" : "lhead"}=${quoted(frame(toGroup))}`;
  const style = `color="${colour}", penwidth=${width}${dashes === undefined ? "" : `, style=${dashes}`}${frameEnd}${text}, weight=${kind === "request" ? 200 : 1}`;
  // An arrow to the left is laid out as one to the right, which finds its way best.
  return backwards ? `  ${quoted(to)} -> ${quoted(from)} [dir=back, ${style}]` : `  ${quoted(from)} -> ${quoted(to)} [${style}]`;
}

/**
 * Boxes of a column one above the other, in the order of the diagram, and the columns side by side: it is they and not the edges that
 * decide where a box stands. Graphviz orders a column only by what its boxes are connected with. So there are lines that nobody sees
 * from each column to the next, between the boxes of a request's way and then, step by step, between those above and those below it;
 * three of each, so that it rather crosses an arrow than one of them.
 */
function columnLines(boxes: readonly Box[], edges: readonly Edge[]): string[] {
  const filled = columns.map((column) => boxes.filter((box) => box.column === column)).filter((column) => column.length > 0);
  const onWay = new Set(edges.filter(({ kind }) => kind === "request").flatMap(({ from, to }) => [from, to]));
  const outward = (column: readonly Box[]): readonly (readonly Box[])[] => {
    const way = column.flatMap(({ id }, index) => (onWay.has(id) ? index : []));
    const [first = 0, last = 0] = [way[0], way.at(-1)];
    return [column.slice(0, first + 1).reverse(), column.slice(last, way.length === 0 ? 1 : undefined)];
  };
  const between = filled.slice(1).flatMap((right, index) => {
    const others = outward(right);
    return outward(filled[index] ?? []).flatMap((side, at) => stairs(side, others[at] ?? []));
  });
  return [...filled.map((column) => `  { rank=same; ${column.map(({ id }) => quoted(id)).join("; ")} }`), ...between.flatMap(([left, right]) => unseen(left, right, edges, "weight=0")).flatMap((line) => [line, line, line])];
}

/** Pairs of two lists, step by step; the last of the shorter one is in all that remain. */
function stairs(left: readonly Box[], right: readonly Box[]): (readonly [Box, Box])[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, step) => [left[Math.min(step, left.length - 1)], right[Math.min(step, right.length - 1)]] as const).filter(
    (pair): pair is readonly [Box, Box] => !pair.includes(undefined),
  );
}

/** A line that nobody sees; none where an arrow is, which it would push aside. */
function unseen(one: Box, other: Box, edges: readonly Edge[], weight: string): string[] {
  const connected = edges.some(({ from, to }) => (from === one.id && to === other.id) || (from === other.id && to === one.id));
  return connected ? [] : [`  ${quoted(one.id)} -> ${quoted(other.id)} [style=invis, ${weight}]`];
}

/** The name of a group's frame. Graphviz draws one around what is called so. */
function frame(group: string): string {
  return `cluster ${group}`;
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
