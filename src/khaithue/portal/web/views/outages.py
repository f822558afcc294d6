"""Outages: the public register, and the officer's page that declares, ends and withdraws."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khaithue.obligations.outage import Down, moved
from khaithue.obligations.working_days import day_off
from khaithue.portal.duties.actions.declare_outage import declare_outage
from khaithue.portal.duties.actions.end_outage import end_outage
from khaithue.portal.duties.actions.withdraw_outage import withdraw_outage
from khaithue.portal.duties.due_date import days_down, down_of
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.register import read_moment
from khaithue.portal.history.archive import plain
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf
from khaithue.portal.notices.reading import letter_of, signature_of
from khaithue.portal.signers import signer_of
from khaithue.portal.web.papers import file_reply
from khaithue.portal.web.request import OfficerRequest, as_member, officer_page, page
from khaithue.portal.web.shown import told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.returns.findings import Finding, finding

SECTION = {"section": "outages"}
LONGEST_LIST = 10


@dataclass(frozen=True)
class Moved:
    """A last day in an outage, and the day it moved to; ``law`` is why."""

    day: date
    due: date
    law: str
    provisional: bool


@dataclass(frozen=True)
class Shown:
    """An outage of the register with the last days it moves."""

    outage: Outage
    moves: tuple[Moved, ...]


def outages(request: HttpRequest) -> HttpResponse:
    """The register, for everybody."""
    as_member(request)
    return page(request, "web/duties/outages.html", {**SECTION, **_listed(request)})


@require_safe
def outage_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed notice of an outage as a letter, for everybody."""
    found = _notice(pk)
    signers = signer_of(signature_of(found))
    context = {
        **SECTION,
        "notice": found,
        "signers": signers,
        "paper": mark_safe(html(sheet(letter_of(found)), signers)),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/duties/outage_notice.html", context)


@require_safe
def outage_notice_xml(_request: HttpRequest, pk: int) -> HttpResponse:
    """The same as signed XML, byte for byte."""
    found = _notice(pk)
    return file_reply(bytes(found.xml), f"{plain(found.number)}.xml", "application/xml")


@require_safe
def outage_notice_pdf(_request: HttpRequest, pk: int) -> HttpResponse:
    """The same as PDF, with how to check it."""
    found = _notice(pk)
    return file_reply(notice_pdf(found), f"{plain(found.number)}.pdf", "application/pdf")


def _notice(pk: int) -> Notice:
    return get_object_or_404(Notice, pk=pk, kind=Notice.Kind.OUTAGE, outage__isnull=False)


@officer_page
@require_http_methods(["GET", "POST"])
def office_outages(request: OfficerRequest) -> HttpResponse:
    """The register with the form to declare an outage."""
    if request.method == "GET":
        return _office(request, (), {})
    asked = {name: request.POST.get(name, "")[:1000] for name in ("began", "ended", "reason")}
    began, ended, unread = _span(asked)
    if unread or began is None:
        return _office(request, unread, asked, status=422)
    outcome = declare_outage(
        user=request.user, officer=request.officer, began_at=began, ended_at=ended, reason=asked["reason"]
    )
    if outcome.outage is None:
        return _office(request, outcome.findings, asked, status=422)
    messages.success(request, _("Đã công bố sự cố bằng thông báo ký số. Người có hạn nộp được lùi nhận thư."))
    return redirect("web:office_outages")


@officer_page
@require_POST
def close_outage(request: OfficerRequest, pk: int) -> HttpResponse:
    """Enter when the portal worked again."""
    outage, typed = get_object_or_404(Outage, pk=pk), request.POST.get("ended", "")[:40]
    ended = read_moment(typed)
    if ended is None:
        return _office(request, (finding("OUTAGE-UNREADABLE", typed=typed),), {}, status=422)
    outcome = end_outage(user=request.user, officer=request.officer, outage=outage, ended_at=ended)
    if outcome.outage is None:
        return _office(request, outcome.findings, {}, status=422)
    said = _("Đã thông báo hệ thống hoạt động trở lại. Người có hạn nộp được lùi nhận thư.")
    messages.success(request, said)
    return redirect("web:office_outages")


@officer_page
@require_POST
def take_back_outage(request: OfficerRequest, pk: int) -> HttpResponse:
    """Withdraw an outage."""
    outage, why = get_object_or_404(Outage, pk=pk), request.POST.get("why", "")[:1000]
    outcome = withdraw_outage(user=request.user, officer=request.officer, outage=outage, why=why)
    if outcome.outage is None:
        return _office(request, outcome.findings, {}, status=422)
    messages.success(request, _("Đã rút lại sự cố. Hạn nộp trở về như cũ."))
    return redirect("web:office_outages")


def _office(
    request: OfficerRequest, findings: tuple[Finding, ...], asked: dict[str, str], *, status: int = 200
) -> HttpResponse:
    context = {**SECTION, **_listed(request), "findings": told(findings), "asked": asked}
    return page(request, "web/office/outages.html", context, status=status)


def _span(asked: dict[str, str]) -> tuple[datetime | None, datetime | None, tuple[Finding, ...]]:
    """The two moments typed; the end may be blank."""
    began = read_moment(asked["began"])
    ended = read_moment(asked["ended"]) if asked["ended"].strip() else None
    unread = [asked["began"]] if began is None else []
    if ended is None and asked["ended"].strip():
        unread.append(asked["ended"])
    return began, ended, tuple(finding("OUTAGE-UNREADABLE", typed=typed) for typed in unread)


def _listed(request: HttpRequest) -> dict[str, Any]:
    """One page of the register, newest first, each with what it moves."""
    light = Prefetch("notices", Notice.objects.defer("xml").order_by("created_at"))
    found = Paginator(Outage.objects.prefetch_related(light), 20).get_page(request.GET.get("page"))
    today = timezone.localdate()
    downs = days_down(today)
    return {"page": found, "listed": [Shown(each, _moves(each, today, downs)) for each in found]}


def _moves(outage: Outage, today: date, downs: tuple[Down, ...]) -> tuple[Moved, ...]:
    """The first last days the outage moves, with all outages counted."""
    if outage.withdrawn_at:
        return ()
    down = down_of(outage, today)
    days = [down.first + timedelta(days=count) for count in range((down.last - down.first).days + 1)]
    last_days = [day for day in days if day_off(day) is None][:LONGEST_LIST]
    found = [(day, moved(day, downs)) for day in last_days]
    return tuple(Moved(day, move.due, move.law, move.provisional) for day, move in found if move)
