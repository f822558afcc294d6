"""A return as PDF pages like the official paper form, its appendices however long."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

from khaithue.printing import pdf_letter
from khaithue.printing.body import Block, Line
from khaithue.printing.pdf_grid import PAD, Align, Cell, Demand, Grid, shared
from khaithue.printing.pdf_head import appendix_head, head, signatures
from khaithue.printing.pdf_pen import Face, Pen, clean
from khaithue.printing.pdf_table import BELOW_SECTION, aligned, section, shown, table
from khaithue.printing.sheet import AppendixSheet, Sheet, SignedBy, sheet
from khaithue.printing.slots import CellSlot
from khaithue.printing.tables import Window
from khaithue.returns.findings import Finding
from khaithue.returns.model import Return

SIZES: Final = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Sizes of letters tried in the main table, from the largest, until its labels have enough room."""
LABEL: Final = {1: 0.45, 2: 0.34, 3: 0.28}
"""Least part of the width for the labels of the main table, by the number of its columns."""
MANY_COLUMNS: Final = 0.16
"""The same when there are more columns."""
UNIT: Final = "Đơn vị tiền: đồng Việt Nam"
NO_ROWS: Final = Window(0, 0)


def pdf(
    ret: Return, findings: Sequence[Finding] = (), signed_by: Sequence[SignedBy] = (), note: str = ""
) -> bytes:
    """The return as a PDF document; ``findings`` are listed on a page after it.

    ``note`` stands at the foot of every page; the form, tax code and period when there is none. The same
    return gives the same bytes.
    """
    file = BytesIO()
    write(ret, file, findings, signed_by, note)
    return file.getvalue()


def write(
    ret: Return,
    file: BinaryIO,
    findings: Sequence[Finding] = (),
    signed_by: Sequence[SignedBy] = (),
    note: str = "",
) -> None:
    """Write the same PDF document to a binary file."""
    paper = sheet(ret, windows=dict.fromkeys(ret.form.tables, NO_ROWS))
    named = " · ".join(text for text in (paper.form_code, paper.tax_id, paper.period_text) if text)
    title, author = f"{paper.form_code} {paper.period_text}", clean(paper.taxpayer)
    pen = Pen(file, title=title, author=author, note=clean(note or named))
    if paper.letter:
        pdf_letter.write(pen, paper, paper.letter, ret.tables, signed_by)
    else:
        _main(pen, paper, ret, signed_by)
    for part in paper.appendices:
        pen.page(landscape=part.landscape)
        appendix_head(pen, paper, part)
        _appendix(pen, part, ret)
    if findings:
        _findings(pen, findings)
    pen.save()


def _main(pen: Pen, paper: Sheet, ret: Return, signed_by: Sequence[SignedBy]) -> None:
    pen.page(landscape=paper.landscape)
    head(pen, paper, ret.tables)
    _unit(pen, paper.in_money)
    for block in paper.body:
        _block(pen, block, ret)
    signatures(pen, paper, signed_by)


def _block(pen: Pen, block: Block, ret: Return) -> None:
    if block.table:
        pen.y -= 4
        table(pen, block.table, ret.tables.get(block.table.name, ()))
    elif block.only_names:
        for line in block.lines:
            section(pen, f"{line.number}. {line.label}" if line.number else line.label)
    else:
        _lines(pen, _Lines(block.lines, block.columns, block.units))
        pen.y -= 4


def _appendix(pen: Pen, part: AppendixSheet, ret: Return) -> None:
    _unit(pen, part.in_money)
    for frame in part.tables:
        table(pen, frame, ret.tables.get(frame.name, ()))
    if part.lines:
        pen.y -= 4
        _lines(pen, _Lines(part.lines, ("",) * part.columns, False))


def _unit(pen: Pen, in_money: bool) -> None:
    if in_money:
        pen.need(BELOW_SECTION)
        pen.y -= 16
        pen.right_text(pen.right, pen.y, UNIT, 10.5, Face.ITALIC)
    pen.y -= 4


# -- lines of boxes


@dataclass(frozen=True)
class _Lines:
    """Lines of boxes with the titles of their columns, and whether the unit of each is told."""

    lines: Sequence[Line]
    titles: Sequence[str]
    units: bool


def _lines(pen: Pen, shown_lines: _Lines) -> None:
    grid = _grid(pen, shown_lines)
    pen.need(grid.row_height(3) + grid.row_height(4))
    if any(shown_lines.titles):
        pen.on_break = lambda: _heading(grid, shown_lines)
        _heading(grid, shown_lines)
    for n, line in enumerate(shown_lines.lines):
        if names := _names_from(shown_lines.lines, n):
            pen.need(names * grid.row_height(2) + grid.row_height(2))
        grid.row(_line(line, shown_lines))
    pen.on_break = None


