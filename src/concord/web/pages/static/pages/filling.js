// An answer that cannot be sent stays on the page, says so, and is sent again by itself.
// It is kept nowhere else: a phone may be somebody else's tomorrow.
"use strict";

(() => {
  const AGAIN = 5000;
  const WORDS =
    "Not sent: there is no network. Nobody has seen this answer. It stays on this page, " +
    "and is sent when you are back online. If you close the page, it is lost.";

  // Only as far as it must move, and at once for who asked for less motion; the style
  // sheet leaves room above it for the choice itself.
  const bringIntoView = (part) => {
    const { top, bottom } = part.getBoundingClientRect();
    if (top >= 0 && bottom <= window.innerHeight) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({ block: "start", behavior: still ? "instant" : "smooth" });
  };

  for (const form of document.querySelectorAll("form[data-filling]")) {
    let waiting = null;
    let timer = 0;
    let busy = false;

    const say = (words) => {
      const told = form.querySelector(".not-sent");
      told.textContent = words;
      told.hidden = !words;
    };

    const send = async (body) => {
      if (busy) return;
      busy = true;
      clearTimeout(timer);
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body,
          headers: { "X-Filling": "1" },
        });
        waiting = null;
        const next = answer.headers.get("X-Next");
        if (next) {
          window.location.assign(next);
          return;
        }
        // Whatever else it is (a mistake, a session that ended) is shown as it would
        // have been without this script.
        const submitter = body.has("skip") && form.querySelector("[name=skip]");
        form.dataset.plain = "1";
        if (submitter) form.requestSubmit(submitter);
        else form.requestSubmit();
      } catch (error) {
        waiting = body;
        say(WORDS);
        timer = setTimeout(() => send(waiting), AGAIN);
      } finally {
        busy = false;
      }
    };

    form.addEventListener("submit", (event) => {
      if (form.dataset.plain) return;
      event.preventDefault();
      const body = new FormData(form);
      if (event.submitter && event.submitter.name) {
        body.set(event.submitter.name, event.submitter.value);
      }
      send(body);
    });

    window.addEventListener("online", () => waiting && send(waiting));
    window.addEventListener("beforeunload", (event) => waiting && event.preventDefault());

    // Choosing shows the help by the style sheet alone; a screen reader is told of it,
    // and it comes into view. The focus stays on the choice: the arrow keys go on from it.
    form.addEventListener("change", (event) => {
      const help = document.getElementById("crisis-now");
      if (!help || !event.target.matches("input[type=radio]")) return;
      const chosen = event.target.matches("[data-crisis]");
      const said = document.getElementById("announcements");
      said.textContent = chosen ? help.textContent.replace(/\s+/g, " ").trim() : "";
      if (chosen) bringIntoView(help);
    });
  }
})();
