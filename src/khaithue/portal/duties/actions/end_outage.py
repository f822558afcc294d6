"""Entering when the portal worked again."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Officer, User
from khaithue.portal.action import Done, office_action
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.register import OutageOutcome, faults_of_span
from khaithue.returns.findings import Finding, finding


@office_action("duties.end_outage", owned="officer")
def end_outage(*, user: User, officer: Officer, outage: Outage, ended_at: datetime) -> Done[OutageOutcome]:  # noqa: ARG001  # officer is asked by the decorator
    """Give an outage that goes on its end.

    Findings: OUTAGE-CLOSED, OUTAGE-FUTURE, OUTAGE-END-FIRST, OUTAGE-OVERLAP.
    """
    found = Outage.objects.select_for_update().get(pk=outage.pk)
    if found.ended_at or found.withdrawn_at:
        return _refused(found, (finding("OUTAGE-CLOSED"),))
    if wrong := tuple(faults_of_span(found.began_at, ended_at, timezone.now(), of=found)):
        return _refused(found, wrong)
    found.ended_at, found.ended_by = ended_at, user
    found.save(update_fields=["ended_at", "ended_by"])
    return Done(OutageOutcome(found), f"outage:{found.pk}", {"ended": ended_at.isoformat()})


def _refused(outage: Outage, findings: tuple[Finding, ...]) -> Done[OutageOutcome]:
    codes = [item.code for item in findings]
    return Done(OutageOutcome(None, findings), f"outage:{outage.pk}", {"refused": codes})
