"""By when a new certificate must be told to the tax office."""

from datetime import date

from khaithue import law
from khaithue.obligations.working_days import working_day_after


def notify_by(day: date) -> date:
    """The last day to tell the office of a certificate that took effect on a day.

    Law: ``certificate_change`` of ``law/procedures/eras.toml``; the day itself does not count.
    """
    return working_day_after(day, law.document("procedures/eras.toml")["certificate_change"]["working_days"])
