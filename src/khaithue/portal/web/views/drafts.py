"""The page that is filled in, and what is done with a draft."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.exchange import returns_xml
from khaithue.exchange.shape import NoXmlError
from khaithue.portal.accounts.access import Right
from khaithue.portal.drafts.actions.discard_draft import discard_draft
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.filing.actions.save_paper import save_paper
from khaithue.portal.registration.forms import UNREGISTERED
from khaithue.portal.web import figures, posted, rowsin
from khaithue.portal.web.fillpage import Filling, filled_page, wire
from khaithue.portal.web.models import Upload
from khaithue.portal.web.request import MemberRequest, member_page, page, page_for
from khaithue.portal.web.shown import told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.returns.findings import Finding, finding, has_errors
from khaithue.returns.model import Return


@require_POST
@page_for(Right.PREPARE)
def start(request: MemberRequest) -> HttpResponse:
    """Open the draft of a form and period, and go to it."""
    outcome = open_draft(
        user=request.user,
        taxpayer=request.taxpayer,
        form_code=request.POST.get("form_code", "")[:40],
        period=period_of(request.POST.get("period", "")),
        kind="B" if request.POST.get("kind") == "B" else "C",
        activity=request.POST.get("activity"),
    )
    if outcome.draft is None:
        return _not_started(request, outcome.findings)
    return redirect("web:draft", outcome.draft.pk)


def _not_started(request: MemberRequest, wrong: tuple[Finding, ...]) -> HttpResponse:
    """Why there is no draft; what is wrong with the registered forms is mended with one click."""
    unregistered = any(item.code in UNREGISTERED for item in wrong)
    context = {
        "heading": _("Chưa lập được tờ khai này"),
        "findings": told(wrong),
        "back": reverse("web:dashboard"),
        "form_code": request.POST.get("form_code", "")[:40],
        "period": period_of(request.POST.get("period", "")),
    }
    template = "web/not_registered.html" if unregistered else "web/findings.html"
    return page(request, template, context, status=422)


@member_page
def draft(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the page, or take what was posted from it."""
    if request.POST.get("do") == "paper" and not Draft.objects.filter(pk=pk).exists():
        return redirect("web:papers")  # pressed twice: it is on record already
    found = _draft(request, pk)
    before = figures.return_of(found)
    if request.method != "POST":
        return filled_page(request, Filling(found, before))
    return _take(request, found, before)


def _take(request: MemberRequest, found: Draft, before: Return) -> HttpResponse:
    """Save what was posted, then do what the button says."""
    if request.POST.get("do") == "discard":
        return redirect("web:discard", found.pk)
    read = posted.read(request.POST, before.form, figures.page_data(before))
    changed = _with_button(read.data, before, request.POST.get("do", "save"))
    now, faults = figures.read_page(changed, before)
    faults = (*read.findings, *faults)
    if faults:
        return filled_page(request, Filling(found, now, faults, read.unread), status=422)
    checked = figures.checked(now)
    outcome = save_draft(
        user=request.user,
        draft=found,
        data=figures.stored_data(checked.return_),
        revision=revision_of(request),
    )
    if has_errors(outcome.findings):
        newest = outcome.draft or found
        return filled_page(request, Filling(newest, checked.return_, outcome.findings), status=409)
    return _next(request, found)


def _with_button(data: dict[str, Any], before: Return, do: str) -> dict[str, Any]:
    verb, _colon, address = do.partition(":")
    part = before.form.appendices.get(address)
    match verb:
        case "add-appendix" if part:
            return figures.with_appendix(data, part)
        case "drop-appendix" if part:
            return figures.without_appendix(data, part)
        case "add-row":
            return rowsin.add_row(data, address)
        case "copy-row":
            return rowsin.copy_row(data, address)
        case "drop-row":
            return rowsin.drop_row(data, address)
    return data


def _next(request: MemberRequest, found: Draft) -> HttpResponse:
    verb, _colon, address = request.POST.get("do", "save").partition(":")
    if verb == "differences" and found.kind == "B":
        return redirect("web:differences", found.pk)
    if found.kind == "P":
        return _next_of_paper(request, found, verb)
    if verb in ("export", "sign"):
        return redirect("web:sign", found.pk)
    mark = {"save": "#checks", "add-appendix": f"#part-{address}"}.get(verb, "")
    return redirect(reverse("web:draft", args=[found.pk]) + mark)


def _next_of_paper(request: MemberRequest, found: Draft, verb: str) -> HttpResponse:
    """A draft of a paper return is put on record, never signed."""
    if verb != "paper":
        return redirect("web:draft", found.pk)
    found.refresh_from_db()
    outcome = save_paper(user=request.user, draft=found)
    if outcome.paper is None:
        context = {
            "heading": _("Chưa ghi được tờ khai giấy này"),
            "findings": told(outcome.findings),
            "back": reverse("web:draft", args=[found.pk]),
        }
        return page(request, "web/findings.html", context, status=409)
    messages.success(request, _("Đã ghi tờ khai nộp bằng giấy. Bây giờ có thể khai bổ sung cho tờ khai này."))
    return redirect("web:paper", outcome.paper.pk)


