"""The head of the paper form: lines of boxes above the body, and what its words show of the boxes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from khaithue.printing.amounts import day
from khaithue.printing.slots import CellSlot, printed_code, slot
from khaithue.printing.tables import Boxes, PrintLine, TableSheet, View
from khaithue.printing.words import Written
from khaithue.returns.form import Field, Paper, placed, section_name
from khaithue.returns.model import Return
from khaithue.returns.paper import places

PERIOD: Final = "kyKKhai"
"""The element of the header that names the tax period."""

ABOVE_HEAD: Final = frozenset({"kieuKy", PERIOD, "loaiTKhai", "soLan", "tenTKhai"})
"""Elements of the header that stand under the title, in every form alike."""


@dataclass(frozen=True)
class HeadLine:
    """One line of boxes above the body, a table that stands among them, or the name of a section."""

    slots: tuple[CellSlot, ...] = ()
    table: TableSheet | None = None
    section: str = ""

    @property
    def on_paper(self) -> tuple[CellSlot, ...]:
        """The boxes as the paper names them: ``Ngày`` after ``Hợp đồng: Số``, the shared words said once."""
        beside = zip(self.slots, [None, *self.slots], strict=False)
        return tuple(_shortened(cell, before) for cell, before in beside)

    def all_slots(self) -> Iterable[CellSlot]:
        """Every box shown."""
        yield from self.slots
        if self.table:
            yield from self.table.slots()


@dataclass(frozen=True)
class HeadPart:
    """What a head is laid out from: a part's boxes, the tables that may stand in it, the words around it."""

    filled: Return
    boxes: Boxes
    tables: Mapping[str, TableSheet]
    paper: Paper | None
    view: View


def head_lines(lines: Iterable[PrintLine], part: HeadPart) -> Iterable[HeadLine]:
    """The lines of a head without the boxes left out of it."""
    left_out = _left_out(part)
    for codes in lines:
        if name := placed(codes[0] if codes else ""):
            yield HeadLine(table=part.tables[name])
        elif name := section_name(codes):
            yield HeadLine(section=name)
        elif (line := _line([code for code in codes if code not in left_out], part)).slots:
            yield line


def written_in(part: HeadPart) -> Written:
    """What a place among the words of the paper shows: a box of the part, else an element of the header."""

    def written(code: str) -> str:
        if code not in part.boxes.fields:
            return part.filled.header.get(code, "")
        cell = _slot(part.boxes.fields[code], part)
        return cell.chosen if cell.choices else cell.text

    return written


def period_text(filled: Return) -> str:
    """The tax period in the words of the paper form.

    A month reads ``Tháng 05 năm 2026``, a quarter ``Quý 2 năm 2026``.
    """
    start, end = filled.period.start, filled.period.end
    match filled.period.kind:
        case "month":
            return f"Tháng {start:%m} năm {start.year}"
        case "quarter":
            return f"Quý {(start.month + 2) // 3} năm {start.year}"
        case "half_year":
            return f"6 tháng {'đầu' if start.month == 1 else 'cuối'} năm {start.year}"
        case "year":
            return f"Năm {start.year}"
        case "occurrence":
            return f"Lần phát sinh ngày {start:%d} tháng {start:%m} năm {start.year}"
    return f"Từ ngày {day(start.isoformat())} đến ngày {day(end.isoformat())}"


def _left_out(part: HeadPart) -> Collection[str]:
    """The boxes the paper has among its words, and blank ones that it does not have; all are filled in."""
    if part.view.fill:
        return ()
    extra = (box for box in part.boxes.fields.values() if box.unprinted)
    blank = (box.code for box in extra if not _slot(box, part).text)
    return frozenset((*blank, *(places(part.paper) if part.paper else ())))


def _line(codes: Iterable[str], part: HeadPart) -> HeadLine:
    boxes = (part.boxes.fields[code] for code in codes if code)
    return HeadLine(tuple(_slot(box, part) for box in boxes if not _is_above(box)))


def _is_above(box: Field) -> bool:
    """Whether a box stands under the title; a period without a code has its place among the boxes."""
    return box.header in ABOVE_HEAD and (box.header != PERIOD or printed_code(box.code))


def _slot(box: Field, part: HeadPart) -> CellSlot:
    boxes = part.boxes
    if not box.header:
        return slot(box, boxes.values.get(box.code), boxes.address(box.code))
    period = period_text(part.filled).removeprefix("Năm ")
    value = period if box.header == PERIOD else part.filled.header.get(box.header, "")
    return slot(box, value, boxes.address(box.code), editable=False)


def _shortened(cell: CellSlot, before: CellSlot | None) -> CellSlot:
    """A box without the words that the one before it on the line says already."""
    shared, colon, own = cell.label.partition(": ")
    if before is None or not colon or not before.label.startswith(shared):
        return cell
    return replace(cell, label=own)
