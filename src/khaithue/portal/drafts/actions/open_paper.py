"""Opening the page on which the figures of a return filed on paper are entered."""

from datetime import date

from django.utils import timezone

from khaithue.obligations.period import Period
from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, require
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.opening import on_paper
from khaithue.portal.drafts.outcome import DraftOutcome
from khaithue.returns.catalogue import find_for
from khaithue.returns.codec import encode
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Form


@action("drafts.open_paper", Right.PREPARE)
def open_paper(
    *, user: User, taxpayer: Taxpayer, form_code: str, period: str, filed_on: date | None
) -> Done[DraftOutcome]:
    """The draft that takes the figures of a first return filed on paper on that day; made when there is none.

    It is on the form that was taken on the day. Findings: DRAFT-PERIOD, PAPER-DAY, DRAFT-NO-FORM.
    """
    require(Right.PREPARE, user, taxpayer, form_code)
    tax_period = _period(period)
    if tax_period is None:
        return _refused(taxpayer, finding("DRAFT-PERIOD", period=period))
    if filed_on is None or not tax_period.start <= filed_on <= timezone.localdate():
        return _refused(taxpayer, finding("PAPER-DAY", start=f"{tax_period.start:%d/%m/%Y}"))
    form = find_for(form_code, tax_period, filed_on)
    if form is None or form.frame != "return" or tax_period.kind.value not in form.periods:
        return _refused(taxpayer, finding("DRAFT-NO-FORM", form=form_code, period=period))
    draft = _draft(taxpayer, form, tax_period, filed_on)
    return Done(DraftOutcome(draft), f"draft:{draft.pk}", {"form": form.code, "period": draft.period})


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _refused(taxpayer: Taxpayer, reason: Finding) -> Done[DraftOutcome]:
    return Done(DraftOutcome(None, (reason,)), f"taxpayer:{taxpayer.pk}", {"refused": reason.code})


def _draft(taxpayer: Taxpayer, form: Form, period: Period, filed_on: date) -> Draft:
    """The draft of that place; one that is there takes the day now given."""
    content = {
        "version": form.version,
        "filed_on": filed_on,
        "data": encode(compute(on_paper(taxpayer, form, period, filed_on))),
    }
    place = {"form_code": form.code, "basis": form.basis, "period": str(period), "kind": "P"}
    draft, made = Draft.objects.get_or_create(taxpayer=taxpayer, **place, defaults=content)
    if not made and draft.filed_on != filed_on:
        draft.filed_on = filed_on
        draft.save(update_fields=["filed_on"])
    return draft
