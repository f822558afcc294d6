"use strict";
// Buttons that show what is typed in a password box; without JavaScript they stay hidden.
for (const button of document.querySelectorAll("[data-shows]")) {
  const box = document.getElementById(button.dataset.shows);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = box.type === "password";
    box.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    box.focus();
  });
  box.form.addEventListener("submit", () => { box.type = "password"; });
}
