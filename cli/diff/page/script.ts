/** What the page does: it filters the changes, opens those with a hit inside, the one that a link leads to, and all of them on demand and on paper. Without it everything can still be read. */
export const script = `
"use strict";
const form = document.querySelector(".filter");
const search = form.querySelector("input[type=search]");
const kinds = [...form.querySelectorAll("input[type=checkbox]")];
const shown = form.querySelector("[role=status]");
const changes = [...document.querySelectorAll(".change")].map((element) => {
  const textOf = (part) => (part.textContent + " " + element.dataset.place).toLowerCase();
  return { element, details: element.querySelector("details"), text: textOf(element), line: textOf(element.querySelector("summary") || element) };
});
// What the search has opened for a hit inside; it closes it again.
const opened = new Set();

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
  const wanted = new Set(kinds.filter((box) => box.checked).map((box) => box.value));
  for (const details of opened) details.open = false;
  opened.clear();
  let count = 0;
  for (const { element, details, text, line } of changes) {
    element.hidden = !wanted.has(element.dataset.kind) || !words.every((word) => text.includes(word));
    if (element.hidden) continue;
    count++;
    if (details === null || details.open || words.every((word) => line.includes(word))) continue;
    details.open = true;
    opened.add(details);
  }
  for (const component of document.querySelectorAll(".component")) {
    component.hidden = component.querySelector(".change:not([hidden])") === null;
    if (words.length > 0 && !component.hidden) component.firstElementChild.open = true;
  }
  shown.textContent = count + " of " + changes.length + " changes shown";
}

function openOrCloseAll(event) {
  const isOpen = event.target.value === "open";
  if (isOpen) for (const details of document.querySelectorAll(".component > details")) details.open = true;
  for (const { element, details } of changes) if (details !== null && !element.hidden) details.open = isOpen;
  opened.clear();
}

// On paper nothing can be opened.
let folded = [];
function unfold() {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const details of folded) details.open = true;
}
function foldAgain() {
  for (const details of folded) details.open = false;
  folded = [];
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target === null || !target.matches(".change")) return;
  if (target.hidden) {
    search.value = "";
    for (const box of kinds) box.checked = true;
    filter();
  }
  for (let around = target; around !== null; around = around.parentElement) if (around.matches("details")) around.open = true;
  const own = target.querySelector("details");
  if (own !== null) own.open = true;
  target.scrollIntoView();
  (target.querySelector("summary") || target).focus();
}

form.hidden = changes.length === 0;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", filter);
for (const button of form.querySelectorAll("button")) button.addEventListener("click", openOrCloseAll);
addEventListener("beforeprint", unfold);
addEventListener("afterprint", foldAgain);
addEventListener("hashchange", openTarget);
filter();
openTarget();
`;
