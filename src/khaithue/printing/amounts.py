"""Values as the paper form prints them: 1.234.567, (1.234), 31/05/2026, X."""

from decimal import Decimal

from khaithue.returns.form import NUMERIC, Kind
from khaithue.returns.model import Value


def grouped(amount: int | Decimal) -> str:
    """A number with dots between thousands, a decimal comma and a minus sign.

    >>> grouped(-1234567)
    '-1.234.567'
    >>> grouped(Decimal("1234.50"))
    '1.234,5'
    """
    text = f"{amount:,f}" if isinstance(amount, Decimal) else f"{amount:,}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + ("," + fraction if fraction else "")


def accounting(amount: int | Decimal) -> str:
    """A number as official papers print it: negatives in parentheses.

    >>> accounting(-1234)
    '(1.234)'
    """
    return f"({grouped(-amount)})" if amount < 0 else grouped(amount)


def printed(kind: Kind, value: Value) -> str:
    """The text the paper shows in a box of this kind; blank for a blank value."""
    if value is None or value == "":
        return ""
    if kind is Kind.FLAG:
        return "X" if value is True else ""
    if kind in NUMERIC and isinstance(value, int | Decimal):
        return accounting(value)
    if kind is Kind.DATE:
        return day(str(value))
    if kind is Kind.MONTH:
        return month(str(value))
    if kind is Kind.MOMENT:
        return moment(str(value))
    return str(value)


def day(iso: str) -> str:
    """An ISO date as Vietnamese papers write it; any other text unchanged.

    >>> day("2026-05-31")
    '31/05/2026'
    """
    parts = iso.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else iso


def moment(iso: str) -> str:
    """A moment as notices print it, to the second and as it was told; any other text unchanged.

    >>> moment("2026-04-20T08:58:40.983+07:00")
    '08:58:40 ngày 20/04/2026'
    """
    date, between, time = iso.partition("T")
    return f"{time[:8]} ngày {day(date)}" if between and len(time) > 8 else iso


def month(iso: str) -> str:
    """A month ``yyyy-mm`` as ``mm/yyyy``; any other text unchanged.

    >>> month("2026-05")
    '05/2026'
    """
    year, dash, number = iso.partition("-")
    return f"{number}/{year}" if dash and len(year) == 4 else iso
