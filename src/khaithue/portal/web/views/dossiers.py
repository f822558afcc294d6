"""Dossiers about the account: registration, changes, the end; each with its form and the office's answers."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import mark_safe

from khaithue.portal.registration.models import Application
from khaithue.portal.registration.stored import dossiers_for, has_xml, listed, paper_of, pdf_of, xml_of
from khaithue.portal.web.papers import file_reply
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet

PAGE = 50
SECTION = {"section": "filings"}


@member_page
def dossiers(request: MemberRequest) -> HttpResponse:
    """Every dossier of the taxpayer, newest first."""
    if request.access.by_contract:
        raise Http404
    mine = listed(dossiers_for(request.user, request.taxpayer))
    shown = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    return page(request, "web/dossiers.html", {**SECTION, "page": shown})


@member_page
def dossier(request: MemberRequest, code: str) -> HttpResponse:
    """One dossier: its facts, the answers to it, and its form as it was sent."""
    found = _one(request, code)
    paper = paper_of(found) if found.data else None
    context = {
        **SECTION,
        "application": found,
        "notices": found.notices.defer("xml").order_by("created_at"),
        "has_xml": paper is not None and has_xml(paper),
        "paper": mark_safe(html(sheet(paper))) if paper else "",  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
    }
    return page(request, "web/dossier.html", context)


@member_page
def dossier_pdf(request: MemberRequest, code: str) -> HttpResponse:
    """The form of a dossier, as PDF."""
    return _file(request, code, "pdf")


@member_page
def dossier_xml(request: MemberRequest, code: str) -> HttpResponse:
    """The form of a dossier as XML, where the authority has one of it."""
    return _file(request, code, "xml")


def _file(request: MemberRequest, code: str, kind: str) -> HttpResponse:
    found = _one(request, code)
    make = {"pdf": pdf_of, "xml": xml_of}[kind]
    try:
        return file_reply(make(found), f"{found.code}.{kind}", f"application/{kind}")
    except LookupError as error:
        raise Http404 from error


def _one(request: MemberRequest, code: str) -> Application:
    return get_object_or_404(dossiers_for(request.user, request.taxpayer), code=code)
