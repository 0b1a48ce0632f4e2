// Leaving at once, never coming back by the Back button, and help without a network.
"use strict";

(() => {
  const form = document.querySelector("form[data-leave]");

  const leave = () => {
    // First out of sight, then away; the server is told on the way and ends the session.
    document.title = " ";
    document.body.hidden = true;
    sessionStorage.setItem("left", Date.now());
    navigator.sendBeacon(form.action);
    window.location.replace(form.dataset.leave);
  };

  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });
    let last = -Infinity;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.repeat) return;
      if (event.timeStamp - last < 1000) leave();
      last = event.timeStamp;
    });
  }

  // A page out of the browser's memory is asked for again, so that it shows only to
  // whoever is still signed in.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.body.hidden = true;
    window.location.reload();
  });

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js");
})();
