"""Ending a webhook: it is told of nothing more."""

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, action
from khaithue.portal.api.models import Delivery, Webhook


@action("api.webhook.end", Right.MANAGE, owned="webhook")
def end_webhook(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    webhook: Webhook,
) -> Done[None]:
    """Send it nothing from now on, not even what is owed; one already ended keeps its moment."""
    now = timezone.now()
    Webhook.objects.filter(pk=webhook.pk, ended_at__isnull=True).update(ended_at=now)
    open_ = Delivery.objects.filter(webhook=webhook, delivered_at__isnull=True, given_up_at__isnull=True)
    return Done(None, f"webhook:{webhook.pk}", {"given_up": open_.update(given_up_at=now)})
