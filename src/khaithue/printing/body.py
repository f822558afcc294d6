"""The body of the main part: runs of lines under the titles of their columns, and the tables among them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from string import ascii_lowercase
from typing import Final

from khaithue.printing.slots import CellSlot
from khaithue.printing.tables import (
    Boxes,
    PrintLine,
    TableSheet,
    View,
    on_paper,
    table_sheet,
    totalled,
    with_feet,
)
from khaithue.returns.form import Appendix, Form, Kind, Table, placed
from khaithue.returns.model import Return

LABELS: Final = "Chỉ tiêu"
"""The title over the texts of lines of boxes, where the form says no other."""


FEW: Final = 3
"""Fewer than one line of so many with a unit make no column of units."""


@dataclass(frozen=True)
class Line:
    """One line of the main table: its number, its text and one box (or none) for each amount column."""

    number: str
    label: str
    cells: tuple[CellSlot | None, ...]
    unit: str = ""

    @property
    def heading(self) -> bool:
        """Whether the line only names a section."""
        return not any(self.cells)

    @property
    def code(self) -> str:
        """The one code of the whole line: its box's, without the column's letter where it has several."""
        codes = [cell.code for cell in self.cells if cell and cell.printed_code]
        return codes[0] if len(codes) == 1 else "".join(codes[:1]).rstrip(ascii_lowercase)


@dataclass(frozen=True)
class Block:
    """A run of lines under the titles of their columns, or one table.

    ``labels`` is the title over the lines' texts, ``codes`` that of their one column of codes, if any.
    """

    lines: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()
    table: TableSheet | None = None
    labels: str = LABELS
    codes: str = ""

    @property
    def only_names(self) -> bool:
        """Whether the block holds nothing but names of sections, those of the tables below it."""
        return self.table is None and all(line.heading for line in self.lines)

    @property
    def titled(self) -> bool:
        """Whether the columns have titles."""
        return any(self.columns)

    @property
    def headings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The titles of the columns, those that share the words before a colon under one; names below it."""
        return tuple(_heading(list(run)) for _, run in groupby(self.columns, key=_shared))

    @property
    def units(self) -> bool:
        """Whether the units have a column: they stand beside the amounts when only a few lines tell one."""
        asked = [line for line in self.lines if not line.heading]
        told = [line for line in asked if line.unit]
        return bool(told) and FEW * len(told) >= len(asked)

    def slots(self) -> Iterable[CellSlot]:
        """Every box shown."""
        if self.table:
            yield from self.table.slots()
        for line in self.lines:
            yield from (cell for cell in line.cells if cell)


def _shared(title: str) -> str:
    return title.partition(": ")[0]


def _heading(titles: list[str]) -> tuple[str, tuple[str, ...]]:
    if len(titles) == 1:
        return titles[0], ()
    return _shared(titles[0]), tuple(title.partition(": ")[2] for title in titles)


def body(form: Form, boxes: Boxes, tables: Mapping[str, TableSheet], view: View) -> tuple[Block, ...]:
    """The lines and tables of the main part in printed order; a table without a place stands at the end."""
    rows = [
        row for row in on_paper(form.layout.rows, boxes, view) if totalled(row, form.fields) not in tables
    ]
    said = {placed(row[1]) for row in rows} | {placed(code) for line in form.layout.head for code in line}
    rows += [("", f"{{{name}}}") for name in tables if name not in said]
    return tuple(_blocks(form, rows, boxes, tables))


def main_tables(filled: Return, view: View, boxes: Boxes) -> Mapping[str, TableSheet]:
    """The tables of the main part by name, those nested in others left out, their totals below them."""
    part = next((part for part in filled.form.appendices.values() if part.is_main), None)
    return part_tables(part, filled, view, filled.form.layout.rows, boxes) if part else {}


def part_tables(
    part: Appendix, filled: Return, view: View, rows: Iterable[PrintLine], boxes: Boxes
) -> dict[str, TableSheet]:
    """The tables of one part by name, those nested in others left out, their totals below them."""
    lines = list(rows)

    def laid(table: Table) -> TableSheet:
        sheet = table_sheet(part, table, filled.tables.get(table.name, ()), "", view)
        return with_feet(sheet, lines, boxes)

    return {table.name: laid(table) for table in part.tables.values() if not table.parent}


def line_of(row: PrintLine, boxes: Boxes, columns: int) -> Line:
    """One printed line with its boxes."""
    number, label, *codes = row
    cells = tuple(boxes.slot(code) for code in codes)
    unit = next((cell.unit for cell in cells if cell and cell.unit), "")
    return Line(number, label, cells + (None,) * (columns - len(cells)), unit)


def in_money(slots: Iterable[CellSlot]) -> bool:
    """Whether some box is an amount of đồng."""
    return any(cell.kind == Kind.MONEY for cell in slots)


def _blocks(
    form: Form, rows: Iterable[PrintLine], boxes: Boxes, tables: Mapping[str, TableSheet]
) -> Iterator[Block]:
    titles = form.layout.columns
    for is_table, run in groupby(rows, key=lambda row: bool(placed(row[1]))):
        if is_table:
            yield from (Block(table=tables[placed(row[1])]) for row in run)
            continue
        lines = [line_of(row, boxes, len(titles)) for row in run]
        names = _last_names(lines) if tables else 0
        if kept := lines[: len(lines) - names]:
            block = _narrowed(kept, titles) if tables else Block(tuple(kept), titles)
            yield replace(block, labels=form.layout.labels or LABELS, codes=form.layout.codes)
        if names:
            yield Block(tuple(lines[-names:]))


def _last_names(lines: list[Line]) -> int:
    """How many names of sections stand last; they belong to the table that follows."""
    return next((n for n, line in enumerate(reversed(lines)) if not line.heading), len(lines))


def _narrowed(lines: list[Line], titles: tuple[str, ...]) -> Block:
    """Lines with the columns they use; those that do not use all hold other amounts, so the titles go."""
    used = [n for n in range(len(titles)) if any(line.cells[n] for line in lines)]
    if len(used) == len(titles):
        return Block(tuple(lines), titles)
    shown = (Line(line.number, line.label, tuple(line.cells[n] for n in used), line.unit) for line in lines)
    return Block(tuple(shown), ("",) * len(used))
