// Everything works without this. It lets somebody leave a page at once, without a way back to it, and
// takes readers to the list of what to correct. It unfolds what is folded before a page is printed. It
// fills in the return code of an address that was scanned, and takes it out of that address.
"use strict";

document.addEventListener("click", (event) => {
  const leave = event.target.closest("[data-leave]");
  if (leave) {
    event.preventDefault();
    document.body.hidden = true;
    window.location.replace(leave.href);
  }
});

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
