"""Reminding a taxpayer, and its agents, of the returns due on one day: one e-mail each."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import timezone

from khaithue.obligations.late import Fine
from khaithue.portal.accounts.models import AgentContract, Taxpayer
from khaithue.portal.action import Done, system_action
from khaithue.portal.audit.trail import Detail
from khaithue.portal.duties.models import Reminder
from khaithue.portal.duties.obligations import Obligation, State
from khaithue.portal.duties.steps import Step
from khaithue.portal.duties.words import form_words, subject_of
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import post
from khaithue.printing.amounts import accounting


@system_action("duties.remind")
def remind(
    *, taxpayer: Taxpayer, due: date, step: Step, owed: Sequence[Obligation], today: date
) -> Done[list[Reminder]]:
    """Remind of those returns, all due on a day, that this step has not reminded of; the reminders made.

    The rows tell what was reminded of: run twice, it does nothing the second time.
    """
    Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    fresh = [each for each in owed if not _reminded(taxpayer, each, step)]
    if not fresh:
        return Done([], f"taxpayer:{taxpayer.pk}", {"reminders": 0})
    rows = [_row(taxpayer, each, step) for each in fresh]
    mail = _mail(f"reminder-{rows[0].pk}", taxpayer, taxpayer.email, fresh, today)
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(mail=mail)
    for contract in _agents(taxpayer, today):
        theirs = [each for each in fresh if not contract.forms or each.form_code in contract.forms]
        name = f"reminder-{rows[0].pk}-agent-{contract.pk}"
        _mail(name, taxpayer, contract.agent.email if contract.agent else "", theirs, today)
    detail: Detail = {"reminders": len(rows), "step": step.key, "due": due.isoformat()}
    return Done(rows, f"taxpayer:{taxpayer.pk}", detail)


def _reminded(taxpayer: Taxpayer, owed: Obligation, step: Step) -> bool:
    same = {"form_code": owed.form_code, "period": str(owed.period), "due": owed.due, "step": step.key}
    return Reminder.objects.filter(taxpayer=taxpayer, **same).exists()


def _row(taxpayer: Taxpayer, owed: Obligation, step: Step) -> Reminder:
    return Reminder.objects.create(
        taxpayer=taxpayer,
        form_code=owed.form_code,
        period=str(owed.period),
        due=owed.due,
        step=step.key,
        made_at=timezone.now(),
    )


def _agents(taxpayer: Taxpayer, today: date) -> Iterator[AgentContract]:
    """One contract of each agent that files here; an agent with several is written to by the widest."""
    seen = set[int]()
    contracts = AgentContract.objects.in_force(today).filter(
        taxpayer=taxpayer, agent__service=Taxpayer.Service.ACTIVE
    )
    for contract in sorted(contracts.select_related("agent"), key=lambda each: bool(each.forms)):
        if contract.agent_id and contract.agent_id not in seen:
            seen.add(contract.agent_id)
            yield contract


def _mail(
    name: str, taxpayer: Taxpayer, recipient: str, owed: Sequence[Obligation], today: date
) -> Mail | None:
    if not recipient or not owed:
        return None
    due = owed[0].due
    late = due < today
    fine = owed[0].cost.fine if owed[0].cost else None
    own = owed[0].cost.own_fine if owed[0].cost else None
    facts = {
        "taxpayer": taxpayer,
        "due": due,
        "days": abs((due - today).days),
        "late": late,
        "today": due == today,
        "returns": [form_words(taxpayer, each) for each in owed],
        "fine": fine,
        "frame": _frame(fine),
        "own": own,
        "own_frame": _frame(own),
        "moved": owed[0].when.move,
        "refused": any(each.state is State.REFUSED for each in owed),
    }
    return post(
        name=name,
        recipient=recipient,
        subject=subject_of(taxpayer, due, len(owed), late=late),
        template="duties/reminder.txt",
        facts=facts,
        at=timezone.now(),
    )


def _frame(fine: Fine | None) -> tuple[str, str] | None:
    """From so many đồng to so many; ``None`` for none and for a warning."""
    return (accounting(fine.least), accounting(fine.most)) if fine and fine.most else None
