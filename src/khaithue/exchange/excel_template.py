"""An Excel book to fill in for every form: typed cells, lists to choose from, labels and law beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # the package has no types
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]  # the package has no types

from khaithue.exchange.excel_layout import (
    ABOUT,
    CODES_ROW,
    EXACT,
    LISTS,
    MAIN,
    MAIN_COLUMNS,
    NUMBER,
    TICKED,
    VALUE_COLUMN,
    about,
    boxes,
    is_typed,
    leading,
    option,
    sheet_names,
)
from khaithue.returns.form import NUMERIC, Field, Form, Kind, Table
from khaithue.returns.kinds import text_of
from khaithue.returns.model import Return, Row, Value

LAST_ROW: Final = 1_048_575
FIRST_DAY: Final = date(1900, 3, 1)
"""Excel counts the days before this one wrongly; they are written as text."""
_CREATED: Final = datetime(2000, 1, 1)
_TEXT: Final = 49
_WHOLE: Final = 3
_FORMATS: Final = {
    Kind.MONEY: _WHOLE,
    Kind.COUNT: _WHOLE,
    Kind.NUMBER: 0,
    Kind.DATE: "dd/mm/yyyy",
}
"""The number format of each kind, Excel's own by their numbers; the others are text, so that zeros stay."""
_WIDTHS: Final = {
    Kind.MONEY: 16,
    Kind.COUNT: 10,
    Kind.FLAG: 8,
    Kind.DATE: 12,
    Kind.MONTH: 10,
    Kind.TAX_ID: 16,
}
_HEAD: Final = {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1}


def template(form: Form) -> bytes:
    """An empty book for a form: a sheet for the main part, one for each table."""
    return _book(form, None)


def filled(ret: Return) -> bytes:
    """The book of a return's form with what was typed into the return; computed boxes stay blank."""
    return _book(ret.form, ret)


@dataclass(frozen=True)
class _Book:
    """The workbook being written, its styles and the ranges of its lists."""

    work: Any
    head: Any
    code: Any
    computed: Any
    text: Any
    kinds: Mapping[Kind, Any]
    lists: Mapping[tuple[str, ...], str]


def _book(form: Form, ret: Return | None) -> bytes:
    file = BytesIO()
    work = Workbook(file, {"in_memory": True})
    work.set_properties({"title": f"{form.code} {form.title}", "created": _CREATED, "comments": form.basis})
    book = _styled(work, form)
    _main_sheet(book, form, ret)
    names = sheet_names(form)
    for name, table in form.tables.items():
        _table_sheet(book, form, table, names)
        if ret is not None:
            _rows(book, work.get_worksheet_by_name(names[name]), table, _numbered(ret, table))
    _about_sheet(work, form)
    work.close()
    return file.getvalue()


def _styled(work: Any, form: Form) -> _Book:
    kinds = {kind: work.add_format({"num_format": _FORMATS.get(kind, _TEXT)}) for kind in Kind}
    return _Book(
        work=work,
        head=work.add_format({**_HEAD, "bg_color": "#DCE9F5"}),
        code=work.add_format({**_HEAD, "italic": True, "bg_color": "#F1F5F9"}),
        computed=work.add_format({"num_format": _WHOLE, "bg_color": "#E5E7EB", "font_color": "#4B5563"}),
        text=work.add_format({"text_wrap": True, "valign": "top"}),
        kinds=kinds,
        lists=_lists(work, form),
    )


# -- sheets


