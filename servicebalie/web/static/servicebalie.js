// Everything works without this. It lets somebody leave a page at once, without a way back to it, and
// takes readers to the list of what to correct. It unfolds what is folded before a page is printed. It
// fills in the return code of an address that was scanned, and takes it out of that address.
"use strict";

const ways = document.querySelectorAll("[data-leave]");
const LEFT = "left";
const ESCAPES = 3;
const WITHIN_MS = 2000;

// The tab remembers, until it is closed, that somebody left, so that going back shows none of the pages before.
function remember(left) {
  try {
    if (left) sessionStorage.setItem(LEFT, left);
    else sessionStorage.removeItem(LEFT);
  } catch {
    // A browser that keeps nothing has nothing to remember with.
  }
}

function leftFor() {
  try {
    return sessionStorage.getItem(LEFT);
  } catch {
    return null;
  }
}

function leave(address) {
  document.title = "\u2060";
  document.body.replaceChildren();
  remember(address);
  window.location.replace(address);
}

window.addEventListener("pageshow", (event) => {
  const way = performance.getEntriesByType("navigation")[0]?.type;
  const left = leftFor();
  if (left && (event.persisted || way === "back_forward")) leave(left);
  else remember(null);
});

document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-leave]");
  if (way) {
    event.preventDefault();
    leave(way.href);
  }
});

if (ways.length) {
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    presses = event.key === "Escape" ? [...presses, event.timeStamp].slice(-ESCAPES) : [];
    if (presses.length === ESCAPES && event.timeStamp - presses[0] < WITHIN_MS) {
      // The key stops loading by itself, also that of the page to go to.
      event.preventDefault();
      leave(ways[0].href);
    }
  });
  for (const hint of document.querySelectorAll("[data-leave-key]")) hint.hidden = false;
}

document.getElementById("faults")?.focus();

const codeField = document.querySelector("[data-code]");
const scanned = /^#\d{18}$/.test(window.location.hash);
if (codeField && scanned) {
  codeField.value = window.location.hash.slice(1);
  window.history.replaceState(null, "", window.location.pathname);
}

for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    folded.dataset.printed = "";
  }
});

window.addEventListener("afterprint", () => {
  for (const unfolded of document.querySelectorAll("details[data-printed]")) {
    unfolded.open = false;
    delete unfolded.dataset.printed;
  }
});
