"""By when the office owes its decision on a filing, by the rules of the era in which it came."""

from datetime import date

from django.utils import timezone

from khaithue.obligations.working_days import working_day_after
from khaithue.portal.era import Step, era_on
from khaithue.portal.filing.models import Filing


def step_of(filing: Filing) -> Step:
    """The rules of the era in which the filing came."""
    return era_on(timezone.localdate(filing.received_at)).file


def decide_by(filing: Filing) -> date | None:
    """The last day for the decision; None in an era without one.

    One working day after the reception; three for a dossier of refund under circular 89/2026.
    """
    step = step_of(filing)
    if not step.decision:
        return None
    days = step.refund_working_days if filing.form_code in step.refund_forms else step.working_days
    return working_day_after(timezone.localdate(filing.received_at), days)
