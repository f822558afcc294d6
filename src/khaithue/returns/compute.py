"""Fill every computed box, column and total of a return."""

from dataclasses import replace

from khaithue.formula.syntax import FORM
from khaithue.returns.figures import computed_tables, figures_of, rows_of
from khaithue.returns.formulas import program_of
from khaithue.returns.model import Return


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
