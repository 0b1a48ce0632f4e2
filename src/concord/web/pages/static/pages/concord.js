// What the pages need beyond HTML: focus and announcements after a swap, two keys.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const problems = document.getElementById("problems");
  if (problems) problems.focus();
});

// After a part was swapped in, a screen reader is told and the focus goes where the part
// says; to its heading where what had the focus is gone. The event comes from the new
// part: the old one, its target, is in the page no more.
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.target;
  const within = (what) => (part.matches(what) ? part : part.querySelector(what));
  const said = within("[data-announce]");
  if (said) document.getElementById("announcements").textContent = said.dataset.announce;
  const focus = within("[data-focus]") || within("#problems");
  if (focus) focus.focus();
  if (document.activeElement !== document.body) return;
  const heading = within("h1, h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
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

// An answer that cannot be shown in place, or none at all: say so, and lose nothing.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => {
    const said = document.getElementById("announcements");
    said.className = "notice serious announced";
    said.textContent =
      "That did not work, and nothing was saved. What you typed is still here. " +
      "Try again, or open the page anew.";
    said.scrollIntoView({ block: "nearest" });
  });
}
