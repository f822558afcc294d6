"""By when a new certificate must be told to the tax office."""

from datetime import date, timedelta

from khaithue import law
from khaithue.obligations.working_days import day_off


def notify_by(day: date) -> date:
    """The last day to tell the office of a certificate that took effect on a day.

    Law: ``certificate_change`` of ``law/procedures/eras.toml``; the day itself does not count.
    """
    left: int = law.document("procedures/eras.toml")["certificate_change"]["working_days"]
    while left:
        day += timedelta(days=1)
        left -= day_off(day) is None
    return day
