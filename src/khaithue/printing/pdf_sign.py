"""What ends a part of the paper form on PDF pages: the last words, the oath and the places to sign."""

from collections.abc import Sequence
from typing import Final

from khaithue.printing.pdf_head import SIZE, SMALL, STEP, Piece, paragraph
from khaithue.printing.pdf_pen import Face, Pen, clean
from khaithue.printing.sheet import Sheet, SignedBy
from khaithue.printing.words import PaperSheet, SignerSheet

COLUMNS: Final = ((0.23, 0.44), (0.735, 0.52))
"""The middle and the width of the two columns of places to sign, as parts of the page's width."""
ROOM: Final = 84.0
"""Room kept for the title of a place to sign and a signature by hand, points."""
HAND: Final = 44.0
"""Room for a signature by hand, points."""
SEAL: Final = 74.0
"""Room for the box that tells an electronic signature, points."""


def signatures(pen: Pen, sheet: Sheet, words: PaperSheet, signed_by: Sequence[SignedBy]) -> None:
    """The words below the boxes, the oath and the places to sign, each row of them on one page."""
    for text in words.after:
        paragraph(pen, [Piece(clean(text), Face.ITALIC)])
    if words.rows:
        pen.need(2 * STEP + _height(pen, words.rows[0], signed_by))
    pen.y -= 8
    if words.oath:
        paragraph(pen, [Piece(f"{'':6}{words.oath}")])
    for row in words.rows:
        pen.need(_height(pen, row, signed_by))
        pen.y -= 6
        _row(pen, sheet, row, signed_by)
    for text in words.remarks:
        paragraph(pen, [Piece(clean(text))])


def _row(
    pen: Pen,
    sheet: Sheet,
    row: tuple[SignerSheet | None, SignerSheet | None],
    signed_by: Sequence[SignedBy],
) -> None:
    """Two places to sign beside each other, titles on one height."""
    top = pen.y - (STEP if any(each and each.day for each in row) else 0.0)
    low = top
    for signer, column in zip(row, COLUMNS, strict=True):
        pen.y = top
        if signer:
            _place(pen, sheet, signer, column, signed_by)
        low = min(low, pen.y)
    pen.y = low


def _place(
    pen: Pen, sheet: Sheet, signer: SignerSheet, column: tuple[float, float], signed_by: Sequence[SignedBy]
) -> None:
    if signer.day:
        pen.y += STEP
        _lines(pen, _signed_on(sheet), column, SIZE, Face.ITALIC)
    for title in signer.title:
        _lines(pen, title, column, SIZE, Face.BOLD)
    for line in signer.lines:
        _left(pen, line, column)
    _lines(pen, signer.sign, column, SMALL, Face.ITALIC)
    if not signer.taxpayer:
        pen.y -= HAND
        return
    for signature in signed_by:
        seal(pen, _middle(pen, column), signature)
    pen.y -= 14 if signed_by else HAND
    _lines(pen, str(sheet.signer.value or ""), column, SIZE, Face.BOLD)


def _lines(pen: Pen, text: str, column: tuple[float, float], size: float, face: Face) -> None:
    """Lines in the middle of a column."""
    for line in pen.wrapped(clean(text), column[1] * (pen.right - pen.left), size, face):
        pen.y -= STEP if size == SIZE else size * 1.3
        pen.centred(_middle(pen, column), pen.y, line, size, face)


def _left(pen: Pen, text: str, column: tuple[float, float]) -> None:
    """Lines from the left edge of a column."""
    width = column[1] * (pen.right - pen.left)
    for line in pen.wrapped(clean(text), width, SIZE):
        pen.y -= STEP
        pen.text(_middle(pen, column) - width / 2, pen.y, line, SIZE)


def _middle(pen: Pen, column: tuple[float, float]) -> float:
    return pen.left + column[0] * (pen.right - pen.left)


def _height(
    pen: Pen, row: tuple[SignerSheet | None, SignerSheet | None], signed_by: Sequence[SignedBy]
) -> float:
    """About how much room two places to sign take."""
    heights = [_lines_of(pen, each, column) for each, column in zip(row, COLUMNS, strict=True) if each]
    seals = SEAL * len(signed_by) if any(each and each.taxpayer for each in row) else 0.0
    return ROOM + max(heights) + seals


def _lines_of(pen: Pen, signer: SignerSheet, column: tuple[float, float]) -> float:
    width = column[1] * (pen.right - pen.left)
    return STEP * sum(len(pen.wrapped(clean(line), width, SIZE)) for line in (*signer.title, *signer.lines))


def _signed_on(sheet: Sheet) -> str:
    day = str(sheet.signed_on.value or "")
    year, month, number = day.split("-") if day.count("-") == 2 else ("……", "……", "……")
    return f"{sheet.place or '…………'}, ngày {number} tháng {month} năm {year}"


def seal(pen: Pen, middle: float, signature: SignedBy) -> None:
    """The red box that tells an electronic signature."""
    width = 240.0
    heading, *facts = signature.lines
    lines = [(heading, Face.BOLD), *((text, Face.REGULAR) for text in facts)]
    pen.y -= 6
    top = pen.y
    pen.red(True)
    for text, face in lines:
        for line in pen.wrapped(clean(text), width - 16, SMALL, face):
            pen.y -= SMALL * 1.25
            pen.text(middle - width / 2 + 8, pen.y, line, SMALL, face)
    pen.y -= 6
    pen.box(middle - width / 2, pen.y, width, top - pen.y)
    pen.red(False)
