"""Contracts with tax agents: begun, and ended early."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.mail.post import post
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.periods import newest
from khaithue.returns.findings import Finding, finding
from khaithue.returns.taxid import compact


@dataclass(frozen=True)
class Terms:
    """What is contracted: the agent's tax code, the contract's number, the forms (all if empty), the days."""

    mst: str
    number: str
    forms: tuple[str, ...]
    start: date
    end: date | None = None


@action("registration.contract_agent", Right.MANAGE)
def contract_agent(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    taxpayer: Taxpayer,
    terms: Terms,
) -> Done[Outcome[AgentContract]]:
    """Give a tax agent the returns contracted, for the days contracted.

    Findings: AGENT-SELF, AGENT-UNKNOWN, AGENT-NUMBER, AGENT-FORM, AGENT-END-BEFORE-START, AGENT-OVERLAP.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    agent = _agent(terms.mst)
    subject = f"taxpayer:{taxpayer.pk}"
    if wrong := _wrong(taxpayer, agent, terms):
        return refused(subject, wrong)
    contract = AgentContract.objects.create(
        taxpayer=taxpayer,
        agent=agent,
        mst=agent.mst if agent else "",
        name=agent.name if agent else "",
        number=terms.number.strip()[:60],
        forms=list(terms.forms),
        start=terms.start,
        end=terms.end,
    )
    _tell(contract, "begun")
    return Done(Outcome(contract), f"contract:{contract.pk}", {"forms": list(terms.forms)})


@action("registration.end_contract", Right.MANAGE, owned="contract")
def end_contract(
    *,
    user: User,  # noqa: ARG001  # asked by the decorator
    contract: AgentContract,
    end: date,
) -> Done[Outcome[AgentContract]]:
    """End a contract with a day that is its last.

    Findings: AGENT-ENDED, AGENT-END-BEFORE-START, AGENT-END-LATER.
    """
    held = AgentContract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    subject = f"contract:{held.pk}"
    if wrong := _wrong_end(held, end):
        return refused(subject, wrong)
    held.end = end
    held.save(update_fields=["end"])
    _tell(held, "ended")
    return Done(Outcome(held), subject, {"end": end.isoformat()})


def _agent(typed: str) -> Taxpayer | None:
    """The agent with that tax code, if it files here."""
    mst = compact(typed)
    active = Taxpayer.objects.filter(service=Taxpayer.Service.ACTIVE, mst__startswith=mst[:10])
    return next((item for item in active if mst and compact(item.mst) == mst), None)


def _wrong(taxpayer: Taxpayer, agent: Taxpayer | None, terms: Terms) -> Finding | None:
    if agent is None:
        return finding("AGENT-UNKNOWN", mst=terms.mst[:20])
    if agent == taxpayer:
        return finding("AGENT-SELF", mst=agent.mst)
    if not terms.number.strip():
        return finding("AGENT-NUMBER")
    if unknown := next((code for code in terms.forms if newest(code) is None), ""):
        return finding("AGENT-FORM", form=unknown[:40])
    if terms.end and terms.end < terms.start:
        return finding("AGENT-END-BEFORE-START", start=f"{terms.start:%d/%m/%Y}", end=f"{terms.end:%d/%m/%Y}")
    return _overlap(taxpayer, terms)


def _overlap(taxpayer: Taxpayer, terms: Terms) -> Finding | None:
    """A form has one agent on a day."""
    same_days = AgentContract.objects.filter(taxpayer=taxpayer).filter(
        Q(end__isnull=True) | Q(end__gte=terms.start)
    )
    if terms.end:
        same_days = same_days.filter(start__lte=terms.end)
    for other in same_days:
        if not other.forms or not terms.forms or set(other.forms) & set(terms.forms):
            return finding("AGENT-OVERLAP", number=other.number or other.mst, name=other.name)
    return None


def _wrong_end(held: AgentContract, end: date) -> Finding | None:
    if held.end and held.end < timezone.localdate():
        return finding("AGENT-ENDED", end=f"{held.end:%d/%m/%Y}")
    if end < held.start:
        return finding("AGENT-END-BEFORE-START", start=f"{held.start:%d/%m/%Y}", end=f"{end:%d/%m/%Y}")
    if held.end and end >= held.end:
        return finding("AGENT-END-LATER", end=f"{held.end:%d/%m/%Y}")
    return None


def _tell(contract: AgentContract, what: str) -> None:
    """Mail the agent that its work for a client begins or ends."""
    if contract.agent is None or not contract.agent.email:
        return
    post(
        name=f"contract-{contract.pk}-{what}-{contract.end or contract.start}",
        recipient=contract.agent.email,
        subject=f"Hợp đồng đại lý thuế – {contract.taxpayer.name}",
        template=f"registration/contract_{what}.txt",
        facts={"contract": contract, "forms": ", ".join(contract.forms)},
        at=timezone.now(),
    )
