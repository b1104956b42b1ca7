import { shortType } from "../../text";
import { visible } from "../../visible";
import { changeLines } from "../changeLines";
import { DiffLine, ResourceChange } from "../model";
import { countsText, fateText, kinds, lossText, nameOf, reasonText, sameObjectText } from "../wording";
import { Html, html } from "./html";

/** The id of a change on the page: of which stack, and which of its changes. */
export function placeOf(stack: number, at: number): string {
  return `change-${stack}-${at}`;
}

/** The items of a tree of components with what changes in them. */
export function changesTree(resources: readonly ResourceChange[], stack: number): Html[] {
  return branches(treeOf(resources), stack);
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
  return [...branch.changes.map(({ change, at }) => changeItem(change, placeOf(stack, at))), ...inner];
}

function changesIn(branch: Branch): ResourceChange[] {
  return [...branch.changes.map(({ change }) => change), ...[...branch.branches.values()].flatMap(changesIn)];
}

function changeItem(change: ResourceChange, id: string): Html {
  const { kind, type, name, custom, urnBefore } = change;
  const lost = lossText(change);
  const same = sameObjectText(change);
  const about = [visible(name), ...[urnBefore && `from ${nameOf(urnBefore)}`, reasonText(change)].filter((text) => text !== undefined).map(visible)].join(", ");
  const alarm = [same, lost && `with it: ${lost}`].filter((text) => text !== undefined).map((text) => html`; <span class="lost">${visible(text)}</span>`);
  const line = html`<span class="kind ${kind}">${kinds[kind].sign} ${fateText(change)}</span>${custom ? "" : "component "}<span class="soft">${visible(shortType(type))}</span> ${about}${alarm}`;
  const properties = change.properties.map(
    (property) => html`<div class="property"><code>${visible(property.path)}</code>${{ yes: html` <span class="replace">forces the replacement</span>`, unsure: html` <span class="replace">may force the replacement</span>`, no: undefined }[property.forcesReplacement]}${linesBlock(changeLines(property))}</div>`,
  );
  const values = change.yaml && html`<div class="property"><code>values</code>${linesBlock(change.yaml)}</div>`;
  const hasDetails = properties.length > 0 || values !== undefined;
  return html`<li class="change" id="${id}" tabindex="-1" data-kind="${kind}" data-place="${change.component.map((one) => one.name).join(" ")}">${hasDetails ? html`<details><summary>${line}</summary>${properties}${values}</details>` : html`<div>${line}</div>`}</li>`;
}

/** Lines that differ, marked by more than a colour. */
export function linesBlock(lines: readonly DiffLine[]): Html {
  const element = ({ sign, text }: DiffLine): Html => {
    const line = `${sign} ${visible(text)}`;
    if (sign === "-") return html`<del>${line}</del>`;
    return sign === "+" ? html`<ins>${line}</ins>` : html`${line}\n`;
  };
  return html`<pre>${lines.map(element)}</pre>`;
}
