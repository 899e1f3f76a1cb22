// Everything works without this. It lets somebody leave a page at once, without a way back to it, and
// takes readers to the list of what to correct.
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
