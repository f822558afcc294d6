"""The office's notices: the list, one as a letter, as signed XML, as PDF."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from khaithue.portal.history.archive import plain
from khaithue.portal.notices.actions.read_notice import read_notice
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf as paper_of
from khaithue.portal.notices.reach import notices_for, unread
from khaithue.portal.notices.reading import letter_of, signature_of
from khaithue.portal.signers import signer_of
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.portal.web.views.drafts import download
from khaithue.portal.web.views.filings import as_pdf
from khaithue.printing import html, sheet

PAGE = 50


@member_page
def notices(request: MemberRequest) -> HttpResponse:
    """The notices, newest first, by what they are about; those not yet opened are marked."""
    mine = _mine(request)
    about = request.GET.get("about", "")
    found = mine.filter(kind__in=_kinds(about)) if _kinds(about) else mine
    only_unread = request.GET.get("unread") == "1"
    shown = unread(found, request.user) if only_unread else found
    light = shown.select_related("filing").defer("xml", "filing__body")
    asked = {"about": about, "unread": "1" if only_unread else ""}
    context = {
        "section": "notices",
        "page": Paginator(light, PAGE).get_page(request.GET.get("page")),
        "query": urlencode({name: text for name, text in asked.items() if text}),
        "about": about,
        "only_unread": only_unread,
        "groups": _groups(),
        "unread": unread(mine, request.user).count(),
    }
    return page(request, "web/notices.html", context)


def _groups() -> list[tuple[str, str]]:
    return [
        ("filings", _("Hồ sơ khai thuế")),
        ("account", _("Tài khoản, đăng ký")),
        ("outage", _("Sự cố")),
    ]


def _kinds(about: str) -> tuple[Notice.Kind, ...]:
    kind = Notice.Kind
    return {
        "filings": (kind.RECEPTION, kind.ACCEPTANCE, kind.REFUSAL),
        "account": (kind.REGISTRATION, kind.ACCOUNT, kind.CHANGE, kind.STOP),
        "outage": (kind.OUTAGE,),
    }.get(about, ())


@member_page
def notice(request: MemberRequest, pk: int) -> HttpResponse:
    """One notice as a letter; opening it takes its mark away."""
    number = get_object_or_404(_mine(request), pk=pk).number
    found = read_notice(user=request.user, taxpayer=request.taxpayer, number=number)
    if found is None:
        raise Http404
    status = signature_of(found)
    paper = html(sheet(letter_of(found)), signer_of(status))
    context = {
        "section": "notices",
        "notice": found,
        "dossier": found.application,
        "status": status,
        "signers": signer_of(status),
        "paper": mark_safe(paper),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/notice.html", context)


@member_page
def notice_xml(request: MemberRequest, pk: int) -> HttpResponse:
    """The signed notice, byte for byte."""
    found = get_object_or_404(_mine(request), pk=pk)
    return download(bytes(found.xml), f"{plain(found.number)}.xml")


@member_page
def notice_pdf(request: MemberRequest, pk: int) -> HttpResponse:
    """The notice on its form as PDF, with who signed it and how to check it."""
    found = get_object_or_404(_mine(request), pk=pk)
    return as_pdf(paper_of(found), f"{plain(found.number)}.pdf")


def _mine(request: MemberRequest) -> QuerySet[Notice]:
    return notices_for(request.user, request.taxpayer, request.access)
