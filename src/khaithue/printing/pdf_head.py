"""The head of the paper form and of its appendices on PDF pages."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from khaithue.printing.pdf_grid import LEAD
from khaithue.printing.pdf_pen import Face, Pen, clean
from khaithue.printing.pdf_table import BELOW_SECTION, section, shown, table
from khaithue.printing.sheet import AppendixSheet, HeadLine, Sheet
from khaithue.printing.slots import CellSlot
from khaithue.printing.words import PaperSheet
from khaithue.returns.form import Kind
from khaithue.returns.model import Row

SIZE: Final = 12.0
SMALL: Final = 10.0
TICK: Final = 11.0
"""Side of a box to tick, points."""
DIGIT: Final = (14.0, 16.0)
"""Width and height of the box of one character of a tax code, points."""
STEP: Final = 17.5
"""Height of one line of the head, points."""
FORM_NUMBER: Final = 165.0
"""Width of the corner that names the form and its circular, points."""
LEAST: Final = 60.0
"""Least room to write in that makes several boxes share a line, points."""
GAP: Final = 12.0


class Piece(NamedTuple):
    """Some words in one style."""

    text: str
    face: Face = Face.REGULAR


def head(pen: Pen, sheet: Sheet, rows: Mapping[str, Sequence[Row]]) -> None:
    """The form's number, the nation's motto, the title, the period, the kind of return and its boxes.

    ``rows`` are those of the return's tables, of which some stand among the boxes.
    """
    corner(pen, f"Mẫu số: {sheet.form_code}", sheet.circular)
    _nation(pen)
    pen.y -= 14
    _titled(pen, sheet.words, sheet.title, 14)
    _period(pen, sheet, sheet.labels)
    _kind(pen, sheet, sheet.codes, sheet.labels)
    pen.y -= 4
    _head_lines(pen, sheet.head, rows)


def appendix_head(pen: Pen, sheet: Sheet, part: AppendixSheet) -> None:
    """The appendix's number and title, the period and whose it is."""
    if part.words:
        corner(pen, f"Mẫu số: {part.code}", sheet.circular)
        _titled(pen, part.words, part.title, 13)
    else:
        corner(pen, f"Phụ lục: {part.code}", f"(Kèm theo tờ khai mẫu số {sheet.form_code})")
        _centred(pen, part.title, 13, Face.BOLD, before=10)
    _whose(pen, sheet, part)
    _head_lines(pen, part.head, {})
    pen.y -= 10


def _whose(pen: Pen, sheet: Sheet, part: AppendixSheet) -> None:
    """The period, the kind of return and the taxpayer, as far as the appendix says them."""
    if label := part.labels.get("kyKKhai"):
        _centred(pen, f"{_code(part.codes, 'kyKKhai')}{label}: {sheet.period_text}", SIZE)
    if "loaiTKhai" in part.codes:
        _kind(pen, sheet, part.codes, part.codes)
    pen.y -= 2
    if label := part.labels.get("tenNNT"):
        name = f"{_code(part.codes, 'tenNNT')}{label}: "
        paragraph(pen, [Piece(name), Piece(clean(sheet.taxpayer), Face.BOLD)])
    if label := part.labels.get("mst"):
        code = f"{_code(part.codes, 'mst')}{label}: "
        pen.y -= STEP
        pen.text(pen.left, pen.y, code, SIZE)
        tax_boxes(pen, pen.left + pen.text_width(code, SIZE), sheet.tax_id)


def tax_boxes(pen: Pen, x: float, tax_id: str) -> None:
    """A tax code, one box a character: ten, and three for a dependent unit; a personal number has twelve."""
    code = tax_id.replace("-", "")
    groups = [code] if len(code) in (11, 12) else [code[:10].ljust(10), code[10:].ljust(3)]
    width, height = DIGIT
    low = pen.y - 4
    for n, group in enumerate(groups):
        if n:
            pen.centred(x + 6, pen.y, "-", SIZE)
            x += 12
        for letter in group:
            pen.box(x, low, width, height)
            pen.centred(x + width / 2, pen.y, letter, SIZE, Face.BOLD)
            x += width


