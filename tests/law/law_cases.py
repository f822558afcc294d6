"""The scenarios of tests/cases, read as returns; the format is described in tests/cases/README.md."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, find_of_basis
from khaithue.returns.form import Field, Form, Kind
from khaithue.returns.model import Return, Row, Value

CASES = Path(__file__).parent.parent / "cases"
HEADER = {
    "mst": "0100109106",
    "tenNNT": "CÔNG TY TNHH MẪU",
    "loaiTKhai": "C",
    "soLan": "0",
    "nguoiKy": "NGUYỄN VĂN MẪU",
}
_HEADER_SECTIONS = ("header", "values", "totals", "tables")


@dataclass(frozen=True)
class Scenario:
    """A return with what must come of it; ``passes`` are the checks it comes close to breaking.

    ``is_nil`` marks the return of somebody with nothing to declare, or the smallest the form takes.
    """

    name: str
    filed: Return
    findings: frozenset[str]
    values: Mapping[str, Value] = field(default_factory=dict)
    totals: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, Value], ...]] = field(default_factory=dict)
    passes: frozenset[str] = frozenset()
    is_as_given: bool = False
    is_nil: bool = False


def scenarios() -> tuple[Scenario, ...]:
    """Every scenario of every form, in the order of the files."""
    return tuple(found for path in sorted(CASES.glob("*/*.toml")) for found in _read(path))


def all_rows(ret: Return, table: str) -> list[Row]:
    """All rows of the table, in order, whichever rows hold them."""
    above = ret.form.tables[table].parent
    if not above:
        return list(ret.tables.get(table, ()))
    return [below for row in all_rows(ret, above) for below in row.children.get(table, ())]


def _read(path: Path) -> Iterator[Scenario]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    name = f"{path.parent.name}/{path.stem}"
    if "scenario" in document:
        yield from _small_ones(name, document)
    else:
        yield _worked(name, document)


def _worked(name: str, document: dict[str, Any]) -> Scenario:
    filed = _return(document, document["period"], document)
    form, expect = filed.form, document["expect"]
    return Scenario(
        name,
        filed,
        frozenset(expect["findings"]),
        _boxes(form.fields, expect.get("values", {})),
        {
            part: _boxes(form.appendices[part].fields, boxes)
            for part, boxes in expect.get("totals", {}).items()
        },
        {
            table: tuple(_boxes(form.tables[table].columns, row) for row in rows)
            for table, rows in expect.get("rows", {}).items()
        },
        is_nil=document.get("nil", False),
    )


def _small_ones(name: str, document: dict[str, Any]) -> Iterator[Scenario]:
    for entry in document["scenario"]:
        period = entry.get("period", document["period"])
        yield Scenario(
            f"{name}: {entry['title']}",
            _return(document, period, _changed(document["base"], entry)),
            frozenset(entry.get("fails", ())),
            passes=frozenset(entry.get("passes", ())),
            is_as_given=entry.get("figures") == "as given",
        )


def _changed(base: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    return {section: {**base.get(section, {}), **entry.get(section, {})} for section in _HEADER_SECTIONS}


def _return(document: dict[str, Any], period_text: str, figures: dict[str, Any]) -> Return:
    period = Period.parse(period_text)
    form = _form(document["form"], document.get("basis", ""), period)
    return Return(
        form,
        period,
        HEADER | figures.get("header", {}),
        _boxes(form.fields, figures.get("values", {})),
        {
            part: _boxes(form.appendices[part].fields, boxes)
            for part, boxes in figures.get("totals", {}).items()
        },
        {table: _rows(form, table, rows) for table, rows in figures.get("tables", {}).items()},
    )


def _form(code: str, basis: str, period: Period) -> Form:
    form = find_of_basis(code, basis, period) if basis else find_for(code, period, period.end)
    assert form is not None, f"no form {code} {basis} for {period}"
    return form


def _rows(form: Form, table: str, rows: list[dict[str, Any]]) -> tuple[Row, ...]:
    children = [each.name for each in form.tables.values() if each.parent == table]
    return tuple(
        Row(
            _boxes(
                form.tables[table].columns, {key: value for key, value in row.items() if key not in children}
            ),
            {child: _rows(form, child, row[child]) for child in children if child in row},
        )
        for row in rows
    )


def _boxes(fields: Mapping[str, Field], given: Mapping[str, Any]) -> dict[str, Value]:
    return {code: _value(fields[code], value) for code, value in given.items()}


def _value(box: Field, given: Any) -> Value:
    if given == "":
        return None
    if box.kind is Kind.NUMBER:
        return Decimal(given)
    return given  # type: ignore[no-any-return]  # TOML gives whole numbers, texts and flags
