"""One cell of an Excel book as the value of a box, exactly, or why it cannot be."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from khaithue.exchange.excel_layout import EXACT, TICKED
from khaithue.returns.form import Field, Kind
from khaithue.returns.kinds import is_date, is_moment, is_month
from khaithue.returns.model import Value

Raw: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
"""What a cell of a book holds; an empty one holds an empty text."""
Spelling: TypeAlias = tuple[Value, str]
"""A value, and the code of what is wrong with the cell; empty when nothing is."""

DIGITS: Final = 15
"""Digits that an Excel number keeps."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,30}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTH: Final = re.compile(r"(\d{1,2})/(\d{4})")


def reader(field: Field) -> Callable[[Raw], Spelling]:
    """The function that reads the cells of one box or column."""
    if field.choices and field.kind is Kind.TEXT:
        return lambda cell: _choice(cell, field.choices or {})
    return _READ[field.kind]


def blank(cell: Raw) -> bool:
    """Whether a cell holds nothing but white space."""
    return cell == "" or (isinstance(cell, str) and cell.isspace())


def whole(cell: Raw) -> Spelling:
    """A whole amount; letters, fractions and numbers that Excel has rounded are refused.

    >>> whole(1234567.0), whole("0012"), whole(0.5), whole("1.000")
    ((1234567, ''), (12, ''), (None, 'XLS-FRACTION'), (None, 'XLS-MONEY'))
    """
    if isinstance(cell, str):
        text = cell.strip()
        return (int(text), "") if _WHOLE.fullmatch(text) else (None, "XLS-MONEY")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None, "XLS-MONEY"
    if cell != int(cell):
        return None, "XLS-FRACTION"
    return (int(cell), "") if abs(cell) < EXACT else (None, "XLS-DIGITS")


def _count(cell: Raw) -> Spelling:
    value, code = whole(cell)
    return (None, "XLS-COUNT") if isinstance(value, int) and value < 0 else (value, code)


def number(cell: Raw) -> Spelling:
    """An exact decimal number.

    >>> number(0.1), number("2.50"), number(0.1 + 0.2)
    ((Decimal('0.1'), ''), (Decimal('2.50'), ''), (None, 'XLS-DIGITS'))
    """
    if isinstance(cell, str):
        text = cell.strip()
        return (Decimal(text), "") if _DECIMAL.fullmatch(text) else (None, "XLS-NUMBER")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None, "XLS-NUMBER"
    exact = Decimal(repr(cell)).normalize()
    if len(exact.as_tuple().digits) > DIGITS or abs(exact) >= EXACT:
        return None, "XLS-DIGITS"
    return exact, ""


def flag(cell: Raw) -> Spelling:
    """A box to tick.

    >>> flag("x"), flag(0.0), flag("có")
    ((True, ''), (False, ''), (None, 'XLS-FLAG'))
    """
    if isinstance(cell, bool):
        return cell, ""
    text = cell.strip().upper() if isinstance(cell, str) else str(cell)
    if text in (TICKED, "1", "1.0"):
        return True, ""
    return (False, "") if text in ("0", "0.0") else (None, "XLS-FLAG")


def _code(cell: Raw) -> Spelling:
    if isinstance(cell, str):
        return cell.strip(), ""
    return None, "XLS-CODE-NUMBER"


def _text(cell: Raw) -> Spelling:
    if isinstance(cell, str):
        return cell.strip(), ""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None, "XLS-TEXT"
    if abs(cell) >= EXACT:
        return None, "XLS-DIGITS"
    return (str(int(cell)) if cell == int(cell) else repr(cell)), "XLS-TEXT-NUMBER"


def _choice(cell: Raw, choices: Mapping[str, str]) -> Spelling:
    value, code = _text(cell)
    text = str(value or "")
    key = text.partition(": ")[0]
    return (key if text not in choices and key in choices else value), code


def day(cell: Raw) -> Spelling:
    """A day: a date of Excel, or a text like 31/05/2026 or 2026-05-31.

    >>> day("31/05/2026"), day("31/02/2026")
    (('2026-05-31', ''), (None, 'XLS-DATE'))
    """
    if isinstance(cell, datetime):
        return (cell.date().isoformat(), "") if cell.time() == time() else (None, "XLS-DATE")
    if isinstance(cell, date):
        return cell.isoformat(), ""
    text = cell.strip() if isinstance(cell, str) else ""
    if match := _DAY.fullmatch(text):
        text = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    return (text, "") if is_date(text) else (None, "XLS-DATE")


def month(cell: Raw) -> Spelling:
    """A month: a text like 05/2026 or 2026-05, or the first day of the month as Excel makes of it.

    >>> month("5/2026"), month("13/2026")
    (('2026-05', ''), (None, 'XLS-MONTH'))
    """
    if isinstance(cell, date):
        return (f"{cell:%Y-%m}", "") if cell.day == 1 else (None, "XLS-MONTH")
    text = cell.strip() if isinstance(cell, str) else ""
    if match := _MONTH.fullmatch(text):
        text = f"{match[2]}-{int(match[1]):02}"
    return (text, "") if is_month(text) else (None, "XLS-MONTH")


def moment(cell: Raw) -> Spelling:
    """A day and time with its zone, as a text; a date of Excel has no zone.

    >>> moment("2026-04-20T08:58:40+07:00"), moment("2026-04-20 08:58")
    (('2026-04-20T08:58:40+07:00', ''), (None, 'XLS-MOMENT'))
    """
    text = cell.strip() if isinstance(cell, str) else ""
    return (text, "") if is_moment(text) else (None, "XLS-MOMENT")


_READ: Final[Mapping[Kind, Callable[[Raw], Spelling]]] = {
    Kind.MONEY: whole,
    Kind.COUNT: _count,
    Kind.NUMBER: number,
    Kind.FLAG: flag,
    Kind.TEXT: _text,
    Kind.TAX_ID: _code,
    Kind.ID_PAPER: _code,
    Kind.DATE: day,
    Kind.MONTH: month,
    Kind.MOMENT: moment,
}
