"""The tables of an appendix on PDF pages, row by row from the return, however many rows there are."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Final

from khaithue.printing.amounts import accounting, printed
from khaithue.printing.page import below
from khaithue.printing.pdf_grid import LEAD, PAD, TITLE, Align, Cell, Demand, Grid, Titles, shared
from khaithue.printing.pdf_pen import Face, Pen, clean, parts
from khaithue.printing.slots import CellSlot
from khaithue.printing.tables import Foot, TableSheet
from khaithue.returns.form import NUMERIC, Field, Kind
from khaithue.returns.model import Row, Value

SIZES: Final = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
"""Sizes of letters tried, from the largest, until no word or amount is broken."""
SAMPLE: Final = 1000
"""Rows whose texts are measured to share the width; amounts are measured in all rows."""
WORD: Final = 16
"""Letters of the longest word for which a column is made wide enough; longer ones are broken."""
TWO_LINES: Final = 0.6
"""Part of a text's width that breaks it into two lines, its words being of uneven length."""
TITLE_LINES: Final = 7
"""Lines into which the title of a column is broken at most, if its words allow it."""
FOOT_LINES: Final = 3
"""Lines that the text of a total may take beside its amounts; a longer one stands in a row above."""
BELOW_SECTION: Final = 130.0
"""Least room below the name of a section, for the headings of its table and some rows, points."""
INDENT: Final = 18.0
"""Points by which a table nested in a row stands in."""

TITLE_SIZE: Final = 10.5
"""Size of the title above a table and of the name of a section, points."""

Writer = Callable[[Value], str]


def table(pen: Pen, frame: TableSheet, rows: Sequence[Row], indent: float = 0.0) -> None:
    """Draw one table with its headings, rows, nested tables and totals; ``frame`` needs to hold no rows."""
    grid = _grid(pen, frame, rows, indent)
    outer, pen.on_break = pen.on_break, None
    _title(pen, frame, grid)
    pen.on_break = lambda: _heading(grid, frame)
    _heading(grid, frame)
    _rows(grid, frame, rows, indent)
    _feet(grid, frame)
    pen.on_break = outer
    pen.y -= 6


def section(pen: Pen, text: str, below: float = BELOW_SECTION) -> None:
    """Write the name of a section of the form, on the page of the table or the lines that follow."""
    lines = pen.wrapped(clean(text), pen.right - pen.left, TITLE_SIZE, Face.BOLD)
    pen.need(len(lines) * TITLE_SIZE * LEAD + below)
    pen.y -= 4
    for line in lines:
        pen.y -= TITLE_SIZE * LEAD
        pen.text(pen.left, pen.y, line, TITLE_SIZE, Face.BOLD)


def written(column: Field) -> Writer:
    """How the paper shows a value of this column."""
    if column.choices:
        return lambda value: clean((column.choices or {}).get(str(value), printed(column.kind, value)))
    if column.kind in (Kind.MONEY, Kind.COUNT):
        return lambda value: accounting(value) if isinstance(value, int) else ""
    return lambda value: clean(printed(column.kind, value))


def aligned(kind: str) -> Align:
    """Where a value of this kind stands in its cell."""
    if kind in NUMERIC:
        return Align.AMOUNT
    return Align.CENTRE if kind in (Kind.FLAG, Kind.DATE, Kind.MONTH, Kind.MOMENT) else Align.LEFT


def shown(cell: CellSlot) -> str:
    """What the paper shows in a box that is no tick."""
    return clean(cell.chosen if cell.choices else cell.text)


# -- rows


def _rows(grid: Grid, frame: TableSheet, rows: Sequence[Row], indent: float) -> None:
    styles = [(column.code, written(column), aligned(column.kind)) for column in frame.columns]
    nested, numbered = frame.blank.children, frame.numbered
    for number, row in enumerate(rows, 1):
        values = row.values
        own = clean(printed(numbered.kind, values.get(numbered.code))) if numbered else ""
        cells = [Cell(own or str(number), Align.CENTRE)]
        cells += [Cell(write(values.get(code)), align) for code, write, align in styles]
        grid.row(cells)
        for child in nested:
            if row.children.get(child.name):
                table(grid.pen, child, row.children[child.name], indent + INDENT)
    if not rows:
        grid.row([Cell(""), *(Cell("") for _ in frame.columns)])


