import { Plan } from "../../simulator/engine/plan";
import { architectureOf } from "./architecture";
import { dotOf, edgeStyles, fontFamily } from "./dot";
import { Diagram, EdgeKind } from "./model";

const margin = 24;
const header = 64;
const footer = 44;

/** Draws the picture of a plan as SVG. */
export function drawArchitecture(plan: Plan): Promise<string> {
  return drawDiagram(architectureOf(plan));
}

/** Draws a picture as SVG. The layout is Graphviz's; heading and legend go around it. */
export async function drawDiagram(diagram: Diagram): Promise<string> {
  // Loaded here, because the layout engine is only needed by who wants a picture.
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  return framed(diagram, graphviz.dot(dotOf(diagram)));
}

function framed({ title, subtitle, groups, edges }: Diagram, drawn: string): string {
  const size = /<svg[^>]*?viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"[^>]*>/.exec(drawn);
  const body = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(drawn)?.[1];
  if (size === null || body === undefined) throw new Error("The layout engine answered something that is not a picture.");
  const kinds = (Object.keys(edgeStyles) as EdgeKind[]).filter((kind) => edges.some((edge) => edge.kind === kind));
  const width = Math.ceil(Math.max(Number(size[1]), 640) + 2 * margin);
  const height = Math.ceil(Number(size[2]) + header + footer + margin);
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="${fontFamily}">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(`Architecture, drawn from the plan: ${groups.map((group) => group.title).join("; ")}.`)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${margin}" y="36" font-size="20" font-weight="bold" fill="#0f172a">${escaped(title)}</text>
<text x="${margin}" y="55" font-size="12" fill="#475569">${escaped(subtitle)}</text>
<g transform="translate(${margin} ${header})">${body.trim()}</g>
<g transform="translate(${margin} ${height - footer / 2})">${legend(kinds)}</g>
</svg>
`;
}

function legend(kinds: readonly EdgeKind[]): string {
  const place = 172;
  return kinds
    .map((kind, index) => {
      const { colour, width, dashes, meaning } = edgeStyles[kind];
      const pattern = dashes === undefined ? "" : ` stroke-dasharray="${dashes === "dashed" ? "5 2" : "1 4"}"`;
      return `<g transform="translate(${index * place} 0)"><path d="M0 -4h28" stroke="${colour}" stroke-width="${width}"${pattern}/><text x="36" font-size="11" fill="#475569">${meaning}</text></g>`;
    })
    .join("");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
