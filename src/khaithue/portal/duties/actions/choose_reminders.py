"""Choosing which reminders come by e-mail."""

from collections.abc import Collection

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.duties.models import ReminderOff
from khaithue.portal.duties.steps import steps


@action("duties.choose_reminders", Right.MANAGE)
def choose_reminders(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
    wanted: Collection[str],
) -> Done[None]:
    """Have the taxpayer reminded at these steps and no others; unknown ones are passed over."""
    off = [step.key for step in steps() if step.key not in wanted]
    ReminderOff.objects.filter(taxpayer=taxpayer).delete()
    ReminderOff.objects.bulk_create(ReminderOff(taxpayer=taxpayer, step=key) for key in off)
    return Done(None, f"taxpayer:{taxpayer.pk}", {"off": off})
