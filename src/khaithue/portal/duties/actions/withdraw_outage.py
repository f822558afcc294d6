"""Withdrawing an outage that was declared by mistake."""

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.models import Officer, User
from khaithue.portal.action import Done, office_action
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.register import OutageOutcome, faults_of_reason
from khaithue.portal.duties.tasks import tell_of_outage
from khaithue.returns.findings import Finding, finding


@office_action("duties.withdraw_outage", owned="officer")
def withdraw_outage(*, user: User, officer: Officer, outage: Outage, why: str) -> Done[OutageOutcome]:  # noqa: ARG001  # officer is asked by the decorator
    """Take an outage back: it moves no due date any more, and stays in the register with the reason.

    Who was told of it is told so.

    Findings: OUTAGE-CLOSED, OUTAGE-NO-REASON.
    """
    found = Outage.objects.select_for_update().get(pk=outage.pk)
    wrong: tuple[Finding, ...] = tuple(faults_of_reason(why))
    if found.withdrawn_at:
        wrong = (finding("OUTAGE-CLOSED"),)
    if wrong:
        codes = [item.code for item in wrong]
        return Done(OutageOutcome(None, wrong), f"outage:{found.pk}", {"refused": codes})
    found.withdrawn_at, found.withdrawn_by, found.withdrawn_why = timezone.now(), user, why.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    transaction.on_commit(lambda: tell_of_outage.enqueue(found.pk), robust=True)
    return Done(OutageOutcome(found), f"outage:{found.pk}")
