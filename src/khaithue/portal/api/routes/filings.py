"""Filing signed returns, their receipts, and looking up what was filed."""

from datetime import date
from typing import Literal

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.params.functions import Path, Query
from ninja.responses import Status

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.actions.decide_test_filing import DECIDED, decide_test_filing
from khaithue.portal.api.bodies import FORM, sent_return
from khaithue.portal.api.callers import ApiRequest, for_taxpayer
from khaithue.portal.api.described import FORM_EXAMPLE, XML_EXAMPLE, header, route
from khaithue.portal.api.paging import Cursor, Limit, page_of
from khaithue.portal.api.problems import Refusal
from khaithue.portal.api.sandbox.scenarios import HEADER, SCENARIOS, Scenario, scenario_of
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import CODE, FilingOut, FilingsOut, ReceiptOut
from khaithue.portal.filing.actions.file_return import FilingOutcome, file_return
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice

room = Router(tags=["filings"])

Code = Path(..., description="Transaction code.", pattern=r"^[0-9]{1,17}$", example=CODE)

PLAYED = header(
    HEADER,
    "The outcome a test taxpayer's filing is to have; refused for any other taxpayer. "
    + " ".join(f"{name}: {each.meaning.en}." for name, each in SCENARIOS.items()),
    list(SCENARIOS),
)


@room.post(
    "/taxpayers/{mst}/filings",
    summary="File a signed return",
    **route(
        Scope.FILINGS_SUBMIT,
        {201: ReceiptOut, 200: ReceiptOut},
        400,
        413,
        415,
        503,
        504,
        takes={"application/xml": XML_EXAMPLE, FORM: FORM_EXAMPLE},
        headers=(PLAYED,),
    ),
)
@for_taxpayer(Right.FILE)
def submit(request: ApiRequest) -> Status[ReceiptOut]:
    """File the signed XML sent as the body. 201 with the receipt: the return is filed at `received_at`.

    The same bytes, or the same signed content spelt otherwise, give 200 and the receipt they gave before, so
    after a lost answer simply send again. 422 tells every finding; nothing is filed then.

    With papers, send a form: the signed XML as the file `return`, each paper as a file `paper`. They are
    filed together or not at all. A return filed before keeps the papers it came with: the receipt lists
    them, and FILE-PAPERS-LATE tells of others.
    Whoever has no certificate confirms a return with a one-time code on the portal's pages, not here: a file
    that is not signed is refused with `SIG-NONE`, and with `FILE-CODE-INSTEAD` when that way is open to the
    taxpayer.
    """
    caller = request.caller
    scenario = scenario_of(request, caller.taxpayer)
    sent = sent_return(request)
    if scenario and not scenario.stored:
        raise scenario.refusal()
    outcome = file_return(
        user=caller.user,
        taxpayer=caller.taxpayer,
        data=sent.data,
        papers=sent.papers,
        channel=Filing.Channel.API,
    )
    if outcome.filing is None:
        raise _refused(outcome)
    if any(item.code.startswith("FILE-ALREADY") for item in outcome.findings):
        return Status(200, ReceiptOut.told(outcome.filing, outcome.findings))
    if scenario:
        _play(outcome.filing, scenario)
    return Status(201, ReceiptOut.told(outcome.filing, outcome.findings))


@room.get("/taxpayers/{mst}/filings", summary="Look up filings", **route(Scope.FILINGS_READ, FilingsOut))
@for_taxpayer(Right.LOOK_UP)
def filings(
    request: ApiRequest,
    form: str = Query("", pattern=r"^[^\x00]{0,40}$", description="Only of this form.", example="01/GTGT"),
    period: str = Query(
        "", pattern=r"^[0-9Q.\-]{0,24}$", description="Only of this period.", example="2026-05"
    ),
    state: Literal["received", "accepted", "refused", "replaced"] | None = Query(
        None, description="Only in this state."
    ),
    received_from: date | None = Query(None, description="Received on this day or later, Vietnamese time."),
    received_to: date | None = Query(None, description="Received on this day or earlier."),
    cursor: str = Cursor,
    limit: int = Limit,
) -> FilingsOut:
    """What was filed, newest first, over the web and over the API alike."""
    wanted = {
        "form_code": form,
        "period": period,
        "state": state,
        "received_at__date__gte": received_from,
        "received_at__date__lte": received_to,
    }
    rows = _mine(request).filter(**{name: value for name, value in wanted.items() if value})
    found, following = page_of(rows, "received_at", cursor, limit)
    return FilingsOut(items=[FilingOut.of(each) for each in found], next=following)


@room.get(
    "/taxpayers/{mst}/filings/{code}",
    summary="The receipt of a filing",
    **route(Scope.FILINGS_READ, ReceiptOut, 404),
)
@for_taxpayer(Right.LOOK_UP)
def receipt(request: ApiRequest, code: str = Code) -> ReceiptOut:
    """The receipt of a filing and, once there is one, the office's decision with its reasons."""
    return ReceiptOut.told(_filing(request, code))


@room.get(
    "/taxpayers/{mst}/filings/{code}/original",
    summary="The file as filed",
    **route(Scope.FILINGS_READ, None, 404, gives="application/xml"),
)
@for_taxpayer(Right.LOOK_UP)
def original(request: ApiRequest, code: str = Code) -> HttpResponse:
    """The very bytes that were filed."""
    return HttpResponse(_filing(request, code).file, content_type="application/xml")


def _mine(request: ApiRequest) -> QuerySet[Filing]:
    caller = request.caller
    rows = caller.access.of(Filing.objects.filter(taxpayer=caller.taxpayer)).defer("body")
    numbers = Notice.objects.only("number", "filing").order_by("created_at", "pk")
    return rows.select_related("taxpayer").prefetch_related(Prefetch("notices", numbers))


def _filing(request: ApiRequest, code: str) -> Filing:
    return get_object_or_404(_mine(request), transaction_code=code)


def _refused(outcome: FilingOutcome) -> Refusal:
    if any(item.code == "OFFICE-NOT-READY" for item in outcome.findings):
        return Refusal(503, outcome.findings, {"Retry-After": "600"})
    return Refusal(422, outcome.findings)


def _play(filing: Filing, scenario: Scenario) -> None:
    """Do what the scenario says becomes of a filing just stored."""
    if scenario.state in DECIDED:
        decide_test_filing(filing=filing, scenario=scenario)
    if scenario.code:
        raise scenario.refusal()
