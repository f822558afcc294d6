"""Many returns at once: one table to review, filed one after another, stopped and gone on with."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.portal.web import batchfiling
from khaithue.portal.web.batchshown import csv_of, groups_of
from khaithue.portal.web.models import Batch
from khaithue.portal.web.request import MemberRequest, member_page, page
from khaithue.portal.web.shown import Told, told
from khaithue.portal.web.tasks import file_batch
from khaithue.returns.findings import finding


@member_page
def shown_batch(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """The table of a batch: what each file is, what was found, where it stands."""
    return _shown(request, _batch(request, batch))


@require_POST
@member_page
def file(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """File those that were ticked, or go on with a batch whose worker is gone."""
    chosen = _batch(request, batch)
    if chosen.state != Batch.State.FILING and not batchfiling.ask_to_file(chosen, _ticked(request)):
        chosen.refresh_from_db()
        if chosen.state != Batch.State.FILING:
            code = "BATCH-NONE-CHOSEN" if batchfiling.fileable(chosen).exists() else "BATCH-NOTHING"
            return _shown(request, chosen, told([finding(code)]), status=422)
    file_batch.enqueue(chosen.pk)
    return redirect("web:batch", chosen.key)


@require_POST
@member_page
def stop(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """File no further; what is filed stays filed."""
    chosen = _batch(request, batch)
    if batchfiling.stop(chosen):
        messages.info(request, _("Đã dừng. Các tờ khai đã có mã giao dịch vẫn là đã nộp."))
    return redirect("web:batch", chosen.key)


@member_page
def result(request: MemberRequest, batch: uuid.UUID) -> HttpResponseBase:
    """The table as CSV, with the transaction codes."""
    chosen = _batch(request, batch)
    reply = StreamingHttpResponse(csv_of(chosen), content_type="text/csv; charset=utf-8")
    name = f"ket-qua-nop-{localtime(chosen.created_at):%Y-%m-%d-%H%M}.csv"
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def _ticked(request: MemberRequest) -> list[uuid.UUID]:
    """The files that were ticked; what is no key is passed over."""
    found = []
    for text in request.POST.getlist("upload"):
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _batch(request: MemberRequest, batch: uuid.UUID) -> Batch:
    mine = request.user.batches.exclude(state=Batch.State.READING)
    return get_object_or_404(mine.select_related("user"), key=batch)


def _shown(
    request: MemberRequest, chosen: Batch, findings: list[Told] | None = None, status: int = 200
) -> HttpResponse:
    groups = groups_of(chosen)
    every = [line for group in groups for line in group.lines]
    asked = [line for line in every if line.upload.asked]
    context = {
        "section": "upload",
        "batch": chosen,
        "groups": groups,
        "findings": findings or [],
        "open": sum(line.open for line in every),
        "held": sum(line.open and not line.ticked for line in every),
        "wrong": sum(bool(line.upload.facts.get("wrong")) for line in every),
        "asked": len(asked),
        "over": sum(bool(line.upload.filing or line.upload.outcome) for line in asked),
        "filed": sum(line.upload.filing is not None for line in asked),
        "owners": sum(group.taxpayer is not None for group in groups),
        "stuck": batchfiling.is_stuck(chosen),
    }
    return page(request, "web/batch.html", context, status=status)
