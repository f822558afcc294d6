"""The office's side of filing: what waits for a decision, one filing, accepted or refused."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.portal.filing.actions.decide import Decision, accept_filing, refuse_filing
from khaithue.portal.filing.decision_time import decide_by, step_of
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.filing.reasons import LONGEST, Reason, catalogue
from khaithue.portal.web.request import OfficerRequest, officer_page, page
from khaithue.portal.web.shown import signed_by, stored, told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.portal.web.views.drafts import download
from khaithue.printing import html, sheet

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """One undecided filing of the queue; ``due`` is the last day for the decision."""

    filing: Filing
    due: date | None
    late: bool
    warnings: int


@officer_page
def office_filings(request: OfficerRequest) -> HttpResponse:
    """The returns that wait for the office's decision, the oldest first; or those decided, newest first."""
    decided = request.GET.get("decided") == "1"
    shown = Paginator(_decided(request) if decided else _undecided(request), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "section": "office_filings",
        "decided": decided,
        "page": shown,
        "waiting": [_waiting(filing) for filing in shown.object_list],
        "left": _undecided(request).count(),
    }
    return page(request, "web/office_filings.html", context)


@officer_page
def office_filing(request: OfficerRequest, code: str) -> HttpResponse:
    """One filing as the officer sees it."""
    return _shown(request, _filing(request, code))


@officer_page
def office_original(request: OfficerRequest, code: str) -> HttpResponse:
    """The very bytes that were filed."""
    return download(_filing(request, code).file, f"{code}.xml")


@require_POST
@officer_page
def accept(request: OfficerRequest, code: str) -> HttpResponse:
    """Accept the filing."""
    decision = accept_filing(user=request.user, filing=_filing(request, code))
    return _decided_page(request, decision, _("Đã chấp nhận tờ khai %s."))


@require_POST
@officer_page
def refuse(request: OfficerRequest, code: str) -> HttpResponse:
    """Refuse the filing with the reasons ticked and typed."""
    decision = refuse_filing(
        user=request.user,
        filing=_filing(request, code),
        codes=request.POST.getlist("reason"),
        note=request.POST.get("note", ""),
    )
    return _decided_page(request, decision, _("Đã không chấp nhận tờ khai %s."))


def _decided_page(request: OfficerRequest, decision: Decision, words: str) -> HttpResponse:
    if decision.findings:
        return _shown(request, decision.filing, decision)
    messages.success(request, words % decision.filing.transaction_code)
    return redirect("web:office_filings")


def _shown(request: OfficerRequest, found: Filing, decision: Decision | None = None) -> HttpResponse:
    signers = signed_by(found)
    paper = html(sheet(return_of(found)), signers)
    context = {
        "section": "office_filings",
        "filing": found,
        "due": decide_by(found),
        "law": step_of(found).law,
        "signers": signers,
        "findings": stored(found.findings),
        "wrong": told(decision.findings) if decision else [],
        "reasons": list(_reasons()),
        "ticked": request.POST.getlist("reason"),
        "note": request.POST.get("note", ""),
        "longest": LONGEST,
        "others": _others(found),
        "paper": mark_safe(paper),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/office_filing.html", context, status=409 if decision else 200)


def _reasons() -> tuple[Reason, ...]:
    return tuple(catalogue().values())


def _others(found: Filing) -> list[Filing]:
    """The taxpayer's other filings of the form and period."""
    same = Filing.objects.filter(
        taxpayer=found.taxpayer, form_code=found.form_code, activity=found.activity, period=found.period
    )
    return list(same.exclude(pk=found.pk).defer("body")[:20])


def _waiting(filing: Filing) -> Waiting:
    due = decide_by(filing)
    late = bool(due and filing.is_undecided and due < timezone.localdate())
    warnings = sum(1 for item in filing.findings if item["level"] == "warning")
    return Waiting(filing, due, late, warnings)


def _filing(request: OfficerRequest, code: str) -> Filing:
    return get_object_or_404(_ours(request).select_related("taxpayer", "again"), transaction_code=code)


def _undecided(request: OfficerRequest) -> QuerySet[Filing]:
    waiting = _ours(request).filter(state=Filing.State.RECEIVED).order_by("received_at", "pk")
    return waiting.select_related("taxpayer").defer("body")


def _decided(request: OfficerRequest) -> QuerySet[Filing]:
    over = _ours(request).exclude(state=Filing.State.RECEIVED).exclude(decided_at=None)
    return over.order_by("-decided_at", "-pk").select_related("taxpayer").defer("body")


def _ours(request: OfficerRequest) -> QuerySet[Filing]:
    return Filing.objects.filter(taxpayer__office_code=request.officer.office_code)
