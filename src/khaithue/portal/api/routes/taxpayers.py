"""For whom the token acts, and what they have to file."""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.callers import ApiRequest, for_taxpayer, reached
from khaithue.portal.api.described import route
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import ObligationOut, ObligationsOut, TaxpayerOut, TaxpayersOut
from khaithue.portal.duties.obligations import Obligation, State, obligations_around

room = Router(tags=["taxpayers"])


@room.get("/taxpayers", summary="Taxpayers of the token", **route(None, TaxpayersOut))
def taxpayers(request: HttpRequest) -> TaxpayersOut:
    """Every taxpayer the token acts for today: its own and, of a tax agent, its clients under contract."""
    found = reached(cast(ApiRequest, request).auth)
    return TaxpayersOut(
        items=[
            TaxpayerOut(
                mst=each.taxpayer.mst,
                name=each.taxpayer.name,
                office_code=each.taxpayer.office_code,
                office_name=each.taxpayer.office_name,
                sandbox=each.taxpayer.is_sandbox,
                rights=sorted(each.access.rights),
                forms=sorted(each.access.forms) if each.access.forms else None,
            )
            for each in found
        ]
    )


@room.get(
    "/taxpayers/{mst}/obligations",
    summary="Obligations",
    **route(Scope.OBLIGATIONS_READ, ObligationsOut),
)
@for_taxpayer(Right.LOOK_UP)
def obligations(
    request: ApiRequest,
    state: State | None = Query(None, description="Only those in this state."),
) -> ObligationsOut:
    """The returns due around now: those of the first page and, ahead, those whose period is not over."""
    caller, today = request.caller, timezone.localdate()
    found = [
        _shown(each)
        for each in obligations_around(caller.taxpayer, today)
        if caller.access.may(Right.LOOK_UP, each.form_code)
    ]
    return ObligationsOut(items=[each for each in found if state in (None, each.state)])


def _shown(owed: Obligation) -> ObligationOut:
    return ObligationOut(
        form=owed.form_code,
        title=owed.title,
        period=str(owed.period),
        due=owed.due,
        days_left=owed.days,
        state=owed.state,
        draft=owed.draft.pk if owed.draft else None,
        transaction_code=owed.filing.transaction_code if owed.filing else None,
    )
