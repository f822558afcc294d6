"""A letter on PDF pages."""

from collections.abc import Mapping, Sequence
from typing import Final

from khaithue.printing.letter import DOTS, LetterLine, LetterSheet
from khaithue.printing.pdf_head import SIZE, STEP, Piece, corner, paragraph
from khaithue.printing.pdf_pen import Face, Pen, clean
from khaithue.printing.pdf_sign import seal
from khaithue.printing.pdf_table import table
from khaithue.printing.sheet import Sheet, SignedBy
from khaithue.returns.model import Row

OFFICE: Final = 0.21
"""Where the middle of the left column stands, as a part of the width."""
NATION: Final = 0.71
"""The same of the right column."""
INDENT: Final = " " * 8
NAME: Final = 44.0
"""Room for a signature by hand, points."""


def write(
    pen: Pen,
    paper: Sheet,
    letter: LetterSheet,
    rows: Mapping[str, tuple[Row, ...]],
    signed_by: Sequence[SignedBy],
) -> None:
    """Write a letter from a new page on; ``rows`` are those of the return's tables."""
    pen.page(landscape=paper.landscape)
    corner(pen, f"Mẫu số: {paper.form_code}", paper.circular)
    _head(pen, letter)
    for line in letter.body:
        _body(pen, line, rows)
    _end(pen, letter, signed_by)


def _head(pen: Pen, letter: LetterSheet) -> None:
    pen.y -= 6
    top = pen.y
    for n, line in enumerate(letter.office, 1):
        _column(pen, line.text, OFFICE, 0.42, Face.REGULAR if n == len(letter.office) else Face.BOLD)
    low, pen.y = pen.y, top
    _column(pen, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", NATION, 0.58, Face.BOLD)
    _column(pen, "Độc lập - Tự do - Hạnh phúc", NATION, 0.58, Face.BOLD)
    if letter.place:
        pen.y -= 4
        _column(pen, letter.place.text, NATION, 0.58, Face.ITALIC)
    pen.y = min(pen.y, low) - 6


def _body(pen: Pen, line: LetterLine, rows: Mapping[str, tuple[Row, ...]]) -> None:
    if line.table:
        pen.y -= 6
        table(pen, line.table, rows.get(line.table.name, ()))
    elif line.heading:
        pen.need(2 * STEP)
        _column(pen, line.text, 0.5, 0.9, Face.BOLD, 13)
    else:
        paragraph(pen, [Piece(INDENT), *(Piece(clean(run.text or DOTS)) for run in line.runs)])


def _end(pen: Pen, letter: LetterSheet, signed_by: Sequence[SignedBy]) -> None:
    pen.need(130 + 74 * len(signed_by))
    pen.y -= 10
    top = pen.y
    if letter.recipients:
        for text in pen.wrapped(clean(letter.recipients.text), 0.4 * (pen.right - pen.left), 10.5):
            pen.y -= 14
            pen.text(pen.left, pen.y, text, 10.5, Face.ITALIC)
    pen.y = top
    for line in letter.signer[:1]:
        _column(pen, line.text, NATION, 0.54, Face.BOLD)
    for signature in signed_by:
        seal(pen, pen.left + NATION * (pen.right - pen.left), signature)
    pen.y -= 0 if signed_by else NAME
    for line in letter.signer[1:]:
        _column(pen, line.text, NATION, 0.54, Face.BOLD)


def _column(pen: Pen, text: str, middle: float, width: float, face: Face, size: float = SIZE) -> None:
    """Lines centred on a part of the width."""
    room = pen.right - pen.left
    for part in pen.wrapped(clean(text), width * room, size, face):
        pen.y -= size * 1.35
        pen.centred(pen.left + middle * room, pen.y, part, size, face)
