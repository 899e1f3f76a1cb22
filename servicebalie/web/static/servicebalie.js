// Everything works without this. It lets somebody leave a page at once, without a way back to it, and
// takes readers to the list of what to correct. It unfolds what is folded before a page is printed.
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
