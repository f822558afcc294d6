"""The tables of an appendix, with the rows asked for and the tables nested in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from khaithue.printing.slots import CellSlot, printed_code, slot
from khaithue.returns.form import Appendix, Field, Table
from khaithue.returns.model import Row, Value

COLUMN_TOTAL = re.compile(r"(?:sum|count)\((\w+)(?:\[([\w.]+)\])?(?: where (?:not )?\[([\w.]+)\])?\)")
"""The formula of a box that totals one column: its table and column."""


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

    Every table begins with the number of its row; ``number_code`` is the box the form prints for it, if any.
    ``total`` counts all rows; ``blank`` is an empty row numbered 0, the pattern of a new one.
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
    number_code: str = ""

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
        rows=tuple(_row(part, table, row, address, n, view) for n, row in enumerate(shown, window.start + 1)),
        blank=_row(part, table, Row({}), address, 0, view),
        foot=(),
        start=window.start,
        total=len(rows),
        number_code=next((code for code, column in table.columns.items() if column.is_row_number), ""),
    )


def totalled(part: Appendix, line: tuple[str, ...]) -> str:
    """The table a print line of an appendix stands below: the one whose columns its boxes total, or none.

    A number of rows is no column's total, so a line with one is printed by itself.
    """
    totals = [_total_of(part.fields[code]) for code in line[2:] if code]
    found = {table for table, column in totals if column}
    name = found.pop() if len(found) == 1 and all(column for _, column in totals) else ""
    return name if name in part.tables and not part.tables[name].parent else ""


def foot(
    part: Appendix, line: tuple[str, ...], values: Mapping[str, Value], columns: tuple[Field, ...]
) -> Foot:
    """A line of totals with each total under the column it sums."""
    under = {_total_of(part.fields[code])[1]: part.fields[code] for code in line[2:] if code}
    cells = tuple(_total_cell(part, under.get(column.code), values) for column in columns)
    lead = next((n for n, cell in enumerate(cells) if cell), len(cells))
    return Foot(line[1], lead, cells[lead:])


def _total_cell(part: Appendix, box: Field | None, values: Mapping[str, Value]) -> CellSlot | None:
    return slot(box, values.get(box.code), f"{part.name}[{box.code}]") if box else None


def _total_of(box: Field) -> tuple[str, str]:
    match = COLUMN_TOTAL.fullmatch(box.calc)
    return (match[1], match[2] or match[3] or "") if match else ("", "")


def _heading(title: str, columns: tuple[Field, ...]) -> Heading:
    return Heading(columns[0].label if len(columns) == 1 else title, columns)


def _columns(table: Table, view: View) -> tuple[Field, ...]:
    columns = tuple(column for column in table.columns.values() if not column.is_row_number)
    coded = tuple(column for column in columns if printed_code(column.code))
    return columns if view.fill or not coded else coded


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
    return RowSheet(number, place, slots, children)
