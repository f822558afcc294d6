"""What a taxpayer has to do now: what is late, to be filed, or was filed of late."""

from datetime import date, timedelta

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.obligations import Obligation, State, obligations_around
from khaithue.portal.duties.plan import data

PLACES = {State.LATE: 0, State.REFUSED: 0, State.DUE: 1, State.FILED: 2}
"""The order of the list: what is late or refused first, what is filed last."""


def tasks(taxpayer: Taxpayer, today: date) -> list[Obligation]:
    """The returns to be filed, the latest first, then those filed of late.

    How far back and ahead it looks is in ``law/procedures/duties.toml``.
    """
    found = obligations_around(taxpayer, today)
    recent = today - timedelta(data()["dashboard"]["filed_days"])
    wanted = [each for each in found if each.state is not State.NOT_DUE and _is_of_now(each, recent)]
    return sorted(wanted, key=lambda each: PLACES[each.state])


def _is_of_now(owed: Obligation, recent: date) -> bool:
    filed = timezone.localdate(owed.filing.received_at) if owed.filing else owed.due
    return owed.is_open or max(owed.due, filed) >= recent
