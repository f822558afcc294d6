"""Putting a return filed on paper on record, so that supplements can follow it here."""

from dataclasses import dataclass

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.standing import paper_overlapping
from khaithue.portal.filing.submission import activity_of
from khaithue.returns.codec import decode, encode
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding, finding
from khaithue.returns.model import Return


@dataclass(frozen=True)
class PaperOutcome:
    """The return now on record, or None, and what was found."""

    paper: PaperReturn | None
    findings: tuple[Finding, ...] = ()


@action("filing.save_paper", Right.PREPARE, owned="draft")
def save_paper(*, user: User, draft: Draft) -> Done[PaperOutcome]:
    """Record the figures of a draft of kind P as filed on paper, and throw the draft away.

    Findings: DRAFT-DATA for another draft, PAPER-ELECTRONIC when a return of the period was filed here,
    PAPER-EXISTS when its paper is on record already, FILE-MONTH-AND-QUARTER. What is wrong in the figures is
    no hindrance: the paper said so.
    """
    Taxpayer.objects.select_for_update().get(pk=draft.taxpayer_id)
    figures, _ = decode(draft.data)
    if draft.kind != "P" or figures is None or draft.filed_on is None:
        return _refused(draft, finding("DRAFT-DATA"))
    if wrong := _hindrance(draft, figures):
        return _refused(draft, wrong)
    computed = compute(figures)
    paper = PaperReturn.objects.create(
        **_place(draft, figures),
        basis=draft.basis,
        version=draft.version,
        data=encode(computed),
        filed_on=draft.filed_on,
        entered_by=user,
    )
    Draft.objects.filter(pk=draft.pk).delete()
    facts = {"form": paper.form_code, "period": paper.period}
    return Done(PaperOutcome(paper), f"paper:{paper.pk}", facts)


def _place(draft: Draft, figures: Return) -> dict[str, object]:
    return {
        "taxpayer": draft.taxpayer,
        "form_code": draft.form_code,
        "period": draft.period,
        "activity": activity_of(figures),
    }


def _hindrance(draft: Draft, figures: Return) -> Finding | None:
    place = _place(draft, figures)
    if filed := Filing.objects.standing().filter(**place).first():
        return finding(
            "PAPER-ELECTRONIC",
            form=draft.form_code,
            period=draft.period,
            transaction_code=filed.transaction_code,
        )
    if known := PaperReturn.objects.filter(**place).first():
        day = f"{known.filed_on:%d/%m/%Y}"
        return finding("PAPER-EXISTS", form=draft.form_code, period=draft.period, day=day)
    return _other_period(place, draft, Period.parse(draft.period))


def _other_period(place: dict[str, object], draft: Draft, period: Period) -> Finding | None:
    """A return filed by month over the days of one by quarter, or the other way."""
    if period.kind not in (PeriodKind.MONTH, PeriodKind.QUARTER):
        return None
    anywhere = {name: value for name, value in place.items() if name != "period"}
    split = Filing.objects.standing().filter(
        **anywhere, kind="C", period_kind__in=(PeriodKind.MONTH.value, PeriodKind.QUARTER.value)
    )
    over = split.filter(period_start__lte=period.end, period_end__gte=period.start)
    other = over.exclude(period_kind=period.kind.value).first() or paper_overlapping(
        PaperReturn.objects.filter(**anywhere), period
    )
    if other is None:
        return None
    return finding("FILE-MONTH-AND-QUARTER", form=draft.form_code, other=other.period, period=draft.period)


def _refused(draft: Draft, reason: Finding) -> Done[PaperOutcome]:
    return Done(PaperOutcome(None, (reason,)), f"draft:{draft.pk}", {"refused": reason.code})
