"""A form as the law issues it, one value per form version, read from ``law/forms``."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from khaithue.formula.entry import takes_entry
from khaithue.law.dated import Confidence
from khaithue.returns.findings import Level, Text


class Kind(StrEnum):
    """What a box holds. Money is whole đồng, count whole people or months, number an exact decimal.

    A moment is a day and time with its zone, as ``2026-04-20T08:58:40+07:00``.
    """

    MONEY = "money"
    COUNT = "count"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"
    TAX_ID = "tax_id"
    ID_PAPER = "id_paper"
    DATE = "date"
    MONTH = "month"
    MOMENT = "moment"


NUMERIC = frozenset({Kind.MONEY, Kind.COUNT, Kind.NUMBER})

HEADING = "## "
"""What begins the name of a section in a head, and a centred bold paragraph of a letter."""


@dataclass(frozen=True)
class Field:
    """One box of the form, or one column of a table.

    ``xml`` is the element's path below its part (main part, appendix or row); ``header`` names the element of
    ``TTinChung`` instead. ``calc`` and ``prefill`` are formulas; ``at`` is the printed position. ``help``
    tells the taxpayer what to write, ``note`` corrects or remarks on the form itself; both are Vietnamese.
    ``unprinted`` marks a box of the electronic return that the paper as issued does not have.
    """

    code: str
    label: str
    kind: Kind
    at: str = ""
    calc: str = ""
    prefill: str = ""
    default: str = ""
    xml: str = ""
    header: str = ""
    unit: str = ""
    law: str = ""
    help: str = ""
    note: str = ""
    required: bool = False
    unprinted: bool = False
    choices: Mapping[str, str] | None = None
    min: int | None = None

    @property
    def is_typed(self) -> bool:
        """Whether a person may write in the box: it is not computed, or not in every case."""
        return not self.calc or takes_entry(self.calc)

    @property
    def is_row_number(self) -> bool:
        """Whether the column is the printed number of its row (STT)."""
        return self.calc == "row"


@dataclass(frozen=True)
class Table:
    """A list of rows in an appendix; ``parent`` names the table whose rows hold these rows, if any."""

    name: str
    title: str
    xml: str
    columns: Mapping[str, Field]
    parent: str = ""


@dataclass(frozen=True)
class Signer:
    """A place to sign: its ``title`` in bold, ``lines`` with places for boxes, the small words of ``sign``.

    ``day`` puts the place and the day above it; at ``taxpayer`` the taxpayer signs, by hand or not.
    """

    title: tuple[str, ...]
    lines: tuple[str, ...] = ()
    sign: str = ""
    day: bool = False
    taxpayer: bool = False


@dataclass(frozen=True)
class Paper:
    """The words the paper prints around the boxes, as issued; ``{code}`` is the place of a box.

    ``above`` stand before the title, ``below`` under it, ``after`` below the boxes and before the oath,
    ``remarks`` after the signatures; ``unit`` names the currency.
    """

    signers: tuple[Signer, ...]
    unit: str = ""
    oath: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Appendix:
    """An appendix: its printed code and title, its own boxes (totals among them) and its tables.

    ``is_main`` marks the tables of the main part (``[tables]`` of the form file): they have no boxes of their
    own and stand in ``CTieuTKhaiChinh``, in the outline of the form. ``head`` are lines of boxes printed
    above the tables, ``print_rows`` those below them. One with a ``paper`` is printed as it is issued, with
    its own number, oath and signatures.
    """

    name: str
    code: str
    title: str
    xml: str
    outline: str
    fields: Mapping[str, Field]
    tables: Mapping[str, Table]
    print_rows: tuple[tuple[str, ...], ...] = ()
    is_main: bool = False
    head: tuple[tuple[str, ...], ...] = ()
    paper: Paper | None = None


@dataclass(frozen=True)
class Check:
    """A rule the figures must meet; ``each`` names the table whose every row is asked."""

    code: str
    rule: str
    level: Level
    cell: str
    message: Text
    fix: Text
    law: str = ""
    each: str = ""


@dataclass(frozen=True)
class Link:
    """A box of the form that must agree with its appendix, for people and for ``forms show``."""

    cell: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a letter: ``{code}`` is the place of a box, ``when`` the box it depends on."""

    text: str
    when: str = ""


