"use strict";
// Rows of the appendix tables: add, copy, delete, and paste from a spreadsheet.
globalThis.khaithue.rows = (() => {
  const { figures } = globalThis.khaithue;
  const NAMED = ["id", "name", "for", "value", "href", "data-address", "data-row", "data-table", "aria-describedby"];

  function rename(element, from, to) {
    for (const name of NAMED) {
      const text = element.getAttribute(name);
      if (text?.includes(from) && (name !== "value" || element.type !== "text")) {
        element.setAttribute(name, text.replace(from, to));
      }
    }
    for (const child of element.children) rename(child, from, to);
    if (element.content) for (const child of element.content.children) rename(child, from, to);
  }

  function number(table) {
    const rows = [...figures.rowsOf(table)];
    rows.forEach((row, index) => {
      const place = Number(table.dataset.start) + index + 1;
      const address = `${table.dataset.table}[${place}]`;
      if (row.dataset.row !== address) rename(row, row.dataset.row, address);
      row.rows[0].cells[0].textContent = place;
    });
    table.querySelector(":scope > [data-count]").value = rows.length;
  }

  function add(table) {
    const row = table.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
    const last = [...figures.rowsOf(table)].at(-1) ?? table.querySelector(":scope > table > thead");
    last.after(row);
    number(table);
    return row;
  }

  function copy(row) {
    const twin = row.cloneNode(true);
    const [from, to] = [figures.boxes(row), figures.boxes(twin)];
    from.forEach((box, index) => {
      to[index].value = box.value;
      to[index].checked = box.checked;
    });
    row.after(twin);
    number(twin.closest("[data-table]"));
    return twin;
  }

  function drop(row) {
    const table = row.closest("[data-table]");
    row.remove();
    number(table);
  }

  // Cells copied from a spreadsheet, written from the box on to the right and down; new rows as needed.
  function paste(box, text) {
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    let row = box.closest("[data-row]");
    const first = [...row.rows[0].cells].indexOf(box.closest("td"));
    for (const [index, line] of lines.entries()) {
      if (index) row = below(row) ?? add(row.closest("[data-table]"));
      line.forEach((cell, offset) => write(row.rows[0].cells[first + offset], cell));
    }
  }

  const below = (row) => (row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : null);

  function write(cell, text) {
    const box = cell && figures.boxes(cell)[0];
    if (!box) return;
    if (box.type === "checkbox") box.checked = /^(x|1|true|có)$/i.test(text.trim());
    else box.value = text.trim();
  }

  return { add, copy, drop, paste };
})();
