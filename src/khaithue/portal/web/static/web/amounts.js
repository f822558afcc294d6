"use strict";
// Texts as people type them to the values the forms keep, and back. Figures are digit strings, never numbers.
globalThis.khaithue = globalThis.khaithue ?? { forms: {} };
globalThis.khaithue.amounts = (() => {
  const WHOLE = /^(?:[0-9]{1,18}|[0-9]{1,3}(?:\.[0-9]{3}){1,5}|[0-9]{1,3}(?:,[0-9]{3}){1,5})$/;
  const DECIMAL = /^([0-9]{1,18}|[0-9]{1,3}(?:\.[0-9]{3}){1,5})(?:,([0-9]{1,6}))?$/;
  const POINTED = /^([0-9]{1,18})\.([0-9]{1,6})$/;
  const DAY = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/;
  const MONTH = /^([0-9]{1,2})[/.-]([0-9]{4})$/;
  const NUMERIC = new Set(["money", "count", "number"]);

  // The value of a typed text: null when blank, undefined when it cannot be read.
  function parse(kind, typed) {
    const text = typed.trim();
    if (text === "") return null;
    if (kind === "money" || kind === "count") return signed(text, wholeDigits);
    if (kind === "number") return signed(text, decimalDigits);
    if (kind === "date") return day(text);
    if (kind === "month") return month(text);
    return text;
  }

  function signed(text, digits) {
    const bare = text.replace(/[\s\u00a0]/g, "");
    const bracketed = /^\((.*)\)$/.exec(bare);
    const negative = bracketed ? [bracketed[1]] : /^[-\u2212](.*)$/.exec(bare)?.slice(1);
    const value = digits(negative ? negative[0] : bare);
    if (value === undefined) return undefined;
    return negative && !/^[0.]+$/.test(value) ? "-" + value : value;
  }

  function wholeDigits(text) {
    return WHOLE.test(text) ? shortened(text.replace(/[.,]/g, "")) : undefined;
  }

  function decimalDigits(text) {
    const match = DECIMAL.exec(text) ?? (/^[1-9][0-9]{0,2}\.[0-9]{3}$/.test(text) ? null : POINTED.exec(text));
    if (match === null) return undefined;
    const fraction = (match[2] ?? "").replace(/0+$/, "");
    return shortened(match[1].replaceAll(".", "")) + (fraction ? "." + fraction : "");
  }

  const shortened = (digits) => digits.replace(/^0+(?=[0-9])/, "");

  function day(text) {
    const match = DAY.exec(text);
    const iso = match ? `${match[3]}-${match[2].padStart(2, "0")}-${match[1].padStart(2, "0")}` : text;
    return real(iso) ? iso : undefined;
  }

  function real(iso) {
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(iso) || iso < "0001") return false;
    const at = new Date(`${iso}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === iso;
  }

  function month(text) {
    const match = MONTH.exec(text);
    const iso = match ? `${match[2]}-${match[1].padStart(2, "0")}` : text;
    return /^[0-9]{4}-(0[1-9]|1[0-2])$/.test(iso) ? iso : undefined;
  }

  // A value as it stands in a box: 1.234.567, -1.234, 31/05/2026.
  function typed(kind, value) {
    if (value === null || value === undefined) return "";
    if (NUMERIC.has(kind)) return grouped(String(value));
    if (kind === "date" || kind === "month") return String(value).split("-").reverse().join("/");
    return String(value);
  }

  // A value as the paper prints it: a negative amount in parentheses.
  function printed(kind, value) {
    const text = typed(kind, value === true ? "X" : value === false ? null : value);
    return NUMERIC.has(kind) && text.startsWith("-") ? `(${text.slice(1)})` : text;
  }

  function grouped(digits) {
    const [whole, fraction] = digits.split(".");
    return whole.replace(/\B(?=([0-9]{3})+(?![0-9]))/g, ".") + (fraction ? "," + fraction : "");
  }

  return { parse, typed, printed, numeric: (kind) => NUMERIC.has(kind) };
})();
