"""How an Excel book holds a return: its sheets, their columns and rows; shared by writing and reading."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from khaithue.returns.form import Field, Form, Table

LAYOUT: Final = "1"
"""The version of this layout, written in every book."""
MAIN: Final = "Tờ khai"
"""The sheet of the main part and of the appendices' own boxes, one box a row."""
ABOUT: Final = "khaithue"
"""The hidden sheet that says which form and version the book is for."""
LISTS: Final = "khaithue_lists"
"""The hidden sheet of the lists to choose from."""
CODES_ROW: Final = 2
"""The row of a sheet with the codes of its columns, counted from 0; figures begin below it."""
MAIN_COLUMNS: Final = ("Chỉ tiêu", "Nội dung", "Giá trị", "Đơn vị", "Công thức, ghi chú", "Căn cứ")
"""The columns of the main sheet; the first holds the code, the third the value."""
VALUE_COLUMN: Final = 2
NUMBER: Final = "STT"
"""The column with the number of a row."""
ABOVE: Final = "STT dòng trên"
"""The column of a nested table with the number of the row, in its parent's sheet, that holds this one."""
TICKED: Final = "X"
EXACT: Final = 10**15
"""Whole numbers from here on do not stand exactly in an Excel number, which keeps 15 digits."""
NOT_TYPED: Final = frozenset({"kieuKy", "kyKKhai", "loaiTKhai", "soLan", "tenTKhai", "maTKhai"})
"""Elements of the header that the return has of its own: its form, its period, its kind."""
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31


def is_typed(field: Field) -> bool:
    """Whether a person writes the box, so that its cell is read."""
    return field.is_typed


@dataclass(frozen=True)
class Box:
    """One row of the main sheet: a box by its address, its field and the appendix it stands in, if any."""

    address: str
    field: Field
    part: str = ""

    @property
    def typed(self) -> bool:
        """Whether the value is read: a computed box is not, nor what the return has of its own."""
        return is_typed(self.field) and self.field.header not in NOT_TYPED


def boxes(form: Form) -> Iterator[Box]:
    """The boxes of the main sheet in printed order."""
    for code, field in form.fields.items():
        yield Box(code, field)
    for name, part in form.appendices.items():
        for code, field in part.fields.items():
            yield Box(f"{name}[{code}]", field, name)


def sheet_names(form: Form) -> dict[str, str]:
    """The sheet of each table, by the name of the table: the appendix's code, numbered when several have it.

    Excel allows 31 characters, without ``[ ] : * ? /`` and backslash, and reads capitals like small letters.
    """
    names: dict[str, str] = {}
    tables = [(part.code, name) for part in form.appendices.values() for name in part.tables]
    several = {code for code, count in Counter(code for code, _ in tables).items() if count > 1}
    numbers: Counter[str] = Counter()
    taken = {MAIN.casefold(), ABOUT, LISTS}
    for code, table in tables:
        numbers[code] += 1
        suffix = f" {numbers[code]}" if code in several else ""
        name = _free(_FORBIDDEN.sub("_", code).strip(), suffix, taken)
        taken.add(name.casefold())
        names[table] = name
    return names


def _free(name: str, suffix: str, taken: set[str]) -> str:
    found = name[: _LONGEST_NAME - len(suffix)] + suffix
    number = 1
    while found.casefold() in taken:
        number += 1
        more = f"{suffix} ({number})"
        found = name[: _LONGEST_NAME - len(more)] + more
    return found


def leading(table: Table) -> tuple[str, ...]:
    """The columns before those of the form: the row's number and, for a nested table, that of its parent."""
    return (NUMBER, ABOVE) if table.parent else (NUMBER,)


def option(key: str, text: str) -> str:
    """A choice as the book lists it.

    >>> option("01", "Hoạt động thông thường")
    '01: Hoạt động thông thường'
    """
    return f"{key}: {text}" if text and text != key else key


def about(form: Form) -> dict[str, str]:
    """What the hidden sheet says of the form."""
    return {
        "khaithue": LAYOUT,
        "code": form.code,
        "basis": form.basis,
        "version": form.version,
    }
