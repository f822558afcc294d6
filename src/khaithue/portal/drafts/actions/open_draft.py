"""Opening a draft: the one there is, or a new one filled with what is known."""

from datetime import date

from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, require
from khaithue.portal.drafts.models import Draft
from khaithue.portal.drafts.opening import first_return, replacement, supplement
from khaithue.portal.drafts.outcome import DraftOutcome
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.standing import Standing, standing_return
from khaithue.portal.filing.submission import activity_of
from khaithue.portal.registration.forms import not_registered
from khaithue.returns.catalogue import find_for, find_of_basis
from khaithue.returns.codec import encode
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Form
from khaithue.returns.model import Return


@action("drafts.open", Right.PREPARE)
def open_draft(
    *,
    user: User,
    taxpayer: Taxpayer,
    form_code: str,
    period: str,
    kind: str = "C",
    activity: str | None = None,
) -> Done[DraftOutcome]:
    """The taxpayer's draft of a form and period, made when there is none.

    Kind C is a first return, B a supplement, which gets the next number of its period. ``activity`` says
    which of several returns of the form and period is meant; the newest when it is left out. A first return
    that stands already lends its figures to the one that is to replace it. Findings: DRAFT-KIND,
    DRAFT-PERIOD, DRAFT-NO-FORM, DRAFT-NO-FIRST, and for a first return those of ``not_registered``.
    """
    require(Right.PREPARE, user, taxpayer, form_code)
    if kind not in ("C", "B"):
        return _refused(taxpayer, finding("DRAFT-KIND", kind=kind))
    tax_period = _period(period)
    if tax_period is None:
        return _refused(taxpayer, finding("DRAFT-PERIOD", period=period))
    corrects = standing_return(taxpayer, form_code, tax_period, activity) if kind == "B" else None
    form = _form(form_code, tax_period, corrects)
    if form is None or form.frame != "return" or tax_period.kind.value not in form.periods:
        return _refused(taxpayer, finding("DRAFT-NO-FORM", form=form_code, period=period))
    if kind == "B" and corrects is None:
        return _refused(taxpayer, finding("DRAFT-NO-FIRST", form=form_code, period=period))
    if kind == "C" and (missing := not_registered(taxpayer, form.code, tax_period)):
        return _refused(taxpayer, missing)
    draft = _draft(taxpayer, form, tax_period, corrects)
    return Done(DraftOutcome(draft), f"draft:{draft.pk}", {"form": form.code, "period": draft.period})


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _refused(taxpayer: Taxpayer, reason: Finding) -> Done[DraftOutcome]:
    return Done(DraftOutcome(None, (reason,)), f"taxpayer:{taxpayer.pk}", {"refused": reason.code})


def _form(code: str, period: Period, corrects: Standing | None) -> Form | None:
    """The form to file today; a supplement keeps to the circular of the return it corrects."""
    if corrects and (same := find_of_basis(code, corrects.source.basis, period)):
        return same
    return find_for(code, period, timezone.localdate())


def _draft(taxpayer: Taxpayer, form: Form, period: Period, corrects: Standing | None) -> Draft:
    """The draft of a first return, or of the supplement that corrects one; made when there is none."""
    number = corrects.supplement_no + 1 if corrects else 0
    place = {
        "taxpayer": taxpayer,
        "form_code": form.code,
        "basis": form.basis,
        "period": str(period),
        "kind": "B" if corrects else "C",
        "supplement_no": number,
        "activity": corrects.source.activity if corrects else "",
    }
    if standing := Draft.objects.filter(**place).first():
        return standing
    day = timezone.localdate()
    start = supplement(corrects, form, number, day) if corrects else _first(taxpayer, form, period, day)
    content = {"version": form.version, "data": encode(compute(start))}
    return Draft.objects.get_or_create(**place, defaults=content)[0]


def _first(taxpayer: Taxpayer, form: Form, period: Period, day: date) -> Return:
    """A first return, with the figures of the one on the same form that it is to replace."""
    blank = first_return(taxpayer, form, period, day)
    replaced = Filing.objects.standing().filter(
        taxpayer=taxpayer,
        form_code=form.code,
        basis=form.basis,
        period=str(period),
        kind="C",
        activity=activity_of(blank),
    )
    if period.kind is PeriodKind.OCCURRENCE or not (filed := replaced.first()):
        return blank
    return replacement(filed, form, day)
