"""What the pages of logging in share: where to go on, what tries are counted, how a lock is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from khaithue.portal.accounts.models import User
from khaithue.portal.login.actions.log_in import log_in
from khaithue.portal.login.address import address_of, network_of
from khaithue.portal.login.finding import as_counted
from khaithue.portal.login.lockout import ADDRESS, Counted, Limit
from khaithue.portal.login.models import SecondFactor
from khaithue.portal.login.stages import await_second
from khaithue.portal.web.known_device import known_device, remember_device
from khaithue.portal.web.request import page


def counted(request: HttpRequest, limit: Limit, whom: str, shared: Limit = ADDRESS) -> tuple[Counted, ...]:
    """What a try counts against: the account as typed, and the address it comes from when that is known.

    From a browser the account was logged in from before, it counts against account and browser alone.
    """
    if device := known_device(request, whom):
        return (Counted(limit, f"{as_counted(whom)} from {device}"),)
    network = network_of(address_of(request))
    mine = Counted(limit, as_counted(whom))
    return (mine, Counted(shared, network)) if network else (mine,)


def go_on(request: HttpRequest) -> str:
    """Where the page was to lead: an address of this portal, else the dashboard."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def with_next(name: str, target: str) -> str:
    """The address of a page that goes on to another."""
    return f"{reverse(name)}?{urlencode({'next': target})}"


def first_factor_given(request: HttpRequest, user: User, factor: str) -> HttpResponse:
    """Log the user in; or ask for the second factor, where it is on."""
    target = go_on(request)
    if SecondFactor.objects.filter(user=user).exists():
        await_second(request, user, factor)
        return redirect(with_next("web:login_second", target))
    return log_in_and_go_on(request, user, [factor])


def log_in_and_go_on(request: HttpRequest, user: User, factors: Sequence[str]) -> HttpResponse:
    """Log the user in and lead on; the browser is known from now on."""
    log_in(user=user, request=request, factors=factors)
    reply = redirect(go_on(request))
    remember_device(request, reply, user)
    return reply


def refusal(
    request: HttpRequest, template: str, fault: str, until: datetime | None = None, **context: Any
) -> HttpResponse:
    """The page again with what is wrong; 429 while a lock is in force."""
    fault = locked_words(until) if until else fault
    reply = page(request, template, {"fault": fault, **context}, status=429 if until else 200)
    if until:
        reply.headers["Retry-After"] = str(max((until - timezone.now()) // timedelta(seconds=1), 1))
    return reply


def locked_words(until: datetime) -> str:
    """That there were too many tries, and when the next is possible. Seconds round up to the next minute."""
    opens = timezone.localtime(until + timedelta(seconds=59))
    return _("Đã thử quá nhiều lần nên tạm khóa. Bạn thử lại được từ %(time)s.") % {
        "time": f"{opens:%H:%M %d/%m/%Y}"
    }
