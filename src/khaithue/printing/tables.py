"""The tables of an appendix, with the rows asked for and the tables nested in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, groupby

from khaithue.printing.amounts import printed
from khaithue.printing.slots import CellSlot, blank_or_slot, printed_code, slot
from khaithue.returns.form import Appendix, Field, Kind, Table
from khaithue.returns.model import Row, Value

COLUMN_TOTAL = re.compile(r"(?:sum|count)\((\w+)(?:\[([\w.]+)\])?(?: where (?:not )?\[([\w.]+)\])?\)")
"""The formula of a box that totals one column: its table and column."""


COLUMN_NUMBERS = frozenset("23456789")
"""Codes of one figure are the numbers of columns, which the paper writes in round brackets."""

NUMBER = "STT"
"""The label of the column of the rows' numbers, on every paper form."""


@dataclass(frozen=True)
class View:
    """What to show of a return's tables.

    ``fill`` shows also the columns that the paper leaves out. ``windows`` names the rows to show of a table.
    """

    fill: bool
    windows: Mapping[str, "Window"]


@dataclass(frozen=True)
class Window:
    """The rows of a table to show: ``count`` of them from ``start`` (from 0); all without ``count``."""

    start: int = 0
    count: int | None = None


ALL_ROWS = Window()


@dataclass(frozen=True)
class RowSheet:
    """One printed row, numbered from 1."""

    number: int
    address: str
    slots: tuple[CellSlot, ...]
    children: tuple["TableSheet", ...]
    own_number: str = ""

    @property
    def printed_number(self) -> str:
        """The number the paper shows: the row's own where it has one, else its place."""
        return self.own_number or str(self.number)


@dataclass(frozen=True)
class Heading:
    """The heading over a column, or over several that the paper prints under one title."""

    title: str
    columns: tuple[Field, ...]

    @property
    def grouped(self) -> bool:
        """Whether the columns have headings of their own below the title."""
        return len(self.columns) > 1 or self.columns[0].label != self.title


@dataclass(frozen=True)
class Foot:
    """A line of totals below a table: its text over the first ``lead`` columns, then a box or none each."""

    label: str
    lead: int
    cells: tuple[CellSlot | None, ...]


