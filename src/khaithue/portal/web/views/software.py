"""Programs that act for the taxpayer: tokens, and addresses told of events."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.actions.add_webhook import add_webhook
from khaithue.portal.api.actions.end_webhook import end_webhook
from khaithue.portal.api.actions.make_token import NAME, make_token
from khaithue.portal.api.actions.revoke_token import revoke_token
from khaithue.portal.api.models import Delivery, Token, Webhook
from khaithue.portal.api.scopes import MEANINGS, Scope
from khaithue.portal.api.webhooks import events
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import say, told

DAYS = (30, 90, 180, 365)
"""The lives of a token that the page offers."""

LAST = 50
"""Deliveries shown of a webhook."""


@dataclass(frozen=True)
class Choice:
    """A box to tick: its value, what it means, and whether it is ticked."""

    value: str
    meaning: str
    ticked: bool


@page_for(Right.MANAGE)
def software(request: MemberRequest) -> HttpResponse:
    """The tokens and webhooks there are, and the forms to make more."""
    return _software(request)


@require_POST
@page_for(Right.MANAGE)
def token_make(request: MemberRequest) -> HttpResponse:
    """Make a token and show its key, this once."""
    made = make_token(
        user=request.user,
        taxpayer=request.taxpayer,
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scope"),
        days=_number(request.POST.get("days", "")),
    )
    if made.token is None:
        return _software(request, {"token_findings": told(made.findings)}, status=422)
    return _software(request, {"token": made.token, "key": made.key}, status=201)


@page_for(Right.MANAGE)
def token_revoke(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then revoke the token."""
    token = get_object_or_404(Token, pk=pk, taxpayer=request.taxpayer)
    if request.method == "POST":
        revoke_token(user=request.user, token=token)
        return redirect("web:software")
    context = {
        "heading": _("Thu hồi mã truy cập?"),
        "what": f"{token.name} ({token.prefix}…)",
        "effect": _("Phần mềm dùng mã này sẽ bị từ chối ngay. Không khôi phục được mã đã thu hồi."),
        "button": _("Thu hồi"),
    }
    return page(request, "web/software_end.html", {"section": "software", **context})


@require_POST
@page_for(Right.MANAGE)
def webhook_add(request: MemberRequest) -> HttpResponse:
    """Add a webhook and show its secret, this once."""
    made = add_webhook(
        user=request.user,
        taxpayer=request.taxpayer,
        url=request.POST.get("url", "")[:400],
        events=request.POST.getlist("event"),
    )
    if made.webhook is None:
        return _software(request, {"webhook_findings": told(made.findings)}, status=422)
    return _software(request, {"webhook": made.webhook}, status=201)


@page_for(Right.MANAGE)
def webhook(request: MemberRequest, pk: int) -> HttpResponse:
    """What was sent to a webhook, and what is still owed to it."""
    found = get_object_or_404(_webhooks(request), pk=pk)
    context = {
        "section": "software",
        "webhook": found,
        "deliveries": Delivery.objects.filter(webhook=found)[:LAST],
        "meanings": {event.value: say(text) for event, text in events.MEANINGS.items()},
    }
    return page(request, "web/software_webhook.html", context)


@page_for(Right.MANAGE)
def webhook_end(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then end the webhook."""
    found = get_object_or_404(_webhooks(request), pk=pk)
    if request.method == "POST":
        end_webhook(user=request.user, webhook=found)
        return redirect("web:software")
    context = {
        "heading": _("Ngừng báo đến địa chỉ này?"),
        "what": found.url,
        "effect": _("Các sự kiện chưa gửi được cũng sẽ không gửi nữa."),
        "button": _("Ngừng báo"),
    }
    return page(request, "web/software_end.html", {"section": "software", **context})


def _software(
    request: MemberRequest, told_now: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "section": "software",
        "now": timezone.now(),
        "tokens": Token.objects.filter(taxpayer=request.taxpayer).select_related("user"),
        "webhooks": _webhooks(request),
        "typed": request.POST,
        "longest_name": NAME,
        "scopes": _choices(request, "scope", {scope.value: say(MEANINGS[scope]) for scope in Scope}),
        "events": _choices(
            request, "event", {event.value: say(text) for event, text in events.MEANINGS.items()}
        ),
        "days": DAYS,
        **(told_now or {}),
    }
    return page(request, "web/software.html", context, status=status)


def _choices(request: MemberRequest, name: str, meanings: dict[str, str]) -> list[Choice]:
    ticked = request.POST.getlist(name)
    return [Choice(value, meaning, value in ticked) for value, meaning in meanings.items()]


def _webhooks(request: MemberRequest) -> QuerySet[Webhook]:
    return Webhook.objects.filter(taxpayer=request.taxpayer, ended_at__isnull=True)


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < 5 else 0
