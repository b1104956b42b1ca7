/** What the page does: it filters the changes, and opens the one that a link leads to. Without it everything can still be read. */
export const script = `
"use strict";
const form = document.querySelector(".filter");
const search = form.querySelector("input[type=search]");
const kinds = [...form.querySelectorAll("input[type=checkbox]")];
const shown = form.querySelector("[role=status]");
const changes = [...document.querySelectorAll(".change")].map((element) => ({ element, text: element.textContent.toLowerCase() + " " + element.dataset.place.toLowerCase() }));

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
  const wanted = new Set(kinds.filter((box) => box.checked).map((box) => box.value));
  let count = 0;
  for (const { element, text } of changes) {
    element.hidden = !wanted.has(element.dataset.kind) || !words.every((word) => text.includes(word));
    if (!element.hidden) count++;
  }
  for (const component of document.querySelectorAll(".component")) {
    component.hidden = component.querySelector(".change:not([hidden])") === null;
    if (words.length > 0 && !component.hidden) component.firstElementChild.open = true;
  }
  shown.textContent = count + " of " + changes.length + " changes shown";
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
addEventListener("hashchange", openTarget);
filter();
openTarget();
`;
