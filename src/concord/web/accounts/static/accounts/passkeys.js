// A passkey that was not used is told on the page, not in the console alone.
"use strict";

document.addEventListener("allauth.error", () => {
  const problem = document.getElementById("passkey-problem");
  if (problem) problem.hidden = false;
});
