"""Fill every computed box, column and total of a return."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from khaithue.formula.syntax import FORM
from khaithue.returns.figures import computed_tables, figures_of, rows_of
from khaithue.returns.form import Field, Form
from khaithue.returns.formulas import program_of
from khaithue.returns.model import Return, Row, Value


def compute(ret: Return) -> Return:
    """The return with everything computed; a computed box that is blank holds ``None``.

    The figures given must be of their kinds (``check`` tells which are not). An appendix that is not part of
    the return stays out of it and counts as blank.
    """
    figures = figures_of(ret)
    program_of(ret.form).compute(figures)
    totals = {name: boxes for name, boxes in figures.boxes.items() if name != FORM}
    computed = computed_tables(ret.form)
    tables = {
        name: rows_of(figures.rows[name]) if name in computed else rows for name, rows in ret.tables.items()
    }
    return replace(ret, values=figures.boxes[FORM], totals=totals, tables=tables)


def fill_unwritten(ret: Return) -> Return:
    """The return as read from XML, with the computed boxes that have no element there: row numbers, counts.

    Every other box stays as it was read.
    """
    form = ret.form
    if not any(map(_is_unwritten, _boxes(form))):
        return ret
    computed = compute(ret)
    totals = {
        name: _filled(form.appendices[name].fields, values, computed.totals.get(name, {}))
        for name, values in ret.totals.items()
    }
    tables = {
        name: _filled_rows(form, name, rows, computed.tables[name]) for name, rows in ret.tables.items()
    }
    values = _filled(form.fields, ret.values, computed.values)
    return replace(ret, values=values, totals=totals, tables=tables)


def _is_unwritten(field: Field) -> bool:
    return bool(field.calc) and not field.xml


def _boxes(form: Form) -> Iterator[Field]:
    yield from form.fields.values()
    for part in form.appendices.values():
        yield from part.fields.values()
    for table in form.tables.values():
        yield from table.columns.values()


def _filled(
    fields: Mapping[str, Field], given: Mapping[str, Value], computed: Mapping[str, Value]
) -> dict[str, Value]:
    more = {code: computed.get(code) for code, field in fields.items() if _is_unwritten(field)}
    return {**given, **{code: value for code, value in more.items() if value is not None}}


def _filled_rows(form: Form, table: str, rows: tuple[Row, ...], computed: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(_filled_row(form, table, row, other) for row, other in zip(rows, computed, strict=True))


def _filled_row(form: Form, table: str, row: Row, computed: Row) -> Row:
    children = {
        name: _filled_rows(form, name, kids, computed.children[name]) for name, kids in row.children.items()
    }
    return Row(_filled(form.tables[table].columns, row.values, computed.values), children)
