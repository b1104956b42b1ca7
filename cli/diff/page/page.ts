import { createHash } from "node:crypto";
import { Finding } from "../../../simulator/engine/plan";
import { shortType } from "../../text";
import { changeLines, visible } from "../changeLines";
import { DiffLine, OutputChange, PlanDiff, ResourceChange } from "../model";
import { verdictOf } from "../text";
import { countsText, fateText, kinds, kindsInOrder, nameOf, reasonText, verdictLine } from "../wording";
import { Html, html } from "./html";
import { script } from "./script";
import { style } from "./style";

/**
 * What differs, as one page that needs nothing else: the tree of what changes, the pictures, values, outputs and findings.
 *
 * @param pictures the picture of a stack, as SVG, by the stack's name
 */
export function htmlOf(diffs: readonly PlanDiff[], pictures: ReadonlyMap<string, string> = new Map()): string {
  const title = `Preview diff: ${diffs.map(({ stack }) => stack).join(", ")}`;
  // Nothing runs or is fetched but what is written here, whatever a value holds.
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#changes">Skip to the changes</a>
<header>
<h1>Preview diff</h1>
<p class="verdict">${verdictLine(diffs)}</p>
${comparedText(diffs)}
${countsTable(diffs)}
</header>
${diffs.length > 1 ? html`<nav aria-label="Stacks"><ul>${diffs.map((diff, index) => html`<li><a href="#stack-${index}">${visible(diff.stack)}</a></li>`)}</ul></nav>` : undefined}
<main id="changes" tabindex="-1">
${filterForm}
${diffs.map((diff, index) => stackSection(diff, index, pictures.get(diff.stack)))}
</main>
<footer class="soft"><p>No cloud was asked: this is how two programs differ, not what Azure has.</p></footer>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.text;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function comparedText([first]: readonly PlanDiff[]): Html | undefined {
  return first && html`<p class="soft">${first.project}, compared with <code>${visible(first.base.ref)}</code> (${first.base.commit.slice(0, 10)}), in mode ${first.mode}.</p>`;
}

function countsTable(diffs: readonly PlanDiff[]): Html {
  const heads = ["stack", ...kindsInOrder.map((kind) => kinds[kind].word), "losing state", "new findings", "mended"];
  const rows = diffs.map(({ stack, summary, findings }) => {
    const counts = [...kindsInOrder.map((kind) => summary[kind]), summary.stateful, findings.new.length, findings.mended.length];
    return html`<tr><th scope="row">${visible(stack)}</th>${counts.map((count) => html`<td>${count}</td>`)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Counts"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const filterForm = html`<form class="filter" role="search" aria-label="Filter the changes" hidden>
<label>Search <input type="search" placeholder="name, type, property or value"></label>
<fieldset><legend>Show</legend>${kindsInOrder.map((kind) => html`<label class="${kind}"><input type="checkbox" value="${kind}" checked> ${kinds[kind].sign} ${kinds[kind].word}</label>`)}</fieldset>
<span role="status" class="soft"></span>
</form>`;

function stackSection(diff: PlanDiff, index: number, picture: string | undefined): Html {
  const { stack, resources, outputs, findings } = diff;
  const lost = resources.flatMap((change, at) => (change.lost === undefined ? [] : [{ change, at, lost: change.lost }]));
  return html`<section id="stack-${index}" aria-labelledby="title-${index}">
<h2 id="title-${index}">${visible(stack)}</h2>
<p class="verdict">${verdictOf(diff)}</p>
${list("State that would be lost", lost.map(({ change, at, lost }) => html`<li><a href="#change-${index}-${at}">${shortType(change.type)} ${visible(change.name)}</a> ${fateText(change)}; with it: <span class="lost">${lost}</span></li>`))}
${list("New findings", findings.new.map(findingItem))}
${list("Mended findings", findings.mended.map(findingItem))}
${resources.length === 0 ? undefined : html`<h3>Resources</h3><ul class="tree">${branches(treeOf(resources), index)}</ul>`}
${list("Outputs", [...outputs.removed.map((output) => outputItem("removed", output)), ...outputs.changed.map((output) => outputItem("changed", output)), ...outputs.added.map((output) => outputItem("added", output))])}
${picture === undefined ? undefined : html`<h3>Picture</h3><div class="picture" tabindex="0" role="region" aria-label="Picture of ${stack}">${inlined(picture, `The architecture of ${stack}, with what changes marked in its boxes.`)}</div>`}
</section>`;
}

function list(title: string, items: readonly Html[]): Html | undefined {
  return items.length === 0 ? undefined : html`<h3>${title}</h3><ul>${items}</ul>`;
}

function findingItem({ level, policy, urn, message, docs }: Finding): Html {
  const rule = /^https:\/\//.test(docs) ? html`<a href="${docs}">the rule</a>` : html`<code>${docs}</code>`;
  return html`<li><span class="${level}">${level}</span> <code>${policy}</code> at ${visible(nameOf(urn))}: ${message.split("\n").map(visible).join(" ")} (${rule})</li>`;
}

function outputItem(word: string, output: OutputChange): Html {
  return html`<li>${word} <code>${visible(output.name)}</code>${linesBlock(changeLines(output))}</li>`;
}

/** A component with what changes in it. */
interface Branch {
  readonly type: string;
  readonly name: string;
  readonly branches: Map<string, Branch>;
  readonly changes: { readonly change: ResourceChange; readonly at: number }[];
}

function treeOf(resources: readonly ResourceChange[]): Branch {
  const root: Branch = { type: "", name: "", branches: new Map(), changes: [] };
  resources.forEach((change, at) => {
    let branch = root;
    for (const { type, name } of change.component) {
      const key = `${type} ${name}`;
      const next: Branch = branch.branches.get(key) ?? { type, name, branches: new Map(), changes: [] };
      branch.branches.set(key, next);
      branch = next;
    }
    branch.changes.push({ change, at });
  });
  return root;
}

function branches(branch: Branch, stack: number): Html[] {
  const inner = [...branch.branches.values()].map(
    (one) => html`<li class="component"><details open><summary><b>${visible(one.name)}</b> <span class="soft">${shortType(one.type)}: ${countsText(changesIn(one))}</span></summary><ul>${branches(one, stack)}</ul></details></li>`,
  );
  return [...branch.changes.map(({ change, at }) => changeItem(change, `change-${stack}-${at}`)), ...inner];
}

function changesIn(branch: Branch): ResourceChange[] {
  return [...branch.changes.map(({ change }) => change), ...[...branch.branches.values()].flatMap(changesIn)];
}

function changeItem(change: ResourceChange, id: string): Html {
  const { kind, type, name, custom, urnBefore, lost } = change;
  const reason = reasonText(change);
  const line = html`<span class="kind ${kind}">${kinds[kind].sign} ${fateText(change)}</span>${custom ? "" : "component "}<span class="soft">${shortType(type)}</span> ${visible(name)}${urnBefore === undefined ? "" : `, from ${visible(nameOf(urnBefore))}`}${reason === undefined ? "" : `, ${visible(reason)}`}${lost === undefined ? undefined : html`; <span class="lost">with it: ${lost}</span>`}`;
  const properties = change.properties.map(
    (property) => html`<div class="property"><code>${visible(property.path)}</code>${{ yes: html` <span class="replace">forces the replacement</span>`, unsure: html` <span class="replace">may force the replacement</span>`, no: undefined }[property.forcesReplacement]}${linesBlock(changeLines(property))}</div>`,
  );
  const values = change.yaml && html`<div class="property"><code>values</code>${linesBlock(change.yaml)}</div>`;
  const hasDetails = properties.length > 0 || values !== undefined;
  return html`<li class="change" id="${id}" tabindex="-1" data-kind="${kind}" data-place="${change.component.map((one) => one.name).join(" ")}">${hasDetails ? html`<details><summary>${line}</summary>${properties}${values}</details>` : html`<div>${line}</div>`}</li>`;
}

function linesBlock(lines: readonly DiffLine[]): Html {
  const element = ({ sign, text }: DiffLine): Html => {
    const line = `${sign} ${visible(text)}`;
    if (sign === "-") return html`<del>${line}</del>`;
    return sign === "+" ? html`<ins>${line}</ins>` : html`${line}\n`;
  };
  return html`<pre>${lines.map(element)}</pre>`;
}

/** A picture as a part of the page: of its ids, which every picture has, and its comments nothing is left. */
function inlined(svg: string, label: string): Html {
  const bare = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/ (id|aria-labelledby)="[^"]*"/g, "")
    .replace(/<svg\b/, () => html`<svg aria-label="${label}"`.text);
  return new Html(bare);
}
