"""Ending the registration of a form with its last period."""

from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.filing.models import Filing
from khaithue.portal.registration.choosing import KINDS
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.periods import read_period
from khaithue.portal.registration.words import period_text
from khaithue.returns.findings import Finding, finding


@action("registration.end_form", Right.MANAGE, owned="registration")
def end_form(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    registration: FormRegistration,
    last: str,
) -> Done[Outcome[FormRegistration]]:
    """End it with its last period, as people write periods; what is filed stays, and may be supplemented.

    Findings: FORM-ENDED, FORM-PERIOD, FORM-END-BEFORE-START, FORM-END-FILED.
    """
    held = FormRegistration.objects.select_for_update().get(pk=registration.pk)
    subject = f"form_registration:{held.pk}"
    period = read_period(last)
    if period is None or period.kind is not PeriodKind(held.period_kind):
        kind = KINDS[PeriodKind(held.period_kind)]
        return refused(subject, finding("FORM-PERIOD", form=held.form_code, period=last[:24], kind=kind))
    if wrong := _wrong(held, period):
        return refused(subject, wrong)
    held.last_period, held.last_end, held.ended_at = str(period), period.end, timezone.now()
    held.save(update_fields=["last_period", "last_end", "ended_at"])
    return Done(Outcome(held), subject, {"form": held.form_code, "last": held.last_period})


def _wrong(held: FormRegistration, last: Period) -> Finding | None:
    if held.last_end is not None:
        return finding("FORM-ENDED", form=held.form_code, last=period_text(held.last_period))
    if last.end < held.first_start:
        return finding(
            "FORM-END-BEFORE-START",
            form=held.form_code,
            first=period_text(held.first_period),
            last=period_text(last),
        )
    later = Filing.objects.standing().filter(taxpayer=held.taxpayer, form_code=held.form_code)
    if filed := later.filter(period_start__gt=last.end).order_by("period_start").last():
        return finding(
            "FORM-END-FILED", form=held.form_code, last=period_text(last), filed=period_text(filed.period)
        )
    return None