@dataclass(frozen=True)
class Layout:
    """How the main part is printed: amount columns, rows of (number, label, one box code a column).

    A row whose label, or a line of the head whose only entry, is ``{name}`` is the place of that table; such
    an entry that begins ``## `` is the name of a section. ``labels`` is the title over the lines' texts,
    ``codes`` that of the one column of codes, empty when each amount has its code beside it.
    A form with a ``letter`` is printed as that letter instead.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    head: tuple[tuple[str, ...], ...]
    landscape: bool = False
    letter: tuple[Paragraph, ...] = ()
    labels: str = ""
    codes: str = ""


@dataclass(frozen=True)
class TaxLine:
    """One tax of the form: the sum of ``boxes`` of the main part less that of ``less``, in đồng.

    ``subhead`` is the budget's subhead (tiểu mục) it is entered under; ``subhead_box`` the box that says so.
    Neither when the law leaves it to the goods or the place. ``code`` is how the printed form numbers it,
    where an explanation asks (01/KHBS of circular 156/2013).
    """

    title: str
    boxes: tuple[str, ...]
    less: tuple[str, ...] = ()
    subhead: str = ""
    subhead_box: str = ""
    code: str = ""


@dataclass(frozen=True)
class Allocation:
    """A table that allocates tax to places: the columns that tell a place and those that hold its tax.

    Of ``tax`` the first column that is filled counts; the columns that the table lacks are empty.
    """

    table: str
    tax: tuple[str, ...]
    unit: str
    code: str = ""
    ward: str = ""
    province: str = ""
    office: str = ""

    @property
    def place(self) -> tuple[str, ...]:
        """The columns that tell one place from another, as section A.I.2 of 01/KHBS orders them."""
        return (self.unit, self.code, self.ward, self.province, self.office)


@dataclass(frozen=True)
class TaxLines:
    """What of the form a supplement accounts for: tax payable, tax deductible, refund asked for.

    ``allocations`` are the tables that share the tax among places; ``total`` is what the explanation of
    circular 156/2013 sums up, ``None`` on the forms of later circulars.
    """

    payable: tuple[TaxLine, ...]
    credit: tuple[TaxLine, ...]
    refund: tuple[TaxLine, ...]
    law: str
    confidence: Confidence
    allocations: tuple[Allocation, ...] = ()
    total: TaxLine | None = None


def section_name(line: tuple[str, ...]) -> str:
    """The name of the section that a line of a head is; empty for any other line.

    >>> section_name(("## I. THÔNG TIN NGƯỜI CHUYỂN NHƯỢNG",))
    'I. THÔNG TIN NGƯỜI CHUYỂN NHƯỢNG'
    """
    return line[0].removeprefix(HEADING) if len(line) == 1 and line[0].startswith(HEADING) else ""


def placed(text: str) -> str:
    """The name of the table that an entry of a layout places; empty for any other text.

    >>> placed("{people}")
    'people'
    >>> placed("Tổng cộng")
    ''
    """
    return text[1:-1] if text.startswith("{") and text.endswith("}") else ""


@dataclass(frozen=True)
class Form:
    """One version of one form. ``fields`` and ``appendices`` are in printed order.

    ``distinct`` are the boxes that tell apart two first returns of the form for one period: activity, place.
    ``frame`` says whether its XML is that of a return, a notice or a registration (``law/xml``).
    ``switch`` names the entry of ``law/calendar/switch.toml`` by which the form is taken from a day of filing
    on; ``confidence`` says how sure the form file is. ``also`` are older XML versions of the same structure,
    each with the elements below ``PLuc`` that it is not known to share.
    ``supplement`` says what of it is tax; ``None`` when the form file does not.
    """

    code: str
    title: str
    basis: str
    law: str
    xml: Mapping[str, str]
    header_style: str
    valid_from: date
    valid_to: date | None
    periods: tuple[str, ...]
    outline: str
    fields: Mapping[str, Field]
    appendices: Mapping[str, Appendix]
    checks: Mapping[str, Check]
    links: tuple[Link, ...]
    layout: Layout
    paper: Paper = Paper(())
    distinct: tuple[str, ...] = ()
    frame: str = "return"
    switch: str = ""
    confidence: Confidence = Confidence.HIGH
    also: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    supplement: TaxLines | None = None

    @property
    def main_tables(self) -> Mapping[str, Table]:
        """The tables that stand in the main part."""
        return next((part.tables for part in self.appendices.values() if part.is_main), {})

    @property
    def version(self) -> str:
        """The authority's version of the form's XML (``pbanTKhaiXML``, ``pbanTBao``), such as 2.8.3."""
        return self.xml["pbanTKhaiXML"]

    @property
    def ma_tkhai(self) -> str:
        """The authority's number of the form (``maTKhai``; ``maTBao`` of a notice), such as 842.

        Empty for a form without an XML. A notice may have the number of a return.
        """
        return self.xml.get("maTKhai", "")

    @property
    def tables(self) -> dict[str, Table]:
        """Every table of every appendix, by name."""
        return {name: table for part in self.appendices.values() for name, table in part.tables.items()}
