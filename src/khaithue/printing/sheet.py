"""A return laid out as its paper form: lines, boxes and tables, without any markup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from khaithue.printing.amounts import day, printed
from khaithue.printing.body import Block, Line, body, in_money, line_of, main_tables, part_tables
from khaithue.printing.head import ABOVE_HEAD, PERIOD, HeadLine, HeadPart, head_lines, period_text, written_in
from khaithue.printing.letter import LetterSheet, letter_sheet
from khaithue.printing.slots import CellSlot, printed_code, slot
from khaithue.printing.tables import Boxes, PrintLine, TableSheet, View, Window, on_paper, totalled
from khaithue.printing.words import PaperSheet, paper_sheet
from khaithue.returns.form import Appendix, Field, Form
from khaithue.returns.model import Return

WHOSE: Final = MappingProxyType(
    {"kyKKhai": "Kỳ tính thuế", "tenNNT": "Tên người nộp thuế", "mst": "Mã số thuế"}
)
"""What stands before the period and the taxpayer on an appendix that does not say it itself."""

WIDE = 7
"""A table with more columns than this is printed on a page turned on its side."""

BASES = {"TT": "Thông tư", "CV": "Công văn"}
"""How papers write the short words that the basis of a form begins with."""

MANY = 2
"""Most boxes that stand beside one another below the tables of an appendix."""


@dataclass(frozen=True)
class AppendixSheet:
    """One appendix: boxes above its tables, the tables, then the lines of its own boxes.

    ``codes`` are the printed codes of the boxes that its head shares with the form's, as in a ``Sheet``, and
    ``labels`` what stands before them. One with ``words`` is printed as issued, with its own number, oath
    and signatures.
    """

    name: str
    code: str
    title: str
    codes: Mapping[str, str]
    labels: Mapping[str, str]
    head: tuple[HeadLine, ...]
    tables: tuple[TableSheet, ...]
    lines: tuple[Line, ...]
    present: bool
    columns: int = 1
    landscape: bool = False
    words: PaperSheet | None = None

    def slots(self) -> Iterable[CellSlot]:
        """Every box shown, in printed order."""
        yield from _head_slots(self.head)
        for table in self.tables:
            yield from table.slots()
        for line in self.lines:
            yield from (cell for cell in line.cells if cell)

    @property
    def in_money(self) -> bool:
        """Whether the appendix tells amounts of đồng."""
        return in_money(self.slots()) or any(table.in_money for table in self.tables)


@dataclass(frozen=True)
class SignedBy:
    """Who signed the file, as the signature's check found it; all texts, times as they are to be read.

    ``code_to``: the masked address of the one-time code that stands in place of a signature; there is no
    certificate then.
    """

    name: str
    tax_id: str
    serial: str
    issuer: str
    signed_at: str
    code_to: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """What the seal on the paper says; the first line is its heading."""
        if self.code_to:
            return (
                f"Xác nhận điện tử bởi: {self.name}",
                f"Mã số thuế: {self.tax_id}",
                f"Xác nhận ngày: {self.signed_at}",
                f"Bằng mã xác thực giao dịch điện tử gửi đến: {self.code_to}",
            )
        facts = (("Mã số thuế", self.tax_id), ("Ký ngày", self.signed_at))
        return (
            f"Ký điện tử bởi: {self.name}",
            *(f"{label}: {text}" for label, text in facts if text),
            f"Nhà cung cấp: {self.issuer}",
            f"Số chứng thư: {self.serial}",
        )


@dataclass(frozen=True)
class Sheet:
    """The whole paper form. ``period_text`` is the period in Vietnamese words; ``first`` is the box Lần đầu.

    ``choices`` are boxes with a list to choose from that the paper leaves out. ``codes`` gives the printed
    code of a box fed by the header, by the name of its element (``soLan``: ``03``), ``labels`` its label. A
    sheet with a ``letter`` is printed as that letter; its ``head`` holds every box, for the page that is
    filled in. ``words`` are those around the boxes.
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
    body: tuple[Block, ...]
    appendices: tuple[AppendixSheet, ...]
    signer: CellSlot
    signed_on: CellSlot
    place: str
    words: PaperSheet
    labels: Mapping[str, str]
    taxpayer: str = ""
    tax_id: str = ""
    choices: tuple[CellSlot, ...] = ()
    landscape: bool = False
    letter: LetterSheet | None = None

    @property
    def period_shown(self) -> str:
        """The period after its label, of which it repeats no word: ``Năm: 2019``."""
        return self.period_text.removeprefix(f"{self.labels.get(PERIOD, '')} ")

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of the main part, whichever tables stand between them."""
        return tuple(line for block in self.body for line in block.lines)

    @property
    def in_money(self) -> bool:
        """Whether the main part tells amounts of đồng below its head."""
        tables = (block.table for block in self.body if block.table)
        return in_money(cell for block in self.body for cell in block.slots()) or any(
            table.in_money for table in tables
        )

    def slots(self) -> Iterable[CellSlot]:
        """Every box shown, in printed order."""
        yield from _head_slots(self.head)
        for block in self.body:
            yield from block.slots()
        for part in self.appendices:
            yield from part.slots()


def sheet(filled: Return, *, windows: Mapping[str, Window] | None = None, fill: bool = False) -> Sheet:
    """Lay a return out as its paper form.

    ``windows`` names, for a table, the rows to show (all when it is not named). ``fill`` is for the page that
    is filled in: it shows also the appendices that the return does not have, and what the paper leaves out.
    """
    form = filled.form
    view = View(fill, windows or {})
    parts = tuple(
        _appendix(filled, part, view)
        for part in form.appendices.values()
        if not part.is_main and (fill or has_appendix(filled, part))
    )
    boxes = Boxes("", form.fields, filled.values)
    tables = main_tables(filled, view, boxes)
    blocks = body(form, boxes, tables, view)
    head = HeadPart(filled, boxes, tables, form.paper, view)
    tax_id, taxpayer = filled.taxpayer
    return Sheet(
        form=form,
        form_code=form.code,
        title=form.title,
        circular=form.xml.get("moTaBMau") or f"({_named_in_full(form.basis)})",
        period_text=period_text(filled),
        first=filled.header.get("loaiTKhai", "C") == "C",
        supplement_no=_supplement_no(filled),
        codes=_codes(form.fields),
        head=tuple(head_lines(_head_codes(form), head)),
        body=blocks,
        appendices=parts,
        signer=_header_slot("nguoiKy", filled),
        signed_on=_header_slot("ngayKy", filled),
        place=filled.header.get("tenTinhNNT", ""),
        words=paper_sheet(form.paper, written_in(head)),
        labels=_labels(form.fields, filled),
        taxpayer=taxpayer,
        tax_id=tax_id,
        choices=_choices(filled) if fill else (),
        landscape=form.layout.landscape or _is_only_wide(blocks),
        letter=letter_sheet(filled, tables),
    )


def has_appendix(filled: Return, part: Appendix) -> bool:
    """Whether the return carries this appendix."""
    return part.name in filled.totals or any(name in filled.tables for name in part.tables)


def _choices(filled: Return) -> tuple[CellSlot, ...]:
    layout = filled.form.layout
    shown = {code for row in (*layout.head, *(row[2:] for row in layout.rows)) for code in row}
    boxes = (
        box for box in filled.form.fields.values() if box.choices and not box.header and box.code not in shown
    )
    return tuple(slot(box, filled.values.get(box.code), box.code) for box in boxes)


def _named_in_full(basis: str) -> str:
    """What the form rests on, as papers name it: ``Thông tư 92/2015/TT-BTC`` for ``TT92/2015/TT-BTC``."""
    kind = BASES.get(basis[:2], "")
    return f"{kind} {basis[2:]}" if kind else basis


def _supplement_no(filled: Return) -> str:
    number = filled.header.get("soLan", "0")
    return "" if number in ("", "0") else number


def _labels(fields: Mapping[str, Field], filled: Return) -> dict[str, str]:
    """What stands before the boxes of the header; first and supplement without codes on a supplement only."""
    hidden = {PERIOD} if _supplement_no(filled) else ABOVE_HEAD
    shown = (box for box in fields.values() if printed_code(box.code) or box.header not in hidden)
    return {box.header: box.label for box in shown if box.header}


def _codes(fields: Mapping[str, Field]) -> dict[str, str]:
    return {box.header: box.code for box in fields.values() if box.header and printed_code(box.code)}


def _head_codes(form: Form) -> Iterable[PrintLine]:
    """The lines of the head; the page on which a letter is filled in asks every box but the period."""
    if not form.layout.letter:
        return form.layout.head
    return ((code,) for code, box in form.fields.items() if box.header != PERIOD)


def _head_slots(head: Iterable[HeadLine]) -> Iterable[CellSlot]:
    for line in head:
        yield from line.all_slots()


def _header_slot(name: str, filled: Return) -> CellSlot:
    kind = "date" if name.startswith("ngay") else "text"
    value = filled.header.get(name, "")
    return CellSlot(name, f"header[{name}]", kind, value, printed_header(kind, value), name)


def printed_header(kind: str, value: str) -> str:
    """A text of the header as the paper shows it."""
    return day(value) if kind == "date" else value


def _appendix(filled: Return, part: Appendix, view: View) -> AppendixSheet:
    boxes = Boxes(part.name, part.fields, filled.totals.get(part.name, {}))
    tables = part_tables(part, filled, view, part.print_rows, boxes)
    head = HeadPart(filled, boxes, {}, part.paper, view)
    lines = on_paper(part.print_rows, boxes, view)
    rest = (row for row in lines if totalled(row, part.fields) not in tables)
    rows = [line for row in rest for line in _split(part, row)]
    width = max((len(row) - 2 for row in rows), default=1)
    return AppendixSheet(
        name=part.name,
        code=part.code,
        title=part.title,
        codes=_codes(part.fields),
        head=tuple(head_lines(part.head, head)),
        tables=_titled(part, tuple(tables.values()), view),
        lines=tuple(line_of(row, boxes, width) for row in rows),
        present=has_appendix(filled, part),
        columns=width,
        landscape=any(map(_is_wide, tables.values())),
        labels=_labels(part.fields, filled) if part.paper else WHOSE,
        words=paper_sheet(part.paper, written_in(head)) if part.paper else None,
    )


def _titled(part: Appendix, tables: tuple[TableSheet, ...], view: View) -> tuple[TableSheet, ...]:
    """The tables; one alone under the title of an appendix as issued has none of its own on the paper."""
    if view.fill or not part.paper or len(tables) > 1:
        return tables
    return tuple(replace(table, title="") for table in tables)


def _is_only_wide(blocks: Iterable[Block]) -> bool:
    """Whether the body is a table too wide for a page that stands, without lines of its own."""
    tables = [block.table for block in blocks if not block.only_names]
    return any(table and _is_wide(table) for table in tables) and all(tables)


def _is_wide(table: TableSheet) -> bool:
    return len(table.columns) > WIDE


def _split(part: Appendix, row: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """A print line of many boxes, as one line a box under the box's own label."""
    if len(row) <= 2 + MANY:
        return [row]
    return [("", part.fields[code].label, code) for code in row[2:] if code]


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
