"""One box of the paper: where it stands, what it holds, whether a person may write in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import Final

from khaithue.printing.amounts import printed
from khaithue.returns.form import NUMERIC, Field
from khaithue.returns.model import Value

PRINTED_FIRST: Final = frozenset(digits + ascii_uppercase)
"""What a code that the paper prints begins with; our own names of boxes begin in lower case."""


@dataclass(frozen=True)
class CellSlot:
    """One box.

    ``address`` is unique on the sheet: ``40a`` in the main part, ``PL_NQ142_GTGT[9]`` in an appendix,
    ``people[3][12]`` in the third row of a table, ``header[nguoiKy]`` in the header. ``cell`` and ``row`` are
    how findings name the same box. ``kind`` is a ``Kind``; ``text`` is what the paper shows.
    """

    code: str
    address: str
    kind: str
    value: Value
    text: str
    label: str
    editable: bool = True
    computed: bool = False
    cell: str = ""
    row: int | None = None
    unit: str = ""
    help: str = ""
    note: str = ""
    law: str = ""
    choices: Mapping[str, str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether the box holds an amount, written from the right."""
        return self.kind in NUMERIC

    @property
    def printed_code(self) -> bool:
        """Whether the paper prints the box's code; a box without one has a name in lower case."""
        return printed_code(self.code)

    @property
    def chosen(self) -> str:
        """The text of the choice taken, for a box with choices."""
        return (self.choices or {}).get(str(self.value), self.text)


def printed_code(code: str) -> bool:
    """Whether the paper prints this code of a box; ``23_luy_ke`` is our own name of a box beside [23].

    >>> [printed_code(code) for code in ("40a", "A1", "23_luy_ke", "nguoi_ky")]
    [True, True, False, False]
    """
    return bool(code) and code[0] in PRINTED_FIRST and "_" not in code


def slot(
    box: Field, value: Value, address: str, *, cell: str = "", row: int | None = None, editable: bool = True
) -> CellSlot:
    """The box of one field holding one value; a box computed in every case is never editable."""
    return CellSlot(
        code=box.code,
        address=address,
        kind=box.kind,
        value=value,
        text=printed(box.kind, value),
        label=box.label,
        editable=editable and box.is_typed,
        computed=bool(box.calc),
        cell=cell or address,
        row=row,
        unit=box.unit,
        help=box.help,
        note=box.note,
        law=box.law,
        choices=box.choices,
    )


def blank_or_slot(
    fields: Mapping[str, Field], code: str, values: Mapping[str, Value], part: str = ""
) -> CellSlot | None:
    """The box with this code in a part (the main part when ``part`` is empty), or none for an empty code."""
    if not code:
        return None
    address = f"{part}[{code}]" if part else code
    return slot(fields[code], values.get(code), address)
