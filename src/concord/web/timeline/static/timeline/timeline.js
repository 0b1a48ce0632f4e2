// Keys and the wheel press the links that are there anyway; a choice of rows is sent as
// soon as it is made. Without this script every one of them works by hand.
"use strict";

(() => {
  const press = (part, key) => {
    const link = part.querySelector(`a[data-key="${CSS.escape(key)}"]`);
    if (link) link.click();
    return Boolean(link);
  };

  // Only with the picture in focus: nobody who types, or listens to the page, is
  // surprised by a key.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.matches?.(".time-picture")) return;
    const key = event.key === "=" ? "+" : event.key === "T" ? "t" : event.key;
    if (press(event.target.closest(".timeline"), key)) event.preventDefault();
  });

  // Ctrl and the wheel zoom, Shift and the wheel move; the wheel alone scrolls the page.
  let last = -Infinity;
  document.addEventListener("wheel", (event) => {
    const picture = event.target.closest?.(".time-picture");
    if (!picture || !(event.ctrlKey || event.shiftKey)) return;
    event.preventDefault();
    if (event.timeStamp - last < 300) return;
    last = event.timeStamp;
    const amount = event.deltaY || event.deltaX;
    const [less, more] = event.ctrlKey ? ["+", "-"] : ["ArrowLeft", "ArrowRight"];
    press(picture.closest(".timeline"), amount < 0 ? less : more);
  }, { passive: false });

  document.addEventListener("change", (event) => {
    if (event.target.matches(".time-choice input")) event.target.form.requestSubmit();
  });

  // The picture keeps the focus when another one takes its place.
  let held = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "timeline") return;
    held = Boolean(document.activeElement?.matches(".time-picture"));
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (held) document.querySelector(".time-picture")?.focus();
    held = false;
  });
})();
