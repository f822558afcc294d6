"""The figures of a return for a program (JSON) and for a person (tables in printed order)."""

from collections.abc import Iterator, Mapping
from typing import Any

from khaithue.cli.answer import plain
from khaithue.cli.screen import Screen
from khaithue.cli.voice import say
from khaithue.printing.amounts import printed
from khaithue.returns.findings import Text
from khaithue.returns.form import NUMERIC, Appendix, Field, Table
from khaithue.returns.model import Return, Row, Value

BOX = Text("Chỉ tiêu", "Box")
LABEL = Text("Nội dung", "Label")
VALUE = Text("Giá trị", "Value")
COMPUTED = Text("= do chương trình tính", "= computed")
NUMBER = Text("STT", "Row")
ZEROS = Text("{n} dòng, đều để trống hoặc bằng 0", "{n} rows, all blank or 0")
FORM = Text("Mẫu", "Form")
PERIOD = Text("Kỳ tính thuế", "Tax period")
TAXPAYER = Text("Người nộp thuế", "Taxpayer")


def figures_json(ret: Return) -> dict[str, Any]:
    """``values``: every box by its address, blank as null; ``tables``: the rows of each table present."""
    return {
        "form": {"code": ret.form.code, "basis": ret.form.basis, "version": ret.form.version},
        "period": str(ret.period),
        "taxpayer": dict(zip(("mst", "name"), ret.taxpayer, strict=True)),
        "values": dict(_values(ret)),
        "tables": {name: [_row_json(row) for row in rows] for name, rows in ret.tables.items()},
    }


def show_return(ret: Return, screen: Screen, *more: tuple[str, str]) -> None:
    """Who files what for which period, and ``more`` facts below."""
    taxpayer = " · ".join(part for part in ret.taxpayer if part)
    form = f"{ret.form.code} · {ret.form.basis} · {ret.form.version}"
    screen.heading(ret.form.title)
    screen.facts([(say(FORM), form), (say(PERIOD), str(ret.period)), (say(TAXPAYER), taxpayer), *more])


def show_figures(ret: Return, screen: Screen) -> None:
    """Every filled box of the main part and of each appendix, in printed order, the computed ones marked."""
    _show_boxes("", ret.form.fields, ret.values, screen)
    for name, part in ret.form.appendices.items():
        if name in ret.totals or any(ret.tables.get(table) for table in part.tables):
            _show_appendix(part, ret, screen)
    screen.note(say(COMPUTED), "dim")


def _values(ret: Return) -> Iterator[tuple[str, object]]:
    for code, field in ret.form.fields.items():
        if not field.header:
            yield code, plain(ret.values.get(code))
    for name, values in ret.totals.items():
        for code in ret.form.appendices[name].fields:
            yield f"{name}[{code}]", plain(values.get(code))


def _row_json(row: Row) -> dict[str, Any]:
    children = {name: [_row_json(each) for each in rows] for name, rows in row.children.items()}
    return {"values": {code: plain(value) for code, value in row.values.items()}, "children": children}


def _show_appendix(part: Appendix, ret: Return, screen: Screen) -> None:
    screen.text("")
    screen.heading(f"{part.code} · {part.title}")
    for table in part.tables.values():
        if rows := tuple(_numbered(ret, table)):
            _show_rows(table, rows, screen)
    _show_boxes(part.name, part.fields, ret.totals.get(part.name, {}), screen)


def _show_boxes(part: str, fields: Mapping[str, Field], values: Mapping[str, Value], screen: Screen) -> None:
    rows = [
        (_name(part, code), field.label, "=" if field.calc else "", printed(field.kind, values.get(code)))
        for code, field in fields.items()
    ]
    if filled := [row for row in rows if row[-1]]:
        screen.table([say(BOX), say(LABEL), "", say(VALUE)], filled, right=[3])


def _numbered(ret: Return, table: Table) -> Iterator[tuple[str, Row]]:
    """The rows of a table with their numbers; a nested row's number follows that of its parent: ``2.1``."""
    if not table.parent:
        for number, row in enumerate(ret.tables.get(table.name, ()), 1):
            yield str(number), row
        return
    for above, parent in _numbered(ret, ret.form.tables[table.parent]):
        for number, row in enumerate(parent.children.get(table.name, ()), 1):
            yield f"{above}.{number}", row


def _show_rows(table: Table, rows: tuple[tuple[str, Row], ...], screen: Screen) -> None:
    """The columns that some row fills with more than zero; row by row where the screen is too narrow."""
    columns = [
        column for code, column in table.columns.items() if any(row.values.get(code) for _, row in rows)
    ]
    screen.note(table.title)
    if not columns:
        screen.note(say(ZEROS).format(n=len(rows)), "dim")
        return
    body = [
        (number, *(printed(column.kind, row.values.get(column.code)) for column in columns))
        for number, row in rows
    ]
    names = [say(NUMBER), *(_name("", column.code) for column in columns)]
    amounts = [number for number, column in enumerate(columns, 1) if column.kind in NUMERIC]
    if screen.fits(names, body, amounts):
        screen.facts((_name("", column.code), column.label) for column in columns)
        screen.table(names, body, right=amounts)
        return
    labels = [names[0], *(f"{_name('', column.code)} {column.label}" for column in columns)]
    for row in body:
        screen.facts((name, value) for name, value in zip(labels, row, strict=True) if value)


def _name(part: str, code: str) -> str:
    return f"{part}[{code}]"
