"""Everything the portal knows of a taxpayer's account, and where each thing is changed."""

from datetime import date

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer
from khaithue.portal.registration.actions.invite_sub import limit, open_invitations, subs
from khaithue.portal.registration.forms import registered_forms
from khaithue.portal.registration.models import ContactChange
from khaithue.portal.web.request import MemberRequest, member_page, page


@member_page
def details(request: MemberRequest) -> HttpResponse:
    """The account; an agent sees its client's common facts and its own contracts with it alone."""
    taxpayer, now = request.taxpayer, timezone.now()
    today = timezone.localdate(now)
    context = {
        "section": "details",
        "forms": [
            code for code in registered_forms(taxpayer, today) if request.access.may(Right.LOOK_UP, code)
        ],
        "main": taxpayer.memberships.filter(role=Membership.Role.MAIN).select_related("user").first(),
        "contracts": _contracts(request, today),
        **_own(request, taxpayer),
    }
    if request.access.may(Right.MANAGE):
        context["subs"] = subs(taxpayer).count()
        context["limit"] = limit()
        context["invited"] = open_invitations(taxpayer, now).count()
    return page(request, "web/details.html", context)


def _contracts(request: MemberRequest, day: date) -> QuerySet[AgentContract]:
    held = AgentContract.objects.in_force(day).filter(taxpayer=request.taxpayer)
    if not request.access.by_contract:
        return held
    return held.filter(agent__memberships__user=request.user)


def _own(request: MemberRequest, taxpayer: Taxpayer) -> dict[str, object]:
    """What only the taxpayer's own accounts see."""
    if request.access.by_contract:
        return {}
    open_ = ContactChange.objects.filter(
        taxpayer=taxpayer, what="email", done_at=None, cancelled_at=None, expires_at__gt=timezone.now()
    )
    return {"certificates": taxpayer.certificates.filter(ended_at=None), "email_change": open_.first()}
