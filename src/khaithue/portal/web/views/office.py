"""The tax office's rooms: what waits, the applications, and the answers to them."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from khaithue.portal.accounts.models import Officer
from khaithue.portal.registration.actions.grant import certificate_of, grant
from khaithue.portal.registration.actions.refuse import LONGEST, refuse
from khaithue.portal.registration.appointment import appointment_time, is_late, step_of
from khaithue.portal.registration.asked import OPEN_KINDS
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.stored import paper_of, pdf_of
from khaithue.portal.web.papers import file_reply
from khaithue.portal.web.request import OfficerRequest, officer_page, page
from khaithue.portal.web.shown import told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.returns.findings import Finding

PAGE = 50


@never_cache
@require_safe
@officer_page
def home(request: OfficerRequest) -> HttpResponse:
    """What waits for the office; every room of the office adds its card."""
    return page(request, "web/office/home.html", {"section": "office", **_applications_card(request.officer)})


def _applications_card(officer: Officer) -> dict[str, Any]:
    waiting = list(_of(officer).filter(state=Application.State.RECEIVED))
    now = timezone.now()
    return {"applications": len(waiting), "applications_late": sum(is_late(item, now) for item in waiting)}


@never_cache
@require_safe
@officer_page
def applications(request: OfficerRequest) -> HttpResponse:
    """The applications of the office: those that wait, oldest first; or those answered, newest first."""
    answered = request.GET.get("answered") == "1"
    mine = _of(request.officer).defer("data", "certificate")
    waiting = Application.State.RECEIVED
    rows = mine.exclude(state=waiting) if answered else mine.filter(state=waiting).order_by("received_at")
    shown, now = Paginator(rows, PAGE).get_page(request.GET.get("page")), timezone.now()
    context = {
        "section": "applications",
        "answered": answered,
        "page": shown,
        "rows": [(item, appointment_time(item), is_late(item, now)) for item in shown.object_list],
    }
    return page(request, "web/office/applications.html", context)


@never_cache
@require_safe
@officer_page
def application(request: OfficerRequest, pk: int) -> HttpResponse:
    """One application: its facts, its certificate as it stands now, its form; and the answer."""
    return _shown(request, _one(request, pk))


@never_cache
@require_safe
@officer_page
def form_pdf(request: OfficerRequest, pk: int) -> HttpResponse:
    """The form of an application, as PDF."""
    found = _one(request, pk)
    return file_reply(pdf_of(found), f"{found.code}.pdf", "application/pdf")


@require_POST
@officer_page
def grant_it(request: OfficerRequest, pk: int) -> HttpResponse:
    """Grant it."""
    found = _one(request, pk)
    outcome = grant(user=request.user, application=found, id_seen="id_seen" in request.POST)
    if outcome.value is None:
        return _shown(request, _one(request, pk), outcome.findings)
    said = _("Đã chấp nhận hồ sơ %(code)s. Thông báo và liên kết kích hoạt đang được gửi.")
    messages.success(request, said % {"code": found.code})
    return redirect("web:office_application", pk)


@require_POST
@officer_page
def refuse_it(request: OfficerRequest, pk: int) -> HttpResponse:
    """Refuse it, with the reason."""
    found = _one(request, pk)
    reason = request.POST.get("reason", "")
    outcome = refuse(user=request.user, application=found, reason=reason)
    if outcome.value is None:
        return _shown(request, _one(request, pk), outcome.findings, reason)
    said = _("Đã trả lời không chấp nhận hồ sơ %(code)s. Thông báo đang được gửi.")
    messages.success(request, said % {"code": found.code})
    return redirect("web:office_application", pk)


def _of(officer: Officer) -> QuerySet[Application]:
    return Application.objects.filter(office_code=officer.office_code, kind__in=OPEN_KINDS)


def _one(request: OfficerRequest, pk: int) -> Application:
    return get_object_or_404(_of(request.officer).select_related("taxpayer", "answered_by"), pk=pk)


def _shown(
    request: OfficerRequest, found: Application, refused: tuple[Finding, ...] = (), reason: str = ""
) -> HttpResponse:
    now = timezone.now()
    certificate = certificate_of(found, now)
    context = {
        "section": "applications",
        "application": found,
        "by_time": appointment_time(found),
        "late": is_late(found, now),
        "step": step_of(found),
        "certificate": certificate,
        "about_certificate": told(certificate.findings) if certificate else [],
        "refused": [replace(item, place="") for item in told(refused)],
        "reason": reason,
        "longest": LONGEST,
        "notices": found.notices.select_related("mail").order_by("created_at"),
        "paper": mark_safe(html(sheet(paper_of(found)))),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/office/application.html", context, status=_status(refused))


def _status(refused: tuple[Finding, ...]) -> int:
    if any(item.code == "REG-ANSWERED" for item in refused):
        return 409
    return 422 if refused else 200
