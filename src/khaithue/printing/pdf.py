"""A return as PDF pages like the official paper form, its appendices however long."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO, Final

from khaithue.printing import pdf_letter
from khaithue.printing.body import Block, Line
from khaithue.printing.pdf_grid import PAD, Align, Cell, Demand, Grid, shared
from khaithue.printing.pdf_head import appendix_head, head
from khaithue.printing.pdf_pen import Face, Pen, clean
from khaithue.printing.pdf_sign import signatures
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
TITLE_LINES: Final = 5
"""Lines that the titles of the columns take at most, for the room they need above the first line."""
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
        _appendix(pen, paper, part, ret)
        if part.words:
            signatures(pen, paper, part.words, signed_by)
    if findings:
        _findings(pen, findings)
    pen.save()


def _main(pen: Pen, paper: Sheet, ret: Return, signed_by: Sequence[SignedBy]) -> None:
    pen.page(landscape=paper.landscape)
    head(pen, paper, ret.tables)
    _unit(pen, paper.words.unit if paper.in_money else "")
    for block in paper.body:
        _block(pen, block, ret)
    signatures(pen, paper, paper.words, signed_by)


def _block(pen: Pen, block: Block, ret: Return) -> None:
    if block.table:
        pen.y -= 4
        table(pen, block.table, ret.tables.get(block.table.name, ()))
    elif block.only_names:
        for line in block.lines:
            section(pen, f"{line.number}. {line.label}" if line.number else line.label)
    else:
        _lines(pen, block)
        pen.y -= 4


def _appendix(pen: Pen, paper: Sheet, part: AppendixSheet, ret: Return) -> None:
    _unit(pen, (part.words or paper.words).unit if part.in_money else "")
    for frame in part.tables:
        table(pen, frame, ret.tables.get(frame.name, ()))
    if part.lines:
        pen.y -= 4
        _lines(pen, Block(part.lines, ("",) * part.columns))


def _unit(pen: Pen, text: str) -> None:
    if text:
        pen.need(BELOW_SECTION)
        pen.y -= 16
        pen.right_text(pen.right, pen.y, text, 10.5, Face.ITALIC)
    pen.y -= 4 if text else 8


# -- lines of boxes


def _lines(pen: Pen, block: Block) -> None:
    grid = _grid(pen, block)
    pen.need(grid.row_height(TITLE_LINES) + (1 + _names_from(block.lines, 0)) * grid.row_height(2))
    if block.titled:
        pen.on_break = lambda: _heading(grid, block)
        _heading(grid, block)
    for n, line in enumerate(block.lines):
        if names := _names_from(block.lines, n):
            pen.need(names * grid.row_height(2) + grid.row_height(2))
        grid.row(_line(line, block))
    pen.on_break = None


def _names_from(lines: Sequence[Line], start: int) -> int:
    """How many names of sections stand here before the line they name; none in the midst of them."""
    if start and lines[start - 1].heading:
        return 0
    return next((n for n, line in enumerate(lines[start:]) if not line.heading), 0)


def _heading(grid: Grid, block: Block) -> None:
    codes = [block.codes] if block.codes else []
    unit = ["Đơn vị tính"] if block.units else []
    first = ("STT", block.labels, *codes, *unit)
    if block.codes:
        grid.heading([*((text, ()) for text in first), *block.headings])
        return
    cells = [Cell(text, Align.CENTRE, Face.BOLD) for text in first]
    cells += [Cell(clean(title), Align.CENTRE, Face.BOLD, _box_span(block)) for title in block.columns]
    grid.row(cells)


def _line(line: Line, block: Block) -> list[Cell]:
    number = clean(line.number)
    if line.heading:
        span = 1 + bool(block.codes) + block.units + _box_span(block) * len(block.columns)
        return [Cell(number, Align.CENTRE, Face.BOLD), Cell(clean(line.label), face=Face.BOLD, span=span)]
    cells = [Cell(number, Align.CENTRE), Cell(clean(line.label))]
    if block.codes:
        cells.append(Cell(f"[{line.code}]" if line.code else "", Align.CENTRE))
    if block.units:
        cells.append(Cell(clean(line.unit), Align.CENTRE))
    for cell in line.cells:
        cells += _box(cell, block)
    return cells


def _box_span(block: Block) -> int:
    """How many columns of the grid a box takes: one more for its code if the codes have no column."""
    return 1 if block.codes else 2


def _box(cell: CellSlot | None, block: Block) -> list[Cell]:
    value = Cell(_valued(cell, block), aligned(cell.kind)) if cell else Cell("")
    if block.codes:
        return [value]
    if cell is None:
        return [Cell("", span=2)]
    return [Cell(f"[{cell.code}]" if cell.printed_code else "", Align.CENTRE), value]


def _valued(cell: CellSlot, block: Block) -> str:
    """What a box shows, with its unit where units have no column."""
    text = shown(cell)
    return f"{text} {clean(cell.unit)}" if text and cell.unit and not block.units else text


def _grid(pen: Pen, block: Block) -> Grid:
    room = pen.right - pen.left
    least = room * LABEL.get(len(block.columns), MANY_COLUMNS)
    for size in SIZES:
        narrow, boxes = _narrow(pen, block, size), _boxes(pen, block, size)
        label = room - sum(narrow) - sum(boxes)
        if label >= least:
            break
    if label < least:
        label = least
        boxes = shared(room - label - sum(narrow), [Demand(width, width) for width in boxes])
    return Grid(pen, pen.left, [narrow[0], label, *narrow[1:], *boxes], size)


def _narrow(pen: Pen, block: Block, size: float) -> list[float]:
    """The widths of the number, of the one column of codes and of the unit."""
    pad = 2.2 * PAD * size
    columns = [["STT", *(line.number for line in block.lines)]]
    if block.codes:
        columns.append([*block.codes.split(), *(f"[{line.code}]" for line in block.lines)])
    if block.units:
        columns.append(["Đơn vị", *(word for line in block.lines for word in line.unit.split())])
    return [max(pen.text_width(text, size, Face.BOLD) for text in texts) + pad for texts in columns]


def _boxes(pen: Pen, block: Block, size: float) -> list[float]:
    """The widths of each column's codes, if they stand there, and values."""
    pad = 2.2 * PAD * size
    widths = []
    for n in range(len(block.columns)):
        cells = [cell for line in block.lines if n < len(line.cells) and (cell := line.cells[n])]
        if not block.codes:
            codes = (f"[{cell.code}]" for cell in cells if cell.printed_code)
            widths.append(max((pen.text_width(code, size) for code in codes), default=0.0) + pad)
        amounts = [_valued(cell, block) for cell in cells if aligned(cell.kind) is not Align.LEFT]
        least = 12 if len(cells) > len(amounts) else 6.5
        value = max((pen.text_width(text, size) for text in amounts), default=0.0)
        widths.append(max(value, least * size) + pad)
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
