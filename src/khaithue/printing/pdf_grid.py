"""Ruled rows on PDF pages: cells wrapped in columns, headings repeated on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from khaithue.printing.pdf_pen import Face, Pen

LEAD = 1.18
"""Height of a line, in sizes of the letters."""
PAD = 0.28
"""Space around the text of a cell, in sizes of the letters."""
TITLE = 0.9
"""Size of the headings, in sizes of the letters."""
NARROW = 0.5
"""The least part of a page that is worth beginning a row on which is longer than a page."""


Titles: TypeAlias = Sequence[tuple[str, tuple[str, ...]]]
"""Headings of columns: a title and the names below it, if it stands over several columns."""


class Align(Enum):
    """Where a text stands in its cell; an amount stands on the right and is never broken."""

    LEFT = auto()
    CENTRE = auto()
    AMOUNT = auto()


class Cell(NamedTuple):
    """One text in a row, over ``span`` columns."""

    text: str
    align: Align = Align.LEFT
    face: Face = Face.REGULAR
    span: int = 1


@dataclass(frozen=True)
class Demand:
    """The widths a column asks for: the least that breaks no word or amount, and that of whole texts."""

    least: float
    whole: float


def shared(room: float, demands: Sequence[Demand]) -> list[float]:
    """The room divided among the columns: what they ask for, or their least and a share of what is left.

    >>> shared(100, [Demand(10, 10), Demand(20, 200)])
    [10.0, 90.0]
    """
    least = sum(each.least for each in demands)
    if least >= room:
        return [each.least * room / least for each in demands]
    wanted = sum(each.whole - each.least for each in demands) or 1.0
    free = min(room - least, wanted)
    widths = [each.least + free * (each.whole - each.least) / wanted for each in demands]
    return [width * room / sum(widths) for width in widths]


class _Laid(NamedTuple):
    """A cell as it is drawn: its left edge, its width, its lines and their size."""

    left: float
    width: float
    lines: list[str]
    align: Align
    face: Face
    size: float


class Grid:
    """Columns of fixed widths from ``left``, in letters of one size."""

    def __init__(self, pen: Pen, left: float, widths: Sequence[float], size: float) -> None:
        self.pen = pen
        self.size = size
        self.title_size = size * TITLE
        self.lead = size * LEAD
        self.pad = size * PAD
        self.edges = [left]
        for width in widths:
            self.edges.append(self.edges[-1] + width)
        self._end = (0, 0.0)

    def row(self, cells: Iterable[Cell]) -> None:
        """Draw a row, on the next page when it does not fit, on many when it is longer than a page."""
        laid = self._laid(cells)
        lines = max(1, *(len(cell.lines) for cell in laid))
        room = self._room()
        if lines > room and (lines <= self._page_room() or room < self._page_room() * NARROW):
            self.pen.go_on()
        while lines > (room := max(1, self._room())):
            self._draw([cell._replace(lines=cell.lines[:room]) for cell in laid], room)
            laid = [cell._replace(lines=cell.lines[room:]) for cell in laid]
            lines -= room
            self.pen.go_on()
        self._draw(laid, lines)

    def heading(self, titles: Titles) -> None:
        """Draw headings over columns; a title with several names below it spans their columns."""
        above, below = self._titles(titles)
        high, low = self._heights(above, below)
        top = self.pen.y
        for cell, over in above:
            self._boxed(cell, top, high if over else high + low)
        for cell in below:
            self._boxed(cell, top - high, low)
        self.pen.y -= high + low

    def heading_height(self, titles: Titles) -> float:
        """The height that these headings take."""
        return sum(self._heights(*self._titles(titles)))

    def row_height(self, lines: int = 1) -> float:
        """The height of a row of so many lines."""
        return lines * self.lead + 2 * self.pad

    def lines_of(self, text: str, columns: int, face: Face) -> int:
        """How many lines a text takes over the first columns."""
        width = self.edges[columns] - self.edges[0] - 2 * self.pad
        return len(self.pen.wrapped(text, width, self.size, face))

    def _titles(self, titles: Titles) -> tuple[list[tuple[_Laid, bool]], list[_Laid]]:
        """The upper headings, each with whether it stands over others, and those below them."""
        above, below, column = [], [], 0
        for title, names in titles:
            span = max(1, len(names))
            above.append((self._title(title, column, span), bool(names)))
            below += [self._title(name, column + n, 1) for n, name in enumerate(names)]
            column += span
        return above, below

    def _heights(self, above: list[tuple[_Laid, bool]], below: list[_Laid]) -> tuple[float, float]:
        low = max((self.row_height(len(cell.lines)) for cell in below), default=0.0)
        high = max(self.row_height(len(cell.lines)) - (0.0 if over else low) for cell, over in above)
        return (max(high, self.row_height()) if below else high), low

    def _title(self, text: str, column: int, span: int) -> _Laid:
        left, width = self.edges[column], self.edges[column + span] - self.edges[column]
        lines = self.pen.wrapped(text, width - 2 * self.pad, self.title_size, Face.BOLD)
        return _Laid(left, width, lines, Align.CENTRE, Face.BOLD, self.title_size)

    def _boxed(self, cell: _Laid, top: float, height: float) -> None:
        self.pen.box(cell.left, top - height, cell.width, height)
        self._write(cell, top, height)

    def _room(self) -> int:
        """How many lines of a row fit on what is left of the page."""
        return int((self.pen.y - self.pen.bottom - 2 * self.pad) / self.lead + 1e-6)

    def _page_room(self) -> int:
        return int((self.pen.height - 2 * self.pen.bottom) / self.lead)

    def _laid(self, cells: Iterable[Cell]) -> list[_Laid]:
        laid = []
        column = 0
        wrapped, pad, edges = self.pen.wrapped, self.pad, self.edges
        for text, align, face, span in cells:
            left = edges[column]
            column += span
            width = edges[column] - left
            size = self.size
            lines: list[str] = []
            if not text:
                pass
            elif align is Align.AMOUNT:
                lines = text.split("\n")
                size = min(self._fitted(line, width, face) for line in lines)
            else:
                lines = wrapped(text, width - 2 * pad, size, face)
            laid.append(_Laid(left, width, lines, align, face, size))
        return laid

    def _fitted(self, text: str, width: float, face: Face) -> float:
        """The size at which an amount fits in its cell."""
        wide = self.pen.text_width(text, self.size, face)
        room = width - 2 * self.pad
        return self.size if wide <= room else self.size * room / wide

    def _draw(self, laid: list[_Laid], lines: int) -> None:
        pen = self.pen
        height = self.row_height(lines)
        top, bottom = pen.y, pen.y - height
        if self._end != (pen.pages, top):
            pen.line(self.edges[0], top, self.edges[-1], top)
        pen.line(self.edges[0], bottom, self.edges[-1], bottom)
        pen.line(self.edges[0], top, self.edges[0], bottom)
        for cell in laid:
            pen.line(cell.left + cell.width, top, cell.left + cell.width, bottom)
            if cell.lines:
                self._write(cell, top, height)
        pen.y = bottom
        self._end = (pen.pages, bottom)

    def _write(self, cell: _Laid, top: float, height: float) -> None:
        pen = self.pen
        y = top - (height - len(cell.lines) * self.lead) / 2 - self.size * 0.93
        for line in cell.lines:
            if cell.align is Align.LEFT:
                pen.text(cell.left + self.pad, y, line, cell.size, cell.face)
            elif cell.align is Align.AMOUNT:
                pen.right_text(cell.left + cell.width - self.pad, y, line, cell.size, cell.face)
            else:
                pen.centred(cell.left + cell.width / 2, y, line, cell.size, cell.face)
            y -= self.lead