def _main_sheet(book: _Book, form: Form, ret: Return | None) -> None:
    sheet = book.work.get_worksheet_by_name(MAIN) or book.work.add_worksheet(MAIN)
    sheet.write_string(0, 0, f"{form.code}: {form.title} ({form.basis}, {form.version})")
    sheet.write_row(CODES_ROW, 0, MAIN_COLUMNS, book.head)
    for column, width in enumerate((22, 60, 24, 10, 50, 40)):
        sheet.set_column(column, column, width)
    for row, box in enumerate(boxes(form), CODES_ROW + 1):
        field = box.field
        sheet.write_string(row, 0, box.address)
        sheet.write_string(row, 1, field.label, book.text)
        sheet.write_string(row, 3, field.unit)
        sheet.write_string(row, 4, _remarks(field), book.text)
        sheet.write_string(row, 5, field.law, book.text)
        if not box.typed:
            sheet.write_blank(row, VALUE_COLUMN, None, book.computed)
            continue
        sheet.write_blank(row, VALUE_COLUMN, None, book.kinds[field.kind])
        sheet.write_comment(row, VALUE_COLUMN, _comment(field), {"x_scale": 2})
        _validate(book, sheet, field, (row, VALUE_COLUMN, row, VALUE_COLUMN))
        if ret is not None:
            _write(book, sheet, (row, VALUE_COLUMN), field, _value(ret, box.part, field))
    sheet.freeze_panes(CODES_ROW + 1, 2)
    sheet.set_landscape()


def _table_sheet(book: _Book, form: Form, table: Table, names: Mapping[str, str]) -> None:
    sheet = book.work.add_worksheet(names[table.name])
    above = f" (mỗi dòng thuộc một dòng của trang {names[table.parent]})" if table.parent else ""
    sheet.write_string(0, 0, f"{form.code}: {table.title}{above}")
    sheet.set_row(1, 75)
    first = leading(table)
    for column, name in enumerate(first):
        sheet.write_string(1, column, name, book.head)
        sheet.write_string(CODES_ROW, column, name, book.code)
    for column, field in enumerate(table.columns.values(), len(first)):
        sheet.write_string(1, column, field.label, book.head)
        sheet.write_string(CODES_ROW, column, field.code, book.code)
        sheet.write_comment(CODES_ROW, column, _comment(field), {"x_scale": 2})
        style = book.kinds[field.kind] if is_typed(field) else book.computed
        sheet.set_column(column, column, _WIDTHS.get(field.kind, 24), style)
        if is_typed(field):
            _validate(book, sheet, field, (CODES_ROW + 1, column, LAST_ROW, column))
    sheet.freeze_panes(CODES_ROW + 1, len(first) + 1)
    sheet.repeat_rows(1, CODES_ROW)
    sheet.set_landscape()


def _about_sheet(work: Any, form: Form) -> None:
    sheet = work.add_worksheet(ABOUT)
    for row, (key, text) in enumerate(about(form).items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, text)
    sheet.very_hidden()


# -- lists, validations, comments


def _lists(work: Any, form: Form) -> dict[tuple[str, ...], str]:
    """The lists to choose from, written one a column on a hidden sheet, and the range of each."""
    work.add_worksheet(MAIN)
    fields = [box.field for box in boxes(form)]
    fields += [field for table in form.tables.values() for field in table.columns.values()]
    found = dict.fromkeys(_options(field) for field in fields if field.choices)
    sheet = work.add_worksheet(LISTS)
    sheet.very_hidden()
    ranges = {}
    for column, options in enumerate(found):
        sheet.write_column(0, column, options)
        letter = xl_col_to_name(column)
        ranges[options] = f"={LISTS}!${letter}$1:${letter}${len(options)}"
    return ranges


def _options(field: Field) -> tuple[str, ...]:
    return tuple(option(key, text) for key, text in (field.choices or {}).items())


def _validate(book: _Book, sheet: Any, field: Field, cells: tuple[int, int, int, int]) -> None:
    if rule := _rule(book, field):
        title = f"[{field.code}]"[:32]
        sheet.data_validation(*cells, {"ignore_blank": True, "error_title": title, **rule})


