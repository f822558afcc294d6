// Watches work that goes on in the background, and shows its page anew when it is over.
"use strict";

(() => {
  const box = document.querySelector("[data-progress]");
  const bar = box.querySelector("progress");

  async function look() {
    const reply = await fetch(box.dataset.progress, { headers: { accept: "application/json" } });
    if (!reply.ok) return;
    const said = await reply.json();
    if (!said.open) {
      location.reload();
      return;
    }
    bar.max = said.total || 1;
    bar.value = said.done;
    box.querySelector("[data-done]").textContent = said.done;
    box.querySelector("[data-total]").textContent = said.total;
    again();
  }

  function again() {
    setTimeout(() => look().catch(again), 2000);
  }

  again();
})();
