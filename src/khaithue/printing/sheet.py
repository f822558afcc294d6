"""A return laid out as its paper form: lines, boxes and tables, without any markup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from khaithue.printing.amounts import day, printed
from khaithue.printing.slots import CellSlot, blank_or_slot, printed_code, slot
from khaithue.printing.tables import TableSheet, View, Window, foot, table_sheet, totalled
from khaithue.returns.form import Appendix, Field, Form
from khaithue.returns.model import Return, Value

ABOVE_HEAD = frozenset({"kieuKy", "kyKKhai", "loaiTKhai", "soLan", "tenTKhai"})
"""Elements of the header that stand under the title, in every form alike."""

WIDE = 7
"""A table with more columns than this is printed on a page turned on its side."""

MANY = 2
"""Most boxes that stand beside one another below the tables of an appendix."""


@dataclass(frozen=True)
class Line:
    """One line of the main table: its number, its text and one box (or none) for each amount column."""

    number: str
    label: str
    cells: tuple[CellSlot | None, ...]
    unit: str = ""

    @property
    def heading(self) -> bool:
        """Whether the line only names a section."""
        return not any(self.cells)


@dataclass(frozen=True)
class HeadLine:
    """One line of boxes above the table."""

    slots: tuple[CellSlot, ...]


@dataclass(frozen=True)
class AppendixSheet:
    """One appendix: its tables, then the lines of its own boxes."""

    name: str
    code: str
    title: str
    tables: tuple[TableSheet, ...]
    lines: tuple[Line, ...]
    present: bool
    columns: int = 1
    landscape: bool = False


@dataclass(frozen=True)
class SignedBy:
    """Who signed the file, as the signature's check found it; all texts, times as they are to be read."""

    name: str
    tax_id: str
    serial: str
    issuer: str
    signed_at: str


@dataclass(frozen=True)
class Sheet:
    """The whole paper form. ``period_text`` is the period in Vietnamese words; ``first`` is the box Lần đầu.

    ``choices`` are boxes with a list to choose from that the paper leaves out. ``codes`` gives the printed
    code of a box fed by the header, by the name of its element (``soLan``: ``03``).
    """

    form: Form
    form_code: str
    title: str
    circular: str
    period_text: str
    first: bool
    supplement_no: str
    codes: Mapping[str, str]
    head: tuple[HeadLine, ...]
    columns: tuple[str, ...]
    units: bool
    lines: tuple[Line, ...]
    appendices: tuple[AppendixSheet, ...]
    signer: CellSlot
    signed_on: CellSlot
    place: str
    agent: Mapping[str, str]
    choices: tuple[CellSlot, ...] = ()
    landscape: bool = False

    def slots(self) -> Iterable[CellSlot]:
        """Every box shown, in printed order."""
        for head in self.head:
            yield from head.slots
        yield from _line_slots(self.lines)
        for part in self.appendices:
            for table in part.tables:
                yield from table.slots()
            yield from _line_slots(part.lines)


def sheet(filled: Return, *, windows: Mapping[str, Window] | None = None, fill: bool = False) -> Sheet:
    """Lay a return out as its paper form.

    ``windows`` names, for a table, the rows to show (all when it is not named). ``fill`` is for the page that
    is filled in: it shows also the appendices that the return does not have, and what the paper leaves out.
    """
    form = filled.form
    view = View(fill, windows or {})
    lines = tuple(
        _line(row, form.fields, filled.values, "", len(form.layout.columns)) for row in form.layout.rows
    )
    parts = tuple(
        _appendix(filled, part, view)
        for part in form.appendices.values()
        if fill or has_appendix(filled, part)
    )
    return Sheet(
        form=form,
        form_code=form.code,
        title=form.title,
        circular=form.xml.get("moTaBMau", ""),
        period_text=period_text(filled),
        first=filled.header.get("loaiTKhai", "C") == "C",
        supplement_no=_supplement_no(filled),
        codes={box.header: box.code for box in form.fields.values() if box.header and printed_code(box.code)},
        head=tuple(line for codes in form.layout.head if (line := _head_line(codes, filled)).slots),
        columns=form.layout.columns,
        units=any(line.unit for line in lines),
        lines=lines,
        appendices=parts,
        signer=_header_slot("nguoiKy", filled),
        signed_on=_header_slot("ngayKy", filled),
        place=filled.header.get("tenTinhNNT", ""),
        agent={name: text for name, text in filled.header.items() if "DLy" in name or name == "cchiHNghe"},
        choices=_choices(filled) if fill else (),
        landscape=form.layout.landscape,
    )