def _rule(book: _Book, field: Field) -> dict[str, Any]:
    if field.choices:
        return {"validate": "list", "source": book.lists[_options(field)], "error_type": "warning"}
    match field.kind:
        case Kind.FLAG:
            return {
                "validate": "list",
                "source": [TICKED, "0"],
                "error_message": "Đánh dấu X, hoặc để trống.",
            }
        case Kind.MONEY | Kind.COUNT:
            least = field.min if field.min is not None else (0 if field.kind is Kind.COUNT else 1 - EXACT)
            limits = {"criteria": "between", "minimum": least, "maximum": EXACT - 1}
            return {"validate": "integer", **limits, "error_message": "Chỉ ghi số nguyên, không có phần lẻ."}
        case Kind.TAX_ID:
            limits = {"criteria": "between", "minimum": 10, "maximum": 14}
            return {"validate": "length", **limits, "error_message": "Mã số thuế có 10, 12 hoặc 13 chữ số."}
    return {}


def _remarks(field: Field) -> str:
    parts = [f"= {field.calc}" if field.calc else "", field.help, field.note]
    return " — ".join(part for part in parts if part)


def _comment(field: Field) -> str:
    parts = [f"[{field.code}] {field.label}", _remarks(field), field.law]
    return "\n".join(part for part in parts if part)


# -- figures


def _value(ret: Return, part: str, field: Field) -> Value:
    if field.header:
        return ret.header.get(field.header)
    return (ret.totals.get(part, {}) if part else ret.values).get(field.code)


def _numbered(ret: Return, table: Table) -> list[tuple[int, Row]]:
    """The rows of a table with the number of the parent row each; 0 for a table not nested."""
    if not table.parent:
        return [(0, row) for row in ret.tables.get(table.name, ())]
    above = _numbered(ret, ret.form.tables[table.parent])
    return [
        (number, row) for number, (_, up) in enumerate(above, 1) for row in up.children.get(table.name, ())
    ]


def _rows(book: _Book, sheet: Any, table: Table, rows: Sequence[tuple[int, Row]]) -> None:
    first = leading(table)
    typed = [(n, field) for n, field in enumerate(table.columns.values(), len(first)) if is_typed(field)]
    for number, (above, row) in enumerate(rows, 1):
        line = CODES_ROW + number
        sheet.write_number(line, first.index(NUMBER), number)
        if table.parent:
            sheet.write_number(line, 1, above)
        for column, field in typed:
            _write(book, sheet, (line, column), field, row.values.get(field.code))


def _write(book: _Book, sheet: Any, place: tuple[int, int], field: Field, value: Value) -> None:
    """Write a value so that it is read back the same; what Excel cannot hold exactly is written as text."""
    style = book.kinds[field.kind]
    if value is None or value == "":
        return
    if field.kind in NUMERIC and isinstance(value, int | Decimal) and not isinstance(value, bool):
        _write_amount(sheet, place, value, style)
    elif field.kind is Kind.FLAG:
        sheet.write_string(*place, TICKED if value else "0", style)
    elif field.kind is Kind.DATE and (day := _day(str(value))):
        sheet.write_datetime(*place, day, style)
    elif field.kind is Kind.MONTH:
        sheet.write_string(*place, _month(str(value)), style)
    else:
        choices = field.choices or {}
        sheet.write_string(*place, option(str(value), choices.get(str(value), "")), style)


def _write_amount(sheet: Any, place: tuple[int, int], value: int | Decimal, style: Any) -> None:
    exact = _exact(value)
    if exact is None:
        sheet.write_string(*place, text_of(value), style)
    else:
        sheet.write_number(*place, exact, style)


def _exact(value: int | Decimal) -> float | None:
    """The Excel number that is the same amount, if there is one of at most 15 digits."""
    if isinstance(value, int):
        return float(value) if abs(value) < EXACT else None
    digits = len(value.normalize().as_tuple().digits)
    return float(value) if digits <= 15 and Decimal(repr(float(value))) == value else None


def _day(iso: str) -> date | None:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return None
    return day if day >= FIRST_DAY else None


def _month(iso: str) -> str:
    year, _, month = iso.partition("-")
    return f"{month}/{year}"
