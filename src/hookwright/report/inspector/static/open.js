"use strict";
// Trades the token behind the # of the address, which no server and no log ever sees, for a cookie.
(async () => {
  const status = document.getElementById("status");
  const token = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (!token) {
    status.textContent = "Open the address that the listener printed, all of it.";
    return;
  }
  const answer = await fetch("/session", { method: "POST", body: token, headers: { "Content-Type": "text/plain" } });
  if (answer.ok) {
    location.replace("/");
  } else {
    status.textContent = "This address is not of this listener: open the one that it printed last.";
  }
})();
