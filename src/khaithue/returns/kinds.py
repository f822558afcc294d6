"""The kinds of box: what a value must be, and how it is written as text."""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from khaithue.formula.runtime import decimal
from khaithue.returns.form import Kind
from khaithue.returns.model import Value

_WHOLE: Final = re.compile(r"-?[0-9]{1,30}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LARGEST: Final = 10**30 - 1
"""The largest figure that is read; no amount of the state is near it."""
_FLAGS: Final = {"1": True, "true": True, "0": False, "false": False}


def fits(kind: Kind, value: Value) -> bool:
    """Whether a value is of the kind's Python type; blank fits every kind."""
    found = type(value)
    return found is _PYTHON[kind] or value is None or (kind is Kind.NUMBER and _is_exact(value))


_PYTHON: Final = dict.fromkeys(Kind, str) | {
    Kind.MONEY: int,
    Kind.COUNT: int,
    Kind.NUMBER: int,
    Kind.FLAG: bool,
}
"""The type of each kind's values; a ``number`` may also be a ``Decimal``."""


def _is_exact(value: Value) -> bool:
    return isinstance(value, Decimal) and value.is_finite()


def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar, ``yyyy-mm-dd``."""
    try:
        return bool(_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_month(text: str) -> bool:
    """Whether the text is a month, ``yyyy-mm``."""
    return bool(_MONTH.fullmatch(text))


def is_moment(text: str) -> bool:
    """Whether the text is a moment with its zone, ``2026-04-20T08:58:40+07:00``."""
    try:
        return bool(_MOMENT.fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def parse(kind: Kind, text: str) -> Value:
    """The value of a box written as text; an empty text is blank; ``ValueError`` for what is not of the kind.

    >>> parse(Kind.MONEY, "-5"), parse(Kind.NUMBER, "2.50"), parse(Kind.FLAG, "1")
    (-5, Decimal('2.50'), True)
    """
    if not text:
        return None
    match kind:
        case Kind.MONEY | Kind.COUNT:
            return int(_matched(_WHOLE, text))
        case Kind.NUMBER:
            return Decimal(_matched(_DECIMAL, text))
        case Kind.FLAG:
            if text not in _FLAGS:
                raise ValueError(f"{text!r} is no flag")
            return _FLAGS[text]
    return text


def text_of(value: Value) -> str:
    """A value as plain text, exactly; the reverse of ``parse``. A blank is empty.

    >>> text_of(Decimal("2.50")), text_of(True), text_of(None)
    ('2.5', '1', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return _plain_decimal(value)
    return str(value)


def same(left: Value, right: Value) -> bool:
    """Whether two values say the same, a blank as 0, "" or false."""
    return (left or 0) == (right or 0) or (left or "") == (right or "")


def _plain_decimal(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no number")
    return text


def from_exact(kind: Kind, value: int | Fraction | bool | str | None) -> Value:
    """What a formula yields as the value of a box; a fraction must be a decimal number with an end."""
    if kind is Kind.NUMBER and isinstance(value, int | Fraction):
        return decimal(*value.as_integer_ratio())
    return int(value) if isinstance(value, Fraction) else value
