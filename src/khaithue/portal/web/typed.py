"""Texts as people type them, to the values of a return's data. ``static/web/amounts.js`` says the same."""

import re
from datetime import date

from khaithue.printing.amounts import day as printed_day
from khaithue.printing.amounts import grouped
from khaithue.printing.amounts import month as printed_month
from khaithue.returns.form import Kind
from khaithue.returns.model import Value

DIGITS = "[0-9]{1,18}"
DOTTED = r"[0-9]{1,3}(?:\.[0-9]{3}){1,5}"
COMMAED = "[0-9]{1,3}(?:,[0-9]{3}){1,5}"
WHOLE = re.compile(f"{DIGITS}|{DOTTED}|{COMMAED}")
DECIMAL = re.compile(f"({DIGITS}|{DOTTED})(?:,([0-9]{{1,6}}))?")
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
POINTED = re.compile(rf"({DIGITS})\.([0-9]{{1,6}})")
DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
MONTH = re.compile(r"([0-9]{1,2})[/.-]([0-9]{4})")
ISO_MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")

UNREADABLE: dict[str, str] = {
    Kind.MONEY: "TYPED-AMOUNT",
    Kind.COUNT: "TYPED-AMOUNT",
    Kind.NUMBER: "TYPED-NUMBER",
    Kind.DATE: "TYPED-DATE",
    Kind.MONTH: "TYPED-MONTH",
}
"""The error code of a text that a kind of box cannot read."""


class UnreadableError(ValueError):
    """A text that is no value of its kind; ``code`` is in ``law/errors``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.code = UNREADABLE[kind]


def value_of(kind: str, typed: str) -> str | None:
    """The value of a typed text, None when blank; raises ``UnreadableError``.

    >>> value_of("money", "(1.234.567)")
    '-1234567'
    """
    text = typed.strip()
    if not text:
        return None
    if kind in (Kind.MONEY, Kind.COUNT):
        return _signed(kind, text)
    if kind == Kind.NUMBER:
        return _signed(kind, text)
    if kind == Kind.DATE:
        return _day(text)
    if kind == Kind.MONTH:
        return _month(text)
    return text


def typed_of(kind: str, value: Value) -> str:
    """A value as it stands in a box that is typed into: negatives with a minus sign."""
    if value is None or isinstance(value, bool):
        return ""
    if not isinstance(value, str):
        return grouped(value)
    if kind == Kind.DATE:
        return printed_day(value)
    return printed_month(value) if kind == Kind.MONTH else value


def _signed(kind: str, text: str) -> str:
    bare = re.sub(r"\s", "", text)
    inner = bare[1:-1] if re.fullmatch(r"\(.*\)", bare) else bare[1:] if bare[:1] in ("-", "−") else None
    digits = _decimal(inner or bare) if kind == Kind.NUMBER else _whole(kind, inner or bare)
    return f"-{digits}" if inner is not None and digits.strip("0.") else digits


def _whole(kind: str, text: str) -> str:
    if not WHOLE.fullmatch(text):
        raise UnreadableError(kind)
    return _shortened(re.sub("[.,]", "", text))


def _decimal(text: str) -> str:
    match = DECIMAL.fullmatch(text) or (None if AMBIGUOUS.fullmatch(text) else POINTED.fullmatch(text))
    if not match:
        raise UnreadableError(Kind.NUMBER)
    fraction = (match[2] or "").rstrip("0")
    return _shortened(match[1].replace(".", "")) + (f".{fraction}" if fraction else "")


def _shortened(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _day(text: str) -> str:
    match = DAY.fullmatch(text)
    iso = f"{match[3]}-{match[2]:0>2}-{match[1]:0>2}" if match else text
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        raise UnreadableError(Kind.DATE) from None
    if found.isoformat() != iso:
        raise UnreadableError(Kind.DATE)
    return iso


def _month(text: str) -> str:
    match = MONTH.fullmatch(text)
    iso = f"{match[2]}-{match[1]:0>2}" if match else text
    if not ISO_MONTH.fullmatch(iso) or iso < "0001":
        raise UnreadableError(Kind.MONTH)
    return iso
