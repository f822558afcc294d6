"""An agent's clients: found, counted by what is due, and chosen to work for."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone

from khaithue.portal.accounts.access import Access, Right, accesses
from khaithue.portal.accounts.models import AgentContract, Taxpayer
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.portal.duties.todo import tasks_by_taxpayer
from khaithue.portal.web.request import MemberRequest, member_page, page

PER_PAGE = 20


@dataclass(frozen=True)
class Client:
    """One taxpayer a user acts for: the contract, if it is a client, and how many returns wait."""

    taxpayer: Taxpayer
    contract: AgentContract | None
    waiting: int
    late: int


@member_page
def clients(request: MemberRequest) -> HttpResponse:
    """Everybody the user acts for, its own taxpayers first."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = Taxpayer.objects.of(request.user)
    if wanted:
        found = found.filter(Q(name__icontains=wanted) | Q(mst__startswith=wanted))
    shown = Paginator(found.order_by("name", "mst"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "clients",
        "q": wanted,
        "shown": shown,
        "clients": _clients(request, list(shown)),
    }
    return page(request, "web/clients.html", context)


def _clients(request: MemberRequest, taxpayers: list[Taxpayer]) -> list[Client]:
    today = timezone.localdate()
    granted = accesses(request.user, taxpayers, today)
    due = tasks_by_taxpayer(taxpayers, today)
    contracts = _contracts(request, taxpayers, today)
    return [_client(each, granted[each.pk], due[each.pk], contracts.get(each.pk)) for each in taxpayers]


def _contracts(request: MemberRequest, taxpayers: list[Taxpayer], day: date) -> dict[int, AgentContract]:
    """The newest contract by which the user acts for each client."""
    held = AgentContract.objects.in_force(day).filter(
        taxpayer__in=taxpayers, agent__memberships__user=request.user
    )
    return {each.taxpayer_id: each for each in held.order_by("start")}


def _client(
    taxpayer: Taxpayer, granted: Access, due: list[Obligation], contract: AgentContract | None
) -> Client:
    mine = [owed for owed in due if owed.is_open and granted.may(Right.LOOK_UP, owed.form_code)]
    late = sum(owed.state is State.LATE for owed in mine)
    return Client(taxpayer, contract if granted.by_contract else None, waiting=len(mine), late=late)
