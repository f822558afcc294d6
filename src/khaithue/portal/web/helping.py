"""What to write in a box, as the fill page tells it beside the box or above a table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from khaithue.printing.slots import CellSlot, printed_code
from khaithue.printing.tables import TableSheet
from khaithue.returns.form import Field


@dataclass(frozen=True)
class Help:
    """The instruction of one box: its address on the page, what it is told by, and the text."""

    address: str
    mark: str
    text: str


def of_boxes(slots: Iterable[CellSlot | None]) -> tuple[Help, ...]:
    """The instructions of the boxes of one line, each told by its printed code."""
    asked = (slot for slot in slots if slot and slot.help and slot.row is None)
    return tuple(Help(slot.address, _code(slot.code), slot.help) for slot in asked)


def of_table(table: TableSheet) -> tuple[Help, ...]:
    """The instructions of a table's columns, of the tables nested in its rows, and of the boxes below it.

    None for a nested table: its columns are told once, above the outermost.
    """
    return () if is_nested(table) else tuple(_of_columns(table))


def is_nested(table: TableSheet) -> bool:
    """Whether the table stands in a row of another."""
    return table.address != table.name


def _of_columns(table: TableSheet) -> Iterator[Help]:
    for column in filter(lambda column: column.help, table.columns):
        yield Help(f"{table.name}[{column.code}]", _heading(column), column.help)
    for foot in table.foot:
        for slot in filter(None, foot.cells):
            if slot.help:
                yield Help(slot.address, f"{_code(slot.code)} {slot.label}".strip(), slot.help)
    for child in table.blank.children:
        yield from _of_columns(child)


def _heading(column: Field) -> str:
    return f"{_code(column.code)} {column.label}".strip()


def _code(code: str) -> str:
    return f"[{code}]" if printed_code(code) else ""
