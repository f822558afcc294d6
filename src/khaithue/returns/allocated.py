"""By how much the tax that a return allocates to other places changed: section A.I.2 of 01/KHBS."""

from collections.abc import Iterator

from khaithue.returns.form import Allocation, Form
from khaithue.returns.model import Return, Row, Value

_Place = tuple[Value, ...]

APPENDICES = "khbs_appendices"
_ROWS = "khbs_allocations"
_COLUMNS = ("2", "3", "4", "5", "6")
"""The name, its code, the ward, the province and the office, as ``Allocation.place`` orders them."""


def allocated(standing: Return, corrected: Return) -> dict[str, tuple[Row, ...]]:
    """The table of section A.I.2: a row for each appendix in which the tax of a place changed.

    A place that is told otherwise (another office, another name) is another place: its tax goes from the one
    to the other. Empty for a form that allocates nothing.
    """
    lines = corrected.form.supplement
    if lines is None or not lines.allocations:
        return {}
    papers: dict[str, list[Row]] = {}
    for each in lines.allocations:
        rows = [_row(place, change) for place, change in _changes(standing, corrected, each)]
        if rows:
            papers.setdefault(paper_of(corrected.form, each.table), []).extend(rows)
    return {APPENDICES: tuple(Row({"2": name}, {_ROWS: tuple(rows)}) for name, rows in papers.items())}


def paper_of(form: Form, part: str) -> str:
    """The paper that an appendix or a table stands on, as people call it; else the return itself."""
    for appendix in form.appendices.values():
        if not appendix.is_main and (part == appendix.name or part in appendix.tables):
            return f"Phụ lục {appendix.code}"
    return f"Tờ khai {form.code}"


def _changes(standing: Return, corrected: Return, of: Allocation) -> Iterator[tuple[_Place, int]]:
    before, after = _taxes(standing, of), _taxes(corrected, of)
    for place in dict.fromkeys((*after, *before)):
        if change := after.get(place, 0) - before.get(place, 0):
            yield place, change


def _taxes(ret: Return, of: Allocation) -> dict[_Place, int]:
    """The tax of each place, rows of the same place together."""
    found: dict[_Place, int] = {}
    for row in _all_rows(ret, of.table):
        place = tuple((row.values.get(code) or None) if code else None for code in of.place)
        found[place] = found.get(place, 0) + _tax(row, of)
    return found


def _all_rows(ret: Return, table: str) -> Iterator[Row]:
    parent = ret.form.tables[table].parent
    if not parent:
        yield from ret.tables.get(table, ())
        return
    for row in _all_rows(ret, parent):
        yield from row.children.get(table, ())


def _tax(row: Row, of: Allocation) -> int:
    amounts = (row.values.get(code) for code in of.tax)
    return next((amount for amount in amounts if isinstance(amount, int) and amount), 0)


def _row(place: _Place, change: int) -> Row:
    return Row({**dict(zip(_COLUMNS, place, strict=True)), "7": change})
