"""The main account stops the service: look-up stays, filing ends, the office's notice confirms it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.action import Done, action
from khaithue.portal.era import Step, era_on
from khaithue.portal.notices.issue import issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.words import period_text
from khaithue.portal.office.identity import signing_key
from khaithue.portal.registration.dossier import answered_dossier
from khaithue.portal.registration.letters import stop_letter
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.papers import STOP, Answer, addressee, answer, stopping
from khaithue.portal.registration.stopping import Stop, against, open_registrations
from khaithue.returns.findings import has_errors


@action("registration.stop", Right.MANAGE)
def stop_service(*, user: User, taxpayer: Taxpayer, stop: Stop) -> Done[Outcome[Application]]:
    """End electronic filing at once; only the main account may (``PermissionDenied``).

    Every registered form ends with the period given, every certificate now. Findings: REG-STOPPED,
    REG-STOP-REASON, REG-STOP-PERIOD, REG-STOP-DRAFTS (a warning), OFFICE-NOT-READY.
    """
    if not taxpayer.memberships.filter(user=user, role=Membership.Role.MAIN).exists():
        raise PermissionDenied
    now = timezone.now().replace(microsecond=0)
    locked = Taxpayer.objects.select_for_update().get(pk=taxpayer.pk)
    _key, missing = signing_key()
    findings = (*against(locked, stop, timezone.localdate(now)), *missing)
    if has_errors(findings):
        return refused(f"taxpayer:{locked.pk}", *findings)
    step = era_on(timezone.localdate(now)).stop
    application = _stored(locked, user, stop, step, now)
    last = _end(locked, stop, now)
    notice = issue(
        notice=answer(step.answer, Answer(application, now, about=STOP)),
        kind=Notice.Kind.STOP,
        title="Thông báo xác nhận ngừng sử dụng dịch vụ",
        to=addressee(application),
        at=now,
        letter=stop_letter(application, last),
        taxpayer=locked,
        application=application,
    )
    return Done(Outcome(application, findings), application.code, {"notice": notice.number})


def _stored(taxpayer: Taxpayer, user: User, stop: Stop, step: Step, now: datetime) -> Application:
    paper = stopping(step.form, taxpayer, stop.why, timezone.localdate(now)) if step.form else None
    return answered_dossier(taxpayer, user, Application.Kind.STOP, paper, now, reason=stop.why)


def _end(taxpayer: Taxpayer, stop: Stop, now: datetime) -> list[tuple[str, str]]:
    """End the service, its forms and its certificates; each form with its last period in words."""
    ended = []
    for registered in open_registrations(taxpayer):
        if period := stop.period_of(registered):
            registered.last_period, registered.last_end = str(period), period.end
            registered.ended_at = now
            registered.save()
            ended.append((registered.form_code, period_text(period)))
    taxpayer.certificates.filter(ended_at__isnull=True).update(ended_at=now)
    taxpayer.service, taxpayer.service_to = Taxpayer.Service.STOPPED, timezone.localdate(now)
    taxpayer.save()
    return ended
