
"use strict";
// Every word of the search must be in a change, or in what its environment is called, for the change to be shown.
const form = document.querySelector(".search");
const input = document.getElementById("search");
const output = form.querySelector("output");
const changes = [...document.querySelectorAll(".change")].map((element) => ({
  element,
  text: (element.closest(".environment").getAttribute("aria-label") + " " + element.textContent).toLowerCase(),
}));
const search = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { element, text } of changes) {
    element.hidden = !words.every((word) => text.includes(word));
    shown += !element.hidden;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".change:not([hidden])");
  }
  output.textContent = words.length ? `${shown} of ${changes.length} shown` : "";
};
input.addEventListener("input", search);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== input && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (event.key === "Escape" && document.activeElement === input) {
    input.value = "";
    search();
    input.blur();
  }
});
// Paper cannot be unfolded.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) {
    one.dataset.folded = "";
    one.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-folded]")) {
    one.open = false;
    delete one.dataset.folded;
  }
});
form.hidden = false;
