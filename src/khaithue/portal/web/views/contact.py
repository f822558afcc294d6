"""A new e-mail, confirmed with links at both addresses; a new telephone number, confirmed with a code."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.accounts.access import Right
from khaithue.portal.login.codes import issue_code
from khaithue.portal.registration.actions.change_email import (
    ask_email,
    cancel_email,
    change_of,
    closed,
    confirm_email,
    drop_email,
    unusable,
)
from khaithue.portal.registration.actions.change_phone import ask_phone, confirm_phone, purpose
from khaithue.portal.registration.links import digest, email_life
from khaithue.portal.registration.models import ContactChange
from khaithue.portal.web.entering import locked_words
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import told
from khaithue.returns.findings import Finding, finding

SECTION = {"section": "details"}


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def email(request: MemberRequest) -> HttpResponse:
    """Ask for a new e-mail."""
    if request.method == "GET":
        return _email(request)
    typed = request.POST.get("email", "")[:300]
    outcome = ask_email(user=request.user, taxpayer=request.taxpayer, new=typed)
    if outcome.value is None:
        return _email(request, typed, outcome.findings)
    said = _("Đã gửi liên kết xác nhận. Thư điện tử mới có hiệu lực khi cả hai địa chỉ đã xác nhận.")
    messages.success(request, said)
    return redirect("web:details")


@require_POST
@page_for(Right.MANAGE)
def drop(request: MemberRequest) -> HttpResponse:
    """Take back a change of e-mail that waits to be confirmed."""
    drop_email(user=request.user, taxpayer=request.taxpayer)
    messages.success(request, _("Đã hủy yêu cầu đổi thư điện tử."))
    return redirect("web:details")


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm with the link of an e-mail; only pressing the button does, for programs open links too."""
    change, wrong = _asked(secret)
    if change is None or wrong:
        return _linked(request, change, (wrong,) if wrong else (), status=410)
    if request.method == "GET":
        return _linked(request, change)
    outcome = confirm_email(secret=secret)
    status = 200 if outcome.value else 410
    return _linked(request, outcome.value, outcome.findings, status=status, acted="confirmed")


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, secret: str) -> HttpResponse:
    """Stop a change of e-mail with the link the old address has got."""
    change = change_of(secret)
    if change is None or digest(secret) != change.old_secret:
        return _linked(request, None, (finding("LINK-UNKNOWN"),), status=410)
    if wrong := closed(change, timezone.now()):
        return _linked(request, None, (wrong,), status=410)
    if request.method == "GET":
        return _linked(request, change, cancels=True)
    outcome = cancel_email(secret=secret)
    status = 200 if outcome.value else 410
    return _linked(request, outcome.value, outcome.findings, status=status, acted="cancelled")


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def phone(request: MemberRequest) -> HttpResponse:
    """Ask for a new telephone number; a code goes to the e-mail of the account that asks."""
    if request.method == "GET":
        return page(request, "web/phone.html", SECTION)
    typed = request.POST.get("phone", "")[:60]
    outcome = ask_phone(user=request.user, taxpayer=request.taxpayer, new=typed)
    if outcome.value is None:
        context = {**SECTION, "typed": typed, "findings": told(outcome.findings)}
        return page(request, "web/phone.html", context, status=422)
    if until := issue_code(request.user, purpose(outcome.value)):
        return page(request, "web/phone.html", {**SECTION, "fault": locked_words(until)}, status=429)
    return redirect("web:phone_code", outcome.value.pk)


@sensitive_post_parameters("code")
@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def phone_code(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm the number with the code."""
    mine = ContactChange.objects.filter(taxpayer=request.taxpayer, asked_by=request.user, what="phone")
    change = get_object_or_404(mine, pk=pk)
    if request.method == "GET":
        return page(request, "web/phone_code.html", {**SECTION, "change": change})
    outcome = confirm_phone(user=request.user, change=change, code=request.POST.get("code", "")[:40])
    if outcome.value is None:
        context = {**SECTION, "change": change, "findings": told(outcome.findings)}
        return page(request, "web/phone_code.html", context, status=422)
    messages.success(request, _("Đã đổi số điện thoại."))
    return redirect("web:details")


def _email(request: MemberRequest, typed: str = "", wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    context = {
        **SECTION,
        "typed": typed,
        "hours": int(email_life().total_seconds() // 3600),
        "findings": told(wrong),
    }
    return page(request, "web/email.html", context, status=422 if wrong else 200)


def _asked(secret: str) -> tuple[ContactChange | None, Finding | None]:
    change = change_of(secret)
    if change is None:
        return None, finding("LINK-UNKNOWN")
    return change, unusable(change, secret, timezone.now())


def _linked(
    request: HttpRequest,
    change: ContactChange | None,
    wrong: tuple[Finding, ...] = (),
    *,
    status: int = 200,
    cancels: bool = False,
    acted: str = "",
) -> HttpResponse:
    context = {"change": change, "findings": told(wrong), "cancels": cancels, "acted": acted}
    return page(request, "web/email_link.html", context, status=status)
