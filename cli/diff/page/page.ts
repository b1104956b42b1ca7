import { createHash } from "node:crypto";
import { Finding } from "../../../simulator/engine/plan";
import { shortType } from "../../text";
import { visible } from "../../visible";
import { changeLines } from "../changeLines";
import { OutputChange, PlanDiff, ResourceChange } from "../model";
import { ruleSource } from "../ruleSource";
import { verdictOf } from "../text";
import { comparedWithNothing, encryptedAnew, fateText, kinds, kindsInOrder, lossText, nameOf, outputsText, reasonText, verdictLine, worstOf } from "../wording";
import { changesTree, linesBlock, placeOf } from "./changes";
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
<p class="verdict ${worstOf(diffs)}">${visible(verdictLine(diffs))}</p>
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
  const heads = ["stack", ...kindsInOrder.map((kind) => kinds[kind].word), "losing state", "outputs", "new findings", "mended"];
  const rows = diffs.map(({ stack, summary, outputs, findings }) => {
    const counts = [...kindsInOrder.map((kind) => summary[kind]), summary.stateful, outputsText(outputs) || 0, findings.new.length, findings.mended.length];
    return html`<tr><th scope="row">${visible(stack)}</th>${counts.map((count) => html`<td>${count}</td>`)}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Counts"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

const filterForm = html`<form class="filter" role="search" aria-label="Filter the changes" hidden>
<label>Search <input type="search" placeholder="name, type, property or value"></label>
<fieldset><legend>Show</legend>${kindsInOrder.map((kind) => html`<label class="${kind}"><input type="checkbox" value="${kind}" checked> ${kinds[kind].sign} ${kinds[kind].word}</label>`)}</fieldset>
<span><button type="button" value="open">Open all</button> <button type="button" value="close">Close all</button></span>
<span role="status" class="soft"></span>
</form>`;

function stackSection(diff: PlanDiff, index: number, picture: string | undefined): Html {
  const { stack, verdict, resources, encryptedConfig = [], outputs, findings } = diff;
  const lost = resources.flatMap((change, at) => {
    const loss = lossText(change);
    return loss === undefined ? [] : [lostItem(change, loss, placeOf(index, at))];
  });
  return html`<section id="stack-${index}" aria-labelledby="title-${index}">
<h2 id="title-${index}">${visible(stack)}</h2>
${failureText(diff.base)}
<p class="verdict ${verdict}">${verdictOf(diff)}</p>
${list("State that would be lost", lost)}
${list("New findings", findings.new.map(findingItem))}
${list("Config", encryptedConfig.map((key) => html`<li>changed <code>${visible(key)}</code>: ${encryptedAnew}</li>`))}
${list("Outputs", (["removed", "changed", "added"] as const).flatMap((word) => outputs[word].map((output) => outputItem(word, output))))}
${list("Mended findings", findings.mended.map(findingItem))}
${resources.length === 0 ? undefined : html`<h3>Resources</h3><ul class="tree">${changesTree(resources, index)}</ul>`}
${picture === undefined ? undefined : html`<h3>Picture</h3><div class="picture" tabindex="0" role="region" aria-label="Picture of ${visible(stack)}">${inlined(picture, `The architecture of ${visible(stack)}, with what changes marked in its boxes.`)}</div>`}
</section>`;
}

function failureText({ failure }: PlanDiff["base"]): Html | undefined {
  if (failure === undefined) return undefined;
  return html`<p class="verdict dangerous">The base doesn't run. ${comparedWithNothing}</p><pre>${failure.split("\n").map((line) => `${visible(line)}\n`)}</pre>`;
}

function list(title: string, items: readonly Html[]): Html | undefined {
  return items.length === 0 ? undefined : html`<h3>${title}</h3><ul>${items}</ul>`;
}

function lostItem(change: ResourceChange, lost: string, place: string): Html {
  const reason = reasonText(change);
  return html`<li><a href="#${place}">${shortType(change.type)} ${visible(change.name)}</a> ${fateText(change)}${reason === undefined ? "" : ` ${visible(reason)}`}; with it: <span class="lost">${visible(lost)}</span></li>`;
}

function findingItem(finding: Finding): Html {
  const { policy, level, urn, message, docs } = finding;
  const source = ruleSource(finding);
  // A path in the repository leads nowhere from a page that stands by itself.
  const page = docs === source ? undefined : html`<code>${visible(docs)}</code>`;
  const link = source && html`from <a href="${source}">${new URL(source).host}</a>`;
  return html`<li><span class="${level}">${level}</span> <code>${visible(policy)}</code> at ${visible(nameOf(urn))}: ${message.split("\n").map(visible).join(" ")} (${page}${page && link && ", "}${link})</li>`;
}

function outputItem(word: string, output: OutputChange): Html {
  return html`<li>${word} <code>${visible(output.name)}</code>${linesBlock(changeLines(output))}</li>`;
}

/** A picture as a part of the page: of its ids, which every picture has, and its comments nothing is left. */
function inlined(svg: string, label: string): Html {
  const bare = svg
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/ (id|aria-labelledby)="[^"]*"/g, "")
    .replace(/<svg\b/, () => html`<svg aria-label="${label}"`.text);
  return new Html(bare);
}
