"""What the templates of the pages need beyond Django's own tags."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Officer
from khaithue.portal.filing.decision_time import decide_by
from khaithue.portal.filing.listing import STATES
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reasons import given
from khaithue.portal.web import helping, shown
from khaithue.portal.web.typed import typed_of
from khaithue.printing.page import below as below_heading
from khaithue.printing.sheet import AppendixSheet, Line
from khaithue.printing.slots import CellSlot
from khaithue.printing.tables import TableSheet
from khaithue.returns.findings import Text
from khaithue.returns.form import Field
from khaithue.signing.certificates import common_name

register = template.Library()

VOWELS = frozenset("AEIOUY")
EXAMPLES = {"date": "31/12/2026", "month": "12/2026"}


@register.filter
def period_words(period: str | Period) -> str:
    """``2026-05`` as ``tháng 05/2026``."""
    return shown.period_words(period)


@register.filter
def sentence(title: str) -> str:
    """A title printed in capitals, as a sentence; numbers (``43/2022/QH15``) and acronyms keep theirs.

    >>> sentence("TỜ KHAI THUẾ TNCN THEO NGHỊ QUYẾT 43/2022/QH15")
    'Tờ khai thuế TNCN theo nghị quyết 43/2022/QH15'
    """
    head, bracket, rest = title.partition(" (")
    if bracket and head.isupper() and not rest.isupper():
        return f"{sentence(head)}{bracket}{rest}"
    if not title.isupper():
        return title
    text = " ".join(word if _keeps_capitals(word) else word.lower() for word in title.split(" "))
    return text[:1].upper() + text[1:]


def _keeps_capitals(word: str) -> bool:
    """Whether it is a number of a document, or an acronym: several letters, none of them a vowel."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if letter.isalpha()]
    return any(map(str.isdigit, word)) or (len(letters) > 1 and not VOWELS.intersection(letters))


@register.filter
def issuer_name(distinguished: str) -> str:
    """The common name of a certificate's issuer."""
    return common_name(distinguished)


@register.filter
def basename(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


@register.filter
def below(label: str) -> str:
    """A column's own heading below a shared one."""
    return below_heading(label)


@register.filter
def with_columns(line: Line, columns: Sequence[str]) -> Iterable[tuple[CellSlot | None, str]]:
    """The boxes of a line, each with the heading of its amount column."""
    headings = [*columns, *[""] * len(line.cells)]
    return zip(line.cells, headings, strict=False)


@register.filter
def blank_columns(part: AppendixSheet) -> tuple[str, ...]:
    """One heading, not printed, for each amount column below the tables of an appendix."""
    return ("",) * part.columns


@register.inclusion_tag("web/parts/help.html")
def box_help(slot: CellSlot) -> dict[str, Any]:
    """What to write in a box, opened by a small button; nothing when its form does not say."""
    return _help((slot,), slot.label)


@register.inclusion_tag("web/parts/help.html")
def line_help(line: Line) -> dict[str, Any]:
    """What to write in the boxes of one line, opened by one button."""
    return _help(line.cells, line.label)


@register.inclusion_tag("web/parts/columns_help.html")
def columns_help(table: TableSheet) -> dict[str, Any]:
    """What to write in the columns of a table, opened above its headings; nothing when none of them says."""
    return {"entries": helping.of_table(table)}


@register.simple_tag
def described(table: str, column: Field) -> SafeString:
    """The attribute that ties a column's heading to its instruction, if it has one."""
    return format_html(' aria-describedby="h-{}[{}]"', table, column.code) if column.help else SafeString("")


@register.simple_tag
def width(columns: Sequence[str], units: bool) -> int:
    """How many columns of the table a section's title spans."""
    return 1 + 2 * max(1, len(columns)) + bool(units)


@register.simple_tag
def filing_state(filing: Filing) -> SafeString:
    """The mark that says where a filing stands."""
    marks = {Filing.State.REFUSED: "late", Filing.State.REPLACED: "wait"}
    look = marks.get(Filing.State(filing.state), "good")
    return format_html(
        '<span class="state {}">{}</span>', look, shown.say(STATES[Filing.State(filing.state)])
    )


@register.simple_tag
def text_said(text: Text) -> str:
    """A text in the reader's language."""
    return shown.say(text)


@register.simple_tag
def reason_given(kept: Mapping[str, str]) -> dict[str, str]:
    """A reason of a refusal in the reader's language: ``group``, ``error``, ``fix``, ``note``."""
    told = given(kept)
    words = {"group": told.group, "error": told.error, "fix": told.fix}
    return {**{name: shown.say(text) for name, text in words.items()}, "note": told.note}


@register.simple_tag
def decision_due(filing: Filing) -> date | None:
    """The last day for the office's decision on a filing that waits for it."""
    return decide_by(filing) if filing.is_undecided else None


@register.simple_tag
def undecided_filings(officer: Officer) -> int:
    """How many filings wait for a decision of the officer's office."""
    ours = Filing.objects.filter(taxpayer__office_code=officer.office_code)
    return ours.filter(state=Filing.State.RECEIVED).count()


@register.inclusion_tag("web/parts/cell.html", takes_context=True)
def cell(context: dict[str, Any], slot: CellSlot, label: str = "", column: str = "") -> dict[str, Any]:
    """One box of the fill page, with what is wrong with it."""
    found = context["beside"].get(slot.address, [])
    explain = context["explain_url"] if slot.computed else ""
    return {
        "slot": slot,
        "name": _name(slot, label, column),
        "typed": context["unread"].get(slot.address, typed_of(slot.kind, slot.value)),
        "placeholder": EXAMPLES.get(slot.kind, ""),
        "explain": explain and f"{explain}?{urlencode({'cell': slot.address})}",
        "why": _("Vì sao có số này?"),
        "told": " ".join(item.message for item in found),
        "worst": found[0].level if found else "",
        "helped": bool(slot.help) and slot.row is None,
    }


def _help(slots: Iterable[CellSlot | None], label: str) -> dict[str, Any]:
    entries = helping.of_boxes(slots)
    about = " ".join((*(entry.mark for entry in entries if entry.mark), label))
    return {"entries": entries, "button": _("Hướng dẫn ghi %s") % about}


def _name(slot: CellSlot, label: str, column: str) -> str:
    code = f"[{slot.code}]" if slot.printed_code else ""
    row = f"– {_('dòng %s') % slot.row}" if slot.row else ""
    parts = (code, label or slot.label, f"– {column}" if column else "", row)
    return " ".join(part for part in parts if part)
