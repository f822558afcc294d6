"""Contracts with tax agents."""

from datetime import date, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import AgentContract
from khaithue.portal.registration.actions.contract_agent import Terms, contract_agent, end_contract
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import told
from khaithue.returns.catalogue import offered
from khaithue.returns.findings import Finding, finding

SECTION = {"section": "details"}


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def agents(request: MemberRequest) -> HttpResponse:
    """The contracts there are; and one more entered."""
    if request.method == "GET":
        return _list(request)
    terms, wrong = _terms(request)
    if terms is None:
        return _list(request, wrong)
    outcome = contract_agent(user=request.user, taxpayer=request.taxpayer, terms=terms)
    if outcome.value is None:
        return _list(request, outcome.findings)
    messages.success(request, _("Đã ghi hợp đồng với %s.") % outcome.value.name)
    return redirect("web:agents")


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """End a contract early."""
    contract = get_object_or_404(AgentContract, pk=pk, taxpayer=request.taxpayer)
    if request.method == "GET":
        return _ending(request, contract)
    typed = request.POST.get("end", "")
    last = _day(typed)
    if last is None:
        return _ending(request, contract, (finding("AGENT-DATE", date=typed[:20]),))
    outcome = end_contract(user=request.user, contract=contract, end=last)
    if outcome.value is None:
        return _ending(request, contract, outcome.findings)
    messages.success(request, _("Đã kết thúc hợp đồng với %s.") % contract.name)
    return redirect("web:agents")


def _terms(request: MemberRequest) -> tuple[Terms | None, tuple[Finding, ...]]:
    posted = request.POST
    start, end_ = _day(posted.get("start", "")), _day(posted.get("end", ""))
    if start is None:
        return None, (finding("AGENT-DATE", date=posted.get("start", "")[:20]),)
    if end_ is None and posted.get("end", "").strip():
        return None, (finding("AGENT-DATE", date=posted.get("end", "")[:20]),)
    forms = tuple(code[:40] for code in posted.getlist("form")[:200])
    return Terms(posted.get("mst", "")[:20], posted.get("number", "")[:60], forms, start, end_), ()


def _day(typed: str) -> date | None:
    """A day as a browser or a person writes it."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed.strip(), pattern).date()  # a day has no zone
        except ValueError:
            continue
    return None


def _list(request: MemberRequest, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    today, posted = timezone.localdate(), request.POST
    chosen = posted.getlist("form")
    context = {
        **SECTION,
        "today": today,
        "contracts": request.taxpayer.agents.order_by("-start", "-pk"),
        "forms": [(head, head.code in chosen) for head in offered(today) if head.frame == "return"],
        "typed": {name: posted.get(name, "")[:60] for name in ("mst", "number", "start", "end")},
        "findings": told(wrong),
    }
    return page(request, "web/agents.html", context, status=422 if wrong else 200)


def _ending(request: MemberRequest, contract: AgentContract, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    context = {
        **SECTION,
        "contract": contract,
        "typed": request.POST.get("end", "")[:20] or f"{timezone.localdate():%Y-%m-%d}",
        "findings": told(wrong),
    }
    return page(request, "web/agent_end.html", context, status=422 if wrong else 200)
