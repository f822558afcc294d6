"use strict";
// Between the page and the data of the return: boxes are named by their address, such as 40a, PL[9], people[3][12].
globalThis.khaithue.figures = (() => {
  const { amounts } = globalThis.khaithue;
  const steps = (address) => address.split(".").map((part) => /^([^[\]]+)(.*)$/.exec(part));
  const marks = (text) => [...text.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]);

  // The figures now on the page, laid over the return as it was loaded.
  function collect(root, loaded) {
    const data = structuredClone(loaded);
    for (const table of root.querySelectorAll("[data-table]")) {
      if (!table.dataset.table.includes(".")) placeRows(data.tables, table);
    }
    for (const box of boxes(root)) {
      if (!box.name.includes("][")) placeBox(data, box);
    }
    return data;
  }

  const boxes = (root) => [...root.querySelectorAll("input[data-kind], select[data-kind]")];

  function read(box) {
    if (box.type === "checkbox") return box.checked;
    return amounts.parse(box.dataset.kind, box.value);
  }

  function placeBox(data, box) {
    const value = read(box);
    if (value === undefined) return;
    const [part, code] = box.name.split(/[[\]]/);
    if (part === "header") data.header[code] = value ?? "";
    else if (code === undefined) data.values[part] = value;
    else (data.totals[part] ??= {})[code] = value;
  }

  function placeRows(tables, table) {
    const { name, start, loaded } = table.dataset;
    const before = tables[name] ?? [];
    const shown = [...rowsOf(table)].map((row, index) => rowData(row, before[Number(start) + index]));
    const rows = [...before.slice(0, Number(start)), ...shown, ...before.slice(Number(start) + Number(loaded))];
    if (rows.length || name in tables) tables[name] = rows;
  }

  const rowsOf = (table) => table.querySelector(":scope > table").tBodies;

  function rowData(row) {
    const values = {};
    const children = {};
    for (const box of boxes(row.rows[0])) {
      const value = read(box);
      if (value !== undefined) values[marks(box.name).at(-1)] = value;
    }
    for (const output of row.rows[0].querySelectorAll("output[data-address]")) {
      values[marks(output.dataset.address).at(-1)] = null;
    }
    for (const child of row.querySelectorAll(":scope > tr.nested > td > [data-table]")) placeRows(children, child);
    return { values, children };
  }

  // The value at an address, or undefined when it is not there.
  function at(data, address) {
    if (!address.includes("[")) return data.values[address];
    let rows = data.tables;
    for (const [, name, rest] of steps(address)) {
      const [first, second] = marks(rest);
      if (name in data.totals && second === undefined) return data.totals[name][first];
      const row = rows?.[name]?.[Number(first) - 1];
      if (second !== undefined) return row?.values[second];
      rows = row?.children;
    }
    return undefined;
  }

  const parts = (cell) => /^([^[\]]+)\[(.+)\]$/.exec(cell).slice(1);

  // The address of the n-th row of a table, counted over all parents of a nested one.
  function rowAddress(data, parents, table, n) {
    return addresses(data, parents, table)[n - 1]?.address ?? `${table}[${n}]`;
  }

  function addresses(data, parents, table) {
    const numbered = (rows, before) => (rows ?? []).map((row, index) => ({ row, address: `${before}${table}[${index + 1}]` }));
    if (!parents[table]) return numbered(data.tables[table], "");
    return addresses(data, parents, parents[table]).flatMap((up) => numbered(up.row.children?.[table], `${up.address}.`));
  }

  function show(root, data) {
    for (const output of root.querySelectorAll("output[data-address]")) {
      const text = amounts.printed(output.dataset.kind, at(data, output.dataset.address));
      if (output.textContent !== text) output.textContent = text;
    }
    for (const box of root.querySelectorAll("[data-computed]")) write(box, at(data, box.name));
  }

  // A box computed in some cases and typed in others; what cannot be read yet is left to the person.
  function write(box, value) {
    const now = read(box);
    if (now === undefined || now === (value ?? null)) return;
    if (box.type === "checkbox") box.checked = value === true;
    else box.value = amounts.typed(box.dataset.kind, value);
  }

  return { collect, boxes, read, rowsOf, rowAddress, parts, show, marks };
})();
