"""Which forms a taxpayer has registered to file here, and from which period to which."""

from datetime import date

from django.db.models import Q

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.registration.models import FormRegistration


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
