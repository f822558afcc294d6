"""Entering when the portal worked again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.models import Officer, User
from khaithue.portal.action import Done, office_action
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.outage_notice import issue_outage
from khaithue.portal.duties.register import OutageOutcome, faults_of_span
from khaithue.portal.duties.tasks import tell_of_outage
from khaithue.portal.office.identity import signing_key
from khaithue.returns.findings import Finding, finding


@office_action("duties.end_outage", owned="officer")
def end_outage(*, user: User, officer: Officer, outage: Outage, ended_at: datetime) -> Done[OutageOutcome]:
    """Give an outage that goes on its end, announced as its beginning was.

    Findings: OUTAGE-CLOSED, OUTAGE-FUTURE, OUTAGE-END-FIRST, OUTAGE-OVERLAP, OFFICE-NOT-READY.
    """
    found = Outage.objects.select_for_update().get(pk=outage.pk)
    if found.ended_at or found.withdrawn_at:
        return _refused(found, (finding("OUTAGE-CLOSED"),))
    _key, missing = signing_key()
    now = timezone.now()
    if wrong := (*faults_of_span(found.began_at, ended_at, now, of=found), *missing):
        return _refused(found, wrong)
    found.ended_at, found.ended_by = ended_at, user
    found.save(update_fields=["ended_at", "ended_by"])
    issue_outage(found, officer, now)
    transaction.on_commit(lambda: tell_of_outage.enqueue(found.pk), robust=True)
    return Done(OutageOutcome(found), f"outage:{found.pk}", {"ended": ended_at.isoformat()})


def _refused(outage: Outage, findings: tuple[Finding, ...]) -> Done[OutageOutcome]:
    codes = [item.code for item in findings]
    return Done(OutageOutcome(None, findings), f"outage:{outage.pk}", {"refused": codes})
