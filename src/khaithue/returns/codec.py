"""A return as plain data for JSON, exactly and both ways; what cannot be read becomes findings.

The shape::

    {"form": {"code": …, "basis": …, "version": …}, "period": "2026-05", "header": {"mst": …},
     "values": {"22": 5, …}, "totals": {"PL_NQ142_GTGT": {"9": 0}},
     "tables": {"nq142_sales": [{"values": {…}, "children": {"…": […]}}]}}

Money and counts are whole numbers, a ``number`` is a text, a flag true or false; a blank box is left out.
Whole numbers may also come as texts. The data of a form's page is the same, but every figure is a text and
``period`` and ``period_end`` are the first and the last day of the period.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from khaithue.obligations.period import Period
from khaithue.returns import catalogue
from khaithue.returns.boxes import address, name_of
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import NUMERIC, Field, Form, Kind
from khaithue.returns.kinds import LARGEST, fits, parse, text_of
from khaithue.returns.model import Return, Row, Value

Find = Callable[[str, str, str], Form | None]
_Write = Callable[[Value], Any]


def encode(ret: Return) -> dict[str, Any]:
    """The return as data for ``json.dumps``."""
    form = ret.form
    head = {
        "form": {"code": form.code, "basis": form.basis, "version": form.version},
        "period": str(ret.period),
    }
    return {**head, **_body(ret, _exact)}


def encode_for_page(ret: Return) -> dict[str, Any]:
    """The return as the form's script takes it: numbers as texts, ``period`` and ``period_end`` as days."""
    days = {"period": ret.period.start.isoformat(), "period_end": ret.period.end.isoformat()}
    return {**days, **_body(ret, _as_text)}


def decode(data: object, find: Find = catalogue.find) -> tuple[Return | None, list[Finding]]:
    """The return the data describe, and what is wrong with them.

    A figure that cannot be read is left out and reported. Without form or period there is no return.
    """
    reader = _Reader()
    whole = reader.mapping(data, "", "…")
    named = reader.mapping(whole.get("form"), "form", "code, basis, version")
    words = [reader.text(named.get(key), f"form.{key}") for key in ("code", "basis", "version")]
    period = reader.period(whole.get("period"))
    form = find(*words)
    if form is None and not reader.findings:
        reader.say("RET-FORM", form=words[0], basis=words[1], version=words[2])
    if form is None or period is None:
        return None, reader.findings
    return reader.figures(form, period, whole), reader.findings


def decode_page(data: object, form: Form, period: Period) -> tuple[Return, list[Finding]]:
    """The return a form's page describes; form and period are known by the page's address."""
    reader = _Reader()
    return reader.figures(form, period, reader.mapping(data, "", "…")), reader.findings


def _body(ret: Return, write: _Write) -> dict[str, Any]:
    return {
        "header": dict(ret.header),
        "values": _values(ret.values, write),
        "totals": {name: _values(values, write) for name, values in ret.totals.items()},
        "tables": {name: [_row(row, write) for row in rows] for name, rows in ret.tables.items()},
    }


def _row(row: Row, write: _Write) -> dict[str, Any]:
    children = {name: [_row(kid, write) for kid in kids] for name, kids in row.children.items()}
    return {"values": _values(row.values, write), "children": children}


def _values(values: Mapping[str, Value], write: _Write) -> dict[str, Any]:
    return {code: write(value) for code, value in values.items() if value is not None}


def _exact(value: Value) -> Any:
    return text_of(value) if isinstance(value, Decimal) else value


def _as_text(value: Value) -> Any:
    return value if isinstance(value, bool | str) else text_of(value)


