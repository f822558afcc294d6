"""An agent's clients: found, counted by what is due, and chosen to work for."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone

from khaithue.portal.accounts.access import Right, access
from khaithue.portal.accounts.models import AgentContract, Taxpayer
from khaithue.portal.duties.obligations import State
from khaithue.portal.duties.todo import tasks
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
        "clients": [_client(request, taxpayer) for taxpayer in shown],
    }
    return page(request, "web/clients.html", context)


def _client(request: MemberRequest, taxpayer: Taxpayer) -> Client:
    today = timezone.localdate()
    granted = access(request.user, taxpayer, today)
    due = [
        owed for owed in tasks(taxpayer, today) if owed.is_open and granted.may(Right.LOOK_UP, owed.form_code)
    ]
    contract = None
    if granted.by_contract:
        held = AgentContract.objects.in_force(today).filter(
            taxpayer=taxpayer, agent__memberships__user=request.user
        )
        contract = held.order_by("start").last()
    return Client(
        taxpayer,
        contract,
        waiting=len(due),
        late=sum(owed.state is State.LATE for owed in due),
    )
