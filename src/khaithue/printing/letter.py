"""A return laid out as a letter: its head, its paragraphs with the values written in, who signs it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from khaithue.obligations.period import Period, PeriodKind
from khaithue.printing.amounts import day
from khaithue.printing.slots import slot
from khaithue.printing.tables import TableSheet
from khaithue.returns import letter
from khaithue.returns.form import HEADING, Field, Paragraph
from khaithue.returns.model import Return, Value

DOTS: Final = "…………"
"""What stands in the place of a blank box."""

RECIPIENTS: Final = "Nơi nhận:"
"""What begins the paragraph that stands left of the signature."""


@dataclass(frozen=True)
class Run:
    """Some words of a paragraph; ``written`` are the value of a box, empty when it is blank."""

    text: str
    written: bool = False


@dataclass(frozen=True)
class LetterLine:
    """One paragraph, a centred heading, or a table in place of either."""

    runs: tuple[Run, ...] = ()
    heading: bool = False
    table: TableSheet | None = None

    @property
    def text(self) -> str:
        """The paragraph's words, with dots for what is blank."""
        return "".join(run.text or DOTS for run in self.runs)

    @property
    def is_blank(self) -> bool:
        """Whether the paragraph is nothing but blank places."""
        return all(run.written and not run.text for run in self.runs)


@dataclass(frozen=True)
class LetterSheet:
    """The letter: ``office`` lines at the top left, ``place`` and day at the top right, then the body.

    ``recipients`` stand at the bottom left, ``signer`` lines at the bottom right.
    """

    office: tuple[LetterLine, ...]
    place: LetterLine | None
    body: tuple[LetterLine, ...]
    recipients: LetterLine | None
    signer: tuple[LetterLine, ...]


def letter_sheet(filled: Return, tables: Mapping[str, TableSheet]) -> LetterSheet | None:
    """The letter of a return's form, or none; ``tables`` are those of the main part, laid out.

    What stands before the first heading is the head of the letter, the last of it the place and the day;
    the headings that end it are who signs.
    """
    lines = [_line(each, filled, tables) for each in filled.form.layout.letter if _applies(each, filled)]
    if not lines:
        return None
    head = list(takewhile(lambda line: not line.heading, lines))
    signer = list(takewhile(lambda line: line.heading, reversed(lines[len(head) :])))[::-1]
    body = lines[len(head) : len(lines) - len(signer)]
    last = body[-1:] if body and body[-1].text.startswith(RECIPIENTS) else []
    return LetterSheet(
        office=tuple(line for line in head[:-1] if not line.is_blank),
        place=head[-1] if head else None,
        body=tuple(body[: len(body) - len(last)]),
        recipients=last[0] if last else None,
        signer=tuple(line for line in signer if not line.is_blank),
    )


def _applies(paragraph: Paragraph, filled: Return) -> bool:
    if not paragraph.when:
        return True
    return _value(filled, filled.form.fields[paragraph.when]) not in (None, "", False)


def _line(paragraph: Paragraph, filled: Return, tables: Mapping[str, TableSheet]) -> LetterLine:
    if name := letter.table_of(paragraph):
        return LetterLine(table=tables[name])
    runs = tuple(_runs(letter.pieces(paragraph), filled))
    return LetterLine(runs, heading=paragraph.text.startswith(HEADING))


def _runs(pieces: Iterable[letter.Piece], filled: Return) -> Iterable[Run]:
    for piece in pieces:
        yield Run(_written(piece.code, filled), written=True) if piece.code else Run(piece.text)


def _written(code: str, filled: Return) -> str:
    box = filled.form.fields[code]
    cell = slot(box, _value(filled, box), code)
    return cell.chosen if cell.choices else cell.text


def _value(filled: Return, box: Field) -> Value:
    if not box.header:
        return filled.values.get(box.code)
    return filled.header.get(box.header) or (_named(filled.period) if box.header == "kyKKhai" else "")


def _named(period: Period) -> str:
    match period.kind:
        case PeriodKind.YEAR:
            return f"{period.start.year}"
        case PeriodKind.MONTH:
            return f"{period.start:%m/%Y}"
        case PeriodKind.QUARTER:
            return f"{(period.start.month + 2) // 3}/{period.start.year}"
    days: Sequence[str] = sorted({period.start.isoformat(), period.end.isoformat()})
    return " - ".join(day(each) for each in days)
