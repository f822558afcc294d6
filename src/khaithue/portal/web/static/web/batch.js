// The table of a batch being filed is fetched again until it is through; without this the page is loaded by hand.
"use strict";

const region = document.getElementById("batch");

async function refresh() {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!reply.ok) return;
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("batch");
  if (!fresh) return;
  const inside = region.contains(document.activeElement);
  region.replaceChildren(...fresh.childNodes);
  region.dataset.state = fresh.dataset.state;
  if (inside) region.querySelector("a, button")?.focus();
}

async function follow() {
  try {
    await refresh();
  } catch {
    // the connection is away for a moment: the next turn asks again
  }
  if (region.dataset.state === "filing") setTimeout(follow, 1500);
}

setTimeout(follow, 1000);
