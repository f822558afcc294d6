"""An agent's clients: how each stands, the most urgent first, and chosen to work for."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone

from khaithue.portal.accounts.access import Access, Right, accesses
from khaithue.portal.accounts.models import AgentContract, Taxpayer
from khaithue.portal.duties.desk import Standing, standings
from khaithue.portal.plain import plain
from khaithue.portal.web.request import MemberRequest, member_page, page

PER_PAGE = 20


@dataclass(frozen=True)
class Client:
    """One taxpayer a user acts for: the contract, if it is a client, and how it stands."""

    taxpayer: Taxpayer
    contract: AgentContract | None
    standing: Standing


@member_page
def clients(request: MemberRequest) -> HttpResponse:
    """Everybody the user acts for, the most urgent first."""
    wanted, today = request.GET.get("q", "").strip()[:100], timezone.localdate()
    granted = accesses(request.user, request.taxpayers, today)
    found = [each for each in request.taxpayers if _fits(each, wanted)]
    every = _clients(request, found, granted, today)
    shown = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "clients",
        "q": wanted,
        "shown": shown,
        "total": len(every),
        "late": sum(each.standing.late > 0 for each in every),
        "refused": sum(each.standing.refused > 0 for each in every),
        "files": any(each.may(Right.FILE) for each in granted.values()),
    }
    return page(request, "web/clients.html", context)


def _fits(taxpayer: Taxpayer, wanted: str) -> bool:
    """Whether a search finds it: by its name, however it is typed, or the beginning of its tax code."""
    return plain(wanted) in plain(taxpayer.name) or taxpayer.mst.startswith(wanted)


def _clients(
    request: MemberRequest, found: list[Taxpayer], granted: dict[int, Access], today: date
) -> list[Client]:
    stand = standings(found, granted, today)
    held = AgentContract.objects.in_force(today).filter(agent__memberships__user=request.user)
    contracts = {each.taxpayer_id: each for each in held.order_by("start")}
    every = [
        Client(each, contracts.get(each.pk) if granted[each.pk].by_contract else None, stand[each.pk])
        for each in found
    ]
    return sorted(every, key=lambda each: (each.standing.urgency, each.taxpayer.name, each.taxpayer.mst))
