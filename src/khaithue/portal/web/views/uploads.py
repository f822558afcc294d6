"""A signed file: uploaded, reviewed, filed."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.access import Right
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.intake import Intake, examine
from khaithue.portal.filing.rules import OF_THE_REGISTER, ask
from khaithue.portal.web.models import Upload
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import signer_of, told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.printing.sheet import Sheet
from khaithue.printing.slots import CellSlot
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.model import Return

FIGURES = 12
"""Most computed figures shown at the top of the review."""


@page_for(Right.FILE)
def upload(request: MemberRequest) -> HttpResponse:
    """Choose a signed file, or take the one chosen and go to its review."""
    if request.method != "POST":
        return page(request, "web/upload.html", {"section": "upload"})
    sent = request.FILES.get("file")
    if sent is None or not sent.size:
        return _refused(request, finding("UPLOAD-NO-FILE"), 422)
    if sent.size > settings.UPLOAD_BYTES:
        return _refused(request, finding("FILE-TOO-LARGE", size=sent.size, limit=settings.UPLOAD_BYTES), 413)
    kept = Upload.keep(user=request.user, taxpayer=request.taxpayer, name=sent.name or "", data=sent.read())
    return redirect("web:review", kept.key)


@page_for(Right.FILE)
def review(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """What was read from the file, before it is filed; then file it."""
    kept = get_object_or_404(Upload, key=key, user=request.user, taxpayer=request.taxpayer)
    if request.method != "POST":
        return _reviewed(request, kept)
    outcome = file_return(user=request.user, taxpayer=request.taxpayer, data=kept.file)
    if outcome.filing is None:
        return _reviewed(request, kept, outcome.findings)
    kept.delete()
    for item in told(outcome.findings):
        if item.code == "FILE-ALREADY-RECEIVED":
            messages.info(request, item.message)
    return redirect("web:receipt", outcome.filing.transaction_code)


def _reviewed(request: MemberRequest, kept: Upload, refused: tuple[Finding, ...] = ()) -> HttpResponse:
    intake = examine(request.taxpayer, kept.file, timezone.now().replace(microsecond=0))
    findings = refused or _found(intake)
    context = {
        "section": "upload",
        "upload": kept,
        "findings": told(findings),
        "refused": has_errors(findings),
        "signers": signer_of(intake.status),
        **_paper(_read(intake), intake),
    }
    return page(request, "web/review.html", context, status=422 if context["refused"] else 200)


def _found(intake: Intake) -> tuple[Finding, ...]:
    return intake.findings + (ask(OF_THE_REGISTER, intake.submission) if intake.submission else ())


def _read(intake: Intake) -> Return | None:
    """The return that was verified, or what can be read of a file that is refused, to show what it is."""
    return intake.submission.return_ if intake.submission else returns_xml.read(intake.data).return_


def _paper(ret: Return | None, intake: Intake) -> dict[str, Any]:
    if ret is None:
        return {}
    laid = sheet(ret)
    paper = mark_safe(html(laid, signer_of(intake.status)))  # noqa: S308 - printing escapes
    context = {"sheet": laid, "header": ret.header, "figures": _figures(laid), "paper": paper}
    return {**context, "paper_css": paper_css_url()}


def _figures(laid: Sheet) -> list[tuple[CellSlot, str]]:
    """The last computed figures of the main part, each with the text of its line."""
    found = [
        (cell, line.label)
        for line in laid.lines
        for cell in line.cells
        if cell and cell.computed and cell.value is not None
    ]
    return found[-FIGURES:]


def _refused(request: MemberRequest, wrong: Finding, status: int) -> HttpResponse:
    context = {
        "heading": _("Chưa nhận được tệp này"),
        "findings": told([wrong]),
        "back": reverse("web:upload"),
        "section": "upload",
    }
    return page(request, "web/findings.html", context, status=status)
