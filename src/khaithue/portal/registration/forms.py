"""Which forms a taxpayer has registered to file here, and from which period to which."""

from datetime import date, datetime

from django.db.models import Q

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.registration.choosing import Choice
from khaithue.portal.registration.models import FormRegistration
from khaithue.portal.registration.words import period_text
from khaithue.returns.findings import Finding, finding

UNREGISTERED = frozenset({"FILE-NOT-REGISTERED", "FILE-BEFORE-FIRST-PERIOD", "FILE-AFTER-LAST-PERIOD"})
"""What ``not_registered`` may find."""


def registered_forms(taxpayer: Taxpayer, day: date) -> dict[str, FormRegistration]:
    """The registrations that hold on a day, by form code: begun by then, and their last day not over.

    A return is owed for every period of ``period_kind`` that a registration holds; ask with the day a period
    began, or with today for what is to come. A form is registered once on a day.
    """
    holding = taxpayer.form_registrations.filter(
        Q(first_start__lte=day) & (Q(last_end__isnull=True) | Q(last_end__gte=day))
    )
    return {item.form_code: item for item in holding.order_by("form_code", "first_start")}


def registration_for(taxpayer: Taxpayer, form_code: str, period: Period) -> FormRegistration | None:
    """The registration that a return of this form and period falls in, be it in part; None when none."""
    reached = taxpayer.form_registrations.filter(
        Q(form_code=form_code, first_start__lte=period.end)
        & (Q(last_end__isnull=True) | Q(last_end__gte=period.start))
    )
    return reached.order_by("first_start").last()


def not_registered(taxpayer: Taxpayer, form_code: str, period: Period) -> Finding | None:
    """Why a first return of the form may not be filed for the period, as far as the registered forms tell.

    FILE-NOT-REGISTERED, FILE-BEFORE-FIRST-PERIOD or FILE-AFTER-LAST-PERIOD; None when the form is registered
    for it. A supplement is never asked: the right to correct what was filed outlives every registration.
    """
    if registration_for(taxpayer, form_code, period):
        return None
    told = period_text(period)
    same = taxpayer.form_registrations.filter(form_code=form_code)
    before = same.filter(last_end__lt=period.start).order_by("last_end").last()
    if before:
        return finding(
            "FILE-AFTER-LAST-PERIOD", form=form_code, period=told, last=period_text(before.last_period)
        )
    after = same.filter(first_start__gt=period.end).order_by("first_start").first()
    if after:
        return finding(
            "FILE-BEFORE-FIRST-PERIOD", form=form_code, period=told, first=period_text(after.first_period)
        )
    return finding("FILE-NOT-REGISTERED", form=form_code, period=told)


def register_form(taxpayer: Taxpayer, choice: Choice, at: datetime) -> FormRegistration:
    """Register the form that was chosen; call it inside the transaction of the act.

    ``ValueError`` for a choice that has no first period.
    """
    if choice.first is None or choice.kind is None:
        raise ValueError(f"{choice.form_code} has no first period")
    return FormRegistration.objects.create(
        taxpayer=taxpayer,
        form_code=choice.form_code,
        period_kind=choice.kind.value,
        first_period=str(choice.first),
        first_start=choice.first.start,
        last_period=str(choice.last or ""),
        last_end=choice.last.end if choice.last else None,
        registered_at=at,
        ended_at=at if choice.last else None,
    )