def _names_from(lines: Sequence[Line], start: int) -> int:
    """How many names of sections stand here before the line they name; none in the midst of them."""
    if start and lines[start - 1].heading:
        return 0
    return next((n for n, line in enumerate(lines[start:]) if not line.heading), 0)


def _heading(grid: Grid, lines: _Lines) -> None:
    unit = ["Đơn vị tính"] if lines.units else []
    cells = [Cell(text, Align.CENTRE, Face.BOLD) for text in ("STT", "Chỉ tiêu", *unit)]
    cells += [Cell(clean(title), Align.CENTRE, Face.BOLD, 2) for title in lines.titles]
    grid.row(cells)


def _line(line: Line, lines: _Lines) -> list[Cell]:
    number = clean(line.number)
    if line.heading:
        span = 1 + lines.units + 2 * len(lines.titles)
        return [Cell(number, Align.CENTRE, Face.BOLD), Cell(clean(line.label), face=Face.BOLD, span=span)]
    cells = [Cell(number, Align.CENTRE), Cell(clean(line.label))]
    if lines.units:
        cells.append(Cell(clean(line.unit), Align.CENTRE))
    for cell in line.cells:
        cells += _box(cell)
    return cells


def _box(cell: CellSlot | None) -> list[Cell]:
    if cell is None:
        return [Cell("", span=2)]
    code = f"[{cell.code}]" if cell.printed_code else ""
    return [Cell(code, Align.CENTRE), Cell(shown(cell), aligned(cell.kind))]


def _grid(pen: Pen, lines: _Lines) -> Grid:
    room = pen.right - pen.left
    least = room * LABEL.get(len(lines.titles), MANY_COLUMNS)
    for size in SIZES:
        narrow, boxes = _narrow(pen, lines, size), _boxes(pen, lines, size)
        label = room - sum(narrow) - sum(boxes)
        if label >= least:
            break
    if label < least:
        label = least
        boxes = shared(room - label - sum(narrow), [Demand(width, width) for width in boxes])
    return Grid(pen, pen.left, [narrow[0], label, *narrow[1:], *boxes], size)


def _narrow(pen: Pen, lines: _Lines, size: float) -> list[float]:
    """The widths of the number and of the unit."""
    pad = 2.2 * PAD * size
    numbers = ["STT", *(line.number for line in lines.lines)]
    widths = [max(pen.text_width(text, size, Face.BOLD) for text in numbers) + pad]
    if lines.units:
        units = ["Đơn vị", *(word for line in lines.lines for word in line.unit.split())]
        widths.append(max(pen.text_width(text, size, Face.BOLD) for text in units) + pad)
    return widths


def _boxes(pen: Pen, lines: _Lines, size: float) -> list[float]:
    """The widths of each column's codes and values."""
    pad = 2.2 * PAD * size
    widths = []
    for n in range(len(lines.titles)):
        cells = [cell for line in lines.lines if n < len(line.cells) and (cell := line.cells[n])]
        code = max(
            (pen.text_width(f"[{cell.code}]", size) for cell in cells if cell.printed_code), default=0.0
        )
        amounts = [shown(cell) for cell in cells if aligned(cell.kind) is not Align.LEFT]
        least = 12 if len(cells) > len(amounts) else 6.5
        value = max((pen.text_width(text, size) for text in amounts), default=0.0)
        widths += [code + pad, max(value, least * size) + pad]
    return widths


# -- findings


def _findings(pen: Pen, findings: Sequence[Finding]) -> None:
    pen.page()
    pen.y -= 20
    pen.centred(pen.width / 2, pen.y, "KẾT QUẢ KIỂM TRA TỜ KHAI", 13, Face.BOLD)
    pen.y -= 14
    titles = ("Mã", "Chỉ tiêu", "Nội dung", "Cách sửa")
    widths = [part * (pen.right - pen.left) for part in (0.16, 0.16, 0.36, 0.32)]
    grid = Grid(pen, pen.left, widths, 9.5)

    def heading() -> None:
        grid.row(Cell(title, Align.CENTRE, Face.BOLD) for title in titles)

    pen.on_break = heading
    heading()
    for found in findings:
        place = f"{found.cell} (dòng {found.row})" if found.row else found.cell
        texts = (found.code, place, found.message.vi, found.fix.vi)
        grid.row(Cell(clean(text)) for text in texts)
    pen.on_break = None
