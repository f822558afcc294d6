"""Days, months, moments and decimals typed into a book of Excel: read as they stand, or told."""

import io
from datetime import date

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # the package has no types

from khaithue.exchange.excel import read
from khaithue.exchange.excel_layout import ABOUT, CODES_ROW, MAIN, VALUE_COLUMN, about, leading, sheet_names
from khaithue.returns.catalogue import forms
from khaithue.returns.form import Field, Form, Kind


def box_of(kind: Kind) -> tuple[Form, Field]:
    """The first form with a typed box of a kind in its main part."""
    return next(
        (form, field)
        for form in forms()
        for field in form.fields.values()
        if field.kind is kind and field.is_typed and not field.header
    )


def told(form: Form, field: Field, cell: object) -> list[str]:
    """The codes found when a book has this in the cell of the box."""
    file = io.BytesIO()
    work = xlsxwriter.Workbook(file, {"in_memory": True})
    main = work.add_worksheet(MAIN)
    main.write_string(CODES_ROW + 1, 0, field.code)
    if isinstance(cell, date):
        day = work.add_format({"num_format": "dd/mm/yyyy"})
        main.write_datetime(CODES_ROW + 1, VALUE_COLUMN, cell, day)
    else:
        main.write(CODES_ROW + 1, VALUE_COLUMN, cell)
    for name, sheet in sheet_names(form).items():
        table = form.tables[name]
        work.add_worksheet(sheet).write_row(CODES_ROW, 0, [*leading(table), *table.columns])
    for line, pair in enumerate(about(form).items()):
        (work.get_worksheet_by_name(ABOUT) or work.add_worksheet(ABOUT)).write_row(line, 0, pair)
    work.close()
    return [found.code for found in read(file.getvalue(), form).findings]


@pytest.mark.error(each="code")
@pytest.mark.near_miss(each="code")
@pytest.mark.parametrize(
    ("kind", "wrong", "code", "right"),
    [
        (Kind.NUMBER, "8,5", "XLS-NUMBER", "8.5"),
        (Kind.DATE, "31-5-2026", "XLS-DATE", date(2026, 5, 31)),
        (Kind.MONTH, "2026", "XLS-MONTH", "5/2026"),
        (Kind.MOMENT, "2026-05-31T08:00:00", "XLS-MOMENT", "2026-05-31T08:00:00Z"),
    ],
)
def test_each_kind_of_box_tells_what_it_cannot_read(
    kind: Kind, wrong: object, code: str, right: object
) -> None:
    form, field = box_of(kind)
    assert (told(form, field, wrong), told(form, field, right)) == ([code], [])
