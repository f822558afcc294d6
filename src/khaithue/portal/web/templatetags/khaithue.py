"""What the templates of the pages need beyond Django's own tags."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from khaithue.obligations.period import Period
from khaithue.portal.filing.listing import STATES
from khaithue.portal.filing.models import Filing
from khaithue.portal.web import shown
from khaithue.portal.web.typed import typed_of
from khaithue.printing.page import below as below_heading
from khaithue.printing.sheet import AppendixSheet, Line
from khaithue.printing.slots import CellSlot, printed_code
from khaithue.returns.form import Field

register = template.Library()

EXAMPLES = {"date": "31/12/2026", "month": "12/2026"}


@register.filter
def period_words(period: str | Period) -> str:
    """``2026-05`` as ``tháng 05/2026``."""
    return shown.period_words(period)


@register.filter
def sentence(title: str) -> str:
    """A title printed in capitals, as a sentence; numbers of documents keep theirs (``43/2022/QH15``)."""
    if not title.isupper():
        return title
    words = [word if any(map(str.isdigit, word)) else word.lower() for word in title.split(" ")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


@register.filter
def basename(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


@register.filter
def has_code(column: Field) -> bool:
    """Whether the paper prints the column's code."""
    return printed_code(column.code)


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
    }


def _name(slot: CellSlot, label: str, column: str) -> str:
    code = f"[{slot.code}]" if slot.printed_code else ""
    row = f"– {_('dòng %s') % slot.row}" if slot.row else ""
    parts = (code, label or slot.label, f"– {column}" if column else "", row)
    return " ".join(part for part in parts if part)