@require_POST
@page_for(Right.PREPARE)
def autosave(request: MemberRequest, pk: int) -> HttpResponse:
    """Save the figures of the page as they stand; 409 when another window saved first."""
    found = _draft(request, pk)
    sent = _json(request)
    if sent is None:
        return JsonResponse({"message": wire([finding("DRAFT-DATA")])[0]["message"]}, status=400)
    now, faults = figures.read_page(sent["data"], figures.return_of(found))
    checked = figures.checked(now, faults)
    outcome = save_draft(
        user=request.user, draft=found, data=figures.stored_data(checked.return_), revision=sent["revision"]
    )
    if outcome.draft is None:
        return JsonResponse({"message": _("Tờ khai đang lập này đã bị xóa.")}, status=410)
    if has_errors(outcome.findings):
        return JsonResponse({"revision": outcome.draft.revision, **wire(outcome.findings)[0]}, status=409)
    saved = _("Đã lưu lúc %s") % f"{timezone.localtime(outcome.draft.updated_at):%H:%M:%S}"
    return JsonResponse(
        {
            "revision": outcome.draft.revision,
            "text": saved,
            "findings": wire(checked.findings, checked.return_),
        }
    )


@page_for(Right.PREPARE)
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then throw the draft away."""
    found = _draft(request, pk)
    if request.method != "POST":
        return page(request, "web/discard.html", {"draft": found})
    discard_draft(user=request.user, draft=found)
    return redirect("web:dashboard")


@member_page
def export(request: MemberRequest, pk: int) -> HttpResponse:
    """The draft as the authority's XML, under the name its own program would give."""
    found = _draft(request, pk)
    try:
        return download(*_xml(found))
    except NoXmlError as error:
        return _without_xml(request, found, error.finding)


@require_POST
@page_for(Right.FILE)
def to_review(request: MemberRequest, pk: int) -> HttpResponse:
    """The draft's file, not signed, to its review: for who confirms it there with a code."""
    found = _draft(request, pk)
    try:
        data, name = _xml(found)
    except NoXmlError as error:
        return _without_xml(request, found, error.finding)
    kept = Upload.keep(user=request.user, taxpayer=request.taxpayer, name=name, data=data)
    return redirect("web:review", kept.key)


def _xml(found: Draft) -> tuple[bytes, str]:
    """The draft's file and its name; ``Http404`` for one of paper, ``NoXmlError`` where the form has none."""
    if found.kind == "P":
        raise Http404
    ret = figures.checked(figures.return_of(found)).return_
    return returns_xml.write(ret), figures.file_name(found, ret)


@member_page
def paper(request: MemberRequest, pk: int) -> HttpResponse:
    """The draft as the paper form."""
    found = _draft(request, pk)
    laid = sheet(figures.checked(figures.return_of(found)).return_)
    context = {"draft": found, "sheet": laid, "paper": mark_safe(html(laid)), "paper_css": paper_css_url()}  # noqa: S308 - printing escapes
    return page(request, "web/print.html", context)


@page_for(Right.PREPARE)
def sign(request: MemberRequest, pk: int) -> HttpResponse:
    """How to sign the file on one's own machine, and where to upload it; or to confirm it with a code."""
    found = _draft(request, pk)
    if found.kind == "P":
        return redirect("web:draft", found.pk)
    checked = figures.checked(figures.return_of(found))
    if not checked.return_.form.ma_tkhai:
        return _without_xml(request, found, NoXmlError(checked.return_.form).finding)
    name = figures.file_name(found, checked.return_)
    signed = name.removesuffix(".xml") + "-signed.xml"
    context = {
        "draft": found,
        "file_name": name,
        "command": f"khaithue sign --p12 chung-thu.p12 {name} {signed}",
        "findings": told(checked.findings),
    }
    return page(request, "web/sign.html", context)


def _without_xml(request: MemberRequest, draft: Draft, wrong: Finding) -> HttpResponse:
    context = {
        "heading": draft.form_code,
        "findings": told([wrong]),
        "back": reverse("web:draft", args=[draft.pk]),
    }
    return page(request, "web/findings.html", context, status=409)


def download(data: bytes, name: str, media_type: str = "application/xml") -> HttpResponse:
    """A file for the browser to keep."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _draft(request: MemberRequest, pk: int) -> Draft:
    mine = request.access.of(Draft.objects.filter(taxpayer=request.taxpayer))
    return get_object_or_404(mine.select_related("taxpayer"), pk=pk)


def revision_of(request: MemberRequest) -> int:
    """The revision of the draft that a page was made from; 0 when it does not say."""
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _json(request: MemberRequest) -> dict[str, Any] | None:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    fits = isinstance(sent, dict) and isinstance(sent.get("data"), dict) and type(sent.get("revision")) is int
    return sent if fits else None


def period_of(typed: str) -> str:
    """A period as people write it (05/2026, Q2/2026, 2025, 20/05/2026), for ``Period.parse``."""
    parts = typed.strip().upper().split("/")
    if len(parts) == 2 and parts[0].isdecimal():
        return f"{parts[1]}-{parts[0]:0>2}"
    if len(parts) == 2:
        return f"{parts[1]}-{parts[0]}"
    return "-".join(f"{part:0>2}" for part in reversed(parts))[:24]