@dataclass(frozen=True)
class TableSheet:
    """One table: its columns in printed order, the rows shown and the totals below them.

    ``total`` counts all rows; ``blank`` is an empty row numbered 0, the pattern of a new one. ``numbered``
    is a typed column of the table's own that holds the numbers to print, where they are filled; ``row_code``
    the code of a computed column of row numbers.
    """

    name: str
    address: str
    title: str
    columns: tuple[Field, ...]
    rows: tuple[RowSheet, ...]
    blank: RowSheet
    foot: tuple[Foot, ...]
    start: int
    total: int
    numbered: Field | None = None
    row_code: str = ""

    @property
    def number_code(self) -> str:
        """The code printed over the rows' numbers; empty without one."""
        return self.numbered.code if self.numbered and printed_code(self.numbered.code) else self.row_code

    @property
    def end(self) -> int:
        """The number of the last row shown."""
        return self.start + len(self.rows)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The columns, those whose labels share the words before a colon under one heading."""
        grouped = groupby(self.columns, key=lambda column: column.label.partition(": ")[0])
        return tuple(_heading(title, tuple(columns)) for title, columns in grouped)

    @property
    def in_money(self) -> bool:
        """Whether some column, here or in a nested table, holds amounts of đồng."""
        own = any(column.kind is Kind.MONEY for column in self.columns)
        return own or any(child.in_money for child in self.blank.children)

    @property
    def codes(self) -> tuple[str, ...]:
        """What the paper prints over the rows' numbers and each column; nothing when none has a code.

        That is ``[08]``, or ``(2)`` where columns are only numbered.
        """
        shown = [column.code if printed_code(column.code) else "" for column in self.columns]
        if any(code in COLUMN_NUMBERS for code in shown):
            return tuple(f"({code})" if code else "" for code in (self.number_code or "1", *shown))
        found = tuple(f"[{code}]" if code else "" for code in (self.number_code, *shown))
        return found if any(found) else ()

    @property
    def two_lines(self) -> bool:
        """Whether some heading has headings below it."""
        return any(heading.grouped for heading in self.headings)

    def slots(self) -> Iterable[CellSlot]:
        """Every box shown, row by row, then the totals."""
        for row in self.rows:
            yield from row.slots
            for table in row.children:
                yield from table.slots()
        for foot in self.foot:
            yield from (cell for cell in foot.cells if cell)


def table_sheet(part: Appendix, table: Table, rows: tuple[Row, ...], above: str, view: View) -> TableSheet:
    """One table laid out; ``above`` is the address of the parent row, empty for a table not nested."""
    address = f"{above}.{table.name}" if above else table.name
    window = ALL_ROWS if above else view.windows.get(table.name, ALL_ROWS)
    stop = None if window.count is None else window.start + window.count
    shown = rows[window.start : stop]
    return TableSheet(
        name=table.name,
        address=address,
        title=table.title,
        columns=_columns(table, view),
        numbered=_numbered(table, view),
        rows=tuple(_row(part, table, row, address, n, view) for n, row in enumerate(shown, window.start + 1)),
        blank=_row(part, table, Row({}), address, 0, view),
        foot=(),
        start=window.start,
        total=len(rows),
        row_code=next((code for code, column in table.columns.items() if column.is_row_number), ""),
    )


@dataclass(frozen=True)
class Boxes:
    """The boxes of the main part (``part`` is empty then) or of an appendix, with what they hold."""

    part: str
    fields: Mapping[str, Field]
    values: Mapping[str, Value]

    def address(self, code: str) -> str:
        """Where the box of this code stands on the sheet."""
        return f"{self.part}[{code}]" if self.part else code

    def slot(self, code: str) -> CellSlot | None:
        """The box of this code; none for an empty code."""
        return blank_or_slot(self.fields, code, self.values, self.part)


PrintLine = tuple[str, ...]
"""A printed line as a form file says it: number, label, codes of boxes."""


def on_paper(lines: Iterable[PrintLine], boxes: Boxes, view: View) -> list[PrintLine]:
    """The lines without those of nothing but blank boxes that the paper does not have."""
    return [line for line in lines if view.fill or not _is_extra(line[2:], boxes)]


def _is_extra(codes: Iterable[str], boxes: Boxes) -> bool:
    found = [code for code in codes if code]
    return bool(found) and all(boxes.fields[code].unprinted and not boxes.values.get(code) for code in found)


def with_feet(table: TableSheet, lines: Iterable[PrintLine], boxes: Boxes) -> TableSheet:
    """The table with those of the lines that are totals of its columns below it."""
    feet = _joined(line for line in lines if totalled(line, boxes.fields) == table.name)
    return replace(table, foot=tuple(_foot(line, boxes, table.columns) for line in feet))


def _joined(lines: Iterable[PrintLine]) -> list[PrintLine]:
    """Totals said one by one (``Tổng: Thu nhập``, ``Tổng: Bảo hiểm``) as the one line of the paper."""
    joined: list[PrintLine] = []
    for title, run in groupby(lines, key=lambda line: line[1].partition(": ")[0]):
        first, *rest = run
        joined.append((first[0], title, *chain(first[2:], *(line[2:] for line in rest))) if rest else first)
    return joined


def totalled(line: PrintLine, fields: Mapping[str, Field]) -> str:
    """The table a printed line belongs to: the one whose columns its boxes total.

    A count of rows is no column's total, so a line with one is printed by itself.
    """
    totals = [_total_of(fields[code]) for code in line[2:] if code]
    found = {table for table, column in totals if column}
    return found.pop() if len(found) == 1 and all(column for _, column in totals) else ""


def _foot(line: PrintLine, boxes: Boxes, columns: tuple[Field, ...]) -> Foot:
    """A line of totals with each total under the column it sums."""
    under = {_total_of(boxes.fields[code])[1]: code for code in line[2:] if code}
    cells = tuple(boxes.slot(under.get(column.code, "")) for column in columns)
    lead = next((n for n, cell in enumerate(cells) if cell), len(cells))
    return Foot(line[1], lead, cells[lead:])


def _total_of(box: Field) -> tuple[str, str]:
    match = COLUMN_TOTAL.fullmatch(box.calc)
    return (match[1], match[2] or match[3] or "") if match else ("", "")


def _heading(title: str, columns: tuple[Field, ...]) -> Heading:
    return Heading(columns[0].label if len(columns) == 1 else title, columns)


def _columns(table: Table, view: View) -> tuple[Field, ...]:
    columns = tuple(column for column in table.columns.values() if not column.is_row_number)
    if view.fill:
        return columns
    columns = tuple(column for column in columns if column.label != NUMBER and not column.unprinted)
    return tuple(column for column in columns if printed_code(column.code)) or columns


def _numbered(table: Table, view: View) -> Field | None:
    """The typed column of row numbers, which the paper prints before all others."""
    typed = (box for box in table.columns.values() if box.label == NUMBER and not box.is_row_number)
    return None if view.fill else next(typed, None)


def _row(part: Appendix, table: Table, row: Row, address: str, number: int, view: View) -> RowSheet:
    place = f"{address}[{number}]"
    slots = tuple(
        slot(
            box,
            row.values.get(box.code),
            f"{place}[{box.code}]",
            cell=f"{table.name}[{box.code}]",
            row=number,
        )
        for box in _columns(table, view)
    )
    children = tuple(
        table_sheet(part, child, row.children.get(child.name, ()), place, view)
        for child in part.tables.values()
        if child.parent == table.name
    )
    numbered = _numbered(table, view)
    own = printed(numbered.kind, row.values.get(numbered.code)) if numbered else ""
    return RowSheet(number, place, slots, children, own)
