"""What the fill page says of a draft that amends something, and the differences a supplement makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.supplementing import corrected_by, supplement_of
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.standing import Standing
from khaithue.portal.filing.submission import activity_of
from khaithue.portal.web.timeline import amending
from khaithue.printing.amounts import accounting, day
from khaithue.returns.differences import Difference
from khaithue.returns.model import Return, Row, Value
from khaithue.returns.supplement import Supplement
from khaithue.returns.tax_changes import CREDIT, PAYABLE, REFUND

KHBS_TABLES = (
    "khbs_payable",
    "khbs_appendices",
    "khbs_credit",
    "khbs_refund",
    "khbs_parts",
    "khbs_up",
    "khbs_down",
)
"""The tables that a supplement fills, of any circular."""


@dataclass(frozen=True)
class Amends:
    """What a draft amends: for a supplement ``corrects``, for a first return ``filed`` or ``on_paper``.

    ``may_replace`` until ``due``; ``khbs`` is missing, stale or fresh, or empty when the form has none.
    """

    corrects: Standing | None = None
    filed: Filing | None = None
    on_paper: PaperReturn | None = None
    may_replace: bool = False
    due: date | None = None
    khbs: str = ""


def amends(draft: Draft, figures: Return, today: date) -> Amends:
    """What the draft with these figures amends on a day."""
    if draft.kind == "B":
        return Amends(corrects=corrected_by(draft, figures), khbs=_khbs(draft, figures, today))
    if figures.period.kind == "occurrence":
        return Amends()
    place = {
        "taxpayer": draft.taxpayer,
        "form_code": draft.form_code,
        "period": draft.period,
        "activity": activity_of(figures),
    }
    paper = PaperReturn.objects.filter(**place).first()
    filed = Filing.objects.standing().filter(**place, kind="C").first()
    if filed is None:
        return Amends(on_paper=paper)
    may = amending(filed, today)
    return Amends(filed=filed, on_paper=paper, may_replace=may.may_replace, due=may.due)


def _khbs(draft: Draft, figures: Return, today: date) -> str:
    """Whether the 01/KHBS of the draft says what its figures now make."""
    if figures.form.supplement is None:
        return ""
    if not any(figures.tables.get(name) for name in KHBS_TABLES):
        return "missing"
    made = supplement_of(draft, today)
    if made is None:
        return ""
    now, then = (_said(ret) for ret in (made.ret, figures))
    return "fresh" if now == then else "stale"


def _said(ret: Return) -> list[tuple[tuple[str, Value], ...]]:
    """What the tables of the two appendices say, blanks apart."""
    return [tuple(_filled(row)) for name in KHBS_TABLES for row in _flat(ret.tables.get(name, ()))]


def _flat(rows: tuple[Row, ...]) -> Iterator[Row]:
    for row in rows:
        yield row
        for children in row.children.values():
            yield from _flat(children)


def _filled(row: Row) -> Iterator[tuple[str, Value]]:
    yield from sorted((code, value) for code, value in row.values.items() if value not in (None, "", 0))


# -- the page of differences


@dataclass(frozen=True)
class Change:
    """One box that changed, as it is shown; ``name`` is that of its explanation on the page."""

    name: str
    place: str
    label: str
    declared: str
    corrected: str
    amount: str
    reason: str


@dataclass(frozen=True)
class Tax:
    """One tax that changed, as it is shown."""

    section: str
    title: str
    subhead: str
    declared: str
    corrected: str
    amount: str
    rises: bool


def changes(made: Supplement) -> list[Change]:
    """Every box that changed, with its explanation."""
    written = [row for part in made.ret.tables.get("khbs_parts", ()) for row in _flat((part,))]
    return [_change(each, written) for each in made.differences]


def _change(each: Difference, written: list[Row]) -> Change:
    found = next((row for row in written if _is_of(row, each)), None)
    if found:
        written.remove(found)
    amount = each.amount
    return Change(
        name=reason_name(each),
        place=f"[{each.field.code}]" if "[" not in each.cell else each.cell,
        label=f"{each.field.label} – {each.row}" if each.row else each.field.label,
        declared=_text(each.declared),
        corrected=_text(each.corrected),
        amount="" if amount is None else accounting(amount),
        reason=str(found.values.get("8") or "") if found else "",
    )


def _is_of(row: Row, each: Difference) -> bool:
    place = (row.values.get("3"), row.values.get("chi_tiet_1") or "", row.values.get("2"))
    return place == (f"[{each.field.code}]", each.row, each.field.label)


def reason_name(each: Difference) -> str:
    """The name of the box in which the change is explained."""
    return f"reason|{each.cell}|{each.row}"


def _text(value: Value) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return day(value) if isinstance(value, str) else accounting(value)


def taxes(made: Supplement) -> list[Tax]:
    """Every tax that changed."""
    sections = {
        PAYABLE: _("Số thuế phải nộp"),
        CREDIT: _("Số thuế được khấu trừ"),
        REFUND: _("Số thuế đề nghị hoàn"),
    }
    return [
        Tax(
            section=sections[each.section],
            title=each.line.title,
            subhead=each.subhead,
            declared=accounting(each.declared),
            corrected=accounting(each.corrected),
            amount=accounting(each.change),
            rises=each.change > 0,
        )
        for each in made.taxes
    ]
