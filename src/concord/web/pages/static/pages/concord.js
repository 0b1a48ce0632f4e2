// What the pages need beyond HTML: focus and announcements after a swap, two keys.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const problems = document.getElementById("problems");
  if (problems) problems.focus();
});

// After a part was swapped in, a screen reader is told and the focus goes where it says.
document.addEventListener("htmx:afterSwap", (event) => {
  const part = event.detail.target;
  const said = part.querySelector("[data-announce]");
  if (said) document.getElementById("announcements").textContent = said.dataset.announce;
  const focus = part.querySelector("[data-focus]") || part.querySelector("#problems");
  if (focus) focus.focus();
});

// `/` goes to the search, `?` to the list of keys; never while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(input|select|textarea)$/i.test(event.target.tagName)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (event.key === "?") {
    const keys = document.getElementById("keys");
    if (keys) { event.preventDefault(); keys.showModal(); }
  }
});
