"""A return's figures laid out for the compiled formulas, and put back."""

from collections.abc import Iterable, Mapping
from typing import Any

from khaithue.formula.runtime import Work
from khaithue.formula.syntax import FORM
from khaithue.formula.target_python import Figures
from khaithue.returns.form import Form, Table
from khaithue.returns.model import Return, Row, Value


def present_appendices(ret: Return) -> tuple[str, ...]:
    """The appendices that are part of the return: with boxes of their own, or with rows. In printed order."""
    return tuple(
        name
        for name, part in ret.form.appendices.items()
        if name in ret.totals or any(ret.tables.get(table) for table in part.tables)
    )


def figures_of(ret: Return) -> Figures:
    """The figures of a return, copied so that computing them leaves the return as it is."""
    present = present_appendices(ret)
    boxes = {FORM: dict(ret.values)}
    boxes |= {name: dict(ret.totals.get(name, {})) for name in present}
    rows: dict[str, list[Work]] = {name: [] for name in ret.form.tables}
    children = _children(ret.form)
    copied = computed_tables(ret.form)
    for name, table in ret.form.tables.items():
        if not table.parent:
            _lay_out(ret.tables.get(name, ()), None, name, rows, children, copied)
    return Figures(ret.header, boxes, rows, frozenset(present), ret.period.start, ret.period.end)


def computed_tables(form: Form) -> frozenset[str]:
    """The tables with a computed column, and those that hold such a table in their rows."""
    tables = form.tables
    found = {name for name, table in tables.items() if any(column.calc for column in table.columns.values())}
    for name in list(found):
        while (parent := tables[name].parent) and parent not in found:
            found.add(parent)
            name = parent
    return frozenset(found)


def rows_of(works: Iterable[Work]) -> tuple[Row, ...]:
    """The rows again, with what was computed in them."""
    return tuple(
        Row(work.v, {name: rows_of(kids) for name, kids in work.kids.items()} if work.kids else _NO_CHILDREN)
        for work in works
    )


_NO_CHILDREN: Mapping[str, tuple[Row, ...]] = {}


def _children(form: Form) -> dict[str, list[Table]]:
    return {name: [each for each in form.tables.values() if each.parent == name] for name in form.tables}


def _lay_out(
    given: tuple[Row, ...],
    up: Work | None,
    table: str,
    rows: dict[str, list[Work]],
    children: Mapping[str, list[Table]],
    copied: frozenset[str],
) -> list[Work]:
    works = []
    for number, row in enumerate(given, 1):
        work = Work(dict(row.values) if table in copied else _as_dict(row.values), up, {}, number)
        if children[table]:
            work.kids = {
                child.name: _lay_out(row.children[child.name], work, child.name, rows, children, copied)
                for child in children[table]
                if child.name in row.children
            }
        works.append(work)
    rows[table].extend(works)
    return works


def _as_dict(values: Mapping[str, Value]) -> dict[str, Any]:
    return values if isinstance(values, dict) else dict(values)