class _Reader:
    """Reads data that may hold anything; gathers findings."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def say(self, code: str, **params: Any) -> None:
        self.findings.append(finding(code, **params))

    def mapping(self, data: object, place: str, wanted: str) -> Mapping[str, Any]:
        """A mapping with texts as keys; an absent one is empty."""
        if isinstance(data, dict) and all(isinstance(key, str) for key in data):
            return data
        if data is not None or place in ("", "form"):
            self.say("RET-SHAPE", place=place or "/", wanted=f"{{{wanted}}}")
        return {}

    def text(self, data: object, place: str) -> str:
        """A text."""
        if isinstance(data, str):
            return data
        self.say("RET-SHAPE", place=place, wanted='"…"')
        return ""

    def period(self, data: object) -> Period | None:
        """A tax period."""
        try:
            return Period.parse(self.text(data, "period"))
        except ValueError:
            if isinstance(data, str):
                self.say("RET-PERIOD", period=data[:40])
        return None

    def figures(self, form: Form, period: Period, whole: Mapping[str, Any]) -> Return:
        """The return of a known form and period."""
        header = {
            name: self.text(text, f"header.{name}")
            for name, text in self.mapping(whole.get("header"), "header", "…").items()
        }
        values = self.values(form, whole.get("values"), form.fields, "")
        totals, tables = self.totals(form, whole.get("totals")), self.tables(form, whole.get("tables"))
        return Return(form, period, header, values, totals, tables)

    def totals(self, form: Form, data: object) -> dict[str, dict[str, Value]]:
        """The boxes of each appendix named."""
        totals = {}
        for name, values in self.mapping(data, "totals", "…").items():
            if name in form.appendices:
                totals[name] = self.values(form, values, form.appendices[name].fields, name)
            else:
                self.say("RET-TABLE", table=name[:60])
        return totals

    def tables(
        self, form: Form, data: object, parent: str = "", place: str = "tables"
    ) -> dict[str, tuple[Row, ...]]:
        """The rows of each table named, within one parent row or at the top."""
        tables = {}
        for name, rows in self.mapping(data, place, "…").items():
            if name in form.tables and form.tables[name].parent == parent:
                tables[name] = self.rows(form, name, rows)
            else:
                self.say("RET-TABLE", table=name[:60])
        return tables

    def rows(self, form: Form, table: str, data: object) -> tuple[Row, ...]:
        """The rows of a table."""
        if not isinstance(data, list):
            self.say("RET-SHAPE", place=f"tables.{table}", wanted="[…]")
            return ()
        return tuple(self.row(form, table, each, number) for number, each in enumerate(data, 1))

    def row(self, form: Form, table: str, data: object, number: int) -> Row:
        """One row and the rows within it."""
        place = f"{table}[{number}]"
        entry = self.mapping(data, place, "values, children")
        values = self.values(form, entry.get("values"), form.tables[table].columns, table, number)
        return Row(values, self.tables(form, entry.get("children"), table, place))

    def values(
        self, form: Form, data: object, fields: Mapping[str, Field], part: str, row: int | None = None
    ) -> dict[str, Value]:
        """The figures of one part or row."""
        values: dict[str, Value] = {}
        for code, given in self.mapping(data, part or "values", "…").items():
            cell = address(part, code[:60])
            if code not in fields:
                self.say("RET-BOX", cell=cell, row=row)
                continue
            try:
                value = _value(fields[code].kind, given)
            except ValueError:
                named = name_of(form, part, fields[code], row)
                self.say("RET-TYPE", cell=cell, row=row, box=named, got=str(given)[:40], law=fields[code].law)
                continue
            if value is not None:
                values[code] = value
        return values


def _value(kind: Kind, given: Any) -> Value:
    """The value given for a box; ``ValueError`` when it is not of the kind."""
    if isinstance(given, str):
        return parse(kind, given) if kind in NUMERIC or not given else _fitting(kind, given)
    if kind is Kind.NUMBER and type(given) is int:
        return Decimal(str(_fitting(kind, given)))
    return _fitting(kind, given)


def _fitting(kind: Kind, given: Value) -> Value:
    if not fits(kind, given) or isinstance(given, Decimal):
        raise ValueError("not of the kind")
    if type(given) is int and abs(given) > LARGEST:
        raise ValueError("a figure of too many digits")
    return given
