"""The figures of a box as the authority's XML writes them, and back."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeAlias
from xml.sax.saxutils import escape

from khaithue.returns.form import NUMERIC, Kind
from khaithue.returns.model import Value

CODES = {
    Kind.MONEY: "XML-MONEY",
    Kind.COUNT: "XML-COUNT",
    Kind.NUMBER: "XML-NUMBER",
    Kind.FLAG: "XML-FLAG",
    Kind.DATE: "XML-DATE",
    Kind.MONTH: "XML-MONTH",
    Kind.MOMENT: "XML-MOMENT",
}
"""The code of the finding when a text is no value of the kind; any text is a value of the other kinds."""

PATTERNS = {
    Kind.MONEY: r"0|-?[1-9][0-9]{0,29}",
    Kind.COUNT: r"0|[1-9][0-9]{0,29}",
    Kind.NUMBER: r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?",
    Kind.FLAG: r"0|1|true|false",
    Kind.DATE: r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    Kind.MONTH: r"(0[1-9]|1[0-2])/[0-9]{4}",
    Kind.MOMENT: r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?(Z|[+\-][0-9]{2}:[0-9]{2})",
}
"""How a value of each kind is spelt: plain digits, no separators, at most 30 before the point."""

_SPECIAL = re.compile("[&<>\r]")
_CHARACTERS = {"\r": "&#13;"}


Spelling: TypeAlias = tuple[Value, str]
"""A value, and the code of what is wrong with its text; empty when nothing is."""


def read(kind: Kind, text: str | None) -> Spelling:
    """The value a text spells.

    >>> read(Kind.MONEY, "-216707047")
    (-216707047, '')
    >>> read(Kind.MONEY, "1.000")
    (None, 'XML-MONEY')
    """
    return reader(kind)(text)


def reader(kind: Kind) -> Callable[[str | None], Spelling]:
    """The function that reads texts of one kind; made once for a column of many rows."""
    if kind not in PATTERNS:
        return _read_text
    return partial(_read_matching, re.compile(PATTERNS[kind]).fullmatch, _CONVERT[kind], CODES[kind])


def _read_text(text: str | None) -> Spelling:
    return (None if text is None or not text.strip() else text), ""


def _read_matching(
    matches: Callable[[str], object], convert: Callable[[str], Value], code: str, text: str | None
) -> Spelling:
    if not text or text.isspace():
        return None, ""
    if not matches(text):
        return None, code
    try:
        return convert(text), ""
    except ValueError:
        return None, code


def _month(text: str) -> str:
    month, year = text.split("/")
    if year == "0000":
        raise ValueError(text)
    return f"{year}-{month}"


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


_CONVERT: dict[Kind, Callable[[str], Value]] = {
    Kind.MONEY: int,
    Kind.COUNT: int,
    Kind.NUMBER: Decimal,
    Kind.FLAG: lambda text: text in ("1", "true"),
    Kind.DATE: lambda text: date.fromisoformat(text).isoformat(),
    Kind.MONTH: _month,
    Kind.MOMENT: _moment,
}


def writer(kind: Kind) -> Callable[[Value], str]:
    """The function that spells values of one kind: ``0`` for a blank amount or flag, else nothing for blank.

    It raises ``TypeError`` for a value of another type, such as a float for money.
    """
    return _WRITE.get(kind, _text)


def blank_is_zero(kind: Kind) -> bool:
    """Whether the authority's program writes a blank box of this kind as ``0``."""
    return kind in NUMERIC or kind is Kind.FLAG


def _text(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"a text box holds {value!r}")
    return escape(value, _CHARACTERS) if _SPECIAL.search(value) else value


def _whole(value: Value) -> str:
    if type(value) is int:
        return str(value)
    if value is not None:
        raise TypeError(f"a whole amount is written from an int, not {value!r}")
    return "0"


def _decimal(value: Value) -> str:
    if value is None:
        return "0"
    if isinstance(value, bool | str) or (isinstance(value, Decimal) and not value.is_finite()):
        raise TypeError(f"a number is written from a finite Decimal, not {value!r}")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _flag(value: Value) -> str:
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"a flag is written from a bool, not {value!r}")
    return "1" if value else "0"


def _slashed_month(value: Value) -> str:
    text = _text(value)
    return f"{text[5:]}/{text[:4]}" if text else ""


_WRITE: dict[Kind, Callable[[Value], str]] = {
    Kind.MONEY: _whole,
    Kind.COUNT: _whole,
    Kind.NUMBER: _decimal,
    Kind.FLAG: _flag,
    Kind.MONTH: _slashed_month,
}
