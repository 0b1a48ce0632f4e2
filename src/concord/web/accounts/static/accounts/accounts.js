// The warning before the idle end. The server ends the session; this only says so in
// time, lets one key put it off, and covers the page when it is over.
"use strict";

(() => {
  const dialog = document.getElementById("idle");
  if (!dialog) return;
  const warning = dialog.querySelector("[data-part=warning]");
  const over = dialog.querySelector("[data-part=over]");
  const warn = Number(dialog.dataset.warn);
  let ends = Date.now() + Number(dialog.dataset.seconds) * 1000;
  let said = null;

  // What is left, asked without extending it: another tab may have been used.
  const ask = async (method) => {
    const options = { method, headers: { Accept: "application/json" } };
    if (method === "POST") options.body = new FormData(warning);
    const answer = await fetch(dialog.dataset.stay, options);
    const left = answer.ok ? (await answer.json()).seconds : 0;
    ends = Date.now() + left * 1000;
    return left;
  };

  const show = (isOver) => {
    warning.hidden = isOver;
    over.hidden = !isOver;
    dialog.classList.toggle("over", isOver);
    dialog.setAttribute("aria-labelledby", isOver ? "idle-over" : "idle-title");
    if (!dialog.open) dialog.showModal();
    const first = dialog.querySelector(isOver ? "a" : "button");
    if (first && !dialog.contains(document.activeElement)) first.focus();
    if (isOver) first.focus();
  };

  const inWords = (seconds) => {
    if (seconds > 60) return `about ${Math.ceil(seconds / 60)} minutes`;
    return seconds > 30 ? "one minute" : "less than half a minute";
  };

  const look = async () => {
    let left = (ends - Date.now()) / 1000;
    if (left > warn) {
      if (dialog.open && over.hidden) dialog.close();
      return;
    }
    if (!dialog.open || left <= 0) {
      if (!over.hidden) return;
      try { left = await ask("GET"); } catch { /* offline: believe the clock */ }
      if (left > warn) return;
      show(left <= 0);
    }
    const words = inWords(left);
    if (words !== said) dialog.querySelector("[data-left]").textContent = said = words;
  };

  warning.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (await ask("POST") > 0) dialog.close(); else show(true);
    } catch { /* offline: the warning stays */ }
  });
  dialog.querySelector("[data-back]").addEventListener("click", async () => {
    const left = await ask("GET");
    if (left > 0) {
      over.hidden = true;
      dialog.classList.remove("over");
      dialog.close();
    }
    dialog.querySelector("[data-not-yet]").hidden = left > 0;
  });
  // Escape means the same as staying while there is something to stay for.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (over.hidden) warning.requestSubmit();
  });
  setInterval(look, 1000);
})();