def tick(pen: Pen, x: float, text: str) -> None:
    """A box to tick with what stands in it."""
    width = max(TICK, pen.text_width(text, SMALL, Face.BOLD) + 5)
    pen.box(x, pen.y - 2, width, TICK)
    pen.centred(x + width / 2, pen.y, text, SMALL, Face.BOLD)


# -- the head


def corner(pen: Pen, number: str, circular: str) -> None:
    """The box at the top right that names the form and its circular."""
    start = pen.y
    middle = pen.right - FORM_NUMBER / 2
    pieces = [(line, Face.BOLD) for line in pen.wrapped(number, FORM_NUMBER - 10, 11, Face.BOLD)]
    pieces += [
        (line, Face.ITALIC) for line in pen.wrapped(clean(circular), FORM_NUMBER - 10, 9.5, Face.ITALIC)
    ]
    for line, face in pieces:
        pen.y -= 12
        pen.centred(middle, pen.y, line, 11 if face is Face.BOLD else 9.5, face)
    pen.y -= 5
    pen.box(pen.right - FORM_NUMBER, pen.y, FORM_NUMBER, start - pen.y)


def _nation(pen: Pen) -> None:
    motto = "Độc lập - Tự do - Hạnh phúc"
    _centred(pen, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", SIZE, Face.BOLD, before=6)
    _centred(pen, motto, SIZE, Face.BOLD)
    half = pen.text_width(motto, SIZE, Face.BOLD) / 2
    middle = (pen.left + pen.right) / 2
    pen.line(middle - half, pen.y - 3, middle + half, pen.y - 3)


def _centred(pen: Pen, text: str, size: float, face: Face = Face.REGULAR, before: float = 0.0) -> None:
    pen.y -= before
    for line in pen.wrapped(clean(text), pen.right - pen.left - 20, size, face):
        pen.y -= size * 1.3
        pen.centred((pen.left + pen.right) / 2, pen.y, line, size, face)


def _titled(pen: Pen, words: PaperSheet, title: str, size: float) -> None:
    """The title, with the words above and below it."""
    for line in words.above:
        _centred(pen, line, SIZE, Face.BOLD)
    _centred(pen, title, size, Face.BOLD)
    for line in words.below:
        _centred(pen, line, SIZE, Face.ITALIC)


def _period(pen: Pen, sheet: Sheet, labels: Mapping[str, str]) -> None:
    if "kyKKhai" not in labels:
        return
    label = f"{_code(sheet.codes, 'kyKKhai')}{labels['kyKKhai']}: "
    wide = pen.text_width(label, SIZE)
    x = (pen.left + pen.right - wide - pen.text_width(sheet.period_shown, SIZE, Face.BOLD)) / 2
    pen.y -= STEP
    pen.text(x, pen.y, label, SIZE)
    pen.text(x + wide, pen.y, sheet.period_shown, SIZE, Face.BOLD)


def _kind(pen: Pen, sheet: Sheet, codes: Mapping[str, str], shown: Collection[str]) -> None:
    """The boxes of first return and supplement that the paper has."""
    boxes = (
        ("loaiTKhai", "Lần đầu: ", "X" if sheet.first else ""),
        ("soLan", "Bổ sung lần thứ: ", sheet.supplement_no),
    )
    found = [(f"{_code(codes, name)}{label}", text) for name, label, text in boxes if name in shown]
    if not found:
        return
    pen.y -= STEP
    widths = [pen.text_width(label, SIZE) + TICK for label, _ in found]
    x = (pen.left + pen.right - sum(widths) - 40 * (len(found) - 1)) / 2
    for (label, text), wide in zip(found, widths, strict=True):
        pen.text(x, pen.y, label, SIZE)
        tick(pen, x + wide - TICK, text)
        x += wide + 40


def _code(codes: Mapping[str, str], element: str) -> str:
    code = codes.get(element)
    return f"[{code}] " if code else ""


def _head_lines(pen: Pen, lines: Sequence[HeadLine], rows: Mapping[str, Sequence[Row]]) -> None:
    for n, line in enumerate(lines, 1):
        if line.table:
            pen.y -= 8
            table(pen, line.table, rows.get(line.table.name, ()))
        elif line.section:
            section(pen, line.section, STEP if n < len(lines) else BELOW_SECTION)
        else:
            _head_line(pen, line)


def _head_line(pen: Pen, line: HeadLine) -> None:
    for cells in _runs(pen, line.on_paper):
        if len(cells) > 1:
            _beside(pen, cells)
        else:
            _slot(pen, cells[0])


def _runs(pen: Pen, cells: Sequence[CellSlot]) -> list[list[CellSlot]]:
    """The boxes in runs that fit on one line each."""
    runs: list[list[CellSlot]] = []
    free = 0.0
    for cell in cells:
        wide = _natural(pen, cell)
        if not runs or wide > free:
            runs.append([])
            free = pen.right - pen.left
        runs[-1].append(cell)
        free -= wide
    return runs


def _natural(pen: Pen, cell: CellSlot) -> float:
    if cell.kind == Kind.TAX_ID:
        return pen.right
    written = LEAST if cell.kind != Kind.FLAG else TICK
    return (
        pen.text_width(_label(cell), SIZE) + GAP + max(written, pen.text_width(shown(cell), SIZE, Face.BOLD))
    )


def _beside(pen: Pen, cells: Sequence[CellSlot]) -> None:
    """Boxes on one line, what is left of it shared among them."""
    pen.need(STEP)
    pen.y -= STEP
    spare = (pen.right - pen.left - sum(_natural(pen, cell) for cell in cells)) / len(cells)
    x = pen.left
    for cell in cells:
        width = _natural(pen, cell) + spare
        label = _label(cell)
        start = x + pen.text_width(label, SIZE)
        pen.text(x, pen.y, label, SIZE)
        if cell.kind == Kind.FLAG:
            tick(pen, start, cell.text)
        else:
            pen.text(start, pen.y, shown(cell), SIZE, Face.BOLD)
            pen.dotted(start + pen.text_width(shown(cell), SIZE, Face.BOLD), x + width - GAP / 2, pen.y - 1)
        x += width


def _slot(pen: Pen, cell: CellSlot) -> None:
    """One box on lines of its own."""
    if cell.kind in (Kind.TAX_ID, Kind.FLAG):
        end = paragraph(pen, [Piece(_label(cell))], spare=24)
        if cell.kind == Kind.FLAG:
            tick(pen, end + 4, cell.text)
            return
        tax_boxes(pen, end + 4, cell.text)
        pen.y -= 2
        return
    end = paragraph(pen, [Piece(_label(cell)), Piece(shown(cell), Face.BOLD)])
    pen.dotted(end, pen.right, pen.y - 1)


def _label(cell: CellSlot) -> str:
    code = f"[{cell.code}] " if cell.printed_code else ""
    return f"{code}{clean(cell.label)}: "


def paragraph(pen: Pen, pieces: Sequence[Piece], spare: float = 0.0) -> float:
    """Write words over the width of the page; where the last line ends."""
    pen.need(STEP)
    pen.y -= STEP
    x = pen.left
    for text, face in pieces:
        for n, word in enumerate(text.split(" ")):
            before = pen.text_width(" ", SIZE) if n else 0.0
            wide = pen.text_width(word, SIZE, face)
            if x > pen.left and x + before + wide > pen.right - spare:
                pen.need(SIZE * LEAD)
                pen.y -= SIZE * LEAD
                x, before = pen.left, 0.0
            for line in pen.wrapped(word, pen.right - pen.left - spare, SIZE, face):
                pen.text(x + before, pen.y, line, SIZE, face)
            x += before + wide
    return x
