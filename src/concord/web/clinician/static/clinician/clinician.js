// One form open in place at a time: two would share the ids of their fields.
// What somebody has typed in stays; a form nobody touched is put away.
"use strict";

const touched = new WeakSet();

document.addEventListener("input", (event) => {
  const slot = event.target.closest(".slot");
  if (slot) touched.add(slot);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const opened = event.detail.target;
  if (!opened.classList.contains("slot")) return;
  touched.delete(opened);
  for (const slot of document.querySelectorAll(".slot")) {
    if (slot !== opened && !touched.has(slot)) slot.replaceChildren();
  }
});

// Where a form was opened in place, the focus goes to its heading.
document.addEventListener("htmx:afterSettle", (event) => {
  const heading = event.detail.target.querySelector?.(":scope h1");
  if (!event.detail.target.classList.contains("slot") || !heading) return;
  heading.tabIndex = -1;
  heading.focus();
});

// In place, the headings of a form stand below the heading of what they are about.
document.addEventListener("htmx:afterSettle", () => {
  for (const heading of document.querySelectorAll(".slot :is(h1, h2, h3)")) {
    heading.ariaLevel = heading.tagName === "H1" ? "5" : "6";
  }
});