def _feet(grid: Grid, frame: TableSheet) -> None:
    for foot in frame.foot:
        label = clean(foot.label)
        cells = [_total(cell) for cell in foot.cells]
        if cells and grid.lines_of(label, foot.lead + 1, Face.BOLD) > FOOT_LINES:
            grid.row([Cell(label, face=Face.BOLD, span=len(frame.columns) + 1)])
            label = ""
        grid.row([Cell(label, face=Face.BOLD, span=foot.lead + 1), *cells])


def _total(cell: CellSlot | None) -> Cell:
    text = cell.text if cell else ""
    code = f"[{cell.code}]\n" if cell and cell.printed_code else ""
    return Cell(code + text, Align.AMOUNT, Face.BOLD)


# -- headings


def _title(pen: Pen, frame: TableSheet, grid: Grid) -> None:
    size = TITLE_SIZE
    width = grid.edges[-1] - grid.edges[0]
    lines = pen.wrapped(clean(frame.title), width, size, Face.BOLD) if frame.title else []
    heading = grid.heading_height(_titles(frame)) + grid.row_height(1)
    pen.need(len(lines) * size * 1.2 + heading + grid.row_height(3))
    for line in lines:
        pen.y -= size * 1.2
        pen.text(grid.edges[0], pen.y, line, size, Face.BOLD)
    pen.y -= 4


def _heading(grid: Grid, frame: TableSheet) -> None:
    grid.heading(_titles(frame))
    if frame.codes:
        grid.row(Cell(code, Align.CENTRE, Face.ITALIC) for code in frame.codes)


def _titles(frame: TableSheet) -> Titles:
    titles: list[tuple[str, tuple[str, ...]]] = [("STT", ())]
    for heading in frame.headings:
        names = tuple(below(column.label) for column in heading.columns) if heading.grouped else ()
        titles.append((heading.title, names))
    return titles


# -- widths


def _grid(pen: Pen, frame: TableSheet, rows: Sequence[Row], indent: float) -> Grid:
    left = pen.left + indent
    texts = _widest(frame, rows)
    for size in SIZES:
        number = _number_width(pen, frame, rows, size)
        room = pen.right - left - number
        demands = list(_demands(pen, frame, texts, size))
        if sum(each.least for each in demands) <= room:
            break
    return Grid(pen, left, [number, *shared(room, demands)], size)


def _number_width(pen: Pen, frame: TableSheet, rows: Sequence[Row], size: float) -> float:
    texts = ["STT", str(len(rows))]
    if numbered := frame.numbered:
        texts += [clean(printed(numbered.kind, row.values.get(numbered.code)))[:WORD] for row in rows]
    return max(pen.text_width(text, size, Face.BOLD) for text in texts) + 2.2 * PAD * size


def _demands(pen: Pen, frame: TableSheet, texts: Sequence[Sequence[str]], size: float) -> Iterable[Demand]:
    pad = 2.2 * PAD * size
    for column, found in zip(frame.columns, texts, strict=True):
        whole = max((pen.text_width(text, size) for text in found), default=0.0)
        least = whole
        if aligned(column.kind) is Align.LEFT:
            words = [pen.text_width(word[:WORD], size) for text in found for word in parts(text)]
            least = max(min(whole * TWO_LINES, WORD * size / 2), *words, 0.0)
        title = max(least, _title_width(pen, column, size * TITLE)) + pad
        yield Demand(title, max(title, whole + pad))


def _title_width(pen: Pen, column: Field, size: float) -> float:
    label = below(column.label)
    words = max(pen.text_width(word[:WORD], size, Face.BOLD) for word in parts(label))
    code = pen.text_width(f"[{column.code}]", size / TITLE, Face.ITALIC)
    return max(words, code, pen.text_width(label, size, Face.BOLD) / TITLE_LINES)


def _widest(frame: TableSheet, rows: Sequence[Row]) -> list[list[str]]:
    """For each column the texts that may ask for the most room: the extreme amounts, or a sample."""
    totals = {cell_code: text for foot in frame.foot for cell_code, text in _under(foot, frame)}
    found = []
    for column in frame.columns:
        write = written(column)
        if column.kind in (Kind.MONEY, Kind.COUNT):
            amounts = [value for row in rows if type(value := row.values.get(column.code)) is int]
            texts = [write(max(amounts)), write(min(amounts))] if amounts else []
        else:
            texts = [write(row.values.get(column.code)) for row in islice(rows, SAMPLE)]
        found.append([*texts, totals.get(column.code, "")])
    return found


def _under(foot: Foot, frame: TableSheet) -> Iterable[tuple[str, str]]:
    columns = frame.columns[foot.lead :]
    return ((column.code, cell.text) for column, cell in zip(columns, foot.cells, strict=True) if cell)
