"""The office grants an application: the taxpayer, its main account, its certificate, the notice, the link."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.action import Done, office_action
from khaithue.portal.audit.trail import Detail
from khaithue.portal.notices.issue import issue
from khaithue.portal.notices.models import Notice
from khaithue.portal.office.identity import signing_key
from khaithue.portal.registration.answering import answered_before, mark_answered
from khaithue.portal.registration.appointment import step_of
from khaithue.portal.registration.asked import email_taken, main_user
from khaithue.portal.registration.certificate import CertificateFacts, read_certificate
from khaithue.portal.registration.invitations import invite_main
from khaithue.portal.registration.letters import account_letter, answer_letter
from khaithue.portal.registration.models import Application, RegisteredCertificate
from khaithue.portal.registration.outcome import Outcome, refused
from khaithue.portal.registration.papers import Answer, addressee, answer
from khaithue.returns.findings import Finding, finding, has_errors


@office_action("registration.grant", owned="application")
def grant(*, user: User, application: Application, id_seen: bool) -> Done[Outcome[Application]]:
    """Grant it once; ``id_seen`` says that the officer saw the paper of a person without a certificate.

    Findings: REG-ANSWERED, REG-ALREADY, REG-ID-NOT-SEEN, REG-EMAIL-TAKEN, CERT-*, OFFICE-NOT-READY.
    """
    now = timezone.now().replace(microsecond=0)
    locked = Application.objects.select_for_update().get(pk=application.pk)
    certificate = certificate_of(locked, now)
    findings = tuple(_against(locked, certificate, id_seen))
    if has_errors(findings):
        return refused(locked.code, *findings)
    taxpayer = _taxpayer(locked, now)
    account = _main_account(taxpayer, locked)
    mark_answered(locked, user, now, Application.State.GRANTED, taxpayer=taxpayer)
    if certificate:
        _register(taxpayer, certificate, now)
    notice = _issue(locked, taxpayer, account, now)
    detail: Detail = {"outcome": "granted", "notice": notice.number, "id_seen": id_seen}
    return Done(Outcome(locked, findings), locked.code, detail)


def certificate_of(application: Application, at: datetime) -> CertificateFacts | None:
    """What the certificate of an application says, and whether it may sign at that moment."""
    der = application.certificate
    return read_certificate(bytes(der), application.mst, at) if der else None


def _against(
    application: Application, certificate: CertificateFacts | None, id_seen: bool
) -> Iterator[Finding]:
    if said := answered_before(application):
        yield said
        return
    _key, missing = signing_key()
    yield from missing
    if Taxpayer.objects.filter(mst=application.mst, service=Taxpayer.Service.ACTIVE).exists():
        yield finding("REG-ALREADY", mst=application.mst)
    yield from email_taken(application.mst, application.email)
    if certificate:
        yield from certificate.findings
    elif not id_seen:
        yield finding("REG-ID-NOT-SEEN")


def _taxpayer(application: Application, now: datetime) -> Taxpayer:
    """The taxpayer, new or come back; what it filed before stays its own."""
    today = timezone.localdate(now)
    facts = {
        "name": application.name,
        "email": application.email,
        "phone": application.phone,
        "office_code": application.office_code,
        "office_name": application.office_name,
        "service": Taxpayer.Service.ACTIVE,
        "service_from": max(application.start_on or today, today),
        "service_to": None,
    }
    return Taxpayer.objects.update_or_create(mst=application.mst, defaults=facts)[0]


def _main_account(taxpayer: Taxpayer, application: Application) -> User:
    """The user of the main account: its name is the tax code, and its owner sets the password."""
    user = main_user(taxpayer.mst)
    if user:
        user.email = application.email
        user.save(update_fields=["email"])
        return user
    user = User(username=taxpayer.mst, email=application.email, must_change_password=True)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    return user


def _register(taxpayer: Taxpayer, facts: CertificateFacts, now: datetime) -> None:
    """Put the certificate on the taxpayer's list; a readable one has its dates."""
    if facts.not_before is None or facts.not_after is None:
        return
    RegisteredCertificate.objects.get_or_create(
        taxpayer=taxpayer,
        fingerprint=facts.fingerprint,
        ended_at=None,
        defaults={
            "serial": facts.serial,
            "issuer": facts.issuer,
            "holder": facts.holder,
            "mst": facts.mst,
            "not_before": facts.not_before,
            "not_after": facts.not_after,
            "der": facts.der,
            "added_at": now,
        },
    )


def _issue(application: Application, taxpayer: Taxpayer, account: User, now: datetime) -> Notice:
    """The notice of the grant, and the e-mail with the account's link, which some eras give a notice too."""
    step = step_of(application)
    said = Answer(application, now, account=account.username)
    notice = issue(
        notice=answer(step.answer, said),
        kind=Notice.Kind.REGISTRATION,
        title="Thông báo chấp nhận đăng ký",
        to=addressee(application),
        at=now,
        letter=answer_letter(application),
        taxpayer=taxpayer,
        application=application,
    )
    invitation, secret = invite_main(taxpayer, account, now)
    letter = account_letter(application, invitation, secret, account.username)
    if not step.account:
        letter.send(application.email, now)
        return notice
    issue(
        notice=answer(step.account, said),
        kind=Notice.Kind.ACCOUNT,
        title="Thông báo cấp tài khoản sử dụng dịch vụ",
        to=addressee(application),
        at=now,
        letter=letter,
        taxpayer=taxpayer,
        application=application,
    )
    return notice
