/* Copying a customer's link. */
"use strict";

document.querySelectorAll("[data-copy]").forEach((button) => {
  const text = button.parentElement.querySelector("[data-copied]").textContent;
  const says = document.querySelector("[data-copy-says]");
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => (says.textContent = "Copied."),
      () => (says.textContent = "The browser did not let it be copied: mark the link and copy it.")
    );
  });
});
