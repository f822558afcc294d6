"""Files of returns: uploaded, reviewed with their papers, filed; or found again by their digest."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.access import Right
from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return, same_bytes
from khaithue.portal.filing.by_code import address_of, may_confirm
from khaithue.portal.filing.foreseen import Foreseen, foresee
from khaithue.portal.filing.intake import UNSIGNED, Intake
from khaithue.portal.filing.papers import Paper, kinds, limits
from khaithue.portal.login.onetime import masked
from khaithue.portal.receiving import too_much
from khaithue.portal.web.batching import begin, sent_files
from khaithue.portal.web.batchrows import filer_named
from khaithue.portal.web.batchshown import recent, unsigned_command
from khaithue.portal.web.models import Upload
from khaithue.portal.web.request import MemberRequest, filer_page, page, page_for
from khaithue.portal.web.shown import signer_of, told
from khaithue.portal.web.unpacking import is_zip, refused
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.printing.sheet import Sheet
from khaithue.printing.slots import CellSlot
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.model import Return

FIGURES = 12
"""Most computed figures shown at the top of the review."""

TOO_LARGE = ("FILE-TOO-LARGE", "UPLOAD-TOO-LARGE", "ZIP-TOO-LARGE", "ZIP-BOMB")
"""What is answered with 413; other faults of a file are 422."""


@filer_page
def upload(request: MemberRequest) -> HttpResponse:
    """Choose signed files, or take those chosen.

    One of the taxpayer chosen goes to its review; many, a ZIP, or one of another taxpayer to their table.
    """
    if request.method != "POST":
        context = {
            "section": "upload",
            "batches": recent(request.user),
            "most": settings.BATCH_FILES,
            "bytes": settings.REQUEST_BYTES,
            **_paper_words(),
        }
        return page(request, "web/upload.html", context)
    wrong = too_much(request)
    files = request.FILES.getlist("file")
    wrong = wrong or _unfit(files)
    if wrong:
        return _refused(request, wrong)
    if len(files) == 1 and not is_zip(files[0]) and (kept := _alone(request, files[0])):
        return redirect("web:review", kept.key)
    batch = begin(request.user, sent_files(files))
    return redirect("web:batch", batch.key)


def _alone(request: MemberRequest, file: "UploadedFile[Any]") -> Upload | None:
    """The one file kept for its review; None when it is another's whom the user files for too."""
    data = file.read()
    named = filer_named(request.user, data)
    is_others = named is not None and named != request.taxpayer
    if is_others or not request.access.may(Right.FILE):
        return None
    return Upload.keep(user=request.user, taxpayer=request.taxpayer, name=file.name or "", data=data)


def _unfit(files: "Sequence[UploadedFile[Any]]") -> Finding | None:
    """Why none of the files is taken: none is there, the one is empty, or a ZIP is not to be unpacked."""
    if not files:
        return finding("UPLOAD-NO-FILE")
    if len(files) == 1 and not files[0].size:
        return finding("UPLOAD-EMPTY", name=files[0].name)
    archives = (file for file in files if is_zip(file))
    return next((wrong for file in archives if (wrong := refused(file, file.name or ""))), None)


