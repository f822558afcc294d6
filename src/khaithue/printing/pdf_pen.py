"""A pen that writes PDF pages: lines and text in an embedded font, page numbers, bounded memory."""

import re
import unicodedata
import zlib
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import BinaryIO, Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

MARGIN: Final = 36.0
"""Points left free at every edge of the page."""
FOOTER: Final = 9.0
"""Size of the page number, points."""
REMEMBERED: Final = 5000
"""Texts of each style kept as they are spelt in the document."""
SPACE: Final = " "
_ESCAPES: Final = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})
_BREAKS: Final = re.compile(r"(?<=[/-])")
_TOTAL: Final = "pages"
_THIN, _RED, _BLACK = "0.5 w", "0.70 0.14 0.09", "0 0 0"


class Face(StrEnum):
    """The styles of the embedded typeface, a free one with the widths of the official forms' own."""

    REGULAR = "Tinos-Regular"
    BOLD = "Tinos-Bold"
    ITALIC = "Tinos-Italic"


@lru_cache
def _file(face: Face) -> bytes:
    return files(__package__).joinpath(f"fonts/{face}.ttf").read_bytes()


class _Widths(dict[int, float]):
    """Widths of characters in thousandths of the size; an unknown one has the width of the empty box."""

    def __missing__(self, character: int) -> float:
        self[character] = self[0]
        return self[0]


class _Font:
    """One style as it stands in one document."""

    def __init__(self, face: Face, canvas: Canvas) -> None:
        self._font = TTFont(face, BytesIO(_file(face)))
        self._document = canvas._doc  # type: ignore[attr-defined]  # missing in the stubs
        known = self._font.face
        self.widths = _Widths({**known.charWidths, 0: known.defaultWidth})
        self._spelt: dict[str, list[tuple[str, str]]] = {}
        self.plain = self._font.getSubsetInternalName(0, self._document)

    def width(self, text: str) -> float:
        return sum(map(self.widths.__getitem__, map(ord, text)))

    def spelt(self, text: str) -> list[tuple[str, str]]:
        """Pieces of a text as (name of the font in the page, PDF string)."""
        known = self._spelt.get(text)
        if known is None:
            if len(self._spelt) > REMEMBERED:
                self._spelt.clear()
            known = self._spelt[text] = self._pieces(text)
        return known

    def _pieces(self, text: str) -> list[tuple[str, str]]:
        if text.isascii():
            return [(self.plain, text.translate(_ESCAPES))]
        return [
            (
                self._font.getSubsetInternalName(subset, self._document),
                piece.decode("latin-1").translate(_ESCAPES),
            )
            for subset, piece in self._font.splitString(text, self._document)
        ]


class _PackedCanvas(Canvas):
    """A canvas that compresses each page when it is full, so that a long appendix fits in memory."""

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """End the page."""
        super().showPage()
        page = self._doc.Pages.pages[-1]  # type: ignore[attr-defined]  # missing in the stubs
        packed = zlib.compress(page.stream.encode("latin-1"), 6)
        page.Contents = PDFStream(PDFDictionary({"Filter": PDFName("FlateDecode")}), packed)
        page.stream = None


