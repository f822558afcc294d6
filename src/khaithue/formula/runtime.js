"use strict";
// What the scripts of the forms call: exact arithmetic in BigInt, the same functions as runtime.py.
globalThis.khaithue = globalThis.khaithue ?? { forms: {} };
globalThis.khaithue.runtime = (() => {
  const WHOLE = /^-?[0-9]{1,30}$/;
  const DECIMAL = /^(-?)([0-9]{1,30})(?:\.([0-9]{1,30}))?$/;
  const MONTH = /^([0-9]{4})-(0[1-9]|1[0-2])(-[0-9]{2})?$/;

  const abs = (n) => (n < 0n ? -n : n);

  function whole(boxes, code) {
    const text = boxes[code];
    return typeof text === "string" && WHOLE.test(text) ? BigInt(text) : null;
  }

  function pair(boxes, code) {
    const text = boxes[code];
    const match = typeof text === "string" ? DECIMAL.exec(text) : null;
    if (match === null) return [null, 1n];
    const places = match[3] ?? "";
    const n = BigInt(match[2] + places);
    return [match[1] ? -n : n, 10n ** BigInt(places.length)];
  }

  function flag(boxes, code) {
    return typeof boxes[code] === "boolean" ? boxes[code] : null;
  }

  function text(boxes, code) {
    return typeof boxes[code] === "string" && boxes[code] !== "" ? boxes[code] : null;
  }

  const first = (total) => (total === null ? null : total[0]);
  const second = (total) => (total === null ? 1n : total[1]);

  function divisor(a, b) {
    while (b !== 0n) [a, b] = [b, a % b];
    return a;
  }

  function plus(total, n, d) {
    if (total === null || total[0] === null) return [n, d];
    if (total[1] === d) return [total[0] + n, d];
    const common = (total[1] / divisor(total[1], d)) * d;
    return [total[0] * (common / total[1]) + n * (common / d), common];
  }

  function roundHalf(n, d) {
    const rounded = (2n * abs(n) + d) / (2n * d);
    return n >= 0n ? rounded : -rounded;
  }

  function scaleTax(steps, n, d) {
    if (n <= 0n) return 0n;
    let index = 0;
    while (index < steps.tops.length && n > steps.tops[index] * d) index += 1;
    return steps.taxes[index] * d + (n - steps.floors[index] * d) * steps.rates[index];
  }

  function months(from, to) {
    const start = MONTH.exec(from ?? "");
    const end = MONTH.exec(to ?? "");
    if (start === null || end === null) return null;
    const count = 12n * (BigInt(end[1]) - BigInt(start[1])) + BigInt(end[2]) - BigInt(start[2]) + 1n;
    return count > 0n ? count : 0n;
  }

  function within(row, tables) {
    return tables.split(",").reduce((rows, table) => rows.flatMap((each) => each.kids[table] ?? []), [row]);
  }

  // What stands in some columns of a row, as one text.
  const key = (...values) => JSON.stringify(values.map(String));

  function tally(counts, found) {
    if (found !== null) counts.set(found, (counts.get(found) ?? 0) + 1);
    return counts;
  }

  const OPEN = "~";

  function addSpan(spans, found, first, last) {
    const [start, end] = [first ?? "", last ?? OPEN];
    if (found === null || start > end) return spans;
    if (!spans.has(found)) spans.set(found, { starts: [], ends: [] });
    spans.get(found).starts.push(start);
    spans.get(found).ends.push(end);
    return spans;
  }

  function sortSpans(spans) {
    for (const each of spans.values()) {
      each.starts.sort();
      each.ends.sort();
    }
    return spans;
  }

  // How many of the sorted texts come before the first that does not pass.
  function passing(texts, passes) {
    let [low, high] = [0, texts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (passes(texts[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function overlapping(spans, found, first, last) {
    const [start, end] = [first ?? "", last ?? OPEN];
    if (found === null || !spans.has(found) || start > end) return false;
    const { starts, ends } = spans.get(found);
    return passing(starts, (each) => each <= end) - passing(ends, (each) => each < start) > 1;
  }

  const wholeText = (n) => (n === null ? null : String(n));

  function decimalText(n, d) {
    if (n === null) return null;
    const common = divisor(abs(n), d);
    const rest = d / common;
    let places = 0;
    while (10n ** BigInt(places) % rest !== 0n) places += 1;
    const digits = String((abs(n / common) * 10n ** BigInt(places)) / rest).padStart(places + 1, "0");
    const point = digits.length - places;
    return (n < 0n ? "-" : "") + digits.slice(0, point) + (places ? "." + digits.slice(point) : "");
  }

  function covering(entries, day) {
    return entries.find((entry) => entry.from <= day && day <= entry.to) ?? null;
  }

  const onDay = (entries, day) => covering(entries, day) ?? { n: null, d: 1n };

  // Lays the rows of every table in one list, nested ones in the order of their parents.
  function laidOut(data, parts) {
    const rows = {};
    for (const [table, parent] of parts.tables) rows[table] = parent ? [] : (data.tables[table] ?? []).map((row, index) => work(row, index));
    for (const [table, parent] of parts.tables) {
      if (!parent) continue;
      for (const up of rows[parent]) {
        up.kids[table] = (up.children[table] ?? []).map((row, index) => work(row, index, up));
        for (const kid of up.kids[table]) rows[table].push(kid);
      }
    }
    return rows;
  }

  function work(row, index, up) {
    row.values ??= {};
    row.children ??= {};
    return { v: row.values, children: row.children, kids: {}, up, number: BigInt(index + 1) };
  }

  function figuresOf(data, parts) {
    for (const key of ["header", "values", "totals", "tables"]) data[key] ??= {};
    const rows = laidOut(data, parts);
    const present = {};
    for (const name of parts.appendices) present[name] = name in data.totals;
    for (const [table, , appendix] of parts.tables) present[appendix] ||= rows[table].length > 0;
    const boxes = { form: data.values };
    for (const name of parts.appendices) {
      if (present[name]) data.totals[name] ??= {};
      boxes[name] = data.totals[name] ?? {};
    }
    return { header: data.header, boxes, rows, present, start: data.period, end: data.period_end };
  }

  function form(run, parts) {
    return {
      compute(data) {
        const copy = structuredCopy(data);
        run.compute(figuresOf(copy, parts));
        return copy;
      },
      check: (data) => run.rules(figuresOf(structuredCopy(data), parts)),
    };
  }

  const structuredCopy = (data) => JSON.parse(JSON.stringify(data));

  return {
    abs, whole, pair, flag, text, first, second, plus, roundHalf, scaleTax, months, within, key, tally, addSpan, sortSpans, overlapping,
    wholeText, decimalText, onDay, scaleOnDay: covering, form,
  };
})();
