"""The office refuses an application, with its reason."""

from collections.abc import Iterator

from django.utils import timezone

from khaithue.portal.accounts.models import User
from khaithue.portal.action import Done, office_action
from khaithue.portal.notices.issue import issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.office.identity import signing_key
from khaithue.portal.registration.answering import answered_before, mark_answered
from khaithue.portal.registration.appointment import step_of
from khaithue.portal.registration.letters import answer_letter
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.papers import Answer, addressee, answer
from khaithue.returns.findings import Finding, finding

LONGEST = 1000
"""Most signs of a reason."""


@office_action("registration.refuse", owned="application")
def refuse(*, user: User, application: Application, reason: str) -> Done[Outcome[Application]]:
    """Refuse it once, and send the notice that says why.

    Findings: REG-ANSWERED, REG-REASON, OFFICE-NOT-READY.
    """
    now = timezone.now().replace(microsecond=0)
    locked = Application.objects.select_for_update().get(pk=application.pk)
    said_why = " ".join(reason.split())[:LONGEST]
    findings = tuple(_against(locked, said_why))
    if findings:
        return refused(locked.code, *findings)
    mark_answered(locked, user, now, Application.State.REFUSED, reason=said_why)
    notice = issue(
        notice=answer(step_of(locked).answer, Answer(locked, now, reason=said_why)),
        kind=Notice.Kind.REGISTRATION,
        title="Thông báo không chấp nhận đăng ký",
        to=addressee(locked),
        at=now,
        letter=answer_letter(locked),
        taxpayer=locked.taxpayer,
        application=locked,
    )
    detail = {"outcome": "refused", "notice": notice.number}
    return Done(Outcome(locked), locked.code, detail)


def _against(application: Application, reason: str) -> Iterator[Finding]:
    if said := answered_before(application):
        yield said
        return
    if not reason:
        yield finding("REG-REASON", cell="reason")
    _key, missing = signing_key()
    yield from missing