def has_appendix(filled: Return, part: Appendix) -> bool:
    """Whether the return carries this appendix."""
    return part.name in filled.totals or any(name in filled.tables for name in part.tables)


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


def _choices(filled: Return) -> tuple[CellSlot, ...]:
    layout = filled.form.layout
    shown = {code for row in (*layout.head, *(row[2:] for row in layout.rows)) for code in row}
    boxes = (
        box for box in filled.form.fields.values() if box.choices and not box.header and box.code not in shown
    )
    return tuple(slot(box, filled.values.get(box.code), box.code) for box in boxes)


def _supplement_no(filled: Return) -> str:
    number = filled.header.get("soLan", "0")
    return "" if number in ("", "0") else number


def _head_line(codes: tuple[str, ...], filled: Return) -> HeadLine:
    boxes = (filled.form.fields[code] for code in codes if code)
    return HeadLine(tuple(_head_slot(box, filled) for box in boxes if box.header not in ABOVE_HEAD))


def _head_slot(box: Field, filled: Return) -> CellSlot:
    if not box.header:
        return slot(box, filled.values.get(box.code), box.code)
    return slot(box, filled.header.get(box.header, ""), box.code, editable=False)


def _header_slot(name: str, filled: Return) -> CellSlot:
    kind = "date" if name.startswith("ngay") else "text"
    value = filled.header.get(name, "")
    return CellSlot(name, f"header[{name}]", kind, value, printed_header(kind, value), name)


def printed_header(kind: str, value: str) -> str:
    """A text of the header as the paper shows it."""
    return day(value) if kind == "date" else value


def _line(
    row: tuple[str, ...], fields: Mapping[str, Field], values: Mapping[str, Value], part: str, columns: int
) -> Line:
    number, label, *codes = row
    cells = tuple(blank_or_slot(fields, code, values, part) for code in codes)
    unit = next((cell.unit for cell in cells if cell and cell.unit), "")
    missing = (None,) * (columns - len(cells))
    return Line(number, label, cells + missing, unit)


def _appendix(filled: Return, part: Appendix, view: View) -> AppendixSheet:
    values = filled.totals.get(part.name, {})
    tables = tuple(
        _with_feet(table_sheet(part, table, filled.tables.get(table.name, ()), "", view), part, values)
        for table in part.tables.values()
        if not table.parent
    )
    rows = [line for row in part.print_rows if not totalled(part, row) for line in _split(part, row)]
    width = max((len(row) - 2 for row in rows), default=1)
    return AppendixSheet(
        name=part.name,
        code=part.code,
        title=part.title,
        tables=tables,
        lines=tuple(_line(row, part.fields, values, part.name, width) for row in rows),
        present=has_appendix(filled, part),
        columns=width,
        landscape=any(len(table.columns) > WIDE for table in tables),
    )


def _with_feet(table: TableSheet, part: Appendix, values: Mapping[str, Value]) -> TableSheet:
    lines = (row for row in part.print_rows if totalled(part, row) == table.name)
    return replace(table, foot=tuple(foot(part, line, values, table.columns) for line in lines))


def _split(part: Appendix, row: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """A print line of many boxes, as one line a box under the box's own label."""
    if len(row) <= 2 + MANY:
        return [row]
    return [("", part.fields[code].label, code) for code in row[2:] if code]


def _line_slots(lines: Iterable[Line]) -> Iterable[CellSlot]:
    for line in lines:
        yield from (cell for cell in line.cells if cell)


__all__ = [
    "AppendixSheet",
    "CellSlot",
    "HeadLine",
    "Line",
    "Sheet",
    "SignedBy",
    "TableSheet",
    "has_appendix",
    "period_text",
    "printed",
    "sheet",
]
