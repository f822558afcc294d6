"""The office's notices."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.params.functions import Path, Query

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.callers import ApiRequest, for_taxpayer
from khaithue.portal.api.described import route
from khaithue.portal.api.paging import Cursor, Limit, page_of
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import NoticeOut, NoticesOut
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.reach import notices_of

room = Router(tags=["notices"])

Pk = Path(..., description="Number of the notice in this list.", ge=1, lt=2**63, example=12)


@room.get("/taxpayers/{mst}/notices", summary="Notices", **route(Scope.NOTICES_READ, NoticesOut))
@for_taxpayer(Right.LOOK_UP)
def notices(
    request: ApiRequest,
    transaction_code: str = Query("", pattern=r"^[0-9]{0,17}$", description="Only about this filing."),
    cursor: str = Cursor,
    limit: int = Limit,
) -> NoticesOut:
    """The notices issued to the taxpayer, newest first."""
    rows = _mine(request).defer("xml")
    if transaction_code:
        rows = rows.filter(filing__transaction_code=transaction_code)
    found, following = page_of(rows, "created_at", cursor, limit)
    return NoticesOut(items=[NoticeOut.of(each) for each in found], next=following)


@room.get("/taxpayers/{mst}/notices/{pk}", summary="A notice", **route(Scope.NOTICES_READ, NoticeOut, 404))
@for_taxpayer(Right.LOOK_UP)
def notice(request: ApiRequest, pk: int = Pk) -> NoticeOut:
    """What a notice is about."""
    return NoticeOut.of(get_object_or_404(_mine(request), pk=pk))


@room.get(
    "/taxpayers/{mst}/notices/{pk}/xml",
    summary="A notice as signed XML",
    **route(Scope.NOTICES_READ, None, 404, gives="application/xml"),
)
@for_taxpayer(Right.LOOK_UP)
def notice_xml(request: ApiRequest, pk: int = Pk) -> HttpResponse:
    """The notice as the office signed it."""
    return HttpResponse(bytes(get_object_or_404(_mine(request), pk=pk).xml), content_type="application/xml")


def _mine(request: ApiRequest) -> QuerySet[Notice]:
    """The taxpayer's notices; an agent of some forms sees those about filings of these forms only."""
    caller = request.caller
    rows = notices_of(caller.taxpayer).select_related("filing").defer("filing__body")
    forms = caller.access.forms
    return rows if forms is None else rows.filter(filing__form_code__in=forms)
