"""Where events are sent."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.params.functions import Path
from ninja.responses import Status

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.actions.add_webhook import add_webhook
from khaithue.portal.api.actions.end_webhook import end_webhook
from khaithue.portal.api.callers import ApiRequest, for_taxpayer
from khaithue.portal.api.described import route
from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.api.paging import Cursor, Limit, page_of
from khaithue.portal.api.problems import Refusal
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes_programs import (
    DeliveriesOut,
    DeliveryOut,
    WebhookIn,
    WebhookMade,
    WebhookOut,
    WebhooksOut,
)

room = Router(tags=["webhooks"])

Pk = Path(..., description="Number of the webhook.", ge=1, lt=2**63, example=3)


@room.get("/taxpayers/{mst}/webhooks", summary="Webhooks", **route(Scope.WEBHOOKS_MANAGE, WebhooksOut))
@for_taxpayer(Right.MANAGE)
def webhooks(request: ApiRequest) -> WebhooksOut:
    """The addresses that are told of events."""
    return WebhooksOut(items=[WebhookOut(**_facts(each)) for each in _mine(request)])


@room.post(
    "/taxpayers/{mst}/webhooks",
    summary="Add a webhook",
    **route(Scope.WEBHOOKS_MANAGE, {201: WebhookMade}, 400, 413),
)
@for_taxpayer(Right.MANAGE)
def add(request: ApiRequest, wanted: WebhookIn) -> Status[WebhookMade]:
    """Tell a public HTTPS address of events from now on.

    Every event is a POST with the header `Khaithue-Signature: t=<seconds>,v1=<hex>`: the HMAC-SHA-256, by the
    secret given here once, of `t`, a full stop and the body. Answer 2xx within ten seconds; otherwise it is
    sent again after 1, 5 and 30 minutes, 2, 6, 12 and 24 hours, then given up. Know an event by its `id`.
    """
    outcome = add_webhook(
        user=request.caller.user, taxpayer=request.caller.taxpayer, url=wanted.url, events=wanted.events
    )
    if outcome.webhook is None:
        raise Refusal(422, outcome.findings)
    return Status(201, WebhookMade(**_facts(outcome.webhook), secret=outcome.webhook.secret))


@room.delete(
    "/taxpayers/{mst}/webhooks/{pk}",
    summary="End a webhook",
    **route(Scope.WEBHOOKS_MANAGE, {204: None}, 404),
)
@for_taxpayer(Right.MANAGE)
def end(request: ApiRequest, pk: int = Pk) -> Status[None]:
    """Tell it of nothing more, not even of what is owed."""
    end_webhook(user=request.caller.user, webhook=get_object_or_404(_mine(request), pk=pk))
    return Status(204, None)


@room.get(
    "/taxpayers/{mst}/webhooks/{pk}/deliveries",
    summary="Deliveries of a webhook",
    **route(Scope.WEBHOOKS_MANAGE, DeliveriesOut, 404),
)
@for_taxpayer(Right.MANAGE)
def deliveries(
    request: ApiRequest,
    pk: int = Pk,
    cursor: str = Cursor,
    limit: int = Limit,
) -> DeliveriesOut:
    """What was sent and what is still owed, newest first."""
    rows = Delivery.objects.filter(webhook=get_object_or_404(_mine(request), pk=pk))
    found, following = page_of(rows, "made_at", cursor, limit)
    return DeliveriesOut(items=[DeliveryOut.from_orm(each) for each in found], next=following)


def _mine(request: ApiRequest) -> QuerySet[Webhook]:
    return Webhook.objects.filter(taxpayer=request.caller.taxpayer, ended_at__isnull=True)


def _facts(webhook: Webhook) -> dict[str, Any]:
    return {"id": webhook.pk, "url": webhook.url, "events": webhook.events, "made_at": webhook.made_at}
