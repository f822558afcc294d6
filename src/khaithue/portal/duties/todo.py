"""What a taxpayer has to do now: what is late, to be filed, or was filed of late."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.obligations import Obligation, State, around_by_taxpayer
from khaithue.portal.duties.plan import data

PLACES = {State.LATE: 0, State.REFUSED: 0, State.DUE: 1, State.FILED: 2}
"""The order of the list: what is late or refused first, what is filed last."""


def tasks(taxpayer: Taxpayer, today: date) -> list[Obligation]:
    """The returns to be filed, the latest first, then those filed of late.

    How far back and ahead it looks is in ``law/procedures/duties.toml``.
    """
    return tasks_by_taxpayer([taxpayer], today)[taxpayer.pk]


def tasks_by_taxpayer(taxpayers: Sequence[Taxpayer], today: date) -> dict[int, list[Obligation]]:
    """The same for many taxpayers, by their keys, with as many queries as for one."""
    recent = today - timedelta(data()["dashboard"]["filed_days"])
    return {
        key: sorted(
            (each for each in found if each.state is not State.NOT_DUE and _is_of_now(each, recent)),
            key=lambda each: PLACES[each.state],
        )
        for key, found in around_by_taxpayer(taxpayers, today).items()
    }


def _is_of_now(owed: Obligation, recent: date) -> bool:
    filed = timezone.localdate(owed.filing.received_at) if owed.filing else owed.due
    return owed.is_open or max(owed.due, filed) >= recent
