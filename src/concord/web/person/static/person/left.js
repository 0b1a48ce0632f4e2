// Before anything is drawn: whoever left a moment ago comes back to the sign-in page,
// also where the server has not heard of the leaving yet. There the mark is taken away.
"use strict";

(() => {
  const page = document.currentScript.dataset;
  const at = Number(sessionStorage.getItem("left"));
  const forget = () => sessionStorage.removeItem("left");
  if (!page.leave) {
    forget();
  } else if (at && Date.now() - at < 60000) {
    document.documentElement.hidden = true;
    const away = () => {
      forget();
      window.location.replace(page.signIn);
    };
    fetch(page.leave, { method: "POST" }).then(away, away);
  }
})();
