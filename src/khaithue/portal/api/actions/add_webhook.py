"""Adding a webhook: its secret is shown once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.api.models import Webhook
from khaithue.portal.api.webhooks.address import fault_of
from khaithue.portal.api.webhooks.events import Event
from khaithue.portal.api.webhooks.signature import new_secret
from khaithue.portal.login.sealing import seal
from khaithue.returns.findings import Finding, finding

MOST = 10
"""Most webhooks of a taxpayer."""


@dataclass(frozen=True)
class WebhookOutcome:
    """The webhook, or None and what was wrong with what was asked."""

    webhook: Webhook | None
    findings: tuple[Finding, ...] = ()


@action("api.webhook.add", Right.MANAGE)
def add_webhook(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
    url: str,
    events: Sequence[str],
) -> Done[WebhookOutcome]:
    """Tell this address of the events from now on.

    Findings: API-WEBHOOK-URL, API-WEBHOOK-EVENTS, API-WEBHOOKS-MANY.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    if faults := _faults(taxpayer, url.strip(), events):
        refused = {"refused": [item.code for item in faults]}
        return Done(WebhookOutcome(None, faults), f"taxpayer:{taxpayer.pk}", refused)
    webhook = Webhook.objects.create(
        taxpayer=taxpayer,
        url=url.strip(),
        sealed=seal(new_secret()),
        events=sorted(set(events)),
        made_at=timezone.now(),
    )
    return Done(WebhookOutcome(webhook), f"webhook:{webhook.pk}", {"events": webhook.events})


def _faults(taxpayer: Taxpayer, url: str, events: Sequence[str]) -> tuple[Finding, ...]:
    found = [fault] if (fault := fault_of(url)) else []
    if not events or not set(events) <= {event.value for event in Event}:
        found.append(finding("API-WEBHOOK-EVENTS"))
    if taxpayer.webhooks.filter(ended_at__isnull=True).count() >= MOST:
        found.append(finding("API-WEBHOOKS-MANY", limit=MOST))
    return tuple(found)
