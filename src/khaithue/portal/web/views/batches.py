"""Many returns at once: one table to review, filed one after another, stopped and gone on with."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khaithue.portal.accounts.access import Right
from khaithue.portal.filing.intake import UNSIGNED
from khaithue.portal.web import batching
from khaithue.portal.web.models import Batch, Upload
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import Told, stored, told
from khaithue.portal.web.tasks import file_batch
from khaithue.portal.web.views.uploads import unsigned_command
from khaithue.returns.findings import finding


@dataclass(frozen=True)
class Line:
    """One file of the table; ``mark`` is the look of its state, ``state`` its words."""

    upload: Upload
    mark: str
    state: str
    findings: list[Told]
    command: str


@page_for(Right.FILE)
def shown_batch(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """The table of a batch: what each file is, what was found, where it stands."""
    return _shown(request, _batch(request, batch))


@require_POST
@page_for(Right.FILE)
def file(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """File all that are right, or go on with what is left."""
    chosen = _batch(request, batch)
    if not batching.fileable(chosen).exists():
        return _shown(request, chosen, told([finding("BATCH-NOTHING")]), status=422)
    batching.ask_to_file(chosen)
    file_batch.enqueue(chosen.pk)
    return redirect("web:batch", chosen.key)


@require_POST
@page_for(Right.FILE)
def stop(request: MemberRequest, batch: uuid.UUID) -> HttpResponse:
    """File no further; what is filed stays filed."""
    chosen = _batch(request, batch)
    if batching.stop(chosen):
        messages.info(request, _("Đã dừng. Các tờ khai đã có mã giao dịch vẫn là đã nộp."))
    return redirect("web:batch", chosen.key)


def _batch(request: MemberRequest, batch: uuid.UUID) -> Batch:
    return get_object_or_404(Batch, key=batch, user=request.user, taxpayer=request.taxpayer)


def _shown(
    request: MemberRequest, chosen: Batch, findings: list[Told] | None = None, status: int = 200
) -> HttpResponse:
    lines = [_line(upload, chosen) for upload in _uploads(chosen)]
    right = [line for line in lines if not line.upload.facts.get("wrong")]
    over = [line for line in right if line.upload.filing or line.upload.outcome]
    context = {
        "section": "upload",
        "batch": chosen,
        "lines": lines,
        "findings": findings or [],
        "right": len(right),
        "wrong": len(lines) - len(right),
        "over": len(over),
        "stuck": batching.is_stuck(chosen),
        "filed": sum(1 for line in lines if line.upload.filing),
    }
    return page(request, "web/batch.html", context, status=status)


def _uploads(chosen: Batch) -> list[Upload]:
    return list(chosen.uploads.defer("body").select_related("filing").order_by("position", "pk"))


def _line(upload: Upload, chosen: Batch) -> Line:
    found = upload.facts.get("findings", []) if upload.facts.get("wrong") else upload.outcome
    mark, state = _state(upload, chosen)
    unsigned = any(item["code"] == UNSIGNED for item in found)
    shown = stored(found or upload.facts.get("findings", []))
    return Line(upload, mark, state, shown, unsigned_command(upload.name) if unsigned else "")


def _state(upload: Upload, chosen: Batch) -> tuple[str, str]:
    if upload.filing:
        return "good", _("Đã nộp")
    if upload.facts.get("wrong"):
        return "late", _("Không nộp được")
    if upload.outcome:
        return "late", _("Không nộp được")
    if chosen.state == Batch.State.FILING:
        return "draft", _("Đang nộp") if upload.tried_at else _("Chờ nộp")
    return "soon", _("Sẵn sàng nộp")