class Pen:
    """Writes from the top of a page downwards; ``y`` is the height still free, measured from the bottom.

    ``note`` stands at the left of every page's foot; ``on_break`` is called on each page that a
    table goes on.
    """

    def __init__(self, file: BinaryIO, *, title: str, author: str, note: str) -> None:
        self._canvas = _PackedCanvas(file, pageCompression=0, invariant=1, lang="vi")
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("khaithue")
        self._fonts = {face: _Font(face, self._canvas) for face in Face}
        self._note = note
        self._lines: list[str] = []
        self._texts: list[str] = []
        self._font = ""
        self.pages = 0
        self.width = self.height = self.y = 0.0
        self.on_break: Callable[[], None] | None = None

    # -- pages

    def page(self, *, landscape: bool = False) -> None:
        """Begin a new page, upright or on its side."""
        self._end_page()
        self.pages += 1
        self.width, self.height = A4[::-1] if landscape else A4
        self._canvas.setPageSize((self.width, self.height))
        self.y = self.height - MARGIN
        self._footer()

    def need(self, height: float) -> None:
        """Go on to the next page, below a repeated heading if there is one, unless so much is still free."""
        if self.y - height < self.bottom:
            self.go_on()

    def go_on(self) -> None:
        """Go on to the next page, below a repeated heading if there is one."""
        self.page(landscape=self.width > self.height)
        heading, self.on_break = self.on_break, None
        if heading:
            heading()
        self.on_break = heading

    def save(self) -> None:
        """Write the document; nothing can be added after it."""
        self._end_page()
        canvas = self._canvas
        canvas.beginForm(_TOTAL, 0, -4, 60, 20)
        self.text(0, 0, str(self.pages), FOOTER)
        canvas.addLiteral(self._content())
        canvas.endForm()
        canvas.save()

    @property
    def bottom(self) -> float:
        """The height at which a page is full."""
        return MARGIN + FOOTER * 1.5

    @property
    def left(self) -> float:
        """The left edge of what is written."""
        return MARGIN

    @property
    def right(self) -> float:
        """The right edge of what is written."""
        return self.width - MARGIN

    def _footer(self) -> None:
        here = f"Trang {self.pages}/"
        start = self.right - self.text_width(here, FOOTER) - self.text_width("0000", FOOTER)
        foot = MARGIN - FOOTER
        self.text(self.left, foot, self._note, FOOTER, Face.ITALIC)
        self.text(start, foot, here, FOOTER)
        end = start + self.text_width(here, FOOTER)
        self._canvas.saveState()
        self._canvas.translate(end, foot)
        self._canvas.doForm(_TOTAL)
        self._canvas.restoreState()

    def _end_page(self) -> None:
        if self.pages:
            self._canvas.addLiteral(self._content())
            self._canvas.showPage()

    def _content(self) -> str:
        content = "\n".join([_THIN, *self._lines, "BT", *self._texts, "ET"])
        self._lines, self._texts, self._font = [], [], ""
        return content

    # -- text

    def text(self, x: float, y: float, text: str, size: float, face: Face = Face.REGULAR) -> None:
        """Write a text from ``x`` rightwards on the base line ``y``."""
        place = f"1 0 0 1 {x:.2f} {y:.2f} Tm"
        for name, piece in self._fonts[face].spelt(text):
            font = f"{name} {size:g} Tf"
            if font != self._font:
                self._texts.append(font)
                self._font = font
            self._texts.append(f"{place} ({piece}) Tj")
            place = ""

    def right_text(self, x: float, y: float, text: str, size: float, face: Face = Face.REGULAR) -> None:
        """Write a text that ends at ``x``."""
        self.text(x - self.text_width(text, size, face), y, text, size, face)

    def centred(self, x: float, y: float, text: str, size: float, face: Face = Face.REGULAR) -> None:
        """Write a text with its middle at ``x``."""
        self.text(x - self.text_width(text, size, face) / 2, y, text, size, face)

    def text_width(self, text: str, size: float, face: Face = Face.REGULAR) -> float:
        """The width of a text in points."""
        return self._fonts[face].width(text) * size / 1000

    def wrapped(self, text: str, width: float, size: float, face: Face = Face.REGULAR) -> list[str]:
        """A text broken into lines at most so wide; a word that is wider is broken too."""
        font = self._fonts[face]
        room = width * 1000 / size
        if font.width(text) <= room and "\n" not in text:
            return [text]
        return [line for part in text.splitlines() for line in _broken(part, font, room)] or [""]

    # -- lines

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a line."""
        self._lines.append(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def dotted(self, x1: float, x2: float, y: float) -> None:
        """Draw a dotted line to write on."""
        if x2 > x1:
            self._lines.append(f"[0.6 1.6] 0 d {x1:.2f} {y:.2f} m {x2:.2f} {y:.2f} l S [] 0 d")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a box whose lower left corner is at ``x``, ``y``."""
        self._lines.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def red(self, on: bool) -> None:
        """Write and draw in red, as seals are, or in black again."""
        ink = _RED if on else _BLACK
        self._lines.append(f"{ink} RG")
        self._texts.append(f"{ink} rg")


def clean(text: str) -> str:
    """A text as one font character a letter, without control characters.

    >>> clean("Thue\\u0302\\u0301\\x07")
    'Thuế'
    """
    composed = unicodedata.normalize("NFC", text)
    return composed if composed.isprintable() else "".join(map(_shown, composed))


def _shown(letter: str) -> str:
    if letter == "\n" or letter.isprintable():
        return letter
    return SPACE if letter.isspace() else ""


def _broken(text: str, font: _Font, room: float) -> list[str]:
    lines: list[str] = []
    line, used, space = "", 0.0, font.width(SPACE)
    for word in text.split(SPACE):
        wide = font.width(word)
        if line and used + space + wide <= room:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            lines.append(line)
        *full, line = _chopped(word, font, room) if wide > room else [word]
        lines += full
        used = font.width(line)
    return [*lines, line]


def _chopped(word: str, font: _Font, room: float) -> list[str]:
    """A word too wide for a line, broken after ``/`` and ``-`` and elsewhere only when that is not enough."""
    pieces: list[str] = []
    piece, used = "", 0.0
    for part in _BREAKS.split(word):
        letters = part if font.width(part) > room else [part]
        for each in letters:
            wide = font.width(each)
            if piece and used + wide > room:
                pieces.append(piece)
                piece, used = "", 0.0
            piece, used = piece + each, used + wide
    return [*pieces, piece]


def parts(text: str) -> list[str]:
    """The parts of a text between which a line may be broken.

    >>> parts("Số CMND/CCCD")
    ['Số', 'CMND/', 'CCCD']
    """
    return [part for word in text.split() for part in _BREAKS.split(word) if part]
