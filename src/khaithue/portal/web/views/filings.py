"""What was filed: the list, one filing, its receipt and its files."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.notices.models import Notice
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.shown import signed_by, stored
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.portal.web.views.drafts import download
from khaithue.printing import html, sheet

PAGE = 50


@dataclass(frozen=True)
class Event:
    """One line of a filing's history."""

    at: datetime
    text: str
    number: str = ""


@member_page
def filings(request: MemberRequest) -> HttpResponse:
    """The taxpayer's filings, newest first, by form, year of the period and transaction code."""
    mine = _mine(request).defer("body")
    asked = {name: request.GET.get(name, "")[:40] for name in ("form", "year", "code")}
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "filings",
        "asked": asked,
        "query": query.urlencode(),
        "form_codes": mine.order_by("form_code").values_list("form_code", flat=True).distinct(),
        "years": [day.year for day in mine.dates("period_start", "year", order="DESC")],
        "page": Paginator(_narrowed(mine, asked), PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "web/filings.html", context)


def _narrowed(mine: QuerySet[Filing], asked: dict[str, str]) -> QuerySet[Filing]:
    if asked["form"]:
        mine = mine.filter(form_code=asked["form"])
    if asked["year"].isdecimal() and len(asked["year"]) == 4:
        mine = mine.filter(period_start__year=int(asked["year"]))
    return mine.filter(transaction_code__startswith=asked["code"].strip()) if asked["code"] else mine


@member_page
def filing(request: MemberRequest, code: str) -> HttpResponse:
    """One filing: its facts, its history, and the original as the paper form."""
    found = _filing(request, code)
    signers = signed_by(found.signer)
    paper = html(sheet(return_of(found)), signers)
    context = {
        "section": "filings",
        "filing": found,
        "signers": signers,
        "findings": stored(found.findings),
        "events": _events(found),
        "paper": mark_safe(paper),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/filing.html", context)


@member_page
def receipt(request: MemberRequest, code: str) -> HttpResponse:
    """The receipt of a filing."""
    found = _filing(request, code)
    context = {
        "section": "filings",
        "filing": found,
        "title": found.title,
        "notice": _reception(found),
        "findings": stored(found.findings),
    }
    return page(request, "web/receipt.html", context)


@member_page
def receipt_xml(request: MemberRequest, code: str) -> HttpResponse:
    """The signed reception notice."""
    notice = _reception(_filing(request, code))
    if notice is None:
        raise Http404
    return download(bytes(notice.xml), f"{code}-{notice.kind}.xml")


@member_page
def original_xml(request: MemberRequest, code: str) -> HttpResponse:
    """The very bytes that were filed."""
    return download(_filing(request, code).file, f"{code}.xml")


def _filing(request: MemberRequest, code: str) -> Filing:
    return get_object_or_404(_mine(request).select_related("taxpayer"), transaction_code=code)


def _mine(request: MemberRequest) -> QuerySet[Filing]:
    return request.access.of(Filing.objects.filter(taxpayer=request.taxpayer))


def _reception(found: Filing) -> Notice | None:
    return found.notices.filter(kind=Notice.Kind.RECEPTION).first()


def _events(found: Filing) -> list[Event]:
    events = [Event(found.received_at, _("Hệ thống nhận tờ khai"), found.transaction_code)]
    for notice in found.notices.select_related("mail").order_by("created_at"):
        events.append(Event(notice.created_at, notice.title, notice.number))
        if notice.mail and notice.mail.sent_at:
            events.append(Event(notice.mail.sent_at, _("Đã gửi thư điện tử")))
    return events
