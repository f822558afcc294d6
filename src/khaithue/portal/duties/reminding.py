"""Sending reminders: the rows say what is owed and what was reminded of, so to run twice does no harm."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from django.db import IntegrityError
from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.actions.remind import remind
from khaithue.portal.duties.models import Reminder
from khaithue.portal.duties.obligations import Obligation, State, obligations_for
from khaithue.portal.duties.plan import data
from khaithue.portal.duties.steps import Step, step_reached, steps

logger = logging.getLogger(__name__)


def remind_all(today: date) -> int:
    """Remind every taxpayer of what is due around a day; how many returns were reminded of.

    One taxpayer that fails does not keep the others from being reminded.
    """
    count = 0
    active = Taxpayer.objects.filter(service=Taxpayer.Service.ACTIVE, is_sandbox=False)
    for taxpayer in active.order_by("pk").iterator():
        try:
            count += remind_taxpayer(taxpayer, today)
        except Exception:
            logger.exception("taxpayer %s was not reminded", taxpayer.pk)
    return count


def remind_taxpayer(taxpayer: Taxpayer, today: date) -> int:
    """Remind one taxpayer; how many returns it was reminded of."""
    count = 0
    for due, step, owed in list(_owed(taxpayer, today)):
        try:
            count += len(remind(taxpayer=taxpayer, due=due, step=step, owed=owed, today=today))
        except IntegrityError:
            logger.info("taxpayer %s: another sender was faster", taxpayer.pk)
    return count


def is_time() -> bool:
    """Whether it is late enough in the day for an e-mail that is no emergency."""
    hour: int = data()["reminders"]["from_hour"]
    return timezone.localtime().hour >= hour


def _owed(taxpayer: Taxpayer, today: date) -> Iterator[tuple[date, Step, list[Obligation]]]:
    """What is owed and not reminded of at the step its due date has reached, by due date."""
    off = set(taxpayer.reminders_off.values_list("step", flat=True))
    for due, group in groupby(_open(taxpayer, today), key=lambda each: each.due):
        step = step_reached(due, today)
        if step is None or step.key in off:
            continue
        reminded = set(
            Reminder.objects.filter(taxpayer=taxpayer, due=due, step=step.key).values_list(
                "form_code", "period"
            )
        )
        fresh = [each for each in group if (each.form_code, str(each.period)) not in reminded]
        if fresh:
            yield due, step, fresh


def _open(taxpayer: Taxpayer, today: date) -> list[Obligation]:
    first, last = steps()[0], steps()[-1]
    behind = timedelta(days=last.days + data()["reminders"]["caught_up_days"])
    found = obligations_for(taxpayer, today - behind, today - timedelta(days=first.days), today)
    return [each for each in found if each.is_open and each.state is not State.NOT_DUE]
