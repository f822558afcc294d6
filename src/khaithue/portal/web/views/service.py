"""The taxpayer's use of the service: its state and papers, and stopping it."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Membership, Taxpayer
from khaithue.portal.login.stages import confirmed_lately
from khaithue.portal.registration.actions.stop import stop_service
from khaithue.portal.registration.stopping import LONGEST, Stop, against, choices, open_registrations
from khaithue.portal.registration.stored import dossiers_for, listed
from khaithue.portal.web.entering import with_next
from khaithue.portal.web.request import MemberRequest, member_page, page, page_for
from khaithue.portal.web.shown import period_words, told
from khaithue.returns.findings import Finding, has_errors


@never_cache
@require_safe
@member_page
def service(request: MemberRequest) -> HttpResponse:
    """Since when the service is used or was stopped, with its applications and certificates."""
    context = {
        "section": "account",
        "stopped": request.taxpayer.service == Taxpayer.Service.STOPPED,
        "is_main": _is_main(request),
        "certificates": request.taxpayer.certificates.filter(ended_at__isnull=True),
        "applications": listed(dossiers_for(request.user, request.taxpayer)),
    }
    return page(request, "web/service/service.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@page_for(Right.MANAGE)
def stop(request: MemberRequest) -> HttpResponse:
    """Why and with which last periods; then, once confirmed, the end of the service.

    Who has not shown who they are within ten minutes does so first.
    """
    if not _is_main(request):
        raise PermissionDenied
    if not confirmed_lately(request.session):
        return redirect(with_next("web:confirm", request.path))
    if request.taxpayer.service == Taxpayer.Service.STOPPED and request.method == "GET":
        return redirect("web:service")
    if request.method == "GET":
        return _form(request, "", {}, ())
    asked = _asked(request)
    found = tuple(against(request.taxpayer, asked, timezone.localdate()))
    if has_errors(found):
        return _form(request, asked.reason, dict(asked.last), found)
    if "sure" not in request.POST:
        return _confirm(request, asked, found)
    outcome = stop_service(user=request.user, taxpayer=request.taxpayer, stop=asked)
    if outcome.value is None:
        return _form(request, asked.reason, dict(asked.last), outcome.findings)
    messages.success(request, _("Đã ngừng nộp hồ sơ khai thuế qua mạng. Thông báo xác nhận đang được gửi."))
    return redirect("web:service")


def _is_main(request: MemberRequest) -> bool:
    role = Membership.Role.MAIN
    return request.taxpayer.memberships.filter(user=request.user, role=role).exists()


def _asked(request: MemberRequest) -> Stop:
    """The reason, and of each registered form the period chosen."""
    last = {
        each.form_code: request.POST.get(f"last.{each.pk}", "")
        for each in open_registrations(request.taxpayer)
    }
    return Stop(request.POST.get("reason", "")[:LONGEST], last)


def _form(
    request: MemberRequest, reason: str, last: dict[str, str], findings: tuple[Finding, ...]
) -> HttpResponse:
    today = timezone.localdate()
    rows = [
        (each, choices(each, today), last.get(each.form_code, ""))
        for each in open_registrations(request.taxpayer)
    ]
    context = {
        "section": "account",
        "reason": reason,
        "rows": rows,
        "drafts": request.taxpayer.drafts.all(),
        "findings": [replace(item, place="") for item in told(findings)],
        "longest": LONGEST,
    }
    return page(request, "web/service/stop.html", context, status=422 if has_errors(findings) else 200)


def _confirm(request: MemberRequest, asked: Stop, findings: tuple[Finding, ...]) -> HttpResponse:
    rows = [(each, asked.period_of(each)) for each in open_registrations(request.taxpayer)]
    context = {
        "section": "account",
        "asked": asked,
        "rows": [(each, period, period_words(period)) for each, period in rows if period],
        "findings": told(findings),
        "today": timezone.localdate(),
    }
    return page(request, "web/service/confirm.html", context)
