"""Declaring an outage of the portal."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from khaithue.portal.accounts.models import Officer, User
from khaithue.portal.action import Done, office_action
from khaithue.portal.duties.models import Outage
from khaithue.portal.duties.outage_notice import issue_outage
from khaithue.portal.duties.register import OutageOutcome, faults_of_reason, faults_of_span
from khaithue.portal.duties.tasks import tell_of_outage
from khaithue.portal.office.identity import signing_key


@office_action("duties.declare_outage", owned="officer")
def declare_outage(
    *, user: User, officer: Officer, began_at: datetime, ended_at: datetime | None, reason: str
) -> Done[OutageOutcome]:
    """Enter an outage, over or going on; due dates that fall in it move from now on, also those past.

    It is announced by a signed notice, and taxpayers whose due dates it moves are told. Findings:
    OUTAGE-NO-REASON, OUTAGE-FUTURE, OUTAGE-END-FIRST, OUTAGE-OVERLAP, OFFICE-NOT-READY.
    """
    now = timezone.now()
    _key, missing = signing_key()
    findings = (*faults_of_reason(reason), *faults_of_span(began_at, ended_at, now), *missing)
    if findings:
        codes = [item.code for item in findings]
        return Done(OutageOutcome(None, findings), f"office:{officer.office_code}", {"refused": codes})
    outage = Outage.objects.create(
        began_at=began_at,
        ended_at=ended_at,
        reason=reason.strip(),
        declared_by=user,
        declared_at=now,
        ended_by=user if ended_at else None,
    )
    issue_outage(outage, officer, now)
    transaction.on_commit(lambda: tell_of_outage.enqueue(outage.pk), robust=True)
    detail = {"began": began_at.isoformat(), "ended": ended_at.isoformat() if ended_at else ""}
    return Done(OutageOutcome(outage), f"outage:{outage.pk}", detail)
