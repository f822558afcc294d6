"""Every figure of a return with its box, address and row: what checks and codecs walk over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from khaithue.returns.figures import present_appendices
from khaithue.returns.form import Field, Form
from khaithue.returns.model import Return, Row, Value


@dataclass(frozen=True)
class Boxes:
    """The boxes of one part, or the columns of one row, with their values; ``row`` counts from 1."""

    part: str
    fields: Mapping[str, Field]
    values: Mapping[str, Value]
    row: int | None = None


def address(part: str, code: str) -> str:
    """A box as findings name it: ``40a`` of the main part, ``PL_NQ142_GTGT[9]``, ``people[12]``."""
    return f"{part}[{code}]" if part else code


def boxes_of(ret: Return) -> Iterator[Boxes]:
    """The main part, each appendix that is present, then the rows of every table in document order."""
    yield Boxes("", ret.form.fields, ret.values)
    for name in present_appendices(ret):
        yield Boxes(name, ret.form.appendices[name].fields, ret.totals.get(name, {}))
    for name, columns in _columns(ret.form).items():
        for number, row in enumerate(rows_in(ret, name), 1):
            yield Boxes(name, columns, row.values, number)


def rows_in(ret: Return, table: str) -> Iterator[Row]:
    """All rows of a table, those of a nested one in the order of their parents."""
    parent = ret.form.tables[table].parent
    if not parent:
        yield from ret.tables.get(table, ())
        return
    for row in rows_in(ret, parent):
        yield from row.children.get(table, ())


def _columns(form: Form) -> dict[str, Mapping[str, Field]]:
    return {name: table.columns for name, table in form.tables.items()}
