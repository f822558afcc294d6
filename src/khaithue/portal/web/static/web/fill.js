"use strict";
// The page that is filled in: live figures, findings beside the boxes, saving as you type. The server decides.
(() => {
  const { amounts, figures, rows, forms } = globalThis.khaithue;
  const form = document.getElementById("fill");
  const json = (id) => JSON.parse(document.getElementById(id).textContent);
  const [loaded, checks, words] = [json("data"), json("form-checks"), json("words")];
  const rules = forms[words.form];
  const state = document.getElementById("save-state");
  const token = form.elements.csrfmiddlewaretoken.value;
  const wait = 700;
  const before = new WeakMap();
  let told = json("told").filter((item) => !(item.code in checks));
  let timer = 0;
  let saving = null;
  let changed = 0;
  let ready = false;

  const collected = () => figures.collect(form, loaded);

  function preview() {
    const data = rules.compute(collected());
    figures.show(form, data);
    tell([...unreadable(), ...rules.check(data).map((one) => checked(data, one)), ...told]);
  }

  function unreadable() {
    return figures.boxes(form).filter((box) => figures.read(box) === undefined).map((box) => ({
      level: "error", address: box.name, ...unread(words.unreadable[box.dataset.kind], box),
    }));
  }

  const unread = (about, box) => ({ ...about, message: about.message.replace("{cell}", figures.marks(box.name).at(-1) ?? box.name) });

  function checked(data, { code, row }) {
    const check = checks[code];
    if (!row) return { code, ...check, address: check.cell };
    const [table, column] = check.cell.includes("[") ? figures.parts(check.cell) : [check.each, check.cell];
    return { code, ...check, address: `${figures.rowAddress(data, words.parents, table, row)}[${column}]` };
  }

  function tell(found) {
    const list = document.getElementById("findings");
    const items = found.map(item);
    const before = list.firstElementChild;
    const after = element("ul", "findings", ...items);
    if (before?.textContent !== after.textContent) list.replaceChildren(after);
    document.getElementById("fine").hidden = found.length > 0;
    const count = document.getElementById("count");
    const text = words.count[Math.min(found.length, words.count.length - 1)];
    if (count.textContent !== text) count.textContent = text;
    count.className = `state ${found.length ? "late" : "good"}`;
    besideBoxes(found);
  }

  function besideBoxes(found) {
    const beside = Map.groupBy ? Map.groupBy(found, (one) => one.address) : grouped(found);
    for (const mark of form.querySelectorAll(".cell-finding")) {
      const here = beside.get(mark.id.slice(2)) ?? [];
      const text = here.map((one) => one.message).join(" ");
      if (mark.textContent === text) continue;
      mark.textContent = text;
      mark.className = `cell-finding ${here[0]?.level ?? ""}`;
      const cell = mark.closest(".cell");
      for (const level of ["error", "warning"]) cell?.classList.toggle(`has-${level}`, here[0]?.level === level);
      cell?.querySelector("input, select")?.toggleAttribute("aria-invalid", here[0]?.level === "error");
    }
  }

  function grouped(found) {
    const groups = new Map();
    for (const one of found) groups.set(one.address, [...(groups.get(one.address) ?? []), one]);
    return groups;
  }

  function item(one) {
    const target = one.address && document.getElementById(`c-${one.address}`);
    const what = target ? link(`#c-${one.address}`, one.message) : one.message;
    const mark = element("p", "mark", element("code", "", one.code), one.address ? ` · [${one.address}]` : "", one.law ? ` · ${one.law}` : "");
    return element("li", `finding ${one.level}`, element("p", "what", what), element("p", "", one.fix ?? ""), mark);
  }

  function element(name, className, ...children) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function link(href, text) {
    const made = element("a", "", text);
    made.href = href;
    return made;
  }

  function touched() {
    changed += 1;
    preview();
    say(words.unsaved);
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function say(text, trouble = false) {
    state.textContent = text;
    state.classList.toggle("trouble", trouble);
  }

  // One save at a time: a second one waits for the first and its new revision.
  function save() {
    clearTimeout(timer);
    saving = (saving ?? Promise.resolve()).then(saveNow);
    return saving;
  }

  async function saveNow() {
    const at = changed;
    say(words.saving);
    saved(await send(form.dataset.autosave, { revision: Number(form.elements.revision.value), data: collected() }), at);
  }

  async function send(address, body) {
    try {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
      const reply = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
      const answer = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : { html: await reply.text() };
      return { ...answer, status: reply.redirected ? 403 : reply.status };
    } catch {
      return { status: 0 };
    }
  }

  function saved(reply, at) {
    if (reply.status === 200) {
      form.elements.revision.value = reply.revision;
      told = reply.findings.filter((one) => !(one.code in checks));
      if (changed === at) changed = 0;
      say(changed ? words.unsaved : reply.text);
      preview();
      return;
    }
    if (reply.status === 409) stale(reply);
    else say(reply.message ?? words.offline, true);
  }

  // Another window saved first: nothing is thrown away, the person chooses.
  function stale(reply) {
    say(`${reply.message} `, true);
    const keep = element("button", "button slight", words.keep);
    keep.type = "button";
    keep.addEventListener("click", () => {
      form.elements.revision.value = reply.revision;
      save();
    });
    const newest = link(location.pathname, words.newest);
    newest.target = "_blank";
    newest.rel = "noopener";
    state.append(keep, " ", newest);
  }

  // Dots are put between thousands as one types, but a dot that a person typed is never taken away.
  function regroup(box, inputType, data) {
    const plain = inputType.startsWith("delete") || (inputType === "insertText" && /^[0-9,-]$/.test(data ?? ""));
    const text = plain && ours(box) ? box.value.replaceAll(".", "") : box.value;
    const value = amounts.parse(box.dataset.kind, text);
    if (value === undefined || value === null || /,[0-9]*$/.test(box.value)) return;
    const right = digitsAfter(box.value, box.selectionEnd);
    box.value = amounts.typed(box.dataset.kind, value);
    const place = placeFromRight(box.value, right);
    box.setSelectionRange(place, place);
  }

  function ours(box) {
    const text = before.get(box) ?? "";
    return text === "" || text === "-" || text === amounts.typed(box.dataset.kind, amounts.parse(box.dataset.kind, text));
  }

  const digitsAfter = (text, place) => text.slice(place).replace(/[^0-9]/g, "").length;

  function placeFromRight(text, count) {
    let place = text.length;
    for (let seen = 0; seen < count && place > 0; place -= 1) seen += /[0-9]/.test(text[place - 1]) ? 1 : 0;
    return place;
  }

  async function explain(address) {
    const dialog = document.getElementById("explain");
    const reply = await send(form.dataset.explain, { cell: address, data: collected() });
    if (reply.status !== 200) return false;
    document.getElementById("explain-body").innerHTML = reply.html;
    dialog.showModal();
    return true;
  }

  function step(box, by) {
    const all = figures.boxes(form).filter((each) => each.offsetParent !== null);
    move(all[all.indexOf(box) + by]);
  }

  function climb(box, by) {
    const cell = box.closest("td");
    if (!cell) return step(box, by);
    const column = cell.cellIndex - cell.parentElement.cells.length;
    const lines = [...cell.closest("table").rows];
    for (let at = lines.indexOf(cell.parentElement) + by; lines[at]; at += by) {
      const cells = lines[at].cells;
      const found = cells[cells.length + column]?.querySelector("input[data-kind], select[data-kind]");
      if (found) return move(found);
    }
    return undefined;
  }

  function move(box) {
    box?.focus();
    box?.select?.();
  }

  form.addEventListener("beforeinput", ({ target: box }) => before.set(box, box.value));

  form.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.dataset.kind) return;
    if (amounts.numeric(box.dataset.kind)) regroup(box, event.inputType ?? "", event.data);
    touched();
  });

  form.addEventListener("change", ({ target: box }) => {
    const value = box.dataset.kind && box.type === "text" ? figures.read(box) : undefined;
    if (value !== undefined) box.value = amounts.typed(box.dataset.kind, value);
  });

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.dataset.kind || box.tagName === "SELECT" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const go = { Enter: () => step(box, event.shiftKey ? -1 : 1), ArrowDown: () => climb(box, 1), ArrowUp: () => climb(box, -1) }[event.key];
    if (!go) return;
    event.preventDefault();
    go();
  });

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text/plain");
    if (!event.target.closest("[data-row]") || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    rows.paste(event.target, text);
    touched();
  });

  form.addEventListener("click", (event) => {
    const why = event.target.closest(".why");
    if (why) {
      event.preventDefault();
      const address = why.previousElementSibling.dataset.address ?? why.previousElementSibling.name;
      explain(address).then((shown) => shown || location.assign(why.href));
      return;
    }
    const button = event.target.closest("[data-add], [data-copy], [data-drop]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    if ("add" in button.dataset) move(figures.boxes(rows.add(button.closest("[data-table]")))[0]);
    else if ("copy" in button.dataset) move(figures.boxes(rows.copy(row))[0]);
    else rows.drop(row);
    touched();
  });

  // What the buttons do starts from figures that are saved, so a save on its way is waited for.
  form.addEventListener("submit", (event) => {
    if (ready || event.target !== form) return;
    event.preventDefault();
    const { submitter } = event;
    save().then(() => (submitter?.value === "export" ? exported() : submitted(submitter)));
  });

  function exported() {
    if (changed === 0) location.assign(form.dataset.export);
  }

  function submitted(submitter) {
    ready = true;
    changed = 0;
    form.requestSubmit(submitter);
  }

  globalThis.addEventListener("pageshow", () => {
    ready = false;
  });

  globalThis.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });

  preview();
})();
