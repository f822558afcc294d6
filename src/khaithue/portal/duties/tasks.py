"""Background work of duties. A task only hurries what the rows already say is owed."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from khaithue.portal.duties.actions.tell_outage import tell_outage
from khaithue.portal.duties.models import Outage

LATELY = timedelta(days=30)
"""How long after an outage its moved due dates may be still to come."""


@task()
def tell_of_outage(outage_id: int) -> int:
    """Tell the taxpayers whose due dates an outage moves; how many were told."""
    return tell_outage(outage=Outage.objects.get(pk=outage_id), today=timezone.localdate())


def tell_of_outages() -> int:
    """The same for every outage of late: whom a task forgot, and whom one that goes on moves today."""
    since = timezone.now() - LATELY
    going_on = Q(ended_at__isnull=True, withdrawn_at__isnull=True)
    lately = Outage.objects.filter(going_on | Q(ended_at__gte=since) | Q(withdrawn_at__gte=since))
    return sum(tell_outage(outage=outage, today=timezone.localdate()) for outage in lately)
