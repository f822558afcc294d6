"""For whom the token acts, and what they have to file."""

from typing import Literal, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from khaithue.portal.accounts.access import Right
from khaithue.portal.api.callers import ApiRequest, for_taxpayer, reached
from khaithue.portal.api.described import route
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import ObligationOut, ObligationsOut, TaxpayerOut, TaxpayersOut
from khaithue.portal.web.duties import Task, tasks

room = Router(tags=["taxpayers"])

State = Literal["open", "late", "filed"]


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
    """The returns due from a month ago to six weeks ahead whose period is over, by due day."""
    caller = request.caller
    found = [
        _shown(task)
        for task in tasks(caller.taxpayer, timezone.localdate())
        if caller.access.may(Right.LOOK_UP, task.form_code)
    ]
    return ObligationsOut(items=[each for each in found if state in (None, each.state)])


def _shown(task: Task) -> ObligationOut:
    state: State = "filed" if task.filing else "late" if task.days < 0 else "open"
    return ObligationOut(
        form=task.form_code,
        title=task.title,
        period=str(task.period),
        due=task.due,
        days_left=task.days,
        state=state,
        draft=task.draft.pk if task.draft else None,
        transaction_code=task.filing.transaction_code if task.filing else None,
    )