@page_for(Right.FILE)
def review(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """What was read from the file, before it is filed; then file it; from then on the receipt."""
    kept = upload_of(request, key)
    if kept.filing:
        return redirect("web:receipt", kept.filing.transaction_code)
    if request.method != "POST":
        return reviewed(request, kept)
    papers = papers_of(kept)
    outcome = file_return(user=request.user, taxpayer=request.taxpayer, data=kept.file, papers=papers)
    return filed(request, kept, outcome) if outcome.filing else reviewed(request, kept, outcome.findings)


def filed(request: MemberRequest, kept: Upload, outcome: FilingOutcome) -> HttpResponse:
    """To the receipt of a file that was filed, now or before; ``ValueError`` when it was not."""
    if outcome.filing is None:
        raise ValueError(f"upload {kept.key} was not filed")
    kept.filed(outcome.filing)
    for item in told(outcome.findings):
        if item.code.startswith("FILE-ALREADY"):
            messages.info(request, item.message)
    return redirect("web:receipt", outcome.filing.transaction_code)


@require_POST
@page_for(Right.FILE)
def add_papers(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Add papers of the dossier to a file under review; one that is not taken says why."""
    wrong = too_much(request)
    kept = upload_of(request, key)
    if kept.filing:
        return redirect("web:receipt", kept.filing.transaction_code)
    files = request.FILES.getlist("paper")
    wrong = wrong or (None if files else finding("UPLOAD-NO-FILE"))
    found = [wrong] if wrong else _taken(kept, files)
    if found:
        return reviewed(request, kept, papers_wrong=tuple(found))
    return redirect("web:review", kept.key)


def _taken(kept: Upload, files: "Sequence[UploadedFile[Any]]") -> list[Finding]:
    """Keep those that are taken, and tell what is wrong with the others."""
    found = (kept.add_paper(file.name or "", file.read(limits().bytes + 1)) for file in files)
    return [wrong for wrong in found if wrong]


@require_POST
@page_for(Right.FILE)
def drop_paper(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Take a paper away again."""
    kept = upload_of(request, key)
    wanted = request.POST.get("paper", "")
    kept.papers.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0).delete()
    return redirect("web:review", kept.key)


@page_for(Right.FILE)
def received(request: MemberRequest) -> HttpResponse:
    """ "Did it arrive?": the receipt of a file, found by the file itself or by its digest."""
    context: dict[str, Any] = {"section": "upload"}
    if wrong := too_much(request):
        return _refused(request, wrong)
    digest = _digest(request)
    if digest:
        if known := same_bytes(request.taxpayer, digest):
            return redirect("web:receipt", known.transaction_code)
        context["missing"] = digest
    return page(request, "web/received.html", context)


def _digest(request: MemberRequest) -> str:
    """The SHA-256 asked for: of the file chosen, else the one typed; empty for neither."""
    if file := request.FILES.get("file"):
        return hashlib.file_digest(file, "sha256").hexdigest()
    typed = request.GET.get("sha256", "").strip().lower()
    return typed if re.fullmatch("[0-9a-f]{64}", typed) else ""


def upload_of(request: MemberRequest, key: uuid.UUID) -> Upload:
    """The user's own upload for the taxpayer; 404 for any other."""
    mine = Upload.objects.select_related("filing").filter(user=request.user, taxpayer=request.taxpayer)
    return get_object_or_404(mine, key=key)


def papers_of(kept: Upload) -> list[Paper]:
    """The papers that go with an upload."""
    return [each.paper for each in kept.papers.all()]


def waits_for_code(request: MemberRequest, kept: Upload) -> bool:
    """Whether the file is right but for the one-time code that has to confirm it."""
    seen = _foreseen(request, kept)
    return seen.intake.by_code and not has_errors(seen.findings) and not seen.known


def read(request: MemberRequest, kept: Upload) -> Return | None:
    """The return in an upload, to show what it is."""
    return _read(_foreseen(request, kept).intake)


def _foreseen(request: MemberRequest, kept: Upload) -> Foreseen:
    now = timezone.now().replace(microsecond=0)
    by_code = may_confirm(request.user, request.taxpayer, now)
    return foresee(request.taxpayer, request.access, kept.file, now, by_code=by_code)


def reviewed(
    request: MemberRequest,
    kept: Upload,
    refusal: tuple[Finding, ...] = (),
    papers_wrong: tuple[Finding, ...] = (),
) -> HttpResponse:
    """The page of the review, with why the file was refused."""
    seen = _foreseen(request, kept)
    intake, known = seen.intake, seen.known
    findings = seen.findings if known else refusal or seen.findings
    context = {
        "section": "upload",
        "upload": kept,
        "findings": told(findings),
        "refused": has_errors(findings),
        "unsigned": unsigned_command(kept.name) if any(f.code == UNSIGNED for f in findings) else "",
        "signers": signer_of(intake.status),
        "code_to": masked(address_of(request.user, request.taxpayer)) if intake.by_code else "",
        "known": known,
        "papers": kept.papers.all(),
        "papers_wrong": told(papers_wrong),
        **_paper_words(),
        **_paper(_read(intake), intake),
    }
    return page(
        request, "web/review.html", context, status=422 if has_errors(findings + papers_wrong) else 200
    )


def _paper_words() -> dict[str, Any]:
    """What papers are taken, for the pages that ask for them."""
    return {"paper_kinds": ", ".join(kind.name for kind in kinds()), "paper_limits": limits()}


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


def _refused(request: MemberRequest, wrong: Finding) -> HttpResponse:
    context = {
        "heading": _("Chưa nhận được tệp này"),
        "findings": told([wrong]),
        "back": reverse("web:upload"),
        "section": "upload",
    }
    return page(request, "web/findings.html", context, status=413 if wrong.code in TOO_LARGE else 422)
