"""Returns being filled in."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.params.functions import Path
from ninja.responses import Status

from khaithue.exchange import returns_xml
from khaithue.exchange.shape import NoXmlError
from khaithue.portal.accounts.access import Right
from khaithue.portal.api.callers import ApiRequest, for_taxpayer
from khaithue.portal.api.described import route
from khaithue.portal.api.paging import Cursor, Limit, page_of
from khaithue.portal.api.problems import Refusal
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import DraftHead, DraftOut, DraftSave, DraftsOut, DraftStart, FindingOut
from khaithue.portal.drafts.actions.discard_draft import discard_draft
from khaithue.portal.drafts.actions.open_draft import open_draft
from khaithue.portal.drafts.actions.save_draft import save_draft
from khaithue.portal.drafts.models import Draft
from khaithue.portal.web import figures
from khaithue.returns.codec import encode
from khaithue.returns.findings import Finding

room = Router(tags=["drafts"])

Pk = Path(..., description="Number of the draft.", ge=1, lt=2**63, example=7)


@room.get("/taxpayers/{mst}/drafts", summary="Drafts", **route(Scope.DRAFTS_WRITE, DraftsOut))
@for_taxpayer(Right.LOOK_UP)
def drafts(
    request: ApiRequest,
    cursor: str = Cursor,
    limit: int = Limit,
) -> DraftsOut:
    """The returns being filled in, last changed first, without their figures."""
    found, following = page_of(_mine(request).defer("data"), "updated_at", cursor, limit)
    return DraftsOut(items=[DraftHead(**_head(each)) for each in found], next=following)


@room.post(
    "/taxpayers/{mst}/drafts", summary="Open a draft", **route(Scope.DRAFTS_WRITE, {200: DraftOut}, 400, 413)
)
@for_taxpayer(Right.PREPARE)
def start(request: ApiRequest, start: DraftStart) -> DraftOut:
    """The draft of a form and period, as it stands; made when there is none.

    A new one has the taxpayer's header and the figures carried over from the period before. A supplement
    starts from the return it supplements and takes the next number.
    """
    caller = request.caller
    outcome = open_draft(
        user=caller.user,
        taxpayer=caller.taxpayer,
        form_code=start.form[:40],
        period=start.period,
        kind=start.kind,
    )
    if outcome.draft is None:
        raise Refusal(422, outcome.findings)
    return _whole(outcome.draft)


@room.get("/taxpayers/{mst}/drafts/{pk}", summary="A draft", **route(Scope.DRAFTS_WRITE, DraftOut, 404))
@for_taxpayer(Right.LOOK_UP)
def draft(request: ApiRequest, pk: int = Pk) -> DraftOut:
    """A draft with its figures, everything computed, and what is wrong with them."""
    return _whole(_draft(request, pk))


@room.put(
    "/taxpayers/{mst}/drafts/{pk}",
    summary="Save a draft",
    **route(Scope.DRAFTS_WRITE, DraftOut, 400, 404, 409, 413),
)
@for_taxpayer(Right.PREPARE)
def save(request: ApiRequest, save: DraftSave, pk: int = Pk) -> DraftOut:
    """Save all figures of a draft; what the form computes is computed here anew.

    Name the revision the figures were made from: 409 DRAFT-STALE when another window or program saved since.
    A figure that cannot be read is left out and told in `findings`.
    """
    found = _draft(request, pk)
    outcome = save_draft(user=request.caller.user, draft=found, data=save.figures, revision=save.revision)
    if any(item.code == "DRAFT-STALE" for item in outcome.findings):
        raise Refusal(409, outcome.findings)
    if any(item.code == "DRAFT-DATA" for item in outcome.findings) or outcome.draft is None:
        raise Refusal(422, outcome.findings)
    return _whole(outcome.draft, outcome.findings)


@room.delete(
    "/taxpayers/{mst}/drafts/{pk}",
    summary="Discard a draft",
    **route(Scope.DRAFTS_WRITE, {204: None}, 404),
)
@for_taxpayer(Right.PREPARE)
def discard(request: ApiRequest, pk: int = Pk) -> Status[None]:
    """Throw a draft away."""
    discard_draft(user=request.caller.user, draft=_draft(request, pk))
    return Status(204, None)


@room.get(
    "/taxpayers/{mst}/drafts/{pk}/xml",
    summary="A draft as XML to sign",
    **route(Scope.DRAFTS_WRITE, None, 404, 409, gives="application/xml"),
)
@for_taxpayer(Right.LOOK_UP)
def draft_xml(request: ApiRequest, pk: int = Pk) -> HttpResponse:
    """The draft as the authority's XML, not signed; sign it on your side, then submit it."""
    ret = figures.checked(figures.return_of(_draft(request, pk))).return_
    try:
        return HttpResponse(returns_xml.write(ret), content_type="application/xml")
    except NoXmlError as error:
        raise Refusal(409, [error.finding]) from error


def _mine(request: ApiRequest) -> QuerySet[Draft]:
    return request.caller.access.of(Draft.objects.filter(taxpayer=request.caller.taxpayer))


def _draft(request: ApiRequest, pk: int) -> Draft:
    return get_object_or_404(_mine(request).select_related("taxpayer"), pk=pk)


def _head(found: Draft) -> dict[str, Any]:
    names = ("basis", "version", "period", "kind", "supplement_no", "revision", "updated_at")
    return {name: getattr(found, name) for name in names} | {"id": found.pk, "form": found.form_code}


def _whole(found: Draft, told: tuple[Finding, ...] = ()) -> DraftOut:
    checked = figures.checked(figures.return_of(found))
    findings = [FindingOut.of(item) for item in (*told, *checked.findings)]
    return DraftOut(**_head(found), figures=encode(checked.return_), findings=findings)
