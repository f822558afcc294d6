"""The export of the whole history: asked for, watched, fetched, called off."""

import uuid

from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.portal.history.actions.ask_export import ask_export
from khaithue.portal.history.actions.cancel_export import cancel_export
from khaithue.portal.history.actions.fetch_export import fetch_export
from khaithue.portal.history.making import KEPT
from khaithue.portal.history.models import OPEN, Export
from khaithue.portal.notices.reach import notices_for
from khaithue.portal.registration.stored import dossiers_for
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.shown import told
from khaithue.returns.findings import finding

SHOWN = 10
"""How many of the user's exports are listed."""


@member_page
def history(request: MemberRequest) -> HttpResponse:
    """Ask for an export, or see those there are."""
    if request.method == "POST":
        with_pdf = request.POST.get("pdf") == "1"
        export = ask_export(user=request.user, taxpayer=request.taxpayer, with_pdf=with_pdf)
        return redirect("web:export_page", export.key)
    context = {
        "section": "filings",
        "exports": Export.objects.filter(taxpayer=request.taxpayer, user=request.user)[:SHOWN],
        "filings": request.access.of(request.taxpayer.filings.all()).count(),
        "notices": notices_for(request.user, request.taxpayer, request.access).count(),
        "dossiers": dossiers_for(request.user, request.taxpayer).exclude(form_code="").count(),
        "forms": sorted(request.access.forms or ()),
        "hours": int(KEPT.total_seconds() // 3600),
    }
    return page(request, "web/history.html", context)


@member_page
def export(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """How far one export is."""
    found = _export(request, key)
    context = {"section": "filings", "export": found, "is_open": found.state in OPEN}
    return page(request, "web/export.html", context)


@member_page
def export_state(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """The same for the page's script."""
    found = _export(request, key)
    return JsonResponse({"open": found.state in OPEN, "done": found.done, "total": found.total})


@member_page
def export_file(request: MemberRequest, key: uuid.UUID) -> HttpResponseBase:
    """The finished ZIP, sent in parts."""
    found = _export(request, key)
    path = fetch_export(user=request.user, export=found)
    if path is None:
        context = {
            "heading": _("Bản xuất hồ sơ"),
            "findings": told([finding("EXPORT-OVER")]),
            "back": reverse("web:history"),
        }
        return page(request, "web/findings.html", context, status=410)
    day = f"{timezone.localdate(found.asked_at):%Y-%m-%d}"
    name = f"ho-so-thue-{found.taxpayer.mst}-{day}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@require_POST
@member_page
def export_cancel(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Call it off, or throw it away."""
    cancel_export(user=request.user, export=_export(request, key))
    return redirect("web:history")


def _export(request: MemberRequest, key: uuid.UUID) -> Export:
    mine = Export.objects.select_related("taxpayer").filter(taxpayer=request.taxpayer, user=request.user)
    return get_object_or_404(mine, key=key)
