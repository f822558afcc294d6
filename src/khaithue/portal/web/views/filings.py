"""What was filed: the list, one filing, its receipt and its files."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from khaithue.portal.accounts.access import Right
from khaithue.portal.filing import listing
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.notices.models import Notice
from khaithue.portal.signers import signed_by
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.search import ORDERS, Search, search_of
from khaithue.portal.web.shown import say, stored, told
from khaithue.portal.web.timeline import amending, events, paper_before, same_place
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.portal.web.views.drafts import download
from khaithue.printing import html, sheet
from khaithue.printing.pdf import pdf

PAGE = 50


@member_page
def filings(request: MemberRequest) -> HttpResponse:
    """The taxpayer's filings that a search finds, in pages; the address holds the whole search."""
    mine, search = _mine(request).defer("body"), search_of(request.GET)
    kept = {name: text for name, text in search.asked.items() if text}
    context = {
        "section": "filings",
        "asked": search.asked,
        "search": search,
        "findings": told(search.findings),
        "query": urlencode(kept),
        "columns": _columns(search, kept),
        "form_codes": mine.order_by("form_code").values_list("form_code", flat=True).distinct(),
        "states": _states(),
        "page": Paginator(search.of(mine), PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "web/filings.html", context)


def _states() -> list[tuple[str, str]]:
    return [(state.value, say(text)) for state, text in listing.STATES.items()]


def _columns(search: Search, kept: dict[str, str]) -> list[dict[str, str]]:
    """The headings of the list, each with the link that sorts by it and how it is sorted now."""
    names = {
        "code": _("Mã giao dịch điện tử"),
        "form": _("Tờ khai"),
        "period": _("Kỳ tính thuế"),
        "filed": _("Thời điểm nộp"),
    }
    columns = []
    for name in ORDERS.keys() & names.keys():
        now = search.sort.removeprefix("-") == name
        turned = f"-{name}" if search.sort == name or (not now and name == "filed") else name
        columns.append(
            {
                "name": name,
                "title": names[name],
                "query": urlencode({**kept, "sort": turned}),
                "sorted": ("descending" if search.sort.startswith("-") else "ascending") if now else "",
            }
        )
    return sorted(columns, key=lambda column: list(names).index(column["name"]))


@member_page
def filings_csv(request: MemberRequest) -> HttpResponseBase:
    """All filings that the same search finds, as CSV, sent as it is read."""
    found = search_of(request.GET).of(_mine(request).defer("body", "findings", "signer"))
    response = StreamingHttpResponse(
        _csv(found.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8"
    )
    day = f"{timezone.localdate():%Y-%m-%d}"
    name = f"to-khai-{request.taxpayer.mst}-{day}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(found: Iterator[Filing]) -> Iterator[str]:
    language = get_language() or "vi"
    yield listing.BOM
    yield from listing.lines([listing.headings(language)])
    yield from listing.lines(listing.row(each, language) for each in found)


@member_page
def filing(request: MemberRequest, code: str) -> HttpResponse:
    """One filing: its facts, its history, what it belongs to, and the original as the paper form."""
    found = _filing(request, code)
    signers = signed_by(found)
    paper = html(sheet(return_of(found)), signers)
    context = {
        "section": "filings",
        "filing": found,
        "signers": signers,
        "findings": stored(found.findings),
        "events": events(found),
        "family": same_place(found).order_by("supplement_no", "received_at"),
        "on_paper": paper_before(found),
        "amending": amending(found, timezone.localdate()),
        "may_amend": request.access.may(Right.PREPARE, found.form_code),
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
        "signers": signed_by(found),
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


@member_page
def original_pdf(request: MemberRequest, code: str) -> HttpResponse:
    """The filed return on its official form as PDF, with who signed it."""
    found = _filing(request, code)
    return as_pdf(pdf(return_of(found), signed_by=signed_by(found)), f"{code}.pdf")


def as_pdf(data: bytes, name: str) -> HttpResponse:
    """A PDF to keep."""
    return download(data, name, "application/pdf")


def _filing(request: MemberRequest, code: str) -> Filing:
    return get_object_or_404(_mine(request).select_related("taxpayer", "again"), transaction_code=code)


def _mine(request: MemberRequest) -> QuerySet[Filing]:
    return request.access.of(Filing.objects.filter(taxpayer=request.taxpayer))


def _reception(found: Filing) -> Notice | None:
    return found.notices.filter(kind=Notice.Kind.RECEPTION).first()
