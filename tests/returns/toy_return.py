"""A small form with one of everything, and returns of it."""

from pathlib import Path
from typing import Any

from khaithue.obligations.period import Period
from khaithue.returns.findings import Finding
from khaithue.returns.form import Form
from khaithue.returns.load import FormFileError, load
from khaithue.returns.model import Return, Row

FILE = Path(__file__).parent / "toys" / "toy.toml"
TEXT = FILE.read_text(encoding="utf-8")
FORM: Form = load(TEXT, "toy.toml")
HEADER = {"tenNNT": "CÔNG TY A", "mst": "0100109106"}


def toy(values: dict[str, Any] | None = None, period: str = "2026-05", **more: Any) -> Return:
    """A return of the toy form."""
    return Return(FORM, Period.parse(period), more.pop("header", HEADER), values or {}, **more)


def person(values: dict[str, Any], *deductions: int) -> Row:
    """A person with one child for each deduction."""
    kids = tuple(Row({"2": amount}) for amount in deductions)
    return Row({"1": "NGUYỄN VĂN A", **values}, {"kids": kids} if kids else {})


def faults(text: str) -> list[str]:
    """The messages of a form file."""
    try:
        load(text, "toy.toml")
    except FormFileError as error:
        return error.messages
    return []


def line_of(text: str, part: str) -> int:
    """The line of the text that holds the part, which stands there once."""
    (number,) = (number for number, line in enumerate(text.splitlines(), 1) if part in line)
    return number


def found(findings: list[Finding]) -> list[tuple[str, str, int | None]]:
    """Findings by code, box and row."""
    return [(each.code, each.cell, each.row) for each in findings]
