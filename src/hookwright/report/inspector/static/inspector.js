"use strict";
// Keeps the page up to date: the server says that something has arrived, and the parts that changed are fetched anew.
// No HTML is ever made of text here: parts come from the server's own pages, and words go in as text.
(() => {
  const PARTS = ["listing", "empty", "attempts", "replays"];
  const PAUSE = 400; // milliseconds between two refreshes, however much arrives
  const connection = document.getElementById("connection");
  const announcer = document.getElementById("announcer");
  let source = null;
  let timer = 0;
  let fresh = [];

  const say = (state, text) => {
    connection.dataset.state = state;
    connection.textContent = text;
  };

  const described = (one) =>
    `Delivery ${one.id}: ${one.event || "no event named"}, signature ${one.signature}, ` +
    (one.answered === null ? "connection cut" : `answered ${one.answered}`) +
    (one.attempt > 1 ? `, attempt ${one.attempt}` : "");

  const announce = () => {
    if (!fresh.length) return;
    const last = described(fresh[fresh.length - 1]);
    announcer.textContent = fresh.length === 1 ? last : `${fresh.length} new deliveries. ${last}`;
    fresh = [];
  };

  const replaced = (id, page) => {
    const ours = document.getElementById(id);
    const theirs = page.getElementById(id);
    if (!ours || !theirs || ours.isEqualNode(theirs)) return;
    const focused = ours.contains(document.activeElement) ? document.activeElement.id : "";
    ours.replaceWith(document.importNode(theirs, true));
    if (!focused) return;
    // A row that newer ones pushed off the page leaves its place to the last that is there.
    const near = document.getElementById(focused) ?? [...document.querySelectorAll(`#${id} .rows a`)].pop();
    near?.focus({ preventScroll: true });
  };

  const refresh = () => {
    timer = 0;
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      if (request.status === 200 && request.response) {
        for (const id of PARTS) replaced(id, request.response);
        announce();
      } else if (request.status === 403) {
        say("lost", "The listener was started anew: open the address that it printed");
        source.close();
      }
    };
    request.send();
  };

  const soon = () => {
    if (!timer) timer = setTimeout(refresh, PAUSE);
  };

  const connect = () => {
    source = new EventSource(`/events${location.search}`);
    source.onopen = () => {
      say("live", "Live");
      soon();
    };
    source.onmessage = (message) => {
      fresh.push(JSON.parse(message.data));
      soon();
    };
    source.onerror = () => say("lost", "Not live: the listener does not answer");
  };

  // A hidden page needs no connection, and a browser has only a few for each server.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source.close();
    else connect();
  });

  // In the list, the arrow keys go from one delivery to the next.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = [...document.querySelectorAll(".rows a")];
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    rows[at + step]?.focus();
  });

  document.querySelector("[aria-current='true'][id^='row-']")?.scrollIntoView({ block: "nearest" });
  if (new URLSearchParams(location.search).has("replayed")) {
    document.getElementById("last-replay")?.focus({ preventScroll: false });
  }
  connect();
})();
