"""Every figure of a return with its box, address and row: what checks and codecs walk over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from khaithue.returns.figures import present_appendices
from khaithue.returns.findings import Text
from khaithue.returns.form import Field, Form
from khaithue.returns.model import Return, Row, Value

LONGEST_LABEL = 60
"""Most letters of a label that a message repeats."""


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


def field_at(form: Form, cell: str) -> Field | None:
    """The box or column at an address as findings name it; ``None`` when the form has none there."""
    part, bracket, code = cell.removesuffix("]").partition("[")
    if not bracket:
        return form.fields.get(cell)
    if part in form.tables:
        return form.tables[part].columns.get(code)
    return form.appendices[part].fields.get(code) if part in form.appendices else None


def name_of(form: Form, part: str, field: Field, row: int | None = None) -> Text:
    """A box as people know it: ``05-1/BK-QTT-TNCN, [07] Họ và tên, dòng 3``.

    The appendix by its printed code, the box by its own when it has one, then its label.
    """
    label = f"{field.label[:LONGEST_LABEL]}…" if len(field.label) > LONGEST_LABEL else field.label
    box = f"[{field.code}] {label}" if field.code[:1].isdigit() else label
    place = ", ".join(filter(None, (_printed_code(form, part), box)))
    return Text(f"{place}, dòng {row}", f"{place}, row {row}") if row else Text(place, place)


def _printed_code(form: Form, part: str) -> str:
    codes = (each.code for each in form.appendices.values() if part == each.name or part in each.tables)
    return next(codes, "") if part else ""


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
